"""What nobody has to think of: asking after a delivery, tasks that stay, owners who left. Run once a minute."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.queries import company_zone
from genjin.care.actions.deeds import give
from genjin.care.actions.each import each
from genjin.care.actions.steps import able_owner, keep_task, lock_ticket, tell_owner
from genjin.care.actions.surveys import NewSurvey, end_survey, keep_survey_task, write_survey
from genjin.care.models import Survey, Ticket
from genjin.care.queries.surveys import taken_back, unasked, who_asks
from genjin.care.rules.words import WATCHED, Occasion, TicketState
from genjin.customers.models import Customer
from genjin.delivery.models import Acceptance
from genjin.followups.models import Task
from genjin.followups.rules import TaskStatus
from genjin.followups.rules.clocks import midnight
from genjin.notices.rules import NoticeKind

MOST_ROWS = 500


def follow_deliveries(now: datetime) -> int:
    """Ask after each accepted delivery nobody was asked about since; one taken back is not asked about. Returns how many were opened.

    Read from the projects as they stand, so nothing hangs on when an event came to be seen; each is a transaction of its own.
    """
    each(taken_back()[:MOST_ROWS], lambda row: _call_off(row, now))
    return each(unasked()[:MOST_ROWS], lambda row: _ask(row, now))


@transaction.atomic
def _call_off(survey: Survey, now: datetime) -> int:
    customer = Customer.objects.select_for_update(of=("self",)).get(pk=survey.customer_id)
    row = taken_back().select_for_update(of=("self",)).filter(pk=survey.pk).first()
    if row is None:
        return 0
    row.customer = customer
    end_survey(None, row, _("The delivery was opened again"), now)
    return 1


@transaction.atomic
def _ask(acceptance: Acceptance, now: datetime) -> int:
    held = Customer.objects.select_for_update(of=("self",)).filter(pk=acceptance.project.customer_id)
    customer = held.select_related("owner", "pool").get()
    row = unasked().filter(pk=acceptance.pk).first()
    if row is None:
        return 0
    new = NewSurvey(who_asks(row.project, customer), row.project, Occasion.DELIVERY)
    write_survey(None, customer, new, since=_accepted_at(row), now=now)
    return 1


def _accepted_at(row: Acceptance) -> datetime:
    """Return since when the week counts: the acceptance, or the end of its day when it was written down later."""
    return min(row.recorded_at, midnight(row.accepted_on + timedelta(days=1), company_zone()))


def keep_owners(now: datetime) -> int:
    """Give tickets whose owner may no longer sign in to who leads them, so that none is orphaned; returns how many."""
    left = Ticket.objects.filter(state__in=WATCHED, owner__is_active=False, customer__deleted_at=None)
    rows = left.select_related("owner", "customer__owner")[:MOST_ROWS]
    return each(rows, lambda row: _rehome(row, now))


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
    waiting = Survey.objects.waiting().filter(customer__deleted_at=None).exclude(task__status=TaskStatus.OPEN)
    return each(bare.select_related("customer")[:MOST_ROWS], lambda row: _keep_ticket(row, now)) + each(
        waiting.select_related("customer")[:MOST_ROWS], lambda row: _keep_survey(row, now)
    )


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
