"""The plan of one customer as its page shows it."""

from typing import Any

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.actions.ownership import may_edit
from genjin.customers.models import Customer
from genjin.customers.rules import Stage
from genjin.followups.models import FollowUpPlan
from genjin.followups.queries.plans import current_plan, may_answer, plan_clock
from genjin.followups.rules import Method

TONES = {"filed": "orange", "acknowledged": "green", "returned": "red"}


def plan_context(user: User, customer: Customer) -> dict[str, Any]:
    """Return the card of an owned customer's plan; empty for who is in a pool or lost."""
    if customer.owner_id is None or customer.stage == Stage.LOST:
        return {}
    plan, clock = current_plan(customer), plan_clock(customer)
    may_file = may_edit(user, customer) and user.may(Right.MANAGE_TASKS)
    if plan is not None:
        plan.customer = customer
    return {
        "plan_shown": {
            "plan": shown_plan(plan) if plan else None, "due_at": clock.due_at if clock else None,
            "may_file": may_file, "may_answer": plan is not None and may_answer(user, plan),
        }
    }  # fmt: skip


def shown_plan(plan: FollowUpPlan) -> dict[str, Any]:
    """Return a plan as pages show it."""
    names = dict(Method.choices)
    return {
        "id": plan.pk, "grade": plan.grade, "cadence": plan.cadence_days, "goal": plan.goal, "content": plan.content,
        "channels": "、".join(str(names.get(name, name)) for name in plan.channels), "status": plan.get_status_display(),
        "tone": TONES[plan.status], "by": plan.submitted_by.name, "at": plan.submitted_at, "comment": plan.comment,
        "is_returned": plan.status == FollowUpPlan.Status.RETURNED,
    }  # fmt: skip
