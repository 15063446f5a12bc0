"""What nobody has to think of: asking after a delivery, tasks that stay, owners who left. Run once a minute."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.queries import company_zone
from genjin.care.actions.deeds import give
from genjin.care.actions.steps import able_owner, keep_task, lock_ticket, tell_owner
from genjin.care.actions.surveys import NewSurvey, end_survey, keep_survey_task, write_survey
from genjin.care.models import Survey, Ticket
from genjin.care.queries.surveys import who_asks
from genjin.care.rules.words import WATCHED, Occasion, TicketState
from genjin.customers.models import Customer
from genjin.delivery.models import Project
from genjin.events.models import Bookmark, Event
from genjin.followups.models import Task
from genjin.followups.rules import TaskStatus
from genjin.followups.rules.clocks import midnight
from genjin.notices.rules import NoticeKind

READER = "care.surveys"
FOLLOWED = ("delivery.accepted", "delivery.reopened")
MOST_EVENTS = 5_000
MOST_ROWS = 500


def follow_deliveries(now: datetime) -> int:
    """Ask after each delivery accepted since the last look; one taken back is not asked about. Returns how many were opened.

    The bookmark moves with the last event read; whoever is stopped before reads it again, which opens nothing twice.
    """
    mark, _made = Bookmark.objects.get_or_create(name=READER)
    seen = list(Event.objects.after(mark.event_id)[:MOST_EVENTS])
    opened = 0
    for event in seen:
        if event.kind in FOLLOWED:
            opened += _follow(event, now)
    if seen:
        Bookmark.objects.filter(name=READER, event_id__lt=seen[-1].pk).update(event_id=seen[-1].pk)
    return opened


@transaction.atomic
def _follow(event: Event, now: datetime) -> int:
    project = (
        Project.objects.select_related("customer")
        .filter(pk=event.subject_id or 0, customer__deleted_at=None)
        .first()
    )
    if project is None:
        return 0
    customer = (
        Customer.objects.select_for_update(of=("self",))
        .select_related("owner", "pool")
        .get(pk=project.customer_id)
    )
    waiting = Survey.objects.waiting().filter(project=project).select_related("responsible", "project")
    rows = list(waiting.select_for_update(of=("self",)))
    if event.kind == "delivery.reopened":
        for row in rows:
            if row.occasion == Occasion.DELIVERY and row.opened_at <= now:
                end_survey(None, row, _("The delivery was opened again"), now)
        return 0
    if rows or Survey.objects.filter(event_id=event.pk).exists():
        return 0
    new = NewSurvey(who_asks(project, customer), project, Occasion.DELIVERY, event.pk)
    write_survey(None, customer, new, since=_accepted_at(project, event), now=now)
    return 1


def _accepted_at(project: Project, event: Event) -> datetime:
    """Return since when the week counts: the acceptance, or the end of its day when it was written down later."""
    if project.accepted_on is None:
        return event.at
    return min(event.at, midnight(project.accepted_on + timedelta(days=1), company_zone()))


def keep_owners(now: datetime) -> int:
    """Give tickets whose owner may no longer sign in to who leads them, so that none is orphaned; returns how many."""
    left = Ticket.objects.filter(state__in=WATCHED, owner__is_active=False, customer__deleted_at=None)
    rows = list(left.select_related("owner", "customer__owner")[:MOST_ROWS])
    return sum(_rehome(row, now) for row in rows)


@transaction.atomic
def _rehome(ticket: Ticket, now: datetime) -> int:
    row = lock_ticket(None, ticket, "")
    if row.owner is None or row.owner.is_active or row.state not in WATCHED:
        return 0
    owner = able_owner([row.owner, row.customer.owner], row.customer)
    if owner is None:
        return 0
    give(None, row, owner, now)
    tell_owner(None, row, NoticeKind.TICKET_ARISEN, now)
    return 1


def keep_tasks(now: datetime) -> int:
    """Give back the task of what is still to be done and whose task somebody closed; returns how many."""
    watched = Ticket.objects.filter(state__in=(*WATCHED, TicketState.DRAFT), customer__deleted_at=None)
    bare = watched.exclude(task__status=TaskStatus.OPEN)
    kept = 0
    for ticket in bare.select_related("customer")[:MOST_ROWS]:
        kept += _keep_ticket(ticket, now)
    waiting = Survey.objects.waiting().filter(customer__deleted_at=None).exclude(task__status=TaskStatus.OPEN)
    for survey in waiting.select_related("customer")[:MOST_ROWS]:
        kept += _keep_survey(survey, now)
    return kept


@transaction.atomic
def _keep_ticket(ticket: Ticket, now: datetime) -> int:
    row = lock_ticket(None, ticket, "")
    if (
        row.state not in {*WATCHED, TicketState.DRAFT}
        or Task.objects.open().filter(pk=row.task_id or 0).exists()
    ):
        return 0
    before = row.task_id
    keep_task(None, row, now)
    return int(row.task_id != before)


@transaction.atomic
def _keep_survey(survey: Survey, now: datetime) -> int:
    customer = (
        Customer.objects.select_for_update(of=("self",))
        .select_related("owner", "pool")
        .get(pk=survey.customer_id)
    )
    row = (
        Survey.objects.select_for_update(of=("self",))
        .select_related("responsible", "project")
        .get(pk=survey.pk)
    )
    row.customer, before = customer, row.task_id
    if row.answered_at is not None or row.called_off_at is not None:
        return 0
    if row.responsible is None or not row.responsible.is_active:
        row.responsible = who_asks(row.project, customer)
        Survey.objects.filter(pk=row.pk).update(responsible=row.responsible)
    keep_survey_task(None, row, now)
    return int(row.task_id != before)
