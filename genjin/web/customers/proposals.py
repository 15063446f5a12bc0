"""How a proposed grade and the difference a grade makes are shown."""

from typing import Any

from django.utils import timezone

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.actions.ownership import may_edit
from genjin.customers.models import Customer
from genjin.customers.rules import GradeProposal
from genjin.customers.rules.regrade import reason_words
from genjin.followups.queries.regrade import Regrade, regrade_of

SHOWN = 20


def difference(found: Regrade, names: dict[int, str] | None = None) -> dict[str, Any]:
    """Return what a grade moves as the pages show it; `names` of the customers where they are several."""
    several = found.customers > 1
    moves = [
        {"id": move.task.pk, "what": move.task.objective, "old": move.old, "new": move.new, "who": move.task.assignee.name,
         "customer": (names or {}).get(move.task.customer_id, "") if several else ""}
        for move in found.moves[:SHOWN]
    ]  # fmt: skip
    return {
        "found": found, "moves": moves, "more": max(len(found.moves) - SHOWN, 0), "several": several,
        "may_keep": not several and len(found.moves) <= SHOWN,
    }  # fmt: skip


def proposal_context(user: User, customer: Customer) -> dict[str, Any]:
    """Return what a customer's page says about a proposed grade, with the difference it would make; empty without one."""
    if not customer.grade_proposal or customer.owner_id is None:
        return {}
    may_grade = may_edit(user, customer) and user.may(Right.GRADE)
    shown = {
        "grade": customer.grade_proposal, "now": customer.grade, "reason": reason_words(customer.grade_proposal_reason),
        "is_dormant": customer.grade_proposal == GradeProposal.DORMANT, "may_grade": may_grade,
    }  # fmt: skip
    if may_grade and not shown["is_dormant"]:
        shown |= difference(regrade_of([customer], customer.grade_proposal, timezone.now()))
    return {"proposal": shown}
