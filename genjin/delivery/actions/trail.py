"""What delivery does by itself: signed contracts ask for a project, finished tasks tick their steps. A job looks every minute."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.queries import local_day
from genjin.contracts.models import Contract
from genjin.contracts.rules.states import RUNNING
from genjin.delivery.actions.steps import tick_by_task
from genjin.delivery.models import Project, ProjectStep
from genjin.events.models import Bookmark, Event
from genjin.followups.actions.tasks import NewTask, plan_for
from genjin.followups.rules import TaskKind

READER = "delivery.follow_trail"
MOST_EVENTS = 500
OPENED_WITHIN = timedelta(days=3)


def follow_trail(now: datetime) -> int:
    """Act on what happened since the last look; returns how many events did cause something.

    The bookmark moves last: whoever is stopped before does it again, which changes nothing.
    """
    mark, _made = Bookmark.objects.get_or_create(name=READER)
    seen = list(Event.objects.after(mark.event_id).select_related("actor")[:MOST_EVENTS])
    acted = 0
    for event in seen:
        if event.kind == "contract.signed":
            acted += _ask_for_project(event, now)
        elif event.kind == "task.done":
            acted += _tick(event, now)
    if seen:
        Bookmark.objects.filter(name=READER, event_id__lt=seen[-1].pk).update(event_id=seen[-1].pk)
    return acted


def _ask_for_project(event: Event, now: datetime) -> bool:
    """Give the owner of a contract just signed the task to open its project."""
    contract = Contract.objects.filter(pk=event.subject_id or 0, state__in=RUNNING).select_related("customer__owner", "owner").first()  # fmt: skip
    if contract is None or Project.objects.filter(contract=contract).exists():
        return False
    owner = next((one for one in (contract.customer.owner, contract.owner) if one is not None and one.is_active), None)  # fmt: skip
    if owner is None:
        return False  # it stands on the list of contracts without a project
    objective = _("Open the delivery project of contract %(number)s") % {"number": contract.number}
    new = NewTask(objective, now + OPENED_WITHIN, owner, kind=TaskKind.TODO)
    return plan_for(None, contract.customer, new, now=now) is not None


@transaction.atomic
def _tick(event: Event, now: datetime) -> bool:
    """Tick the step whose task somebody finished at the workbench."""
    step = ProjectStep.objects.filter(task=event.subject_id, done_on=None).first()
    if step is None or event.actor is None:
        return False
    return tick_by_task(event.actor, step, on=local_day(event.at), now=now)
