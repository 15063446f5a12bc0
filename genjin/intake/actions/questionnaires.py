"""Designing questionnaires, sending their links, taking answers, and deciding what they change (S1-8)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, ProtectedError, Value
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.actions.ownership import lock_one, require_edit
from genjin.customers.actions.records import change_customer
from genjin.customers.models import Customer
from genjin.events.actions import record
from genjin.intake.actions.tell import tell
from genjin.intake.models import ProposedChange, Questionnaire, QuestionnaireLink
from genjin.intake.rules.questionnaires import (
    Question,
    check_questionnaire,
    read_questions,
    read_replies,
    reminder_due,
)
from genjin.kit.errors import RuleError, wrong_at

FIELDS = ("name", "title", "intro", "thank_you", "days_valid", "remind_days", "is_active")
Status = ProposedChange.Status


@transaction.atomic
def save_questionnaire(
    actor: User, questionnaire: Questionnaire, values: Mapping[str, Any], questions: Sequence[Question], *, now: datetime
) -> Questionnaire:  # fmt: skip
    """Design a questionnaire or change one; links sent before keep their questions.

    Raises RuleError `questions_invalid`, `days_invalid`, `fields_invalid`, `name_taken`.
    """
    require(actor, Right.MANAGE_CAMPAIGNS)
    if questionnaire.pk is None:
        questionnaire.created_by = actor
    for name in values.keys() & set(FIELDS):
        setattr(questionnaire, name, values[name])
    questionnaire.questions = check_questionnaire(questions)
    if not 1 <= (questionnaire.days_valid or 0) <= 90:
        sentence = _("A link lives between 1 and 90 days.")
        raise wrong_at("days_valid", sentence, "days_invalid")
    try:
        questionnaire.clean_fields()
        with transaction.atomic():
            questionnaire.save()
    except ValidationError as error:
        raise RuleError(
            _("Please correct the marked fields."), "fields_invalid", fields=error.message_dict
        ) from error
    except IntegrityError as error:
        sentence = _("There is one of this name already.")
        raise wrong_at("name", sentence, "name_taken") from error
    record(actor, "questionnaire.saved", at=now, subject_id=questionnaire.pk, name=questionnaire.name)
    return questionnaire


@transaction.atomic
def remove_questionnaire(actor: User, questionnaire: Questionnaire, *, now: datetime) -> None:
    """Remove a questionnaire nobody was sent. Raises RuleError `entry_in_use` (409)."""
    require(actor, Right.MANAGE_CAMPAIGNS)
    pk, name = questionnaire.pk, questionnaire.name
    try:
        with transaction.atomic():
            questionnaire.delete()
    except ProtectedError as error:
        sentence = _("Customers were asked these questions; end its use instead.")
        raise RuleError(sentence, "entry_in_use", status=409) from error
    record(actor, "questionnaire.removed", at=now, subject_id=pk, name=name)


@transaction.atomic
def send_questionnaire(
    actor: User, customer: Customer, questionnaire: Questionnaire, *, now: datetime
) -> QuestionnaireLink:
    """Make a link for one customer: 128 random bits, answered once, over after the questionnaire's days.

    Raises RuleError `questionnaire_ended`, `not_yours` (403).
    """
    row = lock_one(actor, customer.pk)
    require_edit(actor, row, Right.CHANGE_CUSTOMER)
    if not questionnaire.is_active:
        raise RuleError(_("This questionnaire is no longer in use."), "questionnaire_ended")
    link = QuestionnaireLink.objects.create(
        questionnaire=questionnaire, customer=row, title=questionnaire.title, intro=questionnaire.intro,
        questions=questionnaire.questions, created_by=actor, created_at=now,
        expires_at=now + timedelta(days=questionnaire.days_valid),
    )  # fmt: skip
    record(
        actor, "questionnaire.sent", at=now, customer_id=row.pk, subject_id=link.pk, name=questionnaire.name
    )
    return link


@transaction.atomic
def revoke_link(actor: User, link: QuestionnaireLink, *, now: datetime) -> QuestionnaireLink:
    """Take a link back before it is answered. Raises RuleError `link_over` (409)."""
    row = _locked(actor, link)
    if row.answered_at is not None or row.revoked_at is not None:
        raise RuleError(_("This link was answered or taken back already."), "link_over", status=409)
    row.revoked_at = now
    row.save(update_fields=["revoked_at"])
    record(
        actor, "questionnaire.revoked", at=now, customer_id=row.customer.pk, subject_id=row.pk, name=row.questionnaire.name,
    )  # fmt: skip
    return row


def _locked(actor: User, link: QuestionnaireLink) -> QuestionnaireLink:
    row: QuestionnaireLink = (
        QuestionnaireLink.objects.visible_to(actor).select_for_update(of=("self",))
        .select_related("customer", "questionnaire").get(pk=link.pk)
    )  # fmt: skip
    require_edit(actor, row.customer, Right.CHANGE_CUSTOMER)
    return row


def open_link(key: str, *, now: datetime) -> QuestionnaireLink:
    """Return the link a customer opened. Raises RuleError `link_over` (404), the same for whatever leads nowhere."""
    row = QuestionnaireLink.objects.waiting(now).select_related("questionnaire").filter(key=key).first()
    if row is None:
        raise RuleError(_("This questionnaire was answered already, or is over."), "link_over", status=404)
    return row


@transaction.atomic
def answer_questionnaire(key: str, typed: Sequence[str], *, now: datetime) -> QuestionnaireLink:
    """Keep a customer's answers, once; those that lead to fields are proposed, and nothing is changed.

    Raises RuleError `link_over` (404), `answers_invalid`, `answers_empty`.
    """
    row = open_link(key, now=now)
    row = (
        QuestionnaireLink.objects.select_for_update(of=("self",))
        .select_related("customer", "questionnaire")
        .get(pk=row.pk)
    )
    if row.answered_at is not None or row.revoked_at is not None:
        raise RuleError(_("This questionnaire was answered already, or is over."), "link_over", status=404)
    questions = read_questions(row.questions)
    answers = read_replies(questions, typed)
    row.answers, row.answered_at = {str(at): text for at, text in enumerate(answers) if text}, now
    row.save(update_fields=["answers", "answered_at"])
    ProposedChange.objects.bulk_create(
        ProposedChange(link=row, customer=row.customer, field=question.field, answer=text)
        for question, text in zip(questions, answers, strict=True)
        if question.field and text
    )
    free = [
        f"{one.text}: {text}" for one, text in zip(questions, answers, strict=True) if text and not one.field
    ]
    record(
        None, "questionnaire.answered", at=now, customer_id=row.customer.pk, subject_id=row.pk,
        form=row.questionnaire.name, notes="\n".join(free)[:4000],
    )  # fmt: skip
    objective = _("Questionnaire “%(name)s” was answered: look at the answers") % {
        "name": row.questionnaire.name
    }
    tell(None, row.customer, objective, otherwise=row.created_by, now=now)
    return row


@transaction.atomic
def decide_proposal(
    actor: User, proposal: ProposedChange, *, accept: bool, version: int, now: datetime
) -> ProposedChange:
    """Let an answer into its field, as its owner would have typed it, or leave the field as it is.

    `version` is the customer's as it stood beside the answer: a field somebody else changed since is a conflict. Raises RuleError `proposal_decided` (409), `not_yours` (403), and whatever a change of the field may raise.
    """
    row = (
        ProposedChange.objects.visible_to(actor).select_for_update(of=("self",))
        .select_related("customer", "link__questionnaire").get(pk=proposal.pk)
    )  # fmt: skip
    require_edit(actor, row.customer, Right.CHANGE_CUSTOMER)
    if row.status != Status.OPEN:
        raise RuleError(_("Somebody has decided this already."), "proposal_decided", status=409)
    if accept:
        change_customer(actor, row.customer, {row.field: row.answer}, version=version, now=now)
    row.status = Status.ACCEPTED if accept else Status.DECLINED
    row.decided_by, row.decided_at = actor, now
    row.save(update_fields=["status", "decided_by", "decided_at"])
    record(
        actor, f"proposal.{row.status}", at=now, customer_id=row.customer.pk, subject_id=row.pk, field=row.field,
        name=row.link.questionnaire.name,
    )  # fmt: skip
    return row


@transaction.atomic
def remind_unanswered(now: datetime) -> int:
    """Tell who looks after customers that nobody has answered yet; once a link. Returns how many were told."""
    due = ExpressionWrapper(
        F("created_at") + F("questionnaire__remind_days") * Value(timedelta(days=1)),
        output_field=DateTimeField(),
    )
    rows = (
        QuestionnaireLink.objects.waiting(now).filter(reminded_at=None).exclude(questionnaire__remind_days=0)
        .alias(due=due).filter(due__lte=now)
        .select_related("customer__owner", "customer__pool", "questionnaire", "created_by")
        .select_for_update(of=("self",), skip_locked=True).order_by("pk")[:2000]
    )  # fmt: skip
    told = 0
    for row in rows:
        if not reminder_due(row.created_at, row.expires_at, row.questionnaire.remind_days, now):
            continue
        objective = _("Questionnaire “%(name)s” is unanswered: remind the customer") % {
            "name": row.questionnaire.name
        }
        tell(None, row.customer, objective, otherwise=row.created_by, now=now)
        row.reminded_at = now
        row.save(update_fields=["reminded_at"])
        told += 1
    return told
