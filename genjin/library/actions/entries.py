"""Keeping the library, and noting what was used."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.events.actions import record
from genjin.kit.errors import RuleError, version_conflict
from genjin.kit.files import check_file, write_file
from genjin.kit.text import clean
from genjin.kit.tokens import as_tsvector, text_tokens
from genjin.library.models import Entry, Use
from genjin.library.rules.entries import check_entry

FIELDS = ("kind", "title", "body", "topic", "spin", "objection", "stage", "grade", "tags", "is_active")


@transaction.atomic
def save_entry(
    actor: User | None,
    entry: Entry,
    values: Mapping[str, Any],
    *,
    file: "File[bytes] | None" = None,
    now: datetime,
) -> Entry:
    """Add or change a piece of the library, from values by field name; what is not named stays (S0-13, S3-9, S4-6).

    Nobody (None) is the product itself, which brings the first entries. Raises RuleError as `check_entry` does,
    `fields_invalid`, `file_refused`, `version_conflict` (409) when `values["version"]` is an old one.
    """
    if actor is not None:
        require(actor, Right.MANAGE_LIBRARY)
    row = (
        Entry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
        if entry.pk
        else Entry(created_by=actor)
    )
    if entry.pk and values.get("version", row.version) != row.version:
        raise version_conflict(row.version)
    for name in values.keys() & set(FIELDS):
        value = values[name]
        setattr(row, name, clean(value) if isinstance(value, str) else value)
    check_entry(row.title, row.body, has_file=bool(file or row.file))
    try:
        row.clean_fields(exclude={"created_at", "updated_at", "created_by", "updated_by", "tokens", "file"})
    except ValidationError as error:
        words = _("Please correct the marked fields.")
        raise RuleError(words, "fields_invalid", fields=error.message_dict) from error
    row.created_at, row.updated_at, row.updated_by = row.created_at or now, now, actor
    row.version += 1 if row.pk else 0
    row.tokens = as_tsvector(text_tokens(row.title, (row.body, row.topic, *row.tags)))
    if file is not None:
        _keep(row, file)
    row.save()
    record(actor, "library.saved", at=now, subject_id=row.pk, name=row.title, version=row.version)
    return row


def _keep(row: Entry, file: "File[bytes]") -> None:
    """Take a file in by the same checks as attachments of customers."""
    name = clean((file.name or "").replace("\\", "/").rpartition("/")[2])[:200]
    head = file.read(16)
    file.seek(0)
    check_file(name, file.size, head)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    old, storage = row.file.name, row.file.storage
    row.file_name, row.file_size, row.sha256 = name, file.size, digest.hexdigest()
    write_file(row.file, name, file)
    if old:
        transaction.on_commit(lambda: storage.delete(old))


@transaction.atomic
def remove_entry(actor: User, entry: Entry, *, now: datetime) -> None:
    """Delete an entry for good; one that was used is only put out of use, since records name it."""
    require(actor, Right.MANAGE_LIBRARY)
    row = Entry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    record(actor, "library.removed", at=now, subject_id=row.pk, name=row.title)
    if row.uses.exists():
        row.is_active = False
        row.save(update_fields=["is_active"])
        return
    old, storage = row.file.name, row.file.storage
    row.delete()
    if old:
        transaction.on_commit(lambda: storage.delete(old))


def note_uses(
    actor: User,
    entries: Iterable[Entry],
    *,
    at: datetime,
    customer_id: int,
    followup_id: int | None = None,
    task_id: int | None = None,
) -> Sequence[Use]:
    """Write down that entries were put into a record or attached to a task; once each. A step of the actions above."""
    uses = [
        Use(entry=entry, by=actor, at=at, customer_id=customer_id, followup_id=followup_id, task_id=task_id)
        for entry in entries
    ]
    return Use.objects.bulk_create(uses, ignore_conflicts=True)


def set_materials(
    actor: User, entries: Sequence[Entry], *, task_id: int, customer_id: int, at: datetime
) -> None:
    """Attach exactly these entries to a task. A step of the actions above, which have asked for the right."""
    Use.objects.filter(task_id=task_id).exclude(entry__in=entries).delete()
    note_uses(actor, entries, at=at, customer_id=customer_id, task_id=task_id)
