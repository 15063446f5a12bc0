"""Keeping Word templates of proposals: looked through before they are kept, never run."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.events.actions import record
from genjin.kit.errors import ValueRefused, wrong_at
from genjin.kit.files import check_file, write_file
from genjin.kit.text import clean
from genjin.kit.word_places import check_word
from genjin.proposals.models import ProposalTemplate
from genjin.proposals.rules.papers import LINE_PLACES, PLACES

MOST_BYTES = 5_000_000


@transaction.atomic
def save_template(
    actor: User,
    template: ProposalTemplate,
    values: Mapping[str, Any],
    *,
    file: "File[bytes] | None" = None,
    now: datetime,
) -> ProposalTemplate:
    """Add or change a Word template, from `name` and `is_active`; a new file takes the place of the old one.

    Raises RuleError `name_missing`, `name_taken`, `file_missing`, `file_refused`, and `template_refused` for placeholders we do
    not know and for anything that looks like a statement.
    """
    require(actor, Right.MANAGE_PRODUCTS)
    row = (
        ProposalTemplate.objects.select_for_update().get(pk=template.pk)
        if template.pk
        else ProposalTemplate()
    )
    row.name, row.is_active = clean(str(values["name"]))[:80], bool(values["is_active"])
    if not row.name:
        raise wrong_at("name", _("Give it a name."), "name_missing")
    if ProposalTemplate.objects.filter(name=row.name).exclude(pk=row.pk).exists():
        raise wrong_at("name", _("There is a template of this name."), "name_taken")
    if file is None and not row.file:
        raise wrong_at("file", _("Choose a Word file."), "file_missing")
    if file is not None:
        _keep(row, file)
    row.uploaded_at, row.uploaded_by = now, actor
    row.save()
    record(actor, "proposal_template.saved", at=now, subject_id=row.pk, name=row.name, sha256=row.sha256)
    return row


def _keep(row: ProposalTemplate, file: "File[bytes]") -> None:
    name = clean((file.name or "").replace("\\", "/").rpartition("/")[2])[:200]
    content = file.read(MOST_BYTES + 1)
    if not name.lower().endswith(".docx") or len(content) > MOST_BYTES:
        raise wrong_at("file", _("Choose a Word file (.docx) of at most 5 MB."), "file_refused")
    check_file(name, len(content), content[:16])
    try:
        check_word(content, (*PLACES, *LINE_PLACES))
    except ValueRefused as refusal:
        raise wrong_at("file", refusal.message, "template_refused") from refusal
    old, storage = row.file.name, row.file.storage
    row.file_name, row.sha256 = name, hashlib.sha256(content).hexdigest()
    file.seek(0)
    write_file(row.file, name, file)
    if old:
        transaction.on_commit(lambda: storage.delete(old))


@transaction.atomic
def remove_template(actor: User, template: ProposalTemplate, *, now: datetime) -> None:
    """Delete a template with its file; documents made from it stay with whoever has them."""
    require(actor, Right.MANAGE_PRODUCTS)
    row = ProposalTemplate.objects.select_for_update().get(pk=template.pk)
    record(actor, "proposal_template.removed", at=now, subject_id=row.pk, name=row.name)
    old, storage = row.file.name, row.file.storage
    row.delete()
    transaction.on_commit(lambda: storage.delete(str(old)))
