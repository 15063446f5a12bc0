"""A million open clocks: a run that finds ten thousand due, against the raw UPDATE, and a page asked for meanwhile."""

from dataclasses import dataclass
from statistics import median
from threading import Event as Flag
from threading import Thread
from time import perf_counter

from django.db import connection
from django.utils import timezone

from genjin.followups.actions.ladder import due_steps, take_steps
from genjin.followups.models import Deadline
from genjin.followups.queries.deadlines import clocks_listed

_FILL = """
INSERT INTO followups_deadline (kind, customer_id, responsible_id, starts_at, due_at, level, acts_at)
SELECT k.kind, c.id, c.owner_id, %(now)s - interval '1 day', %(now)s + k.days * interval '1 day', 0,
       %(now)s + k.days * interval '12 hours'
FROM customers_customer c CROSS JOIN (VALUES ('contact_gap', 20), ('status_refresh', 5), ('existing_review', 150), ('plan', 3),
                                             ('base_info', 1)) AS k(kind, days)
WHERE c.owner_id IS NOT NULL LIMIT %(count)s
ON CONFLICT DO NOTHING
"""
_DUE = """
UPDATE followups_deadline SET starts_at = %(now)s - interval '2 days', due_at = %(now)s - interval '1 hour', acts_at = %(now)s - interval '1 day'
WHERE id IN (SELECT id FROM followups_deadline WHERE kind = 'plan' AND met_at IS NULL AND ended_at IS NULL LIMIT %(count)s)
"""
_RAW = "UPDATE followups_deadline SET breached_at = due_at, level = 2 WHERE id = ANY(%(ids)s)"


@dataclass(frozen=True)
class ClocksTiming:
    """Seconds over `clocks` open clocks; page times in milliseconds, alone and while the run goes on."""

    clocks: int
    due: int
    raw: float
    run: float
    page_alone: float
    page_meanwhile: float


def clocks(user: object, *, count: int = 1_000_000, due: int = 10_000) -> ClocksTiming:
    """Fill the table, let `due` clocks fall due, and take their steps while somebody looks at the list."""
    now = timezone.now().replace(hour=3, minute=0)  # 11:00 in Shanghai
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE followups_deadline")
        cursor.execute(_FILL, {"now": now, "count": count})
        cursor.execute(_DUE, {"now": now, "count": due})
        cursor.execute("ANALYZE followups_deadline")
    ids = list(due_steps(now).values_list("pk", flat=True))
    raw = _raw(ids)
    alone = median(_page(user) for _look in range(20))
    seen: list[float] = []
    stop = Flag()

    def look() -> None:
        while not stop.is_set():
            seen.append(_page(user))
        connection.close()

    watcher = Thread(target=look)
    watcher.start()
    began = perf_counter()
    take_steps(now)
    run = perf_counter() - began
    stop.set()
    watcher.join()
    return ClocksTiming(Deadline.objects.running().count(), len(ids), raw, run, alone, median(seen))


def _raw(ids: list[int]) -> float:
    """Return how long the bare UPDATE of the same rows takes, taken back afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        began = perf_counter()
        cursor.execute(_RAW, {"ids": ids})
        spent = perf_counter() - began
        cursor.execute("ROLLBACK")
    return spent


def _page(user: object) -> float:
    began = perf_counter()
    list(clocks_listed(user, "running").select_related("customer", "responsible")[:51])  # type: ignore[arg-type]
    return (perf_counter() - began) * 1000
