"""Clocks: started by what happens, stopped by facts alone. What actions call; `keeping` looks at everybody."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from genjin.accounts.queries import company_zone, work_calendar
from genjin.customers.models import Customer
from genjin.followups.models import Deadline
from genjin.followups.queries.pace import first_contact_within, gaps
from genjin.followups.rules import BASE_INFO_WITHIN, DeadlineKind, plan_due
from genjin.followups.rules.clocks import CUSTOMER_WAIT_WITHIN, warn_moment

# What a customer has when its base information is complete (S2-8); `c` is the customer.
COMPLETE = """((c.source_id IS NOT NULL OR c.source_detail <> '') AND EXISTS (
    SELECT FROM customers_contact p WHERE p.customer_id = c.id AND p.name <> ''
    AND (p.phone <> '' OR p.wechat <> '' OR p.email <> '')))"""


def run_sql(statement: str, given: dict[str, Any]) -> int:
    """Run one statement; returns how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return int(cursor.rowcount)


# One that runs is closed, not overwritten: whether the former owner kept it stays on record.
_END_KIND = """
UPDATE followups_deadline d SET ended_at = %(now)s, acts_at = NULL,
    breached_at = COALESCE(d.breached_at, CASE WHEN d.due_at < %(now)s THEN d.due_at END)
WHERE d.customer_id = ANY(%(ids)s) AND d.kind = %(kind)s AND d.met_at IS NULL AND d.ended_at IS NULL
"""
_IF_BROKEN = "AND (d.breached_at IS NOT NULL OR d.due_at < %(now)s)"
_START_FIRST = """
INSERT INTO followups_deadline (kind, customer_id, responsible_id, starts_at, due_at, level, acts_at)
SELECT 'first_contact', c.id, c.owner_id, %(now)s, %(now)s + g.within, 0, %(now)s + g.within / 2
FROM customers_customer c JOIN unnest(%(grades)s::text[], %(withins)s::interval[]) AS g(grade, within) ON g.grade = c.grade
WHERE c.id = ANY(%(ids)s) AND c.owner_id IS NOT NULL AND c.stage <> 'lost'
ON CONFLICT (customer_id, kind, subject_id) WHERE met_at IS NULL AND ended_at IS NULL DO NOTHING
"""
_START_BASE = """
INSERT INTO followups_deadline (kind, customer_id, responsible_id, starts_at, due_at, level, acts_at)
SELECT 'base_info', c.id, c.owner_id, %(now)s, %(now)s + %(within)s, 0, %(now)s + %(within)s / 2
FROM customers_customer c
WHERE c.id = ANY(%(ids)s) AND c.owner_id IS NOT NULL AND c.stage <> 'lost' AND NOT COMPLETE
ON CONFLICT (customer_id, kind, subject_id) WHERE met_at IS NULL AND ended_at IS NULL DO NOTHING
""".replace("COMPLETE", COMPLETE)
_START_PLAN = """
INSERT INTO followups_deadline (kind, customer_id, responsible_id, starts_at, due_at, level, acts_at)
SELECT 'plan', c.id, c.owner_id, %(now)s, %(due)s, 0, %(warn)s FROM customers_customer c
WHERE c.id = ANY(%(ids)s) AND c.owner_id IS NOT NULL AND c.stage <> 'lost'
ON CONFLICT (customer_id, kind, subject_id) WHERE met_at IS NULL AND ended_at IS NULL
DO UPDATE SET responsible_id = EXCLUDED.responsible_id, starts_at = EXCLUDED.starts_at, due_at = EXCLUDED.due_at,
    acts_at = EXCLUDED.acts_at, level = 0, warned_at = NULL
"""
# Once in a customer's life, and only while nobody has been in touch.
START_WAIT = """
INSERT INTO followups_deadline (kind, customer_id, responsible_id, starts_at, due_at, level, acts_at)
SELECT 'customer_wait', c.id, c.owner_id, c.created_at, c.created_at + %(within)s, 0, c.created_at + %(within)s / 2
FROM customers_customer c
WHERE c.id = ANY(%(ids)s) AND c.deleted_at IS NULL AND c.stage = 'lead' AND c.customer_type <> 'existing'
  AND c.first_contact_at IS NULL AND c.last_contact_at IS NULL
  AND NOT EXISTS (SELECT FROM followups_deadline d WHERE d.customer_id = c.id AND d.kind = 'customer_wait')
ON CONFLICT (customer_id, kind, subject_id) WHERE met_at IS NULL AND ended_at IS NULL DO NOTHING
"""
# A clock of the owner's ends when nobody owns the customer; that the customer waits goes on in the pool.
END_GONE = """
UPDATE followups_deadline d SET ended_at = %(now)s, acts_at = NULL,
    breached_at = COALESCE(d.breached_at, CASE WHEN d.due_at < %(now)s THEN d.due_at END)
FROM customers_customer c
WHERE c.id = d.customer_id AND c.id = ANY(%(ids)s) AND d.met_at IS NULL AND d.ended_at IS NULL AND d.kind <> 'recycle'
  AND d.subject_id = 0
  AND (c.stage = 'lost' OR (c.owner_id IS NULL AND d.kind <> 'customer_wait'))
"""
FOLLOW_OWNER = """
UPDATE followups_deadline d SET responsible_id = c.owner_id
FROM customers_customer c
WHERE c.id = d.customer_id AND c.id = ANY(%(ids)s) AND d.met_at IS NULL AND d.ended_at IS NULL
  AND d.kind IN ('customer_wait', 'base_info', 'plan') AND d.responsible_id IS DISTINCT FROM c.owner_id
"""
# The first effective contact on record since the clock began stops it, whenever it was written down; the customer's
# own wait is over with any. Forms know minutes only. Nothing on record when it was due is a breach, whatever is written later.
_MEET = """
UPDATE followups_deadline d SET met_at = GREATEST(f.happened_at, d.starts_at), acts_at = NULL,
    breached_at = COALESCE(d.breached_at, CASE WHEN f.recorded_at > d.due_at THEN d.due_at END)
FROM (
    SELECT r.id, x.happened_at, x.recorded_at FROM followups_deadline r CROSS JOIN LATERAL (
        SELECT f.happened_at, f.recorded_at FROM followups_followup f
        WHERE f.customer_id = r.customer_id AND f.is_effective AND (r.kind = 'customer_wait' OR f.happened_at >= date_trunc('minute', r.starts_at))
        ORDER BY f.recorded_at, f.id LIMIT 1) x
    WHERE r.customer_id = ANY(%(ids)s) AND r.kind IN ('first_contact', 'customer_wait')
      AND r.met_at IS NULL AND r.ended_at IS NULL
) f
WHERE d.id = f.id
"""


def start_first_contact(customer_ids: Iterable[int], now: datetime) -> None:
    """Start the clock of the new owner's first contact, 24 hours unless the grade says less (S4-7); a running one ends."""
    ids, pace = list(customer_ids), first_contact_within()
    run_sql(_END_KIND, {"ids": ids, "kind": DeadlineKind.FIRST_CONTACT, "now": now})
    run_sql(
        _START_FIRST, {"ids": ids, "now": now, "grades": list(pace), "withins": list(pace.values())}
    )  # fmt: skip


def start_base_info(customer_ids: Iterable[int], now: datetime) -> None:
    """Start the 24-hour clock for source, contact and a way to reach it, where one of them is missing (S2-8)."""
    run_sql(_START_BASE, {"ids": list(customer_ids), "now": now, "within": BASE_INFO_WITHIN})


def start_plan(customer_ids: Iterable[int], now: datetime) -> None:
    """Start the clock of the follow-up plan: three working days from grading or re-grading (S2-13).

    One that runs starts anew; one that was missed ends, so that it stays on record.
    """
    ids = list(customer_ids)
    due = plan_due(now, work_calendar(), company_zone())
    run_sql(_END_KIND + _IF_BROKEN, {"ids": ids, "kind": DeadlineKind.PLAN, "now": now})
    warn = warn_moment(DeadlineKind.PLAN, now, due)
    run_sql(_START_PLAN, {"ids": ids, "now": now, "due": due, "warn": warn})


def meet_plan(customer_id: int, filed_at: datetime) -> None:
    """Stop the clock of the plan: one was filed."""
    meet_clocks(DeadlineKind.PLAN, [customer_id], at=filed_at, now=filed_at)


def start_wait(customer_ids: Iterable[int]) -> None:
    """Start the customers' own clock: how long they wait for somebody, from the moment they were captured."""
    run_sql(START_WAIT, {"ids": list(customer_ids), "within": CUSTOMER_WAIT_WITHIN})


def contacts_recorded(customer_ids: Iterable[int], now: datetime) -> None:
    """Stop the clocks of a first contact and move the next one on; called after effective contacts were written."""
    ids = list(customer_ids)
    run_sql(_MEET, {"ids": ids})
    set_gaps(ids, now)


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock as a rule works it out: whose customer, since when, until when."""

    customer_id: int
    responsible_id: int
    starts_at: datetime
    due_at: datetime


_SET = """
INSERT INTO followups_deadline (kind, customer_id, responsible_id, starts_at, due_at, level, acts_at)
SELECT %(kind)s, c.customer, c.responsible, c.starts, c.due, 0, c.acts
FROM unnest(%(customers)s::bigint[], %(people)s::bigint[], %(starts)s::timestamptz[], %(dues)s::timestamptz[],
            %(acts)s::timestamptz[]) AS c(customer, responsible, starts, due, acts)
ON CONFLICT (customer_id, kind, subject_id) WHERE met_at IS NULL AND ended_at IS NULL
DO UPDATE SET responsible_id = EXCLUDED.responsible_id, starts_at = EXCLUDED.starts_at, due_at = EXCLUDED.due_at,
    level = CASE WHEN followups_deadline.due_at = EXCLUDED.due_at THEN followups_deadline.level ELSE 0 END,
    acts_at = CASE WHEN followups_deadline.due_at = EXCLUDED.due_at THEN followups_deadline.acts_at ELSE EXCLUDED.acts_at END,
    warned_at = CASE WHEN followups_deadline.due_at = EXCLUDED.due_at THEN followups_deadline.warned_at END,
    breached_at = CASE WHEN followups_deadline.due_at = EXCLUDED.due_at THEN followups_deadline.breached_at END
WHERE (followups_deadline.due_at, followups_deadline.responsible_id) IS DISTINCT FROM (EXCLUDED.due_at, EXCLUDED.responsible_id)
"""


def set_clocks(kind: str, clocks: Sequence[Clock]) -> None:
    """Set running clocks of a kind to what a rule says now; one that moved begins its ladder anew."""
    acts = [
        None if kind == DeadlineKind.RECYCLE else warn_moment(kind, clock.starts_at, clock.due_at)
        for clock in clocks
    ]
    run_sql(
        _SET,
        {
            "kind": kind, "customers": [clock.customer_id for clock in clocks],
            "people": [clock.responsible_id for clock in clocks], "starts": [clock.starts_at for clock in clocks],
            "dues": [clock.due_at for clock in clocks], "acts": acts,
        },
    )  # fmt: skip


def end_clocks_of_kind(kind: str, customer_ids: Sequence[int], now: datetime) -> None:
    """End running clocks of one kind, of customers the rule no longer says anything of."""
    if kind == DeadlineKind.RECYCLE:
        Deadline.objects.running().filter(customer__in=customer_ids, kind=kind).update(ended_at=now)
    else:
        run_sql(_END_KIND, {"ids": list(customer_ids), "kind": kind, "now": now})


_MEET_KIND = """
UPDATE followups_deadline d SET met_at = %(at)s, acts_at = NULL,
    breached_at = COALESCE(d.breached_at, CASE WHEN %(now)s > d.due_at THEN d.due_at END)
WHERE d.customer_id = ANY(%(ids)s) AND d.kind = %(kind)s AND d.met_at IS NULL AND d.ended_at IS NULL
  AND d.starts_at <= %(at)s
"""


def meet_clocks(kind: str, customer_ids: Collection[int], *, at: datetime, now: datetime) -> int:
    """Stop running clocks of a kind by a fact of the moment `at`, on record since `now`; returns how many.

    Called where the fact is written: a plan filed, never an edited status. A fact from before the clock began is none.
    """
    return run_sql(_MEET_KIND, {"ids": list(customer_ids), "kind": kind, "at": at, "now": now})


def end_clocks(customer_ids: Sequence[int], now: datetime) -> None:
    """End the running clocks of customers that went to a pool or were lost; in a pool the customer waits on."""
    ids = list(customer_ids)
    run_sql(END_GONE, {"ids": ids, "now": now})
    run_sql(FOLLOW_OWNER, {"ids": ids})
    end_clocks_of_kind(DeadlineKind.RECYCLE, ids, now)


# What a recurring clock should be, per customer: `want` gives customer, responsible, starts, due, warn, fact_at. One
# that is broken is closed and followed by a new one, so that it stays on record; one that was kept moves on.
_CLOSE_BROKEN = """
WITH want AS ({want})
UPDATE followups_deadline d SET acts_at = NULL, breached_at = COALESCE(d.breached_at, d.due_at),
    met_at = CASE WHEN w.fact_at > d.starts_at THEN w.fact_at END,
    ended_at = CASE WHEN w.fact_at > d.starts_at THEN NULL ELSE %(now)s END
FROM want w
WHERE d.customer_id = w.customer AND d.kind = %(kind)s AND d.met_at IS NULL AND d.ended_at IS NULL
  AND (d.breached_at IS NOT NULL OR d.due_at < %(now)s)
  AND (d.starts_at, d.due_at, d.responsible_id) IS DISTINCT FROM (w.starts, w.due, w.responsible)
"""
_MOVE = """
WITH want AS ({want})
INSERT INTO followups_deadline (kind, customer_id, responsible_id, starts_at, due_at, level, acts_at)
SELECT %(kind)s, w.customer, w.responsible, w.starts, w.due, 0, w.warn FROM want w
WHERE NOT EXISTS (
    SELECT FROM followups_deadline d WHERE d.customer_id = w.customer AND d.kind = %(kind)s AND d.met_at IS NULL
    AND d.ended_at IS NULL AND (d.starts_at, d.due_at, d.responsible_id) IS NOT DISTINCT FROM (w.starts, w.due, w.responsible))
ON CONFLICT (customer_id, kind, subject_id) WHERE met_at IS NULL AND ended_at IS NULL
DO UPDATE SET responsible_id = EXCLUDED.responsible_id, starts_at = EXCLUDED.starts_at, due_at = EXCLUDED.due_at,
    acts_at = EXCLUDED.acts_at, level = 0, warned_at = NULL
"""
_END_UNWANTED = """
WITH want AS ({want})
UPDATE followups_deadline d SET ended_at = %(now)s, acts_at = NULL,
    breached_at = COALESCE(d.breached_at, CASE WHEN d.due_at < %(now)s THEN d.due_at END)
FROM customers_customer c
WHERE c.id = d.customer_id AND c.id = ANY(%(ids)s) AND c.deleted_at IS NULL AND d.kind = %(kind)s
  AND d.met_at IS NULL AND d.ended_at IS NULL AND NOT EXISTS (SELECT FROM want w WHERE w.customer = d.customer_id)
"""
_GAP = """
    SELECT c.id AS customer, c.owner_id AS responsible, s.starts, s.starts + g.gap AS due, s.starts + g.gap / 2 AS warn,
        c.last_contact_at AS fact_at
    FROM customers_customer c JOIN unnest(%(grades)s::text[], %(gaps)s::interval[]) AS g(grade, gap) ON g.grade = c.grade
    CROSS JOIN LATERAL (SELECT GREATEST(COALESCE(c.owned_since, c.created_at), c.last_contact_at) AS starts) s
    WHERE c.id = ANY(%(ids)s) AND c.deleted_at IS NULL AND c.owner_id IS NOT NULL AND c.stage <> 'lost'
"""


def set_recurring(kind: str, want: str, given: dict[str, Any]) -> None:
    """Bring the clocks of a kind that comes again and again to what the statement `want` says of customers `ids`."""
    for statement in (_CLOSE_BROKEN, _MOVE, _END_UNWANTED):
        run_sql(statement.format(want=want), given | {"kind": kind})


def set_gaps(customer_ids: Iterable[int], now: datetime) -> None:
    """Let the clock of the next contact run from the last effective one, or from when the owner got it (S2-10..12)."""
    pace = gaps()
    given = {"ids": list(customer_ids), "now": now, "grades": list(pace), "gaps": list(pace.values())}
    set_recurring(DeadlineKind.CONTACT_GAP, _GAP, given)


def is_complete(customer: Customer) -> bool:
    """Whether a customer has a source (from the list or in words), a named contact and a way to reach it (S2-8)."""
    has_source = customer.source_id is not None or bool(customer.source_detail)
    return has_source and any(
        person.name and (person.phone or person.wechat or person.email) for person in customer.contacts.all()
    )
