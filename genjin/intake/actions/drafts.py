"""Drafts: a photo or a mail comes in, somebody types it in or drops it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.care.actions.tickets import NewTicket, open_ticket
from genjin.care.models import Ticket
from genjin.care.rules.words import TicketWay
from genjin.customers.actions.ownership import lock_one, require_edit
from genjin.customers.actions.records import NewCustomer
from genjin.customers.models import Customer
from genjin.events.actions import record
from genjin.followups.actions.files import keep_file, kept_name
from genjin.followups.actions.ownership import add_customer
from genjin.followups.rules import FILE_KINDS
from genjin.intake.models import Draft, DraftFile, Mailbox
from genjin.intake.rules.drafts import recognise
from genjin.kit.errors import RuleError, wrong_at
from genjin.kit.files import write_file
from genjin.kit.letters import Letter

Status = Draft.Status


@transaction.atomic
def add_photos(actor: User, files: Sequence["File[bytes]"], *, now: datetime) -> list[Draft]:
    """Keep photos of cards or sheets, a draft each, to be typed in later.

    Raises RuleError `photo_missing`, `photo_refused`, `file_refused`, `file_too_large` (413).
    """
    require(actor, Right.ADD_CUSTOMER)
    if not files or len(files) > 20:
        sentence = _("Choose between 1 and 20 photos.")
        raise wrong_at("photos", sentence, "photo_missing")
    names = [kept_name(file) for file in files]
    for name in names:
        if not FILE_KINDS[name.rpartition(".")[2].lower()].is_inline:
            sentence = _("%(name)s is no picture; take a photo, or choose png, jpg, webp or pdf.") % {
                "name": name
            }
            raise wrong_at("photos", sentence, "photo_refused")
    made = []
    for file, name in zip(files, names, strict=True):
        draft = Draft.objects.create(kind=Draft.Kind.PHOTO, created_at=now, created_by=actor, subject=name)
        _keep(draft, name, file)
        record(actor, "draft.added", at=now, subject_id=draft.pk, draft=draft.kind)
        made.append(draft)
    return made


def _keep(draft: Draft, name: str, file: "File[bytes]") -> None:
    row = DraftFile(draft=draft, name=name, size=file.size)
    write_file(row.file, name, file)
    row.save()


@transaction.atomic
def take_letter(actor: User | None, mailbox: Mailbox, letter: Letter, *, now: datetime) -> Draft | None:
    """Make a draft of a mail with what could be recognised; None when it is one already.

    Files of kinds we do not keep are named in the text and left out.
    """
    mark = letter.message_id
    if mark and Draft.objects.filter(mailbox=mailbox, message_id=mark).exists():
        return None
    proposed = recognise(
        f"{letter.subject}\n{letter.text}",
        sender_name=letter.sender_name,
        sender_address=letter.sender_address,
    )
    draft = Draft.objects.create(
        kind=Draft.Kind.MAIL, created_at=now, mailbox=mailbox, message_id=mark, sender_name=letter.sender_name,
        sender_address=letter.sender_address, subject=letter.subject, text=letter.text, proposed=proposed,
    )  # fmt: skip
    left_out = []
    for name, content in letter.files:
        file: File[bytes] = ContentFile(content, name=name)
        try:
            _keep(draft, kept_name(file), file)
        except RuleError:
            left_out.append(name)
    if left_out:
        draft.text = f"{draft.text}\n\n{_('Files left out: %(names)s') % {'names': ', '.join(left_out)}}"
        draft.save(update_fields=["text"])
    record(actor, "draft.added", at=now, subject_id=draft.pk, draft=draft.kind)
    return draft


def _locked(actor: User, draft: Draft) -> Draft:
    require(actor, Right.ADD_CUSTOMER)
    row = Draft.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=draft.pk)
    if row.status != Status.OPEN:
        raise RuleError(_("Somebody has done this one already."), "draft_closed", status=409)
    return row


@transaction.atomic
def type_in(actor: User, draft: Draft, new: NewCustomer, *, now: datetime) -> Customer:
    """Make a customer of a draft: added the way everybody adds one, its files moved along, the draft closed.

    Raises RuleError `draft_closed` (409) and whatever adding raises; then the draft stays as it was.
    """
    row = _locked(actor, draft)
    customer = add_customer(actor, new, now=now)
    _close(actor, row, customer, now)
    return customer


@transaction.atomic
def attach_draft(actor: User, draft: Draft, customer: Customer, *, now: datetime) -> Customer:
    """Put a draft to a customer that is there already, whom the actor may edit; nothing else of it changes.

    Raises RuleError `draft_closed` (409), `not_yours` (403).
    """
    row = _locked(actor, draft)
    there = lock_one(actor, customer.pk)
    require_edit(actor, there, Right.CHANGE_CUSTOMER)
    _close(actor, row, there, now)
    return there


@transaction.atomic
def ticket_of_draft(
    actor: User, draft: Draft, customer: Customer, new: NewTicket, *, now: datetime
) -> Ticket:
    """Take a mail down as a ticket of a customer that is there already; its text and files go along, the draft is closed.

    Its limits count since the mail came in. Raises RuleError `draft_closed` (409), `not_yours` (403), and what opening a ticket may raise.
    """
    row = _locked(actor, draft)
    there = lock_one(actor, customer.pk)
    sender = row.sender_name or row.sender_address
    known = replace(
        new, way=TicketWay.MAIL, sender=sender, sender_reach=row.sender_address, since=min(row.created_at, now),
        details=new.details or row.text[:4000],
    )  # fmt: skip
    ticket = open_ticket(actor, there, known, now=now)
    _close(actor, row, there, now)
    return ticket


def _close(actor: User, row: Draft, customer: Customer, now: datetime) -> None:
    for kept in row.files.all():
        with kept.file.open("rb") as content:
            keep_file(actor, customer, ContentFile(content.read(), name=kept.name), now=now)
    row.status, row.customer, row.closed_at, row.closed_by = Status.DONE, customer, now, actor
    row.save(update_fields=["status", "customer", "closed_at", "closed_by"])
    _forget_files(row)
    words = "\n".join(part for part in (row.subject, row.text) if part) if row.kind == Draft.Kind.MAIL else ""
    record(
        actor, "draft.typed_in", at=now, customer_id=customer.pk, subject_id=row.pk, form=str(Draft.Kind(row.kind).label),
        notes=words[:4000],
    )  # fmt: skip


@transaction.atomic
def drop_draft(actor: User, draft: Draft, *, now: datetime) -> Draft:
    """Drop a draft nobody needs; its files and its text are deleted. Raises RuleError `draft_closed` (409)."""
    row = _locked(actor, draft)
    row.status, row.closed_at, row.closed_by = Status.DROPPED, now, actor
    row.text, row.proposed = "", {}
    row.save(update_fields=["status", "closed_at", "closed_by", "text", "proposed"])
    _forget_files(row)
    record(actor, "draft.dropped", at=now, subject_id=row.pk, draft=row.kind)
    return row


def _forget_files(row: Draft) -> None:
    """Take a draft's own copies off the disk once this transaction stands."""
    for kept in list(row.files.all()):
        storage, path = kept.file.storage, str(kept.file.name)
        kept.delete()
        transaction.on_commit(lambda storage=storage, path=path: storage.delete(path))  # type: ignore[misc]
