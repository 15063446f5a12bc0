"""Rolling up: what changed is taken out of the sums as it was and put in as it is; sums made so and made anew are the same.

A roll-up in progress is seen by nobody: its version moves with its rows, in one transaction.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction

from genjin.insights.models import EVERYBODY, NAMES, RollUp, StaleCustomer
from genjin.insights.queries.rollup.shape import COLUMNS, TIMELESS, kept_facts, laid_out, shape

PIECE = 2_000  # customers at once
_THE = 1  # the only row
_ROW = ", ".join(COLUMNS)
_LAID = ", ".join(f"x_{name}" for name in COLUMNS)
_SUMS = ", ".join(f"sum(sign * {name})" for name in NAMES)
_NOTHING = ", ".join("0" for _name in NAMES)
_CHANGES = (
    "CREATE TEMP TABLE IF NOT EXISTS rollup_change (LIKE insights_factrow, sign smallint) ON COMMIT DROP"
)
_TAKE_OUT = f"""
WITH gone AS (DELETE FROM insights_factrow WHERE customer = ANY(%s) RETURNING {_ROW})
INSERT INTO rollup_change ({_ROW}, sign) SELECT {_ROW}, -1 FROM gone
"""  # noqa: S608 (names of ours)
_PUT_IN = """
WITH come AS (INSERT INTO insights_factrow ({row}) SELECT {laid} FROM ({laid_out}) AS laid RETURNING {row})
INSERT INTO rollup_change ({row}, sign) SELECT {row}, 1 FROM come
"""
# One row of a fact counts in the sum of its day and of its month, once for no split and once for each of its splits; in those of fine
# splits only of its month. Then once for each of its marks. Where what came is what went, the sum is left alone.
_ADD_UP = f"""
INSERT INTO insights_factsum (fact, split, is_month, day, owner, person, value, {", ".join(NAMES)})
SELECT fact, of.split, times.is_month, CASE WHEN times.is_month THEN date_trunc('month', day)::date ELSE day END AS at, owner, person, of.value, {_SUMS}
FROM {{rows}} AS changed
CROSS JOIN LATERAL ({{cut}}) AS of (split, value)
JOIN (VALUES (false), (true)) AS times (is_month) ON CASE WHEN times.is_month THEN day > %s ELSE (fact, of.split) NOT IN ({{fine}}) END
WHERE {{among}}
GROUP BY fact, of.split, times.is_month, at, owner, person, of.value
HAVING ({_SUMS}) IS DISTINCT FROM ({_NOTHING})
ON CONFLICT (fact, split, is_month, day, owner, person, value)
DO UPDATE SET {", ".join(f"{name} = insights_factsum.{name} + excluded.{name}" for name in NAMES)}
"""  # noqa: S608
_BY_SPLIT = "SELECT 0, '' UNION ALL SELECT place, said FROM unnest(splits) WITH ORDINALITY AS cut (said, place) WHERE (fact, place) NOT IN ({marks})"
_BY_MARK = "SELECT cardinality(splits), string_to_table(splits[cardinality(splits)], ' ')"


def roll_up(now: datetime) -> int:
    """Bring the sums up to what changed, a piece of the changed customers at a time; all anew where a formula changed. Return how many."""
    made, _new = RollUp.objects.get_or_create(pk=_THE)
    if made.shape != shape() or StaleCustomer.objects.filter(customer=EVERYBODY).exists():
        return rebuild(now)
    done = 0
    while piece := _roll_up_piece(now):
        done += piece
    return done


@transaction.atomic
def _roll_up_piece(now: datetime) -> int:
    made = RollUp.objects.select_for_update().get(pk=_THE)
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH gone AS (DELETE FROM insights_stalecustomer WHERE customer IN "
            "(SELECT DISTINCT customer FROM (SELECT customer FROM insights_stalecustomer ORDER BY id LIMIT %s) AS first) RETURNING customer) "
            "SELECT DISTINCT customer FROM gone",
            [PIECE],
        )
        customers = [row[0] for row in cursor.fetchall()]
        if not customers:
            return 0
        cursor.execute(_CHANGES)
        cursor.execute("TRUNCATE rollup_change")
        cursor.execute(_TAKE_OUT, [customers])
        _put_in(customers)
        _add_up("rollup_change")
        cursor.execute("DELETE FROM insights_factsum WHERE m0 = 0")
    made.version, made.rolled_at = made.version + 1, now
    made.save(update_fields=["version", "rolled_at"])
    return len(customers)


def _add_up(rows: str) -> None:
    kept_all = kept_facts().values()
    fine = ", ".join(f"({kept.code}, {kept.split(key)})" for kept in kept_all for key in kept.by_month)
    marked = [kept for kept in kept_all if kept.fact.marks]
    splits = _BY_SPLIT.format(marks=", ".join(f"({kept.code}, {kept.marks})" for kept in marked))
    facts = ", ".join(str(kept.code) for kept in marked)
    with connection.cursor() as cursor:
        for cut, among in ((splits, "true"), (_BY_MARK, f"fact IN ({facts})")):
            cursor.execute(_ADD_UP.format(rows=rows, fine=fine, cut=cut, among=among), [TIMELESS])


def _put_in(customers: Collection[int]) -> None:
    with connection.cursor() as cursor:
        for kept in kept_facts().values():
            sql, params = laid_out(kept, customers).query.sql_with_params()
            cursor.execute(_PUT_IN.format(row=_ROW, laid=_LAID, laid_out=sql), params)


def rebuild(now: datetime) -> int:
    """Make the roll-up anew from all rows; figures are counted from the tables until it is done. Return how many rows it has."""
    made, _new = RollUp.objects.update_or_create(pk=_THE, defaults={"shape": ""})
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # of years of work it takes minutes
        RollUp.objects.select_for_update().get(pk=_THE)
        # What commits while this reads is noted anew and stands out afterwards.
        cursor.execute("DELETE FROM insights_stalecustomer")
        cursor.execute("TRUNCATE insights_factrow, insights_factsum")
        rows = 0
        for kept in kept_facts().values():
            sql, params = laid_out(kept).query.sql_with_params()
            said = f"INSERT INTO insights_factrow ({_ROW}) SELECT {_LAID} FROM ({sql}) AS laid"  # noqa: S608
            cursor.execute(said, params)
            rows += cursor.rowcount
        _add_up("(SELECT *, 1 AS sign FROM insights_factrow)")
        made.shape, made.version, made.rolled_at = shape(), made.version + 1, now
        made.save(update_fields=["shape", "version", "rolled_at"])
    return rows
