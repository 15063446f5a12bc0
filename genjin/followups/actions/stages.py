"""The one way from stage to stage, with the tasks and clocks that follow. Doors call this, not the floor below."""

from datetime import datetime

from django.db import transaction

from genjin.accounts.models import User
from genjin.customers.actions import axes
from genjin.customers.models import Choice, Customer
from genjin.customers.rules import Stage
from genjin.followups.actions.deadlines import end_clocks
from genjin.followups.actions.dormancy import forget_proposals
from genjin.followups.actions.keeping import keep_clocks
from genjin.followups.actions.next_step import refresh_next_steps
from genjin.followups.actions.tasks import settle
from genjin.followups.actions.touches import require_touches
from genjin.followups.models import Task
from genjin.followups.rules import TaskStatus


@transaction.atomic
def move_stage(
    actor: User,
    customer: Customer,
    target: str,
    *,
    reason: str = "",
    lost_reason: Choice | None = None,
    now: datetime,
) -> Customer:
    """Move a customer through the one transition service; losing it settles its tasks and clocks (S2-18).

    Raises what `customers.actions.axes.move_stage` does, `too_few_touches` for a loss before the grade's contacts.
    """
    before = list(Customer.objects.filter(pk=customer.pk))
    row = axes.move_stage(actor, customer, target, reason=reason, lost_reason=lost_reason, now=now)
    if row.stage == Stage.LOST:
        require_touches(actor, before, lost_reason)
        forget_proposals([row.pk])
        still_open = Task.objects.open().filter(customer=row).select_for_update()
        settle(
            actor,
            still_open,
            status=TaskStatus.CANCELLED,
            outcome=lost_reason.name if lost_reason else "",
            now=now,
        )
        end_clocks([row.pk], now)
    refresh_next_steps([row.pk], now)
    keep_clocks([row.pk], now)
    row.refresh_from_db()
    return row
