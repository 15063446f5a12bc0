"""Customers that fell silent: proposed to be given up, never given up by themselves (S0-28)."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from genjin.accounts.queries import local_day
from genjin.customers.models import Customer
from genjin.customers.rules import OPEN_STAGES, GradeProposal
from genjin.followups.queries.grades import current_policy

CHUNK = 2000
# Silent since the last answer, or since the owner has it. Contacts that got no answer do not end a silence.
_SILENT = """
SELECT c.id, s.since FROM customers_customer c
CROSS JOIN LATERAL (
    SELECT GREATEST(COALESCE(c.owned_since, c.created_at), (
        SELECT max(f.happened_at) FROM followups_followup f
        WHERE f.customer_id = c.id AND f.is_effective AND f.got_response
    )) AS since
) AS s
WHERE c.id > %(after)s AND c.owner_id IS NOT NULL AND c.deleted_at IS NULL AND c.stage = ANY(%(stages)s)
    AND c.grade_proposal <> 'dormant' AND COALESCE(c.owned_since, c.created_at) < %(before)s AND s.since < %(before)s
ORDER BY c.id LIMIT %(chunk)s FOR UPDATE OF c SKIP LOCKED
"""
_NOTE = """
UPDATE customers_customer c SET grade_proposal = 'dormant', grade_proposal_reason = v.reason
FROM unnest(%s::bigint[], %s::text[]) AS v(id, reason) WHERE c.id = v.id
"""


def note_dormant(now: datetime) -> int:
    """Propose to give up whoever has not answered for as many days as the policy says; returns how many are new.

    A chunk is one transaction; customers others hold are looked at the next night.
    """
    days = current_policy().dormant_days
    values = {"before": now - timedelta(days=days), "stages": list(OPEN_STAGES), "chunk": CHUNK, "after": 0}
    count = 0
    while found := _note_some(values):
        values["after"], count = found[-1], count + len(found)
    return count


@transaction.atomic
def _note_some(values: dict[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_SILENT, values)
        found = cursor.fetchall()
        reasons = [f"silent:{local_day(since).isoformat()}" for _pk, since in found]
        cursor.execute(_NOTE, [[pk for pk, _since in found], reasons])
    return [pk for pk, _since in found]


def forget_proposals(ids: list[int], *, only_dormant: bool = False) -> None:
    """Take proposals off customers that were given up, or, `only_dormant`, that somebody else takes care of now."""
    rows = Customer.objects.filter(pk__in=ids).exclude(grade_proposal="")
    rows = rows.filter(grade_proposal=GradeProposal.DORMANT) if only_dormant else rows
    rows.update(grade_proposal="", grade_proposal_reason="")
