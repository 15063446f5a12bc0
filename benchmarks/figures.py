"""Pages of figures over years of work, by who looks: after the roll-up, and live while customers change."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection
from django.test import Client
from django.utils import timezone

from benchmarks.pages import Timing, measure

GROUPS = ("", "leads/", "funnel/", "work/", "quality/", "deals/", "money/", "after/", "cohorts/", "hours/")
CHANGED = 500  # customers of whom something changed since the roll-up
_YEARS = """
UPDATE customers_customer SET created_at = now() - (id %% 1100) * interval '1 day', first_contact_at = now() - (id %% 1090) * interval '1 day'
"""
_MORE_CONTACTS = """
INSERT INTO followups_followup (customer_id, author_id, method, happened_at, recorded_at, is_late, is_effective, summary, feedback,
    got_response, new_needs, risks, mood)
SELECT c.id, c.owner_id, (ARRAY['phone','wechat','email','visit'])[1 + (c.id + n) %% 4], at, at + interval '2 hours', n = 3, n <> 5,
    '客户说预算还在走流程,下周再联系', '', (c.id + n) %% 3 = 0, '', '', ''
FROM customers_customer c CROSS JOIN generate_series(1, 6) AS n CROSS JOIN LATERAL (SELECT now() - ((c.id * 7 + n * 131) %% 1095) * interval '1 day' AS at) AS at
"""
_HISTORY = """
UPDATE customers_stagechange s SET at = c.created_at FROM customers_customer c WHERE c.id = s.customer_id
"""
_MOVES = """
INSERT INTO customers_stagechange (customer_id, at, origin, target, reason, by_id)
SELECT id, created_at + interval '20 days', 'lead', stage, '', owner_id FROM customers_customer WHERE stage <> 'lead' AND created_at < now() - interval '20 days'
"""
_GRADES = """
INSERT INTO customers_gradechange (customer_id, at, origin, target, reason, is_proposal)
SELECT id, created_at + interval '3 days', '', grade, '', false FROM customers_customer
"""
_OWNERS = """
INSERT INTO customers_ownerchange (customer_id, at, target_id, reason, how) SELECT id, created_at, owner_id, '', 'assigned' FROM customers_customer
"""
_DEALS = """
INSERT INTO selling_opportunity (customer_id, name, owner_id, stage, stage_entered_at, opened_at, closed_at, amount, code, notes, kind, forecast, version)
SELECT id, '两台离心泵', owner_id, CASE WHEN id %% 3 = 0 THEN 'won' WHEN id %% 3 = 1 THEN 'lost' ELSE 'negotiation' END, created_at, created_at,
    CASE WHEN id %% 3 < 2 THEN created_at + interval '40 days' END, id %% 90000, '', '', 'new', 'pipeline', 1
FROM customers_customer WHERE id %% 10 = 0
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds of the roll-up, of the same rows counted bare, and of bringing it up to date; and the pages."""

    rows: int
    bare: float
    rebuilt: float
    brought: float
    pages: list[Timing]


def figures(clients: Mapping[str, Client]) -> Figures:
    """Give the customers that are there three years of work, roll it up and open every page of figures as each who looks."""
    from genjin.insights.actions.rollup import rebuild, roll_up

    with connection.cursor() as cursor:
        for statement in (_YEARS, _MORE_CONTACTS, _HISTORY, _MOVES, _GRADES, _OWNERS, _DEALS):
            cursor.execute(statement.replace("%%", "%"))
        cursor.execute("VACUUM ANALYZE")
        began = time.perf_counter()
        cursor.execute("CREATE TEMP TABLE bare AS SELECT * FROM followups_followup")
        cursor.execute("DROP TABLE bare")
    bare = time.perf_counter() - began
    began = time.perf_counter()
    rows = rebuild(timezone.now())
    rebuilt = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE insights_factrow")
        cursor.execute("VACUUM ANALYZE insights_factsum")
    after = _pages(clients, "")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE followups_followup SET got_response = NOT got_response WHERE customer_id <= %s", [CHANGED]
        )
    live = _pages(clients, "live, ")
    began = time.perf_counter()
    roll_up(timezone.now())
    return Figures(rows, bare, rebuilt, time.perf_counter() - began, after + live)


def _pages(clients: Mapping[str, Client], when: str) -> list[Timing]:
    asked = [(group, stretch) for stretch in ("month", "year") for group in GROUPS]
    timings = []
    for who, client in clients.items():
        for group, stretch in asked:
            address = f"/insights/{group}?stretch={stretch}"
            name = f"{when}{who}: {group.strip('/') or 'overview'}, {stretch}"
            timings.append(measure(name, lambda _at, client=client, address=address: client.get(address), rounds=10))  # fmt: skip
    return timings
