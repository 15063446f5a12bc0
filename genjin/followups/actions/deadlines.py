"""Clocks: started by what happens, stopped by facts alone."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from genjin.accounts.queries import company_zone, work_calendar
from genjin.customers.models import Contact, Customer
from genjin.customers.rules import Stage
from genjin.events.actions import record
from genjin.followups.models import Deadline
from genjin.followups.queries.grades import current_policy
from genjin.followups.rules import BASE_INFO_WITHIN, DeadlineKind, plan_due

_START = """
INSERT INTO followups_deadline (kind, customer_id, responsible_id, starts_at, due_at, level)
SELECT %(kind)s, c.id, c.owner_id, %(now)s,
    %(due)s + make_interval(hours => COALESCE((%(hours)s::jsonb ->> c.grade)::int, 0)), 0 FROM customers_customer c
WHERE c.id = ANY(%(ids)s) AND c.owner_id IS NOT NULL AND c.stage <> 'lost'
ON CONFLICT (customer_id, kind) WHERE met_at IS NULL AND ended_at IS NULL
DO UPDATE SET responsible_id = EXCLUDED.responsible_id, starts_at = EXCLUDED.starts_at,
              due_at = EXCLUDED.due_at, breached_at = NULL, warned_at = NULL, level = 0
"""


def start_first_contact(customer_ids: Iterable[int], now: datetime) -> None:
    """Start the clock of the new owner's first contact, by the hours of the grade (S4-7); a running one starts anew.

    A clock that runs keeps its hours when the grade changes.
    """
    hours = {grade: terms.first_response_hours for grade, terms in current_policy().terms.items()}
    _start(DeadlineKind.FIRST_CONTACT, customer_ids, now, now, hours)


def start_plan(customer_ids: Iterable[int], now: datetime) -> None:
    """Start the clock of the follow-up plan: three working days from grading or re-grading (S2-13); a running one starts anew."""
    _start(DeadlineKind.PLAN, customer_ids, now, plan_due(now, work_calendar(), company_zone()))


def meet_plan(customer_id: int, filed_at: datetime) -> None:
    """Stop the clock of the plan: one was filed after it began."""
    Deadline.objects.running().filter(
        customer=customer_id, kind=DeadlineKind.PLAN, starts_at__lte=filed_at
    ).update(met_at=filed_at)


def start_base_info(customer_ids: Iterable[int], now: datetime) -> None:
    """Start the 24-hour clock for source, contact and a way to reach it (S2-8)."""
    _start(DeadlineKind.BASE_INFO, customer_ids, now, now + BASE_INFO_WITHIN)


def _start(  # noqa: PLR0917
    kind: str,
    customer_ids: Iterable[int],
    now: datetime,
    due: datetime,
    hours: Mapping[str, int] | None = None,
) -> None:
    """Start clocks due at `due`, or so many `hours` later by grade."""
    more = json.dumps(dict(hours or {}))
    with connection.cursor() as cursor:
        cursor.execute(
            _START, {"kind": kind, "ids": list(customer_ids), "now": now, "due": due, "hours": more}
        )


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock as a rule works it out: whose customer, since when, until when."""

    customer_id: int
    responsible_id: int
    starts_at: datetime
    due_at: datetime


_SET = """
INSERT INTO followups_deadline (kind, customer_id, responsible_id, starts_at, due_at, level)
SELECT %(kind)s, c.customer, c.responsible, c.starts, c.due, 0
FROM unnest(%(customers)s::bigint[], %(people)s::bigint[], %(starts)s::timestamptz[], %(dues)s::timestamptz[])
    AS c(customer, responsible, starts, due)
ON CONFLICT (customer_id, kind) WHERE met_at IS NULL AND ended_at IS NULL
DO UPDATE SET responsible_id = EXCLUDED.responsible_id, starts_at = EXCLUDED.starts_at, due_at = EXCLUDED.due_at,
    level = CASE WHEN followups_deadline.due_at = EXCLUDED.due_at THEN followups_deadline.level ELSE 0 END
WHERE (followups_deadline.due_at, followups_deadline.responsible_id) IS DISTINCT FROM (EXCLUDED.due_at, EXCLUDED.responsible_id)
"""


def set_clocks(kind: str, clocks: Sequence[Clock]) -> None:
    """Set running clocks of a kind to what a rule says now; one that moved begins its ladder anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            _SET,
            {
                "kind": kind, "customers": [clock.customer_id for clock in clocks],
                "people": [clock.responsible_id for clock in clocks], "starts": [clock.starts_at for clock in clocks],
                "dues": [clock.due_at for clock in clocks],
            },
        )  # fmt: skip


def end_clocks_of_kind(kind: str, customer_ids: Sequence[int], now: datetime) -> None:
    """End running clocks of one kind, of customers the rule no longer says anything of."""
    Deadline.objects.running().filter(customer__in=customer_ids, kind=kind).update(ended_at=now)


def meet_first_contact(customer_id: int, happened_at: datetime) -> None:
    """Stop the first-contact clock: somebody was in touch."""
    Deadline.objects.running().filter(
        customer=customer_id, kind=DeadlineKind.FIRST_CONTACT, starts_at__lte=happened_at
    ).update(met_at=happened_at)


def end_clocks(customer_ids: Sequence[int], now: datetime) -> None:
    """End every running clock of customers that went to a pool or were lost."""
    Deadline.objects.running().filter(customer__in=customer_ids).update(ended_at=now)


@transaction.atomic
def watch_deadlines(now: datetime) -> int:
    """Stop base-info clocks whose facts are there, and mark what is overdue; returns how many breached.

    Looks at facts only, so nobody has to save anything; skips rows another worker holds.
    """
    reachable = (
        Contact.objects.filter(customer=OuterRef("customer"))
        .exclude(name="")
        .filter(~Q(phone="") | ~Q(wechat="") | ~Q(email=""))
    )
    Deadline.objects.running().filter(
        Exists(reachable), ~Q(customer__source=None, customer__source_detail=""), kind=DeadlineKind.BASE_INFO
    ).update(met_at=now)
    due = (
        Deadline.objects.running()
        .filter(breached_at=None, due_at__lt=now, customer__deleted_at=None)
        .exclude(kind=DeadlineKind.RECYCLE)  # comes true in a run of its own, by the rule of the floor above
        .exclude(customer__stage=Stage.LOST)
        .select_for_update(of=("self",), skip_locked=True)[:5000]
    )
    rows = list(due)
    Deadline.objects.filter(pk__in=[row.pk for row in rows]).update(breached_at=now)
    for row in rows:
        record(
            None, "deadline.breached", at=now, customer_id=row.customer_id, subject_id=row.pk, clock=row.kind
        )
    return len(rows)


def is_complete(customer: Customer) -> bool:
    """Whether a customer has a source (from the list or in words), a named contact and a way to reach it (S2-8)."""
    has_source = customer.source_id is not None or bool(customer.source_detail)
    return has_source and any(
        person.name and (person.phone or person.wechat or person.email) for person in customer.contacts.all()
    )
