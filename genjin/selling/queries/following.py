"""Whose stage and purchases do not agree; the same function as `rules.following.stage_of`, as the database asks it."""

from collections.abc import Collection

from django.db import connection

# f.stage is what the purchases give; customers before `qualified` and lost ones have nothing open and nothing that counts.
_FOLLOWED = """
SELECT c.id FROM customers_customer c
CROSS JOIN LATERAL (
    SELECT count(*) AS purchases, bool_or(o.stage = 'won' AND o.counts) AS won, bool_or(o.stage = 'negotiation') AS negotiation,
        bool_or(o.stage = 'qualified') AS qualified, min(o.opened_at) FILTER (WHERE o.stage = 'won' AND o.counts) AS since
    FROM selling_opportunity o WHERE o.customer_id = c.id
) AS p
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN p.won AND EXISTS (
            SELECT FROM selling_opportunity l WHERE l.customer_id = c.id AND l.on_new_need AND l.kind IN ('repeat', 'upsell')
                AND (l.stage IN ('qualified', 'negotiation') OR (l.stage = 'won' AND l.counts))
                AND EXISTS (SELECT FROM selling_opportunity w WHERE w.customer_id = c.id AND w.id <> l.id
                            AND w.stage = 'won' AND w.counts AND w.opened_at <= l.opened_at)
        ) THEN 'repeat'
        WHEN p.won THEN 'won' WHEN p.negotiation THEN 'negotiation' WHEN p.qualified THEN 'qualified'
        WHEN p.purchases > 0 THEN 'lost' END AS stage
) AS f
WHERE c.deleted_at IS NULL AND c.stage IN ('qualified', 'negotiation', 'won', 'repeat') AND f.stage IS DISTINCT FROM c.stage
    AND (%(ids)s::bigint[] IS NULL OR c.id = ANY(%(ids)s::bigint[]))
"""
_ELSEWHERE = """
SELECT DISTINCT c.id FROM customers_customer c JOIN selling_opportunity o ON o.customer_id = c.id
WHERE c.deleted_at IS NULL AND c.stage IN ('lead', 'prospect', 'lost')
    AND (o.stage IN ('qualified', 'negotiation') OR (o.stage = 'won' AND o.counts))
    AND (%(ids)s::bigint[] IS NULL OR c.id = ANY(%(ids)s::bigint[]))
"""


def out_of_line(ids: Collection[int] | None = None) -> list[int]:
    """Return the customers, of `ids` or of all, whose stage is not the one their purchases give; ordered by id."""
    given = {"ids": None if ids is None else list(ids)}
    with connection.cursor() as cursor:
        cursor.execute(f"{_FOLLOWED} UNION {_ELSEWHERE} ORDER BY 1", given)
        return [pk for (pk,) in cursor.fetchall()]
