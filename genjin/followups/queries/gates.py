"""What stands at the gates: the proofs on record, what a move would still lack, and whose stage waits for a look."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Exists, OuterRef

from genjin.accounts.models import User
from genjin.customers.models import Contact, Customer, CustomerQuerySet
from genjin.customers.rules import JOURNEY, OPEN_STAGES, Stage
from genjin.customers.rules.axes import Condition, Standing, gate
from genjin.customers.rules.score import is_need_stated
from genjin.events.models import Event
from genjin.followups.models import Evidence, GateException
from genjin.followups.queries.workbench import Days

Proofs = Mapping[str, Sequence[int]]  # by code: the ids of the evidence that stands for it
CONFIRMED = "customer.status_confirmed"  # the event that says: the stage was looked at and stands (S2-17)


def proofs_of(ids: Sequence[int]) -> dict[int, dict[str, list[int]]]:
    """Return by customer what evidence stands for, by code its ids; one query."""
    found: dict[int, dict[str, list[int]]] = {pk: {} for pk in ids}
    rows = Evidence.objects.standing().filter(customer__in=ids).order_by("pk")
    for pk, customer_id, proves in rows.values_list("pk", "customer_id", "proves"):
        for code in proves:
            found[customer_id].setdefault(code, []).append(pk)
    return found


def standings(
    rows: Sequence[Customer], pass_mark: int, now: datetime, proofs: Mapping[int, Proofs] | None = None
) -> dict[int, Standing]:
    """Return what the gates look at, by customer; two queries for any number (one when `proofs` are known)."""
    ids = [row.pk for row in rows]
    proofs = proofs_of(ids) if proofs is None else proofs
    deciders = set(
        Contact.objects.filter(customer__in=ids, is_decider=True).values_list("customer_id", flat=True)
    )
    return {
        row.pk: Standing(
            stage=Stage(row.stage),
            score=row.score,
            pass_mark=pass_mark,
            has_effective_contact=row.last_contact_at is not None,
            is_need_clear=is_need_stated(row.need),
            is_budget_clear=row.budget_min is not None or row.budget_max is not None,
            is_authority_clear=row.is_authority_clear,
            has_decider=row.pk in deciders,
            silent_days=silent_days(row, now),
            proofs=frozenset(proofs[row.pk]),
        )
        for row in rows
    }


def silent_days(row: Customer, now: datetime) -> int:
    """Return for how many whole days nobody was in touch, not counting what was before its present owner."""
    known = [
        moment for moment in (row.last_contact_at, row.owned_since, row.created_at) if moment is not None
    ]
    return max((now - max(known)).days, 0)


def checklist(row: Customer, target: str, pass_mark: int, now: datetime) -> tuple[Condition, ...]:
    """Return the lines of the gate to `target` as this customer stands; empty when nothing is asked."""
    return gate(standings([row], pass_mark, now)[row.pk], Stage(target))


def still_missing(
    rows: Mapping[Customer, Sequence[GateException]], pass_mark: int, now: datetime
) -> dict[int, list[str]]:
    """Return by debt which of its lines are not answered yet; those answered are paid."""
    found: dict[int, list[str]] = {}
    known = standings(list(rows), pass_mark, now)
    for row, debts in rows.items():
        for debt in debts:
            target = Stage(debt.target)
            seen = replace(known[row.pk], stage=_before(target))
            open_lines = {line.code for line in gate(seen, target) if not line.is_met}
            found[debt.pk] = [code for code in debt.missing if code in open_lines]
    return found


def owed_by(row: Customer) -> set[str]:
    """Return the codes a customer owes; a query only when it owes something."""
    if row.gate_debt_until is None:
        return set()
    missing = GateException.objects.open().filter(customer=row).values_list("missing", flat=True)
    return {code for codes in missing for code in codes}


def _before(target: Stage) -> Stage:
    """Return the stage from which a gate is entered; a loss from any."""
    return Stage.LEAD if target == Stage.LOST else JOURNEY[JOURNEY.index(target) - 1]


def unrefreshed(rows: CustomerQuerySet, now: datetime) -> CustomerQuerySet:
    """Narrow to customers on the way to a deal, the same owner's since before Monday, whose stage nobody changed or confirmed since (S2-17)."""
    monday = Days.of(now).week
    confirmed = Event.objects.filter(customer_id=OuterRef("pk"), kind=CONFIRMED, at__gte=monday).order_by()
    waiting = rows.in_work().filter(
        stage__in=OPEN_STAGES, stage_entered_at__lt=monday, owned_since__lt=monday
    )
    return waiting.exclude(Exists(confirmed))


def to_refresh(user: User, now: datetime) -> CustomerQuerySet:
    """Return one's own customers on the Friday list 本周待更新状态 (S2-17)."""
    return unrefreshed(Customer.objects.filter(owner=user), now)
