"""Files kept with customers and their records: by ending and content, with a hash, under a random name."""

import hashlib
from datetime import datetime

from django.core.files.base import File
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.actions.completeness import refresh_completeness
from genjin.customers.actions.own import forget_file
from genjin.customers.actions.ownership import may_edit
from genjin.customers.models import Customer
from genjin.events.actions import record
from genjin.followups.actions.tasks import require_hand_in
from genjin.followups.models import Attachment, Evidence, FollowUp
from genjin.followups.rules import check_file
from genjin.kit.errors import RuleError
from genjin.kit.files import write_file
from genjin.kit.text import clean


def kept_name(file: "File[bytes]") -> str:
    """Return the name a file is kept under; it is judged by ending and first bytes. Raises RuleError `file_refused`."""
    name = clean((file.name or "").replace("\\", "/").rpartition("/")[2])[:200]
    head = file.read(16)
    file.seek(0)
    check_file(name, file.size, head)
    return name


@transaction.atomic
def attach_file(
    actor: User, customer: Customer, file: "File[bytes]", *, followup: FollowUp | None = None, now: datetime
) -> Attachment:
    """Keep a file with a customer or one of its records, with its SHA-256. Raises RuleError `file_refused`."""
    require_hand_in(actor, customer, Right.FOLLOW_UP)
    return keep_file(actor, customer, file, followup=followup, now=now)


@transaction.atomic
def keep_file(
    actor: User, customer: Customer, file: "File[bytes]", *, followup: FollowUp | None = None, now: datetime
) -> Attachment:
    """Write a file and its row; a step of actions that have asked whether the actor may. Raises RuleError `file_refused`."""
    name = kept_name(file)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    attachment = Attachment(
        customer=customer, followup=followup, name=name, size=file.size, sha256=digest.hexdigest(),
        uploaded_by=actor, uploaded_at=now,
    )  # fmt: skip
    write_file(attachment.file, name, file)
    attachment.save()
    if followup is None:
        record(actor, "file.added", at=now, customer_id=customer.pk, subject_id=attachment.pk, name=name)
    return attachment


@transaction.atomic
def remove_file(actor: User, attachment: Attachment, *, now: datetime) -> None:
    """Delete a file for good; the timeline keeps its name.

    Raises RuleError `not_yours` (403), `file_is_evidence` (409): evidence is withdrawn, never deleted.
    """
    require_hand_in(actor, attachment.customer, Right.FOLLOW_UP)
    if attachment.uploaded_by_id != actor.pk and not may_edit(actor, attachment.customer):
        raise RuleError(_("Only who added the file or the owner removes it."), "not_yours", status=403)
    if Evidence.objects.filter(file=attachment).exists():
        sentence = _("This file is evidence and stays; withdraw the evidence instead.")
        raise RuleError(sentence, "file_is_evidence", status=409)
    storage, path = attachment.file.storage, str(attachment.file.name)
    customer_id, pk, name = attachment.customer_id, attachment.pk, attachment.name
    try:
        attachment.delete()
    except ProtectedError as error:
        sentence = _(
            "This file shows something on record, such as a signed contract or an acceptance, and stays."
        )
        raise RuleError(sentence, "file_is_evidence", status=409) from error
    emptied = forget_file(customer_id, pk)
    record(actor, "file.removed", at=now, customer_id=customer_id, subject_id=pk, name=name, **emptied)
    refresh_completeness([customer_id])
    transaction.on_commit(lambda: storage.delete(path))
