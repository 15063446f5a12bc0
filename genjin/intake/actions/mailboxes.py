"""Mailboxes we look into: their settings, and the look itself, which asks the network outside any transaction."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, Q
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, Role, require
from genjin.events.actions import enqueue, record
from genjin.intake.actions.drafts import take_letter
from genjin.intake.models import Mailbox
from genjin.kit.errors import RuleError, ValueRefused, wrong_at
from genjin.kit.imap import Account, MailboxError, fetch_new
from genjin.kit.letters import Letter, read_letter
from genjin.kit.outgoing import checked_address
from genjin.kit.sealing import seal, unseal
from genjin.notices.actions import tell
from genjin.notices.rules import NoticeKind

PURPOSE = "mailbox"
FIELDS = ("name", "host", "port", "security", "user", "folder", "source", "is_active")


@transaction.atomic
def save_mailbox(actor: User, mailbox: Mailbox, values: Mapping[str, Any], *, now: datetime) -> Mailbox:
    """Add or change a mailbox; `password` stays as it is when it is left empty.

    The host is resolved and refused when it leads into a private network that is not allowed. Raises RuleError
    `host_unknown`, `host_private`, `plain_refused`, `password_missing`, `fields_invalid`, `name_taken`.
    """
    require(actor, Right.MANAGE_SETTINGS)
    moved = mailbox.pk is not None and any(
        name in values and values[name] != getattr(mailbox, name)
        for name in ("host", "port", "user", "security")
    )
    for name in values.keys() & set(FIELDS):
        setattr(mailbox, name, values[name])
    if moved:
        mailbox.uid_validity = mailbox.last_uid = 0
    _set_password(mailbox, str(values.get("password", "")), moved=moved)
    _check_host(mailbox)
    try:
        mailbox.clean_fields()
        with transaction.atomic():
            mailbox.save()
    except ValidationError as error:
        raise RuleError(
            _("Please correct the marked fields."), "fields_invalid", fields=error.message_dict
        ) from error
    except IntegrityError as error:
        sentence = _("There is one of this name already.")
        raise wrong_at("name", sentence, "name_taken") from error
    if "readers" in values:
        mailbox.readers.set(values["readers"])
    record(actor, "mailbox.saved", at=now, subject_id=mailbox.pk, name=mailbox.name, address=mailbox.host)
    return mailbox


def _set_password(mailbox: Mailbox, password: str, *, moved: bool) -> None:
    """Seal a new password; another server never gets the old one, as whoever names it could read it there."""
    if password:
        mailbox.password_sealed = seal(password, key=settings.SECRET_KEY, purpose=PURPOSE)
    elif moved or not mailbox.password_sealed:
        sentence = _("Type the password of this mailbox.")
        raise wrong_at("password", sentence, "password_missing")


def _check_host(mailbox: Mailbox) -> str:
    allowed = settings.ENVIRONMENT.private_hosts
    try:
        address = checked_address(mailbox.host, mailbox.port, allowed=allowed)
    except ValueRefused as refusal:
        raise RuleError(refusal.message, refusal.code, fields={"host": [refusal.message]}) from refusal
    if mailbox.security == Mailbox.Security.NONE and mailbox.host.lower() not in {h.lower() for h in allowed}:
        sentence = _("Without encryption only a server of one's own network is asked.")
        raise wrong_at("security", sentence, "plain_refused")
    return address


@transaction.atomic
def remove_mailbox(actor: User, mailbox: Mailbox, *, now: datetime) -> None:
    """Remove a mailbox no draft came from. Raises RuleError `entry_in_use` (409)."""
    require(actor, Right.MANAGE_SETTINGS)
    pk, name = mailbox.pk, mailbox.name
    try:
        with transaction.atomic():
            mailbox.delete()
    except ProtectedError as error:
        sentence = _("Drafts came from this mailbox; end its use instead.")
        raise RuleError(sentence, "entry_in_use", status=409) from error
    record(actor, "mailbox.removed", at=now, subject_id=pk, name=name)


@transaction.atomic
def ask_to_look(actor: User, mailbox: Mailbox, *, now: datetime) -> None:
    """Let the worker look into a mailbox at once; needs the right that saving it needs."""
    require(actor, Right.MANAGE_SETTINGS)
    record(actor, "mailbox.looked", at=now, subject_id=mailbox.pk, name=mailbox.name)
    enqueue("intake.look_into_mailbox", mailbox_id=mailbox.pk)


def look_into(mailbox_id: int, *, now: datetime) -> int:
    """Make drafts of what is new in one mailbox; returns how many. What went wrong stands on its page."""
    mailbox = Mailbox.objects.filter(pk=mailbox_id, is_active=True).first()
    if mailbox is None:
        return 0
    try:
        fetched = fetch_new(_account(mailbox), validity=mailbox.uid_validity, after=mailbox.last_uid)
    except RuleError as refusal:
        _note(mailbox, now, problem=refusal.message)
        return 0
    except MailboxError as error:
        _note(mailbox, now, problem=str(error))
        return 0
    made = 0
    for uid, raw in fetched.messages:
        letter = (
            Letter(subject=_("A mail that is too large; look at it in the mailbox"))
            if raw is None
            else read_letter(raw)
        )
        with transaction.atomic():  # the draft and the mark behind it, or neither
            made += take_letter(None, mailbox, letter, now=now) is not None
            _note(mailbox, now, validity=fetched.validity, last=uid)
    _note(mailbox, now, validity=fetched.validity)
    return made


def _account(mailbox: Mailbox) -> Account:
    password = unseal(mailbox.password_sealed, key=settings.SECRET_KEY, purpose=PURPOSE)
    if password is None:
        raise RuleError(_("The secret key has changed; type the password again."), "password_unreadable")
    return Account(
        host=mailbox.host, address=_check_host(mailbox), port=mailbox.port, security=mailbox.security, user=mailbox.user,
        password=password, folder=mailbox.folder,
    )  # fmt: skip


@transaction.atomic
def _note(mailbox: Mailbox, now: datetime, *, problem: str = "", validity: int = 0, last: int = 0) -> None:
    if problem and mailbox.problem:  # twice in a row, so that a hiccup wakes nobody; once a day
        admins = User.objects.active().filter(role=Role.ADMIN)
        tell(
            admins, NoticeKind.MAILBOX_FAILING, key=f"mailbox:{mailbox.pk}:{now.date()}", at=now, subject_id=mailbox.pk,
            name=mailbox.name, why=problem[:200],
        )  # fmt: skip
    values: dict[str, Any] = {"looked_at": now, "problem": problem[:300]}
    if validity and validity != mailbox.uid_validity:
        mailbox.uid_validity, mailbox.last_uid = validity, 0
    if last:
        mailbox.last_uid = max(mailbox.last_uid, last)
    values |= {"uid_validity": mailbox.uid_validity, "last_uid": mailbox.last_uid}
    Mailbox.objects.filter(pk=mailbox.pk).update(**values)


def look_into_all(now: datetime) -> int:
    """Ask for a look into every mailbox in use that was not just looked into, each by a job of its own."""
    rested = Q(looked_at=None) | Q(looked_at__lte=now - timedelta(minutes=2))
    ids = list(Mailbox.objects.filter(rested, is_active=True).values_list("pk", flat=True))
    for pk in ids:
        enqueue("intake.look_into_mailbox", mailbox_id=pk)
    return len(ids)
