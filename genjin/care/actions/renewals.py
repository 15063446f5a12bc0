"""Opening renewals 90 days before a contract's end, planning and deciding them (S2-20)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.accounts.queries import company_zone, local_day, work_calendar
from genjin.care.actions.each import each
from genjin.care.actions.plans import Step, carry_task, end_plan, keep_plan
from genjin.care.models import Renewal
from genjin.care.queries.keepers import still_keeps, who_now
from genjin.care.queries.renewals import contracts_due, handed_on, moved, succeeded
from genjin.care.rules.renewals import KEPT, Outcome, Verdict, check_verdict, plan_by
from genjin.contracts.actions.access import lock_row
from genjin.contracts.models import Contract
from genjin.contracts.rules import ContractState
from genjin.customers.models import Choice, Customer
from genjin.customers.queries.responsible import responsible_for
from genjin.events.actions import record
from genjin.followups.actions.next_step import refresh_next_steps
from genjin.followups.actions.stages import Move
from genjin.followups.actions.subject_clocks import end_subject_clocks, meet_subject_clock
from genjin.followups.actions.tasks import NewTask, plan_for, require_hand_in
from genjin.followups.models import Task
from genjin.followups.rules import DeadlineKind, TaskKind, TaskStatus
from genjin.followups.rules.cadence import working_morning
from genjin.kit.errors import RuleError, not_found, version_conflict, wrong_at
from genjin.kit.money import show_money
from genjin.kit.text import clean
from genjin.selling.actions.opportunities import NewOpportunity, open_opportunity
from genjin.selling.actions.stages import carry_opportunity
from genjin.selling.models import Opportunity
from genjin.selling.rules import OpportunityKind, OpportunityStage

MOST_AT_ONCE = 500


def keep_renewals(now: datetime) -> int:
    """Open what is due, follow ends that moved, call off what is void, close what was signed anew; returns how many changed.

    Each contract is a transaction of its own and locked, so two workers and a second run change nothing twice.
    """
    today = local_day(now)
    changed = each(succeeded()[:MOST_AT_ONCE], lambda row: _close_signed(row.pk, now))
    changed += each(moved()[:MOST_AT_ONCE], lambda row: _follow_contract(row.pk, now))
    changed += each(handed_on(), lambda row: _hand_on(row, now))
    return changed + each(contracts_due(today)[:MOST_AT_ONCE], lambda row: _open(row, now))


@transaction.atomic
def _open(seen: Contract, now: datetime) -> int:
    contract = lock_row(seen)
    if not contracts_due(local_day(now)).filter(pk=contract.pk).exists() or contract.ends_on is None:
        return 0
    customer = contract.customer
    owner = responsible_for(customer, otherwise=contract.owner)
    row = Renewal.objects.create(
        customer=customer, contract=contract, owner=owner, ends_on=contract.ends_on, opened_at=now
    )
    if owner is not None:
        row.task = _plan_task(customer, contract, owner, now)
        row.opportunity = open_opportunity(None, customer, _as_opportunity(contract, owner), now=now)
        row.save(update_fields=["task", "opportunity"])
    record(
        None, "renewal.opened", at=now, customer_id=customer.pk, subject_id=row.pk, name=contract.title,
        note=_("ends on %(day)s") % {"day": contract.ends_on.isoformat()},
    )  # fmt: skip
    return 1


@transaction.atomic
def _hand_on(renewal: Renewal, now: datetime) -> int:
    """Let who holds the task, or looks after the customer now, look after its renewal; the task goes along."""
    row = _lock(renewal.pk)
    who = who_now(row, row.customer) if row is not None else None
    if row is None or who is None or who.pk == row.owner_id:
        return 0
    row.owner = who
    row.save(update_fields=["owner"])
    carry_task(None, row.task, who, now)
    return 1


def _as_opportunity(contract: Contract, owner: User) -> NewOpportunity:
    name = _("Renewal of %(number)s %(title)s") % {"number": contract.number, "title": contract.title}
    return NewOpportunity(
        name=name[:200], kind=OpportunityKind.RENEWAL, amount=contract.amount, expected_close=contract.ends_on, owner=owner
    )  # fmt: skip


def _plan_task(customer: Customer, contract: Contract, owner: User, now: datetime) -> Task | None:
    assert contract.ends_on is not None  # noqa: S101 (narrows the type; those without an end are not due)
    words = {"number": contract.number, "day": contract.ends_on.isoformat()}
    new = NewTask(
        objective=_("Plan the renewal of %(number)s, which ends on %(day)s") % words, kind=TaskKind.RENEWAL,
        due_at=_due_at(contract.ends_on, now), assignee=owner,
    )  # fmt: skip
    return plan_for(None, customer, new, now=now)


def _due_at(ends_on: date, now: datetime) -> datetime:
    return max(now, working_morning(plan_by(ends_on, local_day(now)), work_calendar(), company_zone()))


def _lock(renewal_id: int) -> Renewal | None:
    """Lock an open renewal and its customer; None when somebody holds one of them just now, or decided it."""
    held = Customer.objects.filter(renewals=renewal_id).select_for_update(of=("self",), skip_locked=True)
    if held.first() is None:
        return None
    rows = Renewal.objects.open().select_for_update(of=("self",), skip_locked=True)
    return (
        rows.select_related("contract", "owner", "task__assignee", "customer__owner", "customer__pool")
        .filter(pk=renewal_id)
        .first()
    )


@transaction.atomic
def _follow_contract(renewal_id: int, now: datetime) -> int:
    """Take over a contract's new end, or call its renewal off when it is void or has none any more."""
    row = _lock(renewal_id)
    if row is None:
        return 0
    ends_on = row.contract.ends_on
    if row.contract.state == ContractState.VOID or ends_on is None:
        row.reason = _("The contract was called off.")
        _close(None, row, Outcome.VOID, now)
        _ask_what_becomes(row, now)
        end_subject_clocks(DeadlineKind.CONTRACT_END, [row.contract_id], now)
        return 1
    before, row.ends_on = row.ends_on, ends_on
    row.save(update_fields=["ends_on"])
    if row.task is not None and row.task.status == TaskStatus.OPEN:
        Task.objects.filter(pk=row.task.pk).update(due_at=_due_at(ends_on, now))
        refresh_next_steps([row.customer_id], now)
    record(
        None, "renewal.moved", at=now, customer_id=row.customer_id, subject_id=row.pk, name=row.contract.title,
        note=f"{before.isoformat()} → {ends_on.isoformat()}",
    )  # fmt: skip
    return 1


@transaction.atomic
def _close_signed(renewal_id: int, now: datetime) -> int:
    """Decide a renewal whose opportunity led to a signed contract: renewed, for that contract's amount."""
    row = _lock(renewal_id)
    if row is None or row.opportunity_id is None:
        return 0
    signed = Contract.objects.filter(opportunity=row.opportunity_id, signed_on__isnull=False)
    new = signed.exclude(pk=row.contract_id).exclude(state=ContractState.VOID).order_by("-pk").first()
    if new is None:
        return 0
    row.amount, row.new_contract = new.amount, new
    _close(None, row, Outcome.RENEWED if new.amount == row.contract.amount else Outcome.CHANGED, now)
    meet_subject_clock(DeadlineKind.CONTRACT_END, row.contract_id, at=now, now=now)
    return 1


@dataclass(frozen=True, slots=True)
class Decision:
    """How a renewal ended: its verdict, and the contract that follows."""

    verdict: Verdict
    lost_reason: Choice | None = None
    new_contract: Contract | None = None


@transaction.atomic
def plan_renewal(
    actor: User, renewal: Renewal, *, plan: str, until: date | None, version: int | None = None, now: datetime
) -> Renewal:
    """Say what is done until when, so that a contract goes on; the task to plan it is done by that, the plan is the next.

    Raises RuleError `plan_missing`, `due_in_past`, `version_conflict` (409), and those of `held`.
    """
    row = _held(actor, renewal, version)
    words = clean(plan)
    if not words:
        raise wrong_at("plan", _("Write what you do so that the contract goes on."), "plan_missing")
    if until is None or until < local_day(now):
        raise wrong_at("until", _("Choose a day from today on."), "due_in_past")
    if not row.plan:  # the task so far was to plan it
        end_plan(actor, row.task, words, now=now)
    row.plan, row.plan_until, row.version = words, until, row.version + 1
    row.save(update_fields=["plan", "plan_until", "version"])
    step = Step(
        _("Renewal of %(number)s: %(what)s") % {"number": row.contract.number, "what": words}, until,
        still_keeps(row, row.customer) or actor, TaskKind.RENEWAL,
    )  # fmt: skip
    row.task = keep_plan(actor, row.customer, row.task, step, now=now)
    row.save(update_fields=["task"])
    record(
        actor, "renewal.planned", at=now, customer_id=row.customer_id, subject_id=row.pk, name=row.contract.title, note=words[:200]
    )  # fmt: skip
    return row


@transaction.atomic
def decide_renewal(
    actor: User, renewal: Renewal, decision: Decision, *, version: int | None = None, now: datetime
) -> Renewal:
    """Say whether a contract goes on: renewed, changed or not renewed; its clock stops by that.

    Not renewed loses the opportunity of the renewal; winning it is for the new contract's signature. Raises RuleError
    as `check_verdict`, `contract_of_another` (404), `contract_same`, `version_conflict` (409), and those of `held`.
    """
    row = _held(actor, renewal, version)
    verdict = _with_amount(decision)
    check_verdict(verdict, has_lost_reason=decision.lost_reason is not None)
    _check_contract(row, decision.new_contract)
    row.reason, row.amount = clean(verdict.reason), verdict.amount
    row.lost_reason = decision.lost_reason if verdict.outcome == Outcome.LOST else None
    row.new_contract = decision.new_contract if verdict.outcome in KEPT else None
    _close(actor, row, verdict.outcome, now)
    if verdict.outcome == Outcome.LOST:
        _drop_opportunity(actor, row, row.lost_reason, now)
    meet_subject_clock(DeadlineKind.CONTRACT_END, row.contract_id, at=now, now=now)
    return row


def _with_amount(decision: Decision) -> Verdict:
    """Let the new contract's amount stand where none was written."""
    verdict = decision.verdict
    if verdict.amount is None and verdict.outcome in KEPT and decision.new_contract is not None:
        return Verdict(verdict.outcome, verdict.reason, decision.new_contract.amount)
    return verdict


def _check_contract(row: Renewal, contract: Contract | None) -> None:
    if contract is None:
        return
    if contract.customer_id != row.customer_id:
        raise not_found()
    if contract.pk == row.contract_id:
        raise wrong_at(
            "new_contract", _("Choose the contract that follows, not the one that ends."), "contract_same"
        )


def _held(actor: User, renewal: Renewal, version: int | None) -> Renewal:
    """Lock an open renewal the actor may work on. Raises RuleError `forbidden`, `not_yours` (403), `decided_already` (409)."""
    seen = Renewal.objects.visible_to(actor).get(pk=renewal.pk)
    customer = Customer.objects.select_for_update(of=("self",)).get(pk=seen.customer_id)
    require_hand_in(actor, customer, Right.SERVE)
    rows = Renewal.objects.select_for_update(of=("self",)).select_related(
        "contract", "task__assignee", "owner", "customer"
    )
    row = rows.get(pk=seen.pk)
    if row.outcome != Outcome.OPEN:
        raise RuleError(_("This renewal is decided already."), "decided_already", status=409)
    if version is not None and version != row.version:
        raise version_conflict(row.version)
    return row


def _close(actor: User | None, row: Renewal, outcome: str, now: datetime) -> None:
    row.outcome, row.decided_at, row.decided_by, row.version = outcome, now, actor, row.version + 1
    row.save()
    label = str(Outcome(outcome).label)
    note = f"{label} {show_money(row.amount)}" if isinstance(row.amount, Decimal) else label
    _finish_task(actor, row, f"{note} {row.reason}".strip(), now)
    record(
        actor, "renewal.decided", at=now, customer_id=row.customer_id, subject_id=row.pk, name=row.contract.title,
        note=f"{note} {row.reason}".strip()[:200], outcome=outcome,
    )  # fmt: skip


def _finish_task(actor: User | None, row: Renewal, outcome: str, now: datetime) -> None:
    end_plan(actor, row.task, outcome, now=now)


def _drop_opportunity(actor: User | None, row: Renewal, reason: Choice | None, now: datetime) -> None:
    """Lose the opportunity of a renewal that does not come, unless it ended already; its customer is locked."""
    found = Opportunity.objects.open().filter(pk=row.opportunity_id or 0).select_for_update(of=("self",))
    if (opportunity := found.first()) is None or reason is None:
        return
    opportunity.customer = Customer.objects.get(pk=row.customer_id)
    carry_opportunity(actor, opportunity, Move(OpportunityStage.LOST, row.reason, reason), now=now)


def _ask_what_becomes(row: Renewal, now: datetime) -> None:
    """Let a person close the opportunity of a contract that was called off: nobody else knows the reason for its loss."""
    opportunity = (
        Opportunity.objects.open().filter(pk=row.opportunity_id or 0).select_related("owner").first()
    )
    who = responsible_for(row.customer, otherwise=opportunity.owner) if opportunity is not None else None
    if opportunity is None or who is None:
        return
    words = _("The contract was called off: close the opportunity %(name)s") % {"name": opportunity.name}
    due_at = working_morning(local_day(now) + timedelta(days=1), work_calendar(), company_zone())
    plan_for(None, row.customer, NewTask(objective=words[:300], due_at=due_at, assignee=who), now=now)
