"""Fields and values of a bulk edit in words."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from genjin.customers.models import Campaign, Choice
from genjin.fields.queries import names_in
from genjin.fields.rules import Definition, FieldKind
from genjin.fields.rules.kinds import is_own_key, shown_value
from genjin.intake.models import BulkEdit
from genjin.intake.rules.edits import HOWS, NO_OWN
from genjin.kit.money import show_money
from genjin.web.customers.words import field_named
from genjin.web.shell.templatetags.genjin import exact

type Names = dict[tuple[str, int], str]
# Columns that only go with another.
BESIDE = frozenset({"founded_precision", "old_registration_no", "template_id"})


def label_of(name: str, own: Mapping[str, Definition] = NO_OWN) -> str:
    """Return what people call a field."""
    if is_own_key(name):
        return own[name].label if name in own else name
    if name in {"budget", "revenue"}:
        return _("Budget") if name == "budget" else _("Yearly revenue")
    return str(field_named(name).verbose_name)


def value_in_words(column: str, value: Any, sources: Names) -> str:
    """Return a stored value of a column as people read it; "" when there is none."""
    if column == "tags":
        return "、".join(value)
    if column in {"source_id", "campaign_id"}:
        return sources.get((column, value), "")
    field = field_named(column)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Decimal):
        return show_money(value)
    if hasattr(value, "tzinfo"):
        return exact(value)
    return "" if value is None else str(value)


def values_in_words(values: Mapping[str, Any], sources: Names, own: Definition | None = None) -> str:
    """Return the stored values of one edit, several columns with a dash between them; of an own field its value."""
    if own is not None:
        custom = values.get("custom", {})
        return shown_value(own, custom.get(own.key), names_in([own], [custom]))
    shown = [value_in_words(name, value, sources) for name, value in values.items() if name not in BESIDE]
    return " – ".join(dict.fromkeys(text for text in shown if text))


def sources() -> Names:
    """Return the names of lead sources and campaigns by column and id."""
    found: Names = {
        ("source_id", pk): name for pk, name in Choice.objects.filter(kind="source").values_list("pk", "name")
    }
    return found | {("campaign_id", pk): name for pk, name in Campaign.objects.values_list("pk", "name")}


def what(batch: BulkEdit, own: Mapping[str, Definition]) -> str:
    """Return what an edit does, in a line; `own` are the own fields by key, also those no longer in use."""
    value = batch.value
    if batch.field in own:
        field = own[batch.field]
        if field.kind == FieldKind.PERSON and value.isdecimal():
            value = names_in([field], [{field.key: int(value)}]).get(int(value), value)
    elif batch.field in {"source", "campaign"} and value.isdecimal():
        value = sources().get((f"{batch.field}_id", int(value)), value)
    elif batch.field not in {"budget", "revenue", "tags"} and field_named(batch.field).choices:
        value = str(dict(field_named(batch.field).flatchoices).get(value, value))
    return f"{label_of(batch.field, own)} · {HOWS[batch.how]}{': ' if value else ''}{value[:80]}"
