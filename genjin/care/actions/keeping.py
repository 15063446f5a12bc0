"""What nobody has to think of: asking after a delivery, tasks that stay, owners who left. Run once a minute."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.queries import company_zone, local_day
from genjin.care.actions.deeds import give
from genjin.care.actions.each import each
from genjin.care.actions.steps import able_owner, keep_task, lock_ticket, tell_owner
from genjin.care.actions.surveys import NewSurvey, end_survey, keep_survey_task, write_survey
from genjin.care.models import Survey, Ticket
from genjin.care.queries.keepers import open_task, still_keeps, strayed, to_hand_on
from genjin.care.queries.surveys import (
    asked_today,
    newest_project,
    survey_settings,
    taken_back,
    unasked,
    unasked_round,
    who_asks,
)
from genjin.care.rules.surveys import ASK_WITHIN
from genjin.care.rules.words import WATCHED, Occasion, TicketState
from genjin.customers.models import Customer
from genjin.delivery.models import Acceptance
from genjin.followups.actions.subject_clocks import SubjectClock, set_subject_clock
from genjin.followups.actions.tasks import settle
from genjin.followups.models import Task
from genjin.followups.rules import DeadlineKind, TaskStatus
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


def ask_in_rounds(now: datetime) -> int:
    """Ask customers with a running contract again once the months of Settings are over, so many a day at most; returns how many.

    Who is left over is asked on the next days. Run twice it asks once.
    """
    kept, today = survey_settings(), local_day(now)
    room = max(0, min(MOST_ROWS, kept.most_a_day - asked_today(today)))
    rows = unasked_round(today, kept.every_months)[:room]
    return each(rows, lambda row: _ask_again(row, kept.every_months, now))


@transaction.atomic
def _ask_again(customer: Customer, months: int, now: datetime) -> int:
    held = Customer.objects.select_for_update(of=("self",)).select_related("owner", "pool")
    row = held.get(pk=customer.pk)
    if not unasked_round(local_day(now), months).filter(pk=row.pk).exists():
        return 0
    who = who_asks(newest_project(row), row)
    write_survey(None, row, NewSurvey(who, occasion=Occasion.ROUND), since=now, now=now)
    return 1


def keep_owners(now: datetime) -> int:
    """Give tickets to who holds their task; those of who may not sign in or no longer takes part in the customer to who leads
    them or looks after the customer.

    So none is orphaned, and a customer's tickets follow its handover with their tasks. Returns how many.
    """
    left = Ticket.objects.filter(
        strayed("owner"), state__in=WATCHED, owner__isnull=False, customer__deleted_at=None
    )
    left = left.select_related("owner", "task__assignee", "customer__owner", "customer__pool")
    return each(to_hand_on(left, _keeper), lambda row: _rehome(row, now))


def _keeper(row: Ticket) -> User | None:
    """Return who is to look after a ticket, whom its rights allow it."""
    customer, owner = row.customer, row.owner
    gone = owner if owner is not None and not owner.is_active else None
    return able_owner([still_keeps(row, customer), customer.owner, gone], customer)


@transaction.atomic
def _rehome(ticket: Ticket, now: datetime) -> int:
    row = lock_ticket(None, ticket, "")
    if row.owner is None or row.state not in WATCHED:
        return 0
    task, owner = open_task(row), _keeper(row)
    if owner is None or owner.pk == row.owner_id:
        return 0
    give(None, row, owner, now)
    if task is None or owner.pk != task.assignee_id:  # who was given the task knows
        tell_owner(None, row, NoticeKind.TICKET_ARISEN, now)
    return 1


def keep_tasks(now: datetime) -> int:
    """Give back the task of what is still to be done and whose task somebody closed; who was given a task asks. Returns how many."""
    watched = Ticket.objects.filter(state__in=(*WATCHED, TicketState.DRAFT), customer__deleted_at=None)
    bare = watched.exclude(task__status=TaskStatus.OPEN)
    surveys = Survey.objects.waiting().filter(customer__deleted_at=None)
    untold = surveys.exclude(task__status=TaskStatus.OPEN).order_by("pk")[:MOST_ROWS]
    left = surveys.filter(strayed("responsible"))
    left = left.select_related(
        "responsible", "project__lead", "task__assignee", "customer__owner", "customer__pool"
    )
    waiting = {row.pk: row for row in (*untold, *to_hand_on(left, _asker))}
    return each(bare.order_by("pk")[:MOST_ROWS], lambda row: _keep_ticket(row, now)) + each(
        waiting.values(), lambda row: _keep_survey(row, now)
    )


def _asker(row: Survey) -> User | None:
    return still_keeps(row, row.customer) or who_asks(row.project, row.customer)


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
        .select_related("responsible", "project", "task__assignee")
        .get(pk=survey.pk)
    )
    row.customer, before = customer, (row.task_id, row.responsible_id)
    if row.answered_at is not None or row.called_off_at is not None:
        return 0
    _keep_who_asks(row, now)
    keep_survey_task(None, row, now)
    return int((row.task_id, row.responsible_id) != before)


def _keep_who_asks(survey: Survey, now: datetime) -> None:
    """Let who holds the open task of a locked survey ask, if they still take part; else it is found anew. The clock follows."""
    who = _asker(survey)
    if who is None:
        return
    stale = Task.objects.open().select_for_update(of=("self",)).filter(pk=survey.task_id or 0)
    settle(None, stale.exclude(assignee=who), status=TaskStatus.CANCELLED, outcome=_("Handed on"), now=now)
    if who.pk == survey.responsible_id:
        return
    survey.responsible = who
    survey.save(update_fields=["responsible"])
    clock = SubjectClock(
        DeadlineKind.SURVEY, survey.customer_id, survey.pk, who.pk, survey.due_at - ASK_WITHIN, survey.due_at
    )  # fmt: skip
    set_subject_clock(clock)
