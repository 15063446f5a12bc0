"""Own fields: add, change, take out of use."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.events.actions import record
from genjin.fields.models import CustomField
from genjin.fields.rules import FieldKind
from genjin.fields.rules.kinds import WITH_OPTIONS
from genjin.kit.errors import RuleError, wrong_at
from genjin.kit.text import clean, fold

MOST_FIELDS = 50  # in use at a time
MOST_OPTIONS = 100
_CUTS = re.compile(r"[,，、;；|\n]")


@transaction.atomic
def save_field(actor: User, field: CustomField, values: Mapping[str, Any], *, now: datetime) -> CustomField:
    """Add an own field, or change its words; key and kind stay what they were at first.

    `values`: label, kind, options (a list of words), help, is_active. Raises RuleError `fields_invalid`, `name_taken`, `too_many_fields`.
    """
    require(actor, Right.MANAGE_SETTINGS)
    with connection.cursor() as cursor:  # counted and numbered one after another
        cursor.execute("SELECT pg_advisory_xact_lock(727011)")
    before = CustomField.objects.get(pk=field.pk) if field.pk else None
    field.label = clean(str(values.get("label", field.label)))[:60]
    field.help = clean(str(values.get("help", field.help)))[:300]
    field.is_active = bool(values.get("is_active", field.is_active))
    field.kind = before.kind if before else str(values.get("kind", ""))
    options = [clean(str(option))[:60] for option in values.get("options", field.options)]
    field.options = (
        [option for option in dict.fromkeys(options) if option] if field.kind in WITH_OPTIONS else []
    )
    _check(field)
    if field.is_active and CustomField.objects.active().exclude(pk=field.pk).count() >= MOST_FIELDS:
        raise RuleError(
            _("At most 50 own fields are in use at a time; take one out of use first."), "too_many_fields"
        )
    if before is None:
        numbers = [int(key[1:]) for key in CustomField.objects.values_list("key", flat=True)]
        field.key = f"f{max(numbers, default=0) + 1}"
        field.position = field.position or max(numbers, default=0) + 1
    try:
        with transaction.atomic():
            field.save()
    except IntegrityError as error:
        sentence = _("There is one of this name already.")
        raise wrong_at("label", sentence, "name_taken") from error
    record(actor, "custom_field.saved", at=now, subject_id=field.pk, name=field.label)
    return field


def _check(field: CustomField) -> None:
    wrong: dict[str, list[str]] = {}
    if not field.label:
        wrong["label"] = [_("Give the field a name.")]
    if field.kind not in FieldKind.values:
        wrong["kind"] = [_("Choose a kind.")]
    if field.kind in WITH_OPTIONS:
        if not field.options or len(field.options) > MOST_OPTIONS:
            wrong["options"] = [_("Write 1 to 100 words, one a line.")]
        elif any(_CUTS.search(option) for option in field.options):
            wrong["options"] = [_("A word holds no comma, semicolon or |: sheets cut words there.")]
        elif len({fold(option) for option in field.options}) < len(field.options):
            wrong["options"] = [_("Two of the words are alike.")]
    if wrong:
        raise RuleError(_("Please correct the marked fields."), "fields_invalid", fields=wrong)
