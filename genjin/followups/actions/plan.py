"""Planning the next step of many customers at once: after a sheet came in, or after a handover."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.accounts.queries import company_zone, local_day, work_calendar
from genjin.customers.actions.ownership import lock_visible, require_edit
from genjin.customers.models import Customer
from genjin.events.actions import record
from genjin.followups.actions.next_step import refresh_next_steps
from genjin.followups.actions.tasks import NewTask, build_task
from genjin.followups.models import Task
from genjin.followups.queries.grades import current_policy
from genjin.followups.rules import first_mornings


@transaction.atomic
def plan_customers(
    actor: User, ids: Sequence[int], *, objective: str, method: str = "", now: datetime
) -> int:
    """Give every customer of `ids` that has no next step one, for its owner; returns how many got one.

    Dates are spread over the working mornings until the grade's gap is over (S2-10..12). Customers with a
    next step, in a pool or lost stay as they are. Raises RuleError `objective_missing`, `not_found` (404).
    """
    require(actor, Right.MANAGE_TASKS)
    rows = lock_visible(actor, ids)
    for row in rows:
        require_edit(actor, row, Right.MANAGE_TASKS)
    waiting = [row for row in rows if row.no_next_step_since is not None]
    owners = User.objects.in_bulk({row.owner_id for row in waiting if row.owner_id})
    tasks = [
        build_task(actor, row, NewTask(objective, due_at, owners[row.owner_id or 0], method), now)
        for row, due_at in _spread(waiting, now)
    ]
    Task.objects.bulk_create(tasks)
    for task in tasks:
        record(
            actor, "task.added", at=now, customer_id=task.customer_id, subject_id=task.pk,
            objective=task.objective, due_at=task.due_at.isoformat(), assignee=task.assignee_id,
        )  # fmt: skip
    refresh_next_steps([row.pk for row in waiting], now)
    return len(tasks)


def _spread(rows: Sequence[Customer], now: datetime) -> list[tuple[Customer, datetime]]:
    """Give each customer a morning; every owner's customers of a grade are spread evenly."""
    calendar, zone, today, policy = work_calendar(), company_zone(), local_day(now), current_policy()
    groups: dict[tuple[int | None, str], list[Customer]] = defaultdict(list)
    for row in rows:
        groups[row.owner_id, row.grade].append(row)
    return [
        (row, mornings[at * len(mornings) // len(group)])
        for (_owner, grade), group in groups.items()
        for mornings in [first_mornings(policy.of(grade), today, calendar, zone)]
        for at, row in enumerate(group)
    ]
