"""What recommends another purchase, the plan for it, and the customer's word (S3-18, S0-2)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.accounts.queries import local_day
from genjin.care.actions.each import each
from genjin.care.actions.plans import Step, carry_task, end_plan, keep_plan
from genjin.care.models import Repurchase, UsageRule
from genjin.care.queries.keepers import still_keeps, who_now
from genjin.care.queries.usage import Hit, handed_on, hits, untold
from genjin.care.rules.usage import Figure, Operator, State, check_rule
from genjin.customers.actions.completeness import refresh_completeness
from genjin.customers.actions.ownership import lock_one
from genjin.customers.models import Customer
from genjin.customers.queries.responsible import responsible_for
from genjin.customers.rules import Level, Stage
from genjin.customers.rules.axes import Proof
from genjin.events.actions import record
from genjin.followups.actions.evidence import NewEvidence, add_evidence
from genjin.followups.actions.tasks import require_hand_in
from genjin.followups.rules.evidence import EvidenceKind
from genjin.kit.errors import RuleError, version_conflict, wrong_at
from genjin.kit.money import show_number
from genjin.kit.text import clean
from genjin.notices.actions import Telling, tell_many
from genjin.notices.rules import NoticeKind
from genjin.selling.actions.opportunities import NewOpportunity, open_opportunity
from genjin.selling.models import Opportunity, Product
from genjin.selling.rules import OpportunityKind

BUYS_AGAIN = (OpportunityKind.UPSELL, OpportunityKind.REPEAT)
MOST_AT_ONCE = 500


@transaction.atomic
def save_usage_rule(actor: User, rule: UsageRule, values: Mapping[str, Any], *, now: datetime) -> UsageRule:
    """Write a rule that recommends; what it hits is proposed by the night at the latest.

    Raises RuleError `forbidden` (403), `name_missing`, `metric_missing`, `text_missing`, `threshold_range`.
    """
    require(actor, Right.MANAGE_SETTINGS)
    before = {name: str(getattr(rule, name)) for name in values} if rule.pk else {}
    for name, value in values.items():
        setattr(rule, name, clean(value) if isinstance(value, str) else value)
    for name, code in (("name", "name_missing"), ("metric", "metric_missing"), ("text", "text_missing")):
        if not getattr(rule, name):
            raise wrong_at(name, _("This is needed."), code)
    check_rule(rule.figure, rule.operator, rule.threshold)
    rule.save()
    after = {name: str(getattr(rule, name)) for name in values}
    changes = {
        name: [before.get(name, ""), value] for name, value in after.items() if before.get(name) != value
    }
    record(actor, "usage_rule.saved", at=now, subject_id=rule.pk, name=rule.name, changes=changes)
    return rule


@transaction.atomic
def remove_usage_rule(actor: User, rule: UsageRule, *, now: datetime) -> None:
    """Remove a rule; what it proposed stays."""
    require(actor, Right.MANAGE_SETTINGS)
    record(actor, "usage_rule.removed", at=now, subject_id=rule.pk, name=rule.name)
    rule.delete()


def propose(customer_ids: Iterable[int] | None, now: datetime) -> int:
    """Let the rules in force propose what to offer, to these customers or to all; returns how many are new.

    At most 500 at once; the rest follows with the next look.
    """
    rules = list(UsageRule.objects.filter(is_active=True).select_related("product"))
    ids = None if customer_ids is None else sorted(set(customer_ids))
    if not rules or ids == []:
        return 0
    found = untold(hits(rules, ids), now)[:MOST_AT_ONCE]
    return _write(found, now)


@transaction.atomic
def _write(found: Sequence[Hit], now: datetime) -> int:
    locked = Customer.objects.filter(pk__in={hit.customer_id for hit in found}).select_for_update(
        of=("self",)
    )
    list(locked.order_by("pk").values_list("pk"))
    rows = [
        Repurchase(
            customer_id=hit.customer_id, rule=hit.rule, product=hit.rule.product, why=why_of(hit), opened_at=now,
            owner=responsible_for(hit.figure.customer),
        )
        for hit in untold(found, now)  # asked again under the lock: two at once propose once
    ]  # fmt: skip
    for row in rows:
        row.save()
        record(
            None, "repurchase.proposed", at=now, customer_id=row.customer_id, subject_id=row.pk,
            name=row.product.name if row.product else "", note=row.why[:200],
        )  # fmt: skip
    tellings = [
        Telling(row.owner_id, NoticeKind.REPURCHASE_PROPOSED, f"repurchase:{row.pk}", row.customer_id, row.pk, {"what": row.why[:120]})
        for row in rows
        if row.owner_id is not None
    ]  # fmt: skip
    tell_many(tellings, at=now)
    return len(rows)


def follow_owners(now: datetime) -> int:
    """Let who looks after a customer now, or holds the plan's task, look after its proposals; returns how many changed hands."""
    return each(handed_on(), lambda row: _hand_on(row, now))


@transaction.atomic
def _hand_on(proposal: Repurchase, now: datetime) -> int:
    held = Customer.objects.select_for_update(of=("self",)).select_related("owner", "pool")
    customer = held.get(pk=proposal.customer_id)
    rows = Repurchase.objects.open().select_for_update(of=("self",)).select_related("owner", "task__assignee")
    row = rows.filter(pk=proposal.pk).first()
    who = who_now(row, customer) if row is not None else None
    if row is None or who is None or who.pk == row.owner_id:
        return 0
    row.owner = who
    row.save(update_fields=["owner"])
    carry_task(None, row.task, who, now)
    return 1


def why_of(hit: Hit) -> str:
    """Return what speaks for a purchase: the figure that met the rule, and the rule's own words."""
    figure = getattr(hit.figure, hit.rule.figure)
    unit = "%" if hit.rule.figure == Figure.PERCENT else ""
    shown = f"{show_number(Decimal(figure))}{unit}"
    label = str(Operator(hit.rule.operator).label)
    least = f"{show_number(hit.rule.threshold)}{unit}"
    return f"{hit.figure.metric} {hit.figure.period}: {shown} ({label} {least}) · {hit.rule.text}"[:400]


@transaction.atomic
def add_repurchase(
    actor: User, customer: Customer, *, why: str, product: Product | None = None, now: datetime
) -> Repurchase:
    """Propose another purchase by hand, from a review or a talk. Raises RuleError `reason_missing`, `customer_lost`."""
    row = lock_one(actor, customer.pk)
    require_hand_in(actor, row, Right.SERVE)
    words = clean(why)
    if not words:
        raise wrong_at("why", _("Write what speaks for another purchase."), "reason_missing")
    if row.stage == Stage.LOST:
        raise RuleError(
            _("This customer is lost; take it back into work first."), "customer_lost", status=409
        )
    made = Repurchase.objects.create(
        customer=row, product=product, why=words[:400], owner=actor, opened_at=now
    )
    record(
        actor, "repurchase.proposed", at=now, customer_id=row.pk, subject_id=made.pk,
        name=product.name if product else "", note=words[:200],
    )  # fmt: skip
    return made


@dataclass(frozen=True, slots=True)
class Plan:
    """How the next purchase is prepared."""

    plan: str
    intent: str = ""
    budget: Decimal | None = None
    budget_when: str = ""
    next_step: str = ""
    next_on: date | None = None


@transaction.atomic
def plan_repurchase(
    actor: User, repurchase: Repurchase, plan: Plan, *, version: int | None = None, now: datetime
) -> Repurchase:
    """Write the plan to let a customer buy again; its intent becomes the customer's.

    Raises RuleError `plan_missing`, `intent_unknown`, `amount_negative`, `next_step_missing`, `due_in_past`,
    `version_conflict`, `closed_already` (409), `not_yours` (403).
    """
    row = _held(actor, repurchase, version)
    _check_plan(plan, local_day(now))
    row.plan, row.intent, row.budget = clean(plan.plan), plan.intent, plan.budget
    row.budget_when, row.next_step, row.next_on = (
        clean(plan.budget_when)[:60],
        clean(plan.next_step)[:200],
        plan.next_on,
    )
    row.state, row.version = State.PLANNED, row.version + 1
    row.owner = still_keeps(row, row.customer) or actor
    step = Step(row.next_step, plan.next_on or local_day(now), row.owner)
    row.task = keep_plan(actor, row.customer, row.task, step, now=now)
    row.save()
    if plan.intent:
        _set_intent(actor, row.customer_id, plan.intent, now)
    record(
        actor, "repurchase.planned", at=now, customer_id=row.customer_id, subject_id=row.pk, name=row.plan[:60], note=row.next_step
    )  # fmt: skip
    return row


def _check_plan(plan: Plan, today: date) -> None:
    if not clean(plan.plan):
        raise wrong_at("plan", _("Write how you let the customer buy again."), "plan_missing")
    if plan.intent and plan.intent not in Level.values:
        raise wrong_at("intent", _("Choose high, medium or low."), "intent_unknown")
    if plan.budget is not None and plan.budget < 0:
        raise wrong_at("budget", _("This cannot be less than 0."), "amount_negative")
    if not clean(plan.next_step) or plan.next_on is None:
        raise wrong_at("next_step", _("Name the next step and its day."), "next_step_missing")
    if plan.next_on < today:
        raise wrong_at("next_on", _("Choose a day from today on."), "due_in_past")


def _set_intent(actor: User, customer_id: int, intent: str, now: datetime) -> None:
    row = Customer.objects.only("repurchase_intent", "version").get(pk=customer_id)
    if row.repurchase_intent == intent:
        return
    before = row.repurchase_intent
    Customer.objects.filter(pk=customer_id).update(
        repurchase_intent=intent, version=F("version") + 1, updated_at=now, updated_by=actor
    )
    refresh_completeness([customer_id])
    record(
        actor, "customer.changed", at=now, customer_id=customer_id, version=row.version + 1, changes={"repurchase_intent": [before, intent]}
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What the customer said, in which form it is known, and what it wants to buy."""

    said: str
    how: str = EvidenceKind.VERBAL
    kind: str = OpportunityKind.UPSELL
    amount: Decimal | None = None
    expected_close: date | None = None


@transaction.atomic
def confirm_repurchase(
    actor: User, repurchase: Repurchase, new: Confirmed, *, version: int | None = None, now: datetime
) -> Opportunity:
    """Open the opportunity a customer confirmed, with its new need as evidence.

    Raises RuleError `kind_unknown`, `version_conflict`, `closed_already` (409), and those of evidence and opportunities.
    """
    row = _held(actor, repurchase, version)
    if new.kind not in BUYS_AGAIN:
        raise wrong_at(
            "kind", _("Choose whether it is more of the same or something further."), "kind_unknown"
        )
    customer = Customer.objects.get(pk=row.customer_id)
    add_evidence(actor, customer, NewEvidence(kind=new.how, proves=[Proof.NEW_NEED], text=new.said), now=now)
    name = row.product.name if row.product else row.why.partition(" · ")[2] or row.why
    opened = open_opportunity(
        actor, customer,
        NewOpportunity(
            name=name[:200], kind=new.kind, amount=new.amount if new.amount is not None else row.budget,
            expected_close=new.expected_close, owner=customer.owner or actor,
        ),
        now=now,
    )  # fmt: skip
    row.opportunity, row.answer = opened, clean(new.said)
    _close(actor, row, State.CONFIRMED, now)
    return opened


@transaction.atomic
def dismiss_repurchase(
    actor: User, repurchase: Repurchase, *, why: str, version: int | None = None, now: datetime
) -> Repurchase:
    """Put a proposal aside, with what speaks against it; its rule does not ask again for half a year."""
    row = _held(actor, repurchase, version)
    words = clean(why)
    if not words:
        raise wrong_at("why", _("Say why not now."), "reason_missing")
    row.answer = words
    _close(actor, row, State.DISMISSED, now)
    return row


def _close(actor: User, row: Repurchase, state: str, now: datetime) -> None:
    row.state, row.closed_at, row.version = state, now, row.version + 1
    row.save()
    end_plan(actor, row.task, row.answer, now=now)
    record(
        actor, f"repurchase.{state}", at=now, customer_id=row.customer_id, subject_id=row.pk,
        name=row.product.name if row.product else "", note=row.answer[:200],
    )  # fmt: skip


def _held(actor: User, repurchase: Repurchase, version: int | None) -> Repurchase:
    """Lock an open proposal the actor may work on."""
    seen = Repurchase.objects.visible_to(actor).get(pk=repurchase.pk)
    customer = Customer.objects.select_for_update(of=("self",)).get(pk=seen.customer_id)
    require_hand_in(actor, customer, Right.SERVE)
    row = (
        Repurchase.objects.select_for_update(of=("self",))
        .select_related("product", "owner", "task__assignee")
        .get(pk=seen.pk)
    )
    row.customer = customer
    if row.closed_at is not None:
        raise RuleError(_("This proposal is closed already."), "closed_already", status=409)
    if version is not None and version != row.version:
        raise version_conflict(row.version)
    return row
