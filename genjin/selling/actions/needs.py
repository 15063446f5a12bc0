"""Writing down what a customer needs, and what changed about it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, may, require
from genjin.customers.actions.ownership import lock_one, may_edit, may_work_on
from genjin.customers.models import Customer
from genjin.customers.rules import Stage
from genjin.customers.rules.axes import Proof
from genjin.events.actions import record
from genjin.followups.actions.debts import settle_debts
from genjin.followups.actions.evidence import NewEvidence, write_evidence
from genjin.followups.actions.information import change_customer
from genjin.followups.models import FollowUp
from genjin.followups.rules.evidence import EvidenceKind
from genjin.kit.errors import RuleError, not_found, version_conflict, wrong_at
from genjin.kit.text import clean
from genjin.selling.actions.opportunities import NewOpportunity, open_opportunity
from genjin.selling.models import Need, NeedChange, Opportunity
from genjin.selling.rules import OpportunityKind
from genjin.selling.rules.needs import FIELDS, check_need, check_told, for_customer, is_late


@dataclass(frozen=True, slots=True)
class NewNeed:
    """What was told: `values` by field, when, for which opportunity, from which record.

    `ticked` are fields of the customer (`rules.needs.FOLLOWED`) that are to follow even when they hold something;
    `is_new` a new need of a customer that has bought: evidence is written and the repeat purchase opened with it.
    """

    values: Mapping[str, Any]
    told_at: datetime | None = None  # None: now
    opportunity: Opportunity | None = None
    followup: FollowUp | None = None
    ticked: Collection[str] = field(default_factory=tuple)
    is_new: bool = False


@transaction.atomic
def record_need(actor: User, customer: Customer, new: NewNeed, *, now: datetime) -> Need:
    """Write down a need (S3-9, S3-10); the customer's own fields follow where they are empty or ticked.

    Told more than 24 hours ago it is marked late (S3-21). Raises RuleError those of `check_need`, `told_in_future`,
    `not_found` (404) for an opportunity or record of another customer, `not_bought_yet`, `not_yours` (403).
    """
    row = lock_one(actor, customer.pk)
    require_note(actor, row)
    told_at = new.told_at or now
    values = _clean({"title": ""} | dict(new.values))
    check_need(values)
    check_told(told_at, now)
    others = [one for one in (new.opportunity, new.followup) if one is not None and one.customer_id != row.pk]
    if others:
        raise not_found()
    need = Need.objects.create(
        customer=row, opportunity=new.opportunity, followup=new.followup, is_new=new.is_new, told_at=told_at, recorded_at=now,
        is_late=is_late(told_at, now), created_by=actor, **values,
    )  # fmt: skip
    record(
        actor, "need.recorded", at=now, customer_id=row.pk, subject_id=need.pk, name=need.title, note="", is_late=need.is_late,
    )  # fmt: skip
    _follow(actor, row, values, new.ticked, now)
    if new.is_new:
        _open_again(actor, row, need, now)
    return need


def require_note(actor: User, row: Customer) -> None:
    """Refuse with 403 who may not write needs, deciders and competitors: owners and their leads may, and who owns an opportunity."""
    require(actor, Right.SELL)
    mine = Opportunity.objects.filter(customer=row, owner=actor)
    if not may_edit(actor, row) and not mine.exists():
        sentence = _(
            "Only the customer's owner, who leads them, and owners of its opportunities may do this."
        )
        raise RuleError(sentence, "not_yours", status=403)


def _clean(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return known fields, tidied. Raises RuleError `field_unknown`."""
    unknown = sorted(set(values) - set(FIELDS))
    if unknown:
        raise RuleError(_("Unknown: %(codes)s.") % {"codes": ", ".join(unknown)}, "field_unknown")
    found = {name: clean(value) if isinstance(value, str) else value for name, value in values.items()}
    if "pains" in found:
        found["pains"] = [pain for pain in map(clean, found["pains"] or ()) if pain]
    return found


def _follow(  # noqa: PLR0917 (a step of both deeds)
    actor: User, row: Customer, values: Mapping[str, Any], ticked: Collection[str], now: datetime
) -> None:
    """Let the customer's own fields follow, as far as the actor may write them."""
    names = ("need", "pain_points", "decision_process", "budget_min", "budget_max")
    taken = for_customer(values, {name: getattr(row, name) for name in names}, ticked)
    if taken and may(actor, Right.CHANGE_CUSTOMER) and may_work_on(actor, row):
        change_customer(actor, row, taken, version=row.version, now=now)


def _open_again(actor: User, row: Customer, need: Need, now: datetime) -> None:
    """Put the new need of a customer that has bought on record as evidence, and open its repeat purchase (S2-18)."""
    if row.stage not in {Stage.WON, Stage.REPEAT}:
        sentence = _("Only a customer that has bought has a new need; leave the tick away.")
        raise wrong_at("is_new", sentence, "not_bought_yet")
    words = "\n".join(part for part in (need.title, need.situation, need.problem, need.wishes) if part)
    text = words if len(words) >= 4 else f"{_('New need')}: {words}"
    shown = NewEvidence(
        EvidenceKind.VERBAL, [Proof.NEW_NEED], text, followup=need.followup, occurred_at=need.told_at
    )
    write_evidence(actor, row, shown, now)
    settle_debts([row.pk], now)
    if need.opportunity is None:
        wish = NewOpportunity(
            name=need.title, kind=OpportunityKind.REPEAT,
            amount=need.budget_max if need.budget_max is not None else need.budget_min,
        )  # fmt: skip
        need.opportunity = open_opportunity(actor, row, wish, now=now)
        need.save(update_fields=["opportunity"])


@transaction.atomic
def change_need(  # noqa: PLR0913
    actor: User,
    need: Need,
    values: Mapping[str, Any],
    *,
    told_at: datetime | None = None,
    ticked: Collection[str] = (),
    version: int | None = None,
    now: datetime,
) -> Need:
    """Change a need; each field's old and new value is kept, with when it was told (S2-15, S3-21).

    Raises what `record_need` raises, and RuleError `version_conflict` (409).
    """
    seen = Need.objects.visible_to(actor).get(pk=need.pk)
    customer = lock_one(actor, seen.customer_id)
    require_note(actor, customer)
    row = Need.objects.select_for_update(of=("self",)).get(pk=seen.pk)
    if version is not None and version != row.version:
        raise version_conflict(row.version)
    wanted = _clean(values)
    both = {name: getattr(row, name) for name in ("budget_min", "budget_max")} | wanted
    check_need(both)
    moment = told_at or now
    check_told(moment, now)
    changed = {
        name: (getattr(row, name), value) for name, value in wanted.items() if getattr(row, name) != value
    }
    if not changed:
        return row
    for name, (_old, value) in changed.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=[*changed, "version"])
    late = is_late(moment, now)
    NeedChange.objects.bulk_create(
        NeedChange(
            need=row,
            field=name,
            old=_kept(old),
            new=_kept(value),
            told_at=moment,
            at=now,
            is_late=late,
            by=actor,
        )
        for name, (old, value) in changed.items()
    )
    record(
        actor, "need.changed", at=now, customer_id=customer.pk, subject_id=row.pk, name=row.title, note="", is_late=late,
        changes={name: [_kept(old), _kept(value)] for name, (old, value) in changed.items()},
    )  # fmt: skip
    _follow(actor, customer, {name: getattr(row, name) for name in FIELDS}, ticked, now)
    return row


def _kept(value: Any) -> str:
    """Return a value of a need as history and trail keep it."""
    if value is None:
        return ""
    return "\n".join(value) if isinstance(value, list) else str(value)
