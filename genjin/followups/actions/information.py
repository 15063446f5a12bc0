"""Changing what is known of a customer, with the files its own fields name."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.actions.ownership import lock_one, require_work
from genjin.customers.actions.records import change_customer as change_fields
from genjin.customers.models import Customer
from genjin.fields.queries import own_fields
from genjin.fields.rules import FieldKind
from genjin.followups.actions.files import attach_file
from genjin.followups.models import Attachment
from genjin.kit.errors import RuleError


@transaction.atomic
def change_customer(  # noqa: PLR0913 (what was shown belongs to what was written)
    actor: User,
    customer: Customer,
    changes: Mapping[str, Any],
    *,
    version: int,
    files: Mapping[str, "File[bytes]"] | None = None,
    asked: Collection[str] = (),
    now: datetime,
) -> Customer:
    """Change fields of a customer as seen at `version`; an own field of kind file takes an upload, or a file kept already.

    `files` are uploads by the key of an own field, `asked` the fields of the form, changed or not. Raises what `customers.actions.records.change_customer` does, and
    RuleError `fields_invalid` for a file of another customer, `file_refused`.
    """
    row = lock_one(actor, customer.pk)
    require_work(actor, row, Right.CHANGE_CUSTOMER)
    custom = dict(changes.get("custom") or {}) if isinstance(changes.get("custom"), Mapping | None) else {}
    _refuse_foreign_files(row, custom)
    for key, file in (files or {}).items():  # last of the checks: what lies on the disk does not roll back
        custom[key] = attach_file(actor, row, file, now=now).pk
    if custom:
        changes = dict(changes) | {"custom": custom}
    return change_fields(actor, row, changes, version=version, asked=asked, now=now)


def _refuse_foreign_files(row: Customer, custom: Mapping[str, Any]) -> None:
    asked = {
        field.key: str(custom[field.key])
        for field in (own_fields() if custom else ())
        if field.kind == FieldKind.FILE and custom.get(field.key)
    }
    known = (
        set(map(str, Attachment.objects.filter(customer=row).values_list("pk", flat=True)))
        if asked
        else set()
    )
    sentence = _("Choose a file that is kept with this customer.")
    if wrong := {key: [sentence] for key, pk in asked.items() if pk not in known}:
        raise RuleError(_("Please correct the marked fields."), "fields_invalid", fields=wrong)
