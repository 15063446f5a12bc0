"""Gate debts: what a stage still lacks, who answers for it, and what happens when the term is over."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from genjin.accounts.models import User
from genjin.accounts.queries import leads_of
from genjin.customers.models import Customer
from genjin.customers.queries.scores import current_rules
from genjin.customers.rules import JOURNEY, Stage
from genjin.customers.rules.axes import owed
from genjin.events.actions import record
from genjin.followups.models import Evidence, GateException
from genjin.followups.queries.gates import proofs_of, still_missing
from genjin.followups.rules.evidence import WITHDRAWN_TERM
from genjin.notices.actions import tell
from genjin.notices.rules import NoticeKind

LOOKED_AT_ONCE = 2000

_REFRESH = """
UPDATE customers_customer c SET gate_debt_until = d.until
FROM (SELECT i.id, min(g.expires_at) AS until FROM unnest(%(ids)s::bigint[]) AS i(id)
      LEFT JOIN followups_gateexception g ON g.customer_id = i.id AND g.settled_at IS NULL GROUP BY i.id) AS d
WHERE c.id = d.id AND c.gate_debt_until IS DISTINCT FROM d.until
"""


def refresh_debts(customer_ids: Iterable[int]) -> None:
    """Work out when the first open debt of customers runs out; the one statement every change of debts calls."""
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, {"ids": list(customer_ids)})


def settle_debts(customer_ids: Sequence[int], now: datetime) -> int:
    """Settle the open debts of locked customers whose evidence is there by now; returns how many."""
    return _pay(GateException.objects.open().filter(customer__in=customer_ids), now)


def _pay(open_debts: Iterable[GateException], now: datetime) -> int:
    by_customer: dict[int, list[GateException]] = {}
    for debt in open_debts:
        by_customer.setdefault(debt.customer_id, []).append(debt)
    rows = {row: by_customer[row.pk] for row in Customer.objects.filter(pk__in=by_customer)}
    left = still_missing(rows, current_rules().pass_mark, now) if rows else {}
    paid = [debt for debts in rows.values() for debt in debts if not left[debt.pk]]
    _close(paid, GateException.Outcome.PAID, now)
    return len(paid)


def _close(debts: Sequence[GateException], outcome: str, now: datetime) -> None:
    if not debts:
        return
    GateException.objects.filter(pk__in=[debt.pk for debt in debts]).update(settled_at=now, outcome=outcome)
    refresh_debts({debt.customer_id for debt in debts})
    for debt in debts:
        kind = f"gate_debt.{outcome}"
        record(None, kind, at=now, customer_id=debt.customer_id, subject_id=debt.pk, target=debt.target)


def close_moot(stages: Mapping[int, str], now: datetime) -> None:
    """Close the debts of gates that customers, by id with the stage they are in now, no longer stand behind."""
    debts = GateException.objects.open().filter(customer__in=stages)
    _close([debt for debt in debts if not _stands_behind(stages[debt.customer_id], debt.target)], "moot", now)


def _stands_behind(stage: str, target: str) -> bool:
    if Stage.LOST in {stage, target}:
        return stage == target
    return JOURNEY.index(Stage(stage)) >= JOURNEY.index(Stage(target))


def owe_withdrawn(actor: User, customer: Customer, evidence: Evidence, now: datetime) -> list[GateException]:
    """Let a locked customer owe what its stage asked for and nothing shows any more; owner and leads are told.

    `evidence` is withdrawn already. What was never on record is no debt: only what this evidence stood for.
    """
    stands = frozenset(proofs_of([customer.pk])[customer.pk])
    debts = [
        GateException.objects.create(
            customer=customer, cause=GateException.Cause.WITHDRAWN, target=target, missing=list(codes), reason=evidence.withdrawn_reason,
            asked_by=actor, made_at=now, expires_at=now + WITHDRAWN_TERM,
        )
        for target, codes in owed(Stage(customer.stage), frozenset(evidence.proves), stands).items()
    ]  # fmt: skip
    if debts:
        refresh_debts([customer.pk])
        tell(
            _concerned(customer.owner, but=actor), NoticeKind.EVIDENCE_WITHDRAWN, key=f"evidence.withdrawn:{evidence.pk}", at=now,
            customer_id=customer.pk, subject_id=evidence.pk, who=actor.name, why=evidence.withdrawn_reason[:200],
        )  # fmt: skip
    return debts


def _concerned(owner: User | None, but: User | None = None) -> set[int]:
    """Return the ids of an owner and who leads them, without who did it."""
    people = [owner, *leads_of(owner)] if owner is not None else []
    return {person.pk for person in people if but is None or person.pk != but.pk}


@transaction.atomic
def watch_debts(now: datetime) -> int:
    """Settle debts whose evidence came by another way, and tell people once of those that ran out; returns how many ran out.

    The stage does not jump back by itself: people decide.
    """
    live = GateException.objects.open().filter(customer__deleted_at=None)
    waiting = list(
        live.select_for_update(of=("self",), skip_locked=True).order_by("expires_at")[:LOOKED_AT_ONCE]
    )
    _pay(waiting, now)
    over = GateException.objects.run_out(now).filter(pk__in=[debt.pk for debt in waiting], told_at=None)
    debts = list(over.select_related("customer__owner", "customer__owner__team", "approver"))
    for debt in debts:
        people = _concerned(debt.customer.owner) | {pk for pk in (debt.approver_id, debt.asked_by_id) if pk}
        tell(
            people, NoticeKind.GATE_DEBT_EXPIRED, key=f"gate_debt.expired:{debt.pk}", at=now, customer_id=debt.customer_id,
            subject_id=debt.pk, day=_local_day(debt.expires_at),
        )  # fmt: skip
        record(
            None,
            "gate_debt.expired",
            at=now,
            customer_id=debt.customer_id,
            subject_id=debt.pk,
            target=debt.target,
        )
    GateException.objects.filter(pk__in=[debt.pk for debt in debts]).update(told_at=now)
    return len(debts)


def _local_day(moment: datetime) -> str:
    return timezone.localtime(moment, timezone.get_default_timezone()).strftime("%Y-%m-%d")
