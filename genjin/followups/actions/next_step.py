"""The one place where a customer's next action is worked out from its open tasks."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from genjin.customers.actions.completeness import refresh_completeness

_REFRESH = """
UPDATE customers_customer AS c
SET next_action_at = t.due_at,
    no_next_step_since = CASE
        WHEN t.due_at IS NOT NULL OR c.owner_id IS NULL OR c.stage = 'lost' THEN NULL
        ELSE COALESCE(c.no_next_step_since, %(now)s)
    END
FROM (
    SELECT ids.id, (SELECT min(due_at) FROM followups_task WHERE customer_id = ids.id AND status = 'open') AS due_at
    FROM unnest(%(ids)s::bigint[]) AS ids(id)
) AS t
WHERE c.id = t.id
"""


def refresh_next_steps(customer_ids: Iterable[int], now: datetime) -> None:
    """Set next action and "no next step since" of customers from their open tasks, in one statement.

    Called by every action that opens, moves or closes a task; the table's own constraint holds the rule that
    no owned, open customer is without either (model.md, The next action). A planned step and a contact count for
    how complete a record is (S1-19).
    """
    ids = list(customer_ids)
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, {"ids": ids, "now": now})
    refresh_completeness(ids)
