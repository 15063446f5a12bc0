"""Bringing clocks into line with the facts: for whom something happened, and every night for everybody.

Nothing depends on a single call: what an action forgot, a restored backup or a statement from a shell left behind is
mended by the look at everybody.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from genjin.accounts.queries import company_zone, local_day, work_calendar
from genjin.customers.models import Customer
from genjin.events.actions import end_day, is_day_done, read_trail
from genjin.followups.actions.deadlines import (
    COMPLETE,
    END_GONE,
    FOLLOW_OWNER,
    contacts_recorded,
    run_sql,
    set_recurring,
    start_wait,
)
from genjin.followups.models import Deadline
from genjin.followups.queries.gates import CONFIRMED
from genjin.followups.queries.pace import first_contact_within
from genjin.followups.rules import BASE_INFO_WITHIN, DeadlineKind
from genjin.followups.rules.clocks import LADDERS, step_moment, weeks_ahead

READER = "clocks"
LOOKED = "clocks_looked"  # the look at everybody
CHUNK = 500
MISSED = timedelta(days=30)  # how far back a clock that was never started is still started

# Facts of the base information have no moment of their own: the last event that brought one.
_MEET_BASE = """
UPDATE followups_deadline d SET met_at = GREATEST(x.at, d.starts_at), acts_at = NULL,
    breached_at = COALESCE(d.breached_at, CASE WHEN x.at > d.due_at THEN d.due_at END)
FROM (
    SELECT r.id, COALESCE((
        SELECT max(e.at) FROM events_event e WHERE e.customer_id = r.customer_id AND e.at BETWEEN r.starts_at AND %(now)s
        AND e.kind IN ('contact.added', 'contact.changed', 'customer.changed', 'customer.merged')), %(now)s) AS at
    FROM followups_deadline r JOIN customers_customer c ON c.id = r.customer_id
    WHERE c.id = ANY(%(ids)s) AND r.kind = 'base_info' AND r.met_at IS NULL AND r.ended_at IS NULL AND COMPLETE
) x
WHERE d.id = x.id
""".replace("COMPLETE", COMPLETE)
# A contact that was taken back (an import undone, a merge parted) no longer stops anything.
_REOPEN = """
UPDATE followups_deadline d SET met_at = NULL, breached_at = CASE WHEN d.level > 1 THEN d.breached_at END
FROM customers_customer c
WHERE c.id = d.customer_id AND c.id = ANY(%(ids)s) AND c.deleted_at IS NULL AND c.stage <> 'lost'
  AND d.kind IN ('first_contact', 'customer_wait') AND d.met_at IS NOT NULL AND d.ended_at IS NULL
  AND (d.kind = 'customer_wait' OR d.responsible_id = c.owner_id)
  AND NOT EXISTS (SELECT FROM followups_followup f WHERE f.customer_id = c.id AND f.is_effective
                  AND (d.kind = 'customer_wait' OR f.happened_at >= date_trunc('minute', d.starts_at)))
  AND NOT EXISTS (SELECT FROM followups_deadline o WHERE o.customer_id = c.id AND o.kind = d.kind AND o.id <> d.id
                  AND (o.id > d.id OR (o.met_at IS NULL AND o.ended_at IS NULL)))
"""
# Who got a customer from somebody else, or took it from a pool, and has no clock for it.
_START_MISSED_FIRST = """
INSERT INTO followups_deadline (kind, customer_id, responsible_id, starts_at, due_at, level, acts_at)
SELECT 'first_contact', c.id, c.owner_id, c.owned_since, c.owned_since + g.within, 0, c.owned_since + g.within / 2
FROM customers_customer c JOIN unnest(%(grades)s::text[], %(withins)s::interval[]) AS g(grade, within) ON g.grade = c.grade
CROSS JOIN LATERAL (SELECT o.target_id, o.by_id, o.how FROM customers_ownerchange o WHERE o.customer_id = c.id
                    ORDER BY o.at DESC, o.id DESC LIMIT 1) h
WHERE c.id = ANY(%(ids)s) AND c.deleted_at IS NULL AND c.stage <> 'lost' AND c.owned_since BETWEEN %(since)s AND %(now)s
  AND h.target_id = c.owner_id AND (h.how = 'claimed' OR h.by_id IS DISTINCT FROM h.target_id)
  AND NOT EXISTS (SELECT FROM followups_deadline d WHERE d.customer_id = c.id AND d.kind = 'first_contact'
                  AND (d.starts_at >= c.owned_since OR (d.met_at IS NULL AND d.ended_at IS NULL)))
  AND NOT EXISTS (SELECT FROM followups_followup f WHERE f.customer_id = c.id AND f.is_effective
                  AND f.happened_at >= date_trunc('minute', c.owned_since))
ON CONFLICT (customer_id, kind, subject_id) WHERE met_at IS NULL AND ended_at IS NULL DO NOTHING
"""
_START_MISSED_BASE = """
INSERT INTO followups_deadline (kind, customer_id, responsible_id, starts_at, due_at, level, acts_at)
SELECT 'base_info', c.id, c.owner_id, c.owned_since, c.owned_since + %(within)s, 0, c.owned_since + %(within)s / 2
FROM customers_customer c
WHERE c.id = ANY(%(ids)s) AND c.deleted_at IS NULL AND c.stage <> 'lost' AND c.owned_since BETWEEN %(since)s AND %(now)s
  AND c.owner_id IS NOT NULL AND NOT COMPLETE
  AND NOT EXISTS (SELECT FROM followups_deadline d WHERE d.customer_id = c.id AND d.kind = 'base_info'
                  AND (d.starts_at >= c.owned_since OR (d.met_at IS NULL AND d.ended_at IS NULL)))
ON CONFLICT (customer_id, kind, subject_id) WHERE met_at IS NULL AND ended_at IS NULL DO NOTHING
""".replace("COMPLETE", COMPLETE)
# Every customer on the way to a deal is looked at once a week: a move, or a word that the stage stands (S2-17).
_STATUS = """
    SELECT c.id AS customer, c.owner_id AS responsible, f.at AS fact_at,
        CASE WHEN f.at >= %(monday)s THEN %(next_monday)s ELSE %(monday)s END AS starts,
        CASE WHEN f.at >= %(monday)s THEN %(next_due)s ELSE %(due)s END AS due,
        CASE WHEN f.at >= %(monday)s THEN %(next_due)s ELSE %(due)s END - interval '15 hours' AS warn
    FROM customers_customer c CROSS JOIN LATERAL (SELECT GREATEST(c.stage_entered_at, c.owned_since, (
        SELECT max(e.at) FROM events_event e
        WHERE e.customer_id = c.id AND e.kind = %(confirmed)s AND e.at <= %(now)s)) AS at) f
    WHERE c.id = ANY(%(ids)s) AND c.deleted_at IS NULL AND c.owner_id IS NOT NULL
      AND c.stage IN ('lead', 'prospect', 'qualified', 'negotiation')
"""
_REVIEW = """
    SELECT c.id AS customer, c.owner_id AS responsible, t.at AS fact_at, s.starts, s.due,
        GREATEST(s.starts, s.due - interval '14 days') AS warn
    FROM customers_customer c
    CROSS JOIN LATERAL (SELECT max(t.closed_at) AS at FROM followups_task t
                        WHERE t.customer_id = c.id AND t.kind = 'review' AND t.status = 'done') t
    CROSS JOIN LATERAL (SELECT GREATEST(COALESCE(c.owned_since, c.created_at), t.at,
        CASE WHEN c.stage IN ('won', 'repeat') THEN c.stage_entered_at END) AS starts) b
    CROSS JOIN LATERAL (SELECT b.starts,
        (b.starts AT TIME ZONE %(zone)s + make_interval(months => c.review_cycle_months)) AT TIME ZONE %(zone)s AS due) s
    WHERE c.id = ANY(%(ids)s) AND c.deleted_at IS NULL AND c.owner_id IS NOT NULL AND c.stage <> 'lost'
      AND (c.customer_type = 'existing' OR c.stage IN ('won', 'repeat'))
"""


@transaction.atomic
def keep_clocks(customer_ids: Iterable[int], now: datetime) -> None:
    """Bring all clocks of customers into line with the facts; a statement or three for each kind, for any number."""
    ids = list(customer_ids)
    since, pace = now - MISSED, first_contact_within()
    run_sql(END_GONE, {"ids": ids, "now": now})
    run_sql(FOLLOW_OWNER, {"ids": ids})
    run_sql(
        _START_MISSED_FIRST,
        {"ids": ids, "now": now, "since": since, "grades": list(pace), "withins": list(pace.values())},
    )
    run_sql(_START_MISSED_BASE, {"ids": ids, "now": now, "since": since, "within": BASE_INFO_WITHIN})
    start_wait(ids)
    run_sql(_REOPEN, {"ids": ids})
    run_sql(_MEET_BASE, {"ids": ids, "now": now})
    contacts_recorded(ids, now)
    _keep_status(ids, now)
    set_reviews(ids, now)
    _wake(ids)


def _keep_status(ids: Sequence[int], now: datetime) -> None:
    zone = company_zone()
    this, following = weeks_ahead(now.astimezone(zone).date(), work_calendar(), zone)
    given = {
        "ids": ids, "now": now, "confirmed": CONFIRMED, "monday": this.starts_at, "due": this.due_at,
        "next_monday": following.starts_at, "next_due": following.due_at,
    }  # fmt: skip
    set_recurring(DeadlineKind.STATUS_REFRESH, _STATUS, given)


def set_reviews(customer_ids: Sequence[int], now: datetime) -> None:
    """Let the review of existing customers come round: months after the last finished one, or since one owns it."""
    given = {"ids": list(customer_ids), "now": now, "zone": str(company_zone())}
    set_recurring(DeadlineKind.EXISTING_REVIEW, _REVIEW, given)


def _wake(ids: Sequence[int]) -> None:
    """Say again when the next step falls, of clocks that slept with their customer in the recycle bin or came back."""
    unfinished = Q(pk__in=[])
    for kind, ladder in LADDERS.items():
        unfinished |= Q(kind=kind, level__lt=len(ladder))
    asleep = Deadline.objects.running().filter(
        unfinished, acts_at=None, customer__in=ids, customer__deleted_at=None
    )
    rows = list(asleep.only("kind", "starts_at", "due_at", "level"))
    for row in rows:
        row.acts_at = step_moment(row.kind, row.starts_at, row.due_at, row.level)
    Deadline.objects.bulk_update(rows, ["acts_at"], batch_size=1000)


@transaction.atomic
def keep_locked(customer_ids: Sequence[int], now: datetime, *, wait: bool) -> list[int]:
    """Keep the clocks of customers and return which; they stay locked. Without `wait`, not of those somebody holds."""
    rows = Customer.objects.filter(pk__in=customer_ids).order_by("pk")
    rows = rows.select_for_update(of=("self",), skip_locked=not wait, no_key=True)
    ids = list(rows.values_list("pk", flat=True))
    keep_clocks(ids, now)
    return ids


def follow_trail(now: datetime) -> int:
    """Keep the clocks of customers something happened to since the last look; returns how many.

    An import is followed by a look at what it brought, a change of the calendar or of the pace by one at everybody.
    Whoever is stopped before the end does it again, which changes nothing.
    """
    with read_trail(READER) as seen:
        ours = [event for event in seen if not event.kind.startswith("deadline.")]
        batches = [event.subject_id for event in ours if event.kind == "import.done"]
        brought = Customer.objects.filter(import_batch__in=batches).values_list("pk", flat=True)
        ids = sorted({event.customer_id for event in ours if event.customer_id is not None} | set(brought))
        for start in range(0, len(ids), CHUNK):
            keep_locked(ids[start : start + CHUNK], now, wait=True)
        if any(event.kind.startswith(("calendar.", "grade_policy.")) for event in ours):
            look_at_everybody(now)
    return len(ids)


def look_at_everybody(now: datetime) -> int:
    """Keep the clocks of all customers, a chunk a transaction; returns how many customers there are."""
    newest = Customer.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    starts = range(1, newest + 1, CHUNK)
    return sum(len(keep_locked(range(start, start + CHUNK), now, wait=False)) for start in starts)


def look_nightly(now: datetime) -> int:
    """Look at everybody once a day: at night, or as soon as a machine that slept wakes; returns how many."""
    today = local_day(now)
    if is_day_done(LOOKED, today):
        return 0
    count = look_at_everybody(now)
    end_day(LOOKED, today)
    return count
