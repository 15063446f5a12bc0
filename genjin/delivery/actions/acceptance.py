"""Delivering, the customer's acceptance, and taking either back."""

from dataclasses import dataclass
from datetime import date, datetime

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.queries import local_day
from genjin.contracts.rules import Trigger
from genjin.customers.models import Contact
from genjin.delivery.actions.clocks import keep_clock, meet_clock
from genjin.delivery.actions.coupling import fire_fact, note_end, take_back_fact
from genjin.delivery.actions.standing import concerned, hold
from genjin.delivery.models import Acceptance, Project
from genjin.delivery.rules import Deed, ProjectState
from genjin.delivery.rules.plan import check_happened
from genjin.delivery.rules.states import after
from genjin.events.actions import record
from genjin.followups.actions.files import keep_file
from genjin.followups.models import Attachment
from genjin.kit.errors import not_found, wrong_at
from genjin.kit.masking import mask_words
from genjin.kit.text import clean, fold
from genjin.notices.actions import tell
from genjin.notices.rules import NoticeKind

LETTERS = 4  # of what was said, where no sheet shows it


@dataclass(frozen=True, slots=True)
class NewAcceptance:
    """Who of the customer accepted, when, and what shows it: a sheet, or what was said."""

    on: date
    signer: Contact | None = None
    words: str = ""
    file: "File[bytes] | None" = None
    attachment: Attachment | None = None  # a file of the customer's that is there already


@transaction.atomic
def deliver_project(actor: User, project: Project, *, on: date, now: datetime) -> Project:
    """Say that everything is delivered; what is missing is the customer's word.

    Raises RuleError `project_state` (409), `happened_in_future`, `happened_too_early`.
    """
    row = hold(actor, project)
    state = after(row.state, Deed.DELIVER)
    check_happened(on, local_day(now), since=row.started_on or row.contract.signed_on, field="on")
    row.state, row.delivered_on, row.started_on = state, on, row.started_on or on
    _save(row, "state", "delivered_on", "started_on")
    meet_clock(row, on, now)
    record(
        actor,
        "delivery.delivered",
        at=now,
        customer_id=row.customer_id,
        subject_id=row.pk,
        name=row.name,
        note=on.isoformat(),
    )
    _tell(actor, row, NoticeKind.DELIVERY_DONE, now)
    return row


@transaction.atomic
def accept_project(actor: User, project: Project, new: NewAcceptance, *, now: datetime) -> Acceptance:
    """Put the customer's acceptance on record; payments that wait for it become due in the same transaction (S3-15, idea 12).

    Raises RuleError `acceptance_empty`, `signer_unknown`, `happened_in_future`, `happened_too_early`, `file_refused`,
    `project_state` (409).
    """
    row = hold(actor, project)
    state = after(row.state, Deed.ACCEPT)
    check_happened(new.on, local_day(now), since=row.delivered_on or row.started_on, field="on")
    words = clean(new.words)
    if new.file is None and new.attachment is None and len(fold(words)) < LETTERS:
        sentence = _("Add the signed acceptance sheet, or write what the customer said.")
        raise wrong_at("file", sentence, "acceptance_empty")
    _refuse_foreign(row, new)
    sheet = keep_file(actor, row.customer, new.file, now=now) if new.file is not None else new.attachment
    acceptance = Acceptance.objects.create(
        project=row,
        accepted_on=new.on,
        signer=new.signer,
        words=words,
        file=sheet,
        recorded_at=now,
        recorded_by=actor,
    )
    row.state, row.accepted_on, row.delivered_on = state, new.on, row.delivered_on or new.on
    _save(row, "state", "accepted_on", "delivered_on")
    meet_clock(row, row.delivered_on or new.on, now)
    record(
        actor, "delivery.accepted", at=now, customer_id=row.customer_id, subject_id=row.pk, name=row.name,
        note=" · ".join(part for part in (new.on.isoformat(), mask_words(words[:120])) if part), acceptance=acceptance.pk,
    )  # fmt: skip
    fire_fact(actor, row.contract, Trigger.ACCEPTANCE, now=now)
    _tell(actor, row, NoticeKind.DELIVERY_ACCEPTED, now)
    return acceptance


def _refuse_foreign(row: Project, new: NewAcceptance) -> None:
    """Refuse a person or a file of another customer."""
    if new.signer is not None and new.signer.customer_id != row.customer_id:
        sentence = _("This person belongs to another customer.")
        raise wrong_at("signer", sentence, "signer_unknown")
    if new.attachment is not None and new.attachment.customer_id != row.customer_id:
        raise not_found()


@transaction.atomic
def reopen_project(actor: User, project: Project, *, reason: str, now: datetime) -> Project:
    """Take delivery and acceptance back: work goes on, and what became due by the acceptance is not due any more.

    Raises RuleError `reason_missing`, `project_state` (409).
    """
    row = hold(actor, project)
    was_accepted = row.state == ProjectState.ACCEPTED
    state = after(row.state, Deed.REOPEN)
    words = clean(reason)[:300]
    if not words:
        sentence = _("Say what is still to be done, or what was wrong.")
        raise wrong_at("reason", sentence, "reason_missing")
    undone = row.accepted_on
    row.state, row.delivered_on, row.accepted_on = state, None, None
    _save(row, "state", "delivered_on", "accepted_on")
    if was_accepted:
        row.acceptances.filter(withdrawn_at=None).update(
            withdrawn_at=now, withdrawn_by=actor, withdrawn_reason=words
        )
        take_back_fact(actor, row.contract, Trigger.ACCEPTANCE, undone=undone, why=words, now=now)
    keep_clock(row, now)
    note_end(actor, row, words, now=now)
    record(
        actor,
        "delivery.reopened",
        at=now,
        customer_id=row.customer_id,
        subject_id=row.pk,
        name=row.name,
        note=words,
    )
    return row


def _save(row: Project, *names: str) -> None:
    row.version += 1
    row.save(update_fields=[*names, "version"])


def _tell(actor: User, row: Project, kind: str, now: datetime) -> None:
    """Tell the customer's owner, who is in charge, and who watches the payments of the contract."""
    people = concerned(row, row.contract.finance_id, but=actor)
    tell(
        people, kind, key=f"delivery:{row.pk}:{kind}:{now.isoformat()}", at=now, customer_id=row.customer_id, subject_id=row.pk,
        who=actor.name, what=mask_words(row.name),
    )  # fmt: skip
