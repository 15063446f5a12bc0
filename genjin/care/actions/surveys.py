"""Asking customers for a rating, and what follows from their answer."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.accounts.rules import new_secret
from genjin.care.actions.tickets import open_bad_rating
from genjin.care.models import Survey
from genjin.care.rules.surveys import ASK_WITHIN, LINK_LIFE, Answer, check_answer, is_bad
from genjin.care.rules.words import AnswerWay, Occasion, Rating
from genjin.customers.actions.completeness import refresh_completeness
from genjin.customers.actions.ownership import lock_one
from genjin.customers.models import Contact, Customer
from genjin.customers.rules.axes import Proof
from genjin.delivery.models import Project
from genjin.events.actions import record
from genjin.followups.actions.evidence import NewEvidence, write_evidence
from genjin.followups.actions.next_step import refresh_next_steps
from genjin.followups.actions.subject_clocks import (
    SubjectClock,
    end_subject_clocks,
    meet_subject_clock,
    set_subject_clock,
)
from genjin.followups.actions.tasks import NewTask, open_tasks, require_hand_in, settle
from genjin.followups.models import Task
from genjin.followups.rules import DeadlineKind, TaskKind, TaskStatus
from genjin.followups.rules.evidence import EvidenceKind
from genjin.kit.errors import RuleError, not_found, wrong_at
from genjin.kit.text import clean
from genjin.notices.actions import tell
from genjin.notices.rules import NoticeKind


@dataclass(frozen=True, slots=True)
class NewSurvey:
    """An asking: who does it, for which delivery, and why."""

    responsible: User | None
    project: Project | None = None
    occasion: str = Occasion.HAND


@transaction.atomic
def open_survey(actor: User, customer: Customer, new: NewSurvey, *, now: datetime) -> Survey:
    """Ask a customer by hand, within a week. Raises RuleError `survey_open` (409), `owner_inactive`, `not_yours` (403), `not_found` (404)."""
    row = lock_one(actor, customer.pk)
    require_hand_in(actor, row, Right.SERVE)
    if new.project is not None and new.project.customer_id != row.pk:
        raise not_found()
    if Survey.objects.waiting().filter(customer=row, project=new.project).exists():
        raise RuleError(_("This customer is being asked already."), "survey_open", status=409)
    if new.responsible is not None and not new.responsible.is_active:
        sentence = _("%(name)s may no longer sign in; choose somebody else.") % {"name": new.responsible.name}
        raise wrong_at("responsible", sentence, "owner_inactive")
    return write_survey(actor, row, new, since=now, now=now)


def write_survey(
    actor: User | None, row: Customer, new: NewSurvey, *, since: datetime, now: datetime
) -> Survey:
    """Write an asking of one locked customer with its task and its clock, due a week after `since` (S3-17)."""
    survey = Survey.objects.create(
        customer=row, project=new.project, occasion=new.occasion, responsible=new.responsible, opened_at=now, opened_by=actor,
        due_at=since + ASK_WITHIN,
    )  # fmt: skip
    keep_survey_task(actor, survey, now)
    set_subject_clock(
        SubjectClock(DeadlineKind.SURVEY, row.pk, survey.pk, survey.responsible_id, since, survey.due_at)
    )
    record(
        actor, "survey.opened", at=now, customer_id=row.pk, subject_id=survey.pk, name=str(survey), note=""
    )
    return survey


def keep_survey_task(actor: User | None, survey: Survey, now: datetime) -> None:
    """Keep one open task of who asks, due with the clock; a task closed without a rating comes back."""
    who = survey.responsible
    if who is None or not who.is_active or Task.objects.open().filter(pk=survey.task_id or 0).exists():
        return
    objective = _("Satisfaction visit: %(what)s") % {"what": survey}
    new = NewTask(objective=objective, due_at=max(survey.due_at, now), assignee=who, kind=TaskKind.SURVEY)
    task = open_tasks(actor, survey.customer, [new], now=now, is_told=False)[0]
    Survey.objects.filter(pk=survey.pk).update(task=task)
    survey.task = task
    refresh_next_steps([survey.customer_id], now)
    if actor is None or who.pk != actor.pk:
        tell(
            [who], NoticeKind.SURVEY_GIVEN, key=f"survey:{survey.pk}:{task.pk}", at=now, customer_id=survey.customer_id,
            subject_id=survey.pk, what=str(survey),
        )  # fmt: skip


def _locked(actor: User, survey: Survey) -> Survey:
    """Lock a waiting survey with its customer. Raises RuleError `survey_over` (409), `not_yours` (403)."""
    seen = Survey.objects.visible_to(actor).get(pk=survey.pk)
    customer = Customer.objects.select_for_update(of=("self",)).get(pk=seen.customer_id)
    require_hand_in(actor, customer, Right.SERVE)
    return _waiting(seen.pk, customer)


def _waiting(pk: int, customer: Customer) -> Survey:
    row = (
        Survey.objects.select_for_update(of=("self",))
        .select_related("responsible", "project", "task")
        .get(pk=pk)
    )
    row.customer = customer
    if row.answered_at is not None or row.called_off_at is not None:
        raise RuleError(_("This survey was answered or called off already."), "survey_over", status=409)
    return row


@transaction.atomic
def send_survey(actor: User, survey: Survey, *, now: datetime) -> Survey:
    """Make the link of a survey's questionnaire: 128 random bits, answered once, over after two weeks; an older one ends."""
    row = _locked(actor, survey)
    row.link_key, row.link_expires_at, row.link_opened_at = new_secret(16), now + LINK_LIFE, None
    row.save(update_fields=["link_key", "link_expires_at", "link_opened_at"])
    record(
        actor, "survey.sent", at=now, customer_id=row.customer_id, subject_id=row.pk, name=str(row), note=""
    )
    return row


@transaction.atomic
def revoke_survey_link(actor: User, survey: Survey, *, now: datetime) -> Survey:
    """End the link of a survey that was not answered by it. Raises RuleError `link_over` (409)."""
    row = _locked(actor, survey)
    if not row.link_key:
        raise RuleError(_("There is no link to take back."), "link_over", status=409)
    row.link_key, row.link_expires_at = "", None
    row.save(update_fields=["link_key", "link_expires_at"])
    record(
        actor,
        "survey.link_revoked",
        at=now,
        customer_id=row.customer_id,
        subject_id=row.pk,
        name=str(row),
        note="",
    )
    return row


@transaction.atomic
def answer_survey(
    actor: User,
    survey: Survey,
    answer: Answer,
    *,
    contact: Contact | None = None,
    how: str = AnswerWay.PHONE,
    now: datetime,
) -> Survey:
    """Take down what a customer answered on the phone; a rating of 2 or worse opens a ticket at once (S3-17).

    Raises RuleError `rating_missing`, `answer_invalid`, `contact_of_another` (404), `survey_over` (409), `not_yours` (403).
    """
    row = _locked(actor, survey)
    if contact is not None and contact.customer_id != row.customer_id:
        raise RuleError(_("This person belongs to another customer."), "contact_of_another", status=404)
    row.contact = contact
    if clean(answer.new_need):
        new = NewEvidence(EvidenceKind.SURVEY, [Proof.NEW_NEED], clean(answer.new_need))
        write_evidence(actor, row.customer, new, now)
    return _follow(actor, row, answer, how, now)


def open_questionnaire(key: str, *, is_look: bool = True, now: datetime) -> Survey:
    """Return the survey a customer opened by its link, and note its first look. Raises RuleError `link_over` (404), the same for whatever leads nowhere."""
    row = Survey.objects.open_to(key, now).select_related("project").first()
    if row is None:
        raise RuleError(_("This questionnaire was answered already, or is over."), "link_over", status=404)
    if is_look and row.link_opened_at is None:
        Survey.objects.filter(pk=row.pk, link_opened_at=None).update(link_opened_at=now)
    return row


@transaction.atomic
def answer_by_link(key: str, answer: Answer, *, now: datetime) -> Survey:
    """Keep what a customer answered alone, once. Raises RuleError `link_over` (404), `rating_missing`, `answer_invalid`."""
    seen = open_questionnaire(key, is_look=False, now=now)
    customer = Customer.objects.select_for_update(of=("self",)).get(pk=seen.customer_id)
    row = (
        Survey.objects.open_to(key, now)
        .select_for_update(of=("self",))
        .select_related("responsible", "project", "task")
        .first()
    )
    if row is None:
        raise RuleError(_("This questionnaire was answered already, or is over."), "link_over", status=404)
    row.customer = customer
    return _follow(None, row, answer, AnswerWay.LINK, now)


def _follow(actor: User | None, row: Survey, answer: Answer, how: str, now: datetime) -> Survey:  # noqa: PLR0917
    """Write an answer and what follows: the clock is met, the task is done, the score follows, a bad rating opens a ticket."""
    check_answer(answer)
    row.rating, row.nps = answer.rating, answer.nps
    row.is_stable, row.meets_need, row.comment = answer.is_stable, answer.meets_need, clean(answer.comment)
    row.answered_at, row.answered_by, row.answered_how, row.link_key = now, actor, how, ""
    row.save()
    meet_subject_clock(DeadlineKind.SURVEY, row.pk, at=now, now=now)
    tasks = Task.objects.open().select_for_update(of=("self",)).filter(pk=row.task_id or 0)
    words = str(Rating(row.rating or 1).label)
    settle(actor, tasks, status=TaskStatus.DONE, outcome=words, now=now)
    refresh_next_steps([row.customer_id], now)
    _score(actor, row, now)
    record(
        actor, "survey.answered", at=now, customer_id=row.customer_id, subject_id=row.pk, name=str(row), rating=row.rating, nps=row.nps,
        note=" · ".join(part for part in (words, row.comment) if part)[:4000],
    )  # fmt: skip
    if is_bad(row.rating or 5):
        open_bad_rating(row, actor=actor, now=now)
    return row


def _score(actor: User | None, row: Survey, now: datetime) -> None:
    """Let the customer's satisfaction follow the newest rating."""
    customer = row.customer
    if customer.satisfaction_score == row.rating:
        return
    Customer.objects.filter(pk=customer.pk).update(
        satisfaction_score=row.rating, version=F("version") + 1, updated_at=now, updated_by=actor
    )
    refresh_completeness([customer.pk])
    changes = {"satisfaction_score": [customer.satisfaction_score, row.rating]}
    record(
        actor,
        "customer.changed",
        at=now,
        customer_id=customer.pk,
        version=customer.version + 1,
        changes=changes,
    )


@transaction.atomic
def call_off_survey(actor: User, survey: Survey, *, reason: str, now: datetime) -> Survey:
    """Ask no longer, with a reason; neither kept nor broken. Raises RuleError `reason_missing`, `survey_over` (409), `not_yours` (403)."""
    row = _locked(actor, survey)
    why = clean(reason)
    if not why:
        sentence = _("Say why the customer is not asked.")
        raise wrong_at("reason", sentence, "reason_missing")
    end_survey(actor, row, why, now)
    return row


def end_survey(actor: User | None, row: Survey, why: str, now: datetime) -> None:
    """Call off a locked survey; also a step of a delivery that is taken back."""
    row.called_off_at, row.called_off_why, row.link_key = now, why[:200], ""
    row.save(update_fields=["called_off_at", "called_off_why", "link_key"])
    end_subject_clocks(DeadlineKind.SURVEY, [row.pk], now)
    tasks = Task.objects.open().select_for_update(of=("self",)).filter(pk=row.task_id or 0)
    settle(actor, tasks, status=TaskStatus.CANCELLED, outcome=why, now=now)
    refresh_next_steps([row.customer_id], now)
    record(
        actor,
        "survey.called_off",
        at=now,
        customer_id=row.customer_id,
        subject_id=row.pk,
        name=str(row),
        note=why,
    )
