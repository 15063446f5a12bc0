"""What visitors send: kept word for word at once, taken in by the worker, so that every visitor waits alike.

A visitor never learns whom we know, and never changes a customer: one we know gets a task for who looks after it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.actions.records import NewCustomer
from genjin.customers.models import Campaign, Customer
from genjin.events.actions import enqueue, record
from genjin.fields.queries import own_fields
from genjin.followups.actions.ownership import add_customer
from genjin.intake.actions.tell import tell
from genjin.intake.models import Submission, WebForm
from genjin.intake.rules.forms import (
    FLOOD,
    FLOOD_WINDOW,
    KEPT_WITHOUT_CUSTOMER,
    LINK_LIFE,
    LONGEST_ANSWER,
    MAILS_A_DAY,
    MOST_OF_VISITOR,
    MOST_SPAM_KEPT,
    VISITOR_WINDOW,
    as_customer,
    in_words,
    read_answers,
    read_fields_asked,
    suspicion,
)
from genjin.intake.rules.origin import utm_words
from genjin.kit.errors import RuleError, wrong_at
from genjin.kit.text import clean
from genjin.routing.actions.assignment import assign_by_rules

Status = Submission.Status


@dataclass(frozen=True, slots=True)
class Entry:
    """What a visitor sent, and what the page knows of how it was sent; hashes are keyed, addresses are not kept."""

    typed: Mapping[str, str]
    nonce: str
    opened_at: datetime
    decoy: str = ""
    has_consented: bool = False
    utm: Mapping[str, str] = field(default_factory=dict)
    referrer: str = ""
    address_hash: str = ""
    visitor_hash: str = ""
    user_agent: str = ""


@transaction.atomic
def submit_form(form: WebForm, entry: Entry, *, now: datetime) -> Submission | None:
    """Keep an entry and hand it to the worker; the same page sent twice is kept once.

    Looks for no customer, so that neither answer nor time tells whom we know. Returns None for spam beyond what is
    kept. Raises RuleError `form_closed` (404), `answers_invalid`, `consent_missing`, `form_full` or `too_many` (429).
    """
    row = WebForm.objects.select_for_update(of=("self",)).get(pk=form.pk)
    if not row.is_open:
        raise RuleError(_("This form is closed."), "form_closed", status=404)
    if (known := Submission.objects.filter(nonce=entry.nonce).first()) is not None:
        return known
    why = suspicion(decoy=entry.decoy, filled_in=now - entry.opened_at) or _flood(entry, now)
    own = own_fields()
    asked = read_fields_asked(row.fields, own)
    if why:
        typed = {field.key: clean(entry.typed.get(field.key, ""))[:LONGEST_ANSWER] for field in asked}
        return _keep(row, entry, typed, now=now, why=why) if _has_room_for_spam(row, now) else None
    answers = read_answers(asked, entry.typed, own)
    if not entry.has_consented:
        sentence = _("Please agree, or we may not keep what you wrote.")
        raise wrong_at("consent", sentence, "consent_missing")
    _check_limits(row, entry, now)
    return _hand_on(_keep(row, entry, answers, now=now))


def _flood(entry: Entry, now: datetime) -> str:
    """Return "flood" when this visitor has just sent a lot of spam; an address alone means nothing, offices share one."""
    spam = Submission.objects.filter(
        visitor_hash=entry.visitor_hash, status=Status.SPAM, at__gte=now - FLOOD_WINDOW
    )
    return "flood" if spam.count() >= FLOOD else ""


def _has_room_for_spam(form: WebForm, now: datetime) -> bool:
    spam = form.submissions.filter(status=Status.SPAM, at__gte=now - timedelta(days=1))
    return spam.count() < MOST_SPAM_KEPT


def midnight_before(now: datetime) -> datetime:
    """Return when the company's day began."""
    return timezone.make_aware(datetime.combine(timezone.localtime(now).date(), time.min))


def is_full(form: WebForm, now: datetime) -> bool:
    """Whether a form has taken all entries of its day."""
    return form.submissions.counted(midnight_before(now)).count() >= form.daily_limit


def _check_limits(form: WebForm, entry: Entry, now: datetime) -> None:
    if is_full(form, now):
        raise RuleError(
            _("This form takes no more entries today; please try again tomorrow."), "form_full", status=429
        )
    recent = Submission.objects.filter(visitor_hash=entry.visitor_hash, at__gte=now - VISITOR_WINDOW)
    if recent.count() >= MOST_OF_VISITOR:
        raise RuleError(_("That was a lot at once; please try again in ten minutes."), "too_many", status=429)


def _keep(
    form: WebForm, entry: Entry, values: Mapping[str, str], *, now: datetime, why: str = ""
) -> Submission:
    by_mark = Campaign.objects.offered().filter(name=entry.utm.get("campaign", "")).first()
    return Submission.objects.create(
        form=form, at=now, nonce=entry.nonce, values=dict(values), consent_text=form.consent_text, utm=dict(entry.utm),
        referrer=entry.referrer, campaign=by_mark or form.campaign, address_hash=entry.address_hash,
        visitor_hash=entry.visitor_hash, user_agent=entry.user_agent[:200], status=Status.SPAM if why else Status.NEW, why=why,
    )  # fmt: skip


def _hand_on(submission: Submission) -> Submission:
    """Let the worker take an entry in, or ask for its confirmation first."""
    waits = submission.form.confirm_by_mail and submission.status == Status.NEW
    enqueue("intake.ask_to_confirm" if waits else "intake.take_in", submission_id=submission.pk)
    return submission


def to_be_asked(submission_id: int, *, now: datetime) -> Submission | None:
    """Return the entry whose visitor is still to be asked by mail; None when there is nothing to ask.

    One address is asked three times a day at most, so that nobody's mailbox is filled by forms of ours.
    """
    row = Submission.objects.select_related("form").filter(pk=submission_id).first()
    if row is None or row.status != Status.NEW or row.mailed_at is not None:
        return None
    address = row.values.get("contact.email", "")
    asked = Submission.objects.filter(
        values__contains={"contact.email": address}, mailed_at__gte=now - timedelta(days=1)
    )
    return row if address and asked.count() < MAILS_A_DAY else None


def note_mailed(submission_id: int, *, now: datetime) -> None:
    """Note that a visitor was asked; from now the link lives for an hour."""
    Submission.objects.filter(pk=submission_id, mailed_at=None).update(mailed_at=now)


@transaction.atomic
def confirm_submission(submission_id: int, *, now: datetime) -> Submission:
    """Take a visitor's word that the address is theirs; once, within an hour of the mail.

    Raises RuleError `link_used` (404) when it was used, is over, or leads nowhere.
    """
    row = (
        Submission.objects.select_for_update(of=("self",))
        .select_related("form")
        .filter(pk=submission_id)
        .first()
    )
    is_asked = row is not None and row.status == Status.NEW and row.mailed_at is not None
    if row is None or not is_asked or row.mailed_at is None or now - row.mailed_at > LINK_LIFE:
        raise RuleError(_("This link was used already, or is over."), "link_used", status=404)
    row.status = Status.CONFIRMED
    row.save(update_fields=["status"])
    return _hand_on(row)


@transaction.atomic
def take_in(submission_id: int, *, now: datetime) -> Submission:
    """Make a customer of an entry by the way everybody goes, or tell who looks after the one we know (S3-4, S0-14).

    What cannot be taken in stays with its reason. Doing it twice changes nothing.
    """
    row = Submission.objects.select_for_update(of=("self",)).select_related("form").get(pk=submission_id)
    waits = row.form.confirm_by_mail and row.status == Status.NEW
    if waits or row.status not in {Status.NEW, Status.CONFIRMED}:
        return row
    try:
        with transaction.atomic():
            row.customer = add_customer(None, _new_customer(row), now=now)
            if row.form.destination == WebForm.Destination.RULES:
                assign_by_rules([row.customer.pk], now=now)
    except RuleError as refusal:
        candidates = refusal.details.get("candidates", [])
        if refusal.code not in {"duplicate_same", "duplicate_needs_approval"} or not candidates:
            row.problem = " ".join([refusal.message, *(s for many in refusal.fields.values() for s in many)])
            row.save(update_fields=["problem"])
            return row
        row.customer, row.is_known = Customer.objects.get(pk=candidates[0]), True
    row.status, row.problem = Status.ATTACHED, ""
    row.save()
    _note(row, now)
    return row


def _new_customer(row: Submission) -> NewCustomer:
    form = row.form
    customer, person = as_customer(row.values)
    customer |= {
        "source": form.source,
        "campaign": row.campaign,
        "source_detail": utm_words(row.utm) or form.name[:120],
    }
    day = timezone.localtime(row.at).strftime("%Y-%m-%d")
    person["consent_basis"] = (_("Consent by form, %(day)s: %(form)s") % {"day": day, "form": form.name})[:60]
    owner = form.owner if form.destination == WebForm.Destination.OWNER else None
    if owner is not None and owner.is_active:
        return NewCustomer(fields=customer, contacts=[person], owner=owner)
    return NewCustomer(fields=customer, contacts=[person], pool=form.pool)


def _note(row: Submission, now: datetime) -> None:
    assert row.customer is not None  # noqa: S101 (set by the caller)
    words = in_words(read_fields_asked(row.form.fields, own_fields()), row.values)
    kind = "submission.known" if row.is_known else "submission.received"
    record(
        None, kind, at=now, customer_id=row.customer.pk, subject_id=row.pk, form=row.form.name,
        utm=utm_words(row.utm), referrer=row.referrer, notes=words[:2000],
    )  # fmt: skip
    if row.is_known:
        objective = _("New entry by form “%(form)s”: have a look and answer") % {"form": row.form.name}
        tell(None, row.customer, objective, otherwise=row.form.created_by, now=now)


@transaction.atomic
def judge_submission(actor: User, submission: Submission, *, is_spam: bool, now: datetime) -> Submission:
    """Say that an entry is spam, or that it is none and is to be taken in after all.

    Raises RuleError `submission_attached` (409) once it is with a customer.
    """
    require(actor, Right.MANAGE_CAMPAIGNS)
    row = (
        Submission.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .select_related("form")
        .get(pk=submission.pk)
    )
    if row.status == Status.ATTACHED:
        raise RuleError(_("This entry is with a customer already."), "submission_attached", status=409)
    row.status = Status.SPAM if is_spam else Status.CONFIRMED
    row.why = "person" if is_spam else ""
    row.save(update_fields=["status", "why"])
    record(actor, "submission.judged", at=now, subject_id=row.pk, is_spam=is_spam)
    return row if is_spam else _hand_on(row)


@transaction.atomic
def forget_submissions(now: datetime) -> int:
    """Forget spam and what nobody confirmed after thirty days: what has no purpose is not kept. Returns how many."""
    rows = Submission.objects.filter(customer=None, at__lt=now - KEPT_WITHOUT_CUSTOMER, problem="")
    return rows.filter(status__in=[Status.SPAM, Status.NEW]).delete()[0]
