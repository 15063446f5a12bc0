"""Which value each customer gets by a bulk edit: built-in fields through their readers, own fields through theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.customers.actions.bulk import Refusal
from genjin.customers.models import Campaign, Choice, Customer
from genjin.customers.rules.fields import CUSTOMER_FIELDS, read_fields
from genjin.fields.queries import own_fields, read_own
from genjin.fields.rules import Definition
from genjin.intake.rules.edits import EDITABLE, appended, check_edit, own_raw
from genjin.kit.errors import RuleError, wrong_at

FLAGS = frozenset({"is_authority_clear", "needs_many_approvals", "do_not_disturb"})


@dataclass(frozen=True, slots=True)
class Edit:
    """What is to be done: a field, how, and the value as typed."""

    field: str
    how: str = "set"
    value: str = ""


def own_by_key() -> dict[str, Definition]:
    """Return the own fields in use by key; one query."""
    return {field.key: field for field in own_fields()}


def check_value(edit: Edit) -> None:
    """Refuse an edit that makes no sense for any customer.

    Raises RuleError `field_unknown`, `how_unknown`, `value_missing`, `fields_invalid`, its sentences at `value`.
    """
    own = own_by_key()
    check_edit(edit.field, edit.how, edit.value, own)
    if edit.field == "tags" or edit.how in {"append", "remove"}:
        return
    try:
        if edit.field in own:
            read_own(
                {
                    edit.field: own_raw(own[edit.field], "set", edit.value, None)
                    if edit.how != "clear"
                    else None
                },
                [own[edit.field]],
            )
        else:
            read_fields({edit.field: raw_value(edit)}, CUSTOMER_FIELDS)
    except RuleError as refusal:
        raise RuleError(
            refusal.message, refusal.code, fields={"value": refusal.fields[edit.field]}
        ) from refusal


def raw_value(edit: Edit) -> Any:
    """Return what a built-in field's reader takes for an edit. Raises RuleError `fields_invalid`."""
    if edit.how == "clear":
        return "" if edit.field in FLAGS else None
    if edit.field in {"source", "campaign"}:
        return _picked(edit)
    if edit.field == "first_contact_at":
        return _moment(edit.value)
    return edit.value


def _picked(edit: Edit) -> Choice | Campaign:
    pk = int(edit.value) if edit.value.isdecimal() and len(edit.value) < 19 else 0
    offered: QuerySet[Any] = (
        Choice.objects.of("source") if edit.field == "source" else Campaign.objects.offered()
    )
    chosen: Choice | Campaign | None = offered.filter(pk=pk).first()
    if chosen is None:
        sentence = _("Choose one of the list.")
        raise RuleError(sentence, "fields_invalid", fields={edit.field: [sentence]})
    return chosen


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        sentence = _("Write a moment such as 2026-03-05 10:30.")
        raise wrong_at("first_contact_at", sentence, "fields_invalid") from error
    return moment if moment.tzinfo else timezone.make_aware(moment)


def values_for(edit: Edit, rows: Sequence[Customer]) -> tuple[dict[int, Mapping[str, Any]], list[Refusal]]:
    """Return the values each row is to get, as stored, and the rows a reader refuses."""
    if edit.field not in EDITABLE:
        field = own_by_key().get(edit.field)
        if field is None:
            raise RuleError(_("This field is not changed for many customers at once."), "field_unknown")
        return _own_values(edit, field, rows)
    if edit.how != "append":
        values = read_fields({edit.field: raw_value(edit)}, CUSTOMER_FIELDS)
        return {row.pk: values for row in rows}, []
    found: dict[int, Mapping[str, Any]] = {}
    refused: list[Refusal] = []
    for row in rows:
        text = appended(EDITABLE[edit.field], getattr(row, edit.field), edit.value)
        try:
            found[row.pk] = read_fields({edit.field: text}, CUSTOMER_FIELDS)
        except RuleError as refusal:
            refused.append(_refusal(row, refusal, edit.field))
    return found, refused


def _refusal(row: Customer, refusal: RuleError, name: str) -> Refusal:
    return Refusal(row.pk, row.name, refusal.code, " ".join(refusal.fields.get(name, [refusal.message])))


def _own_values(
    edit: Edit, field: Definition, rows: Sequence[Customer]
) -> tuple[dict[int, Mapping[str, Any]], list[Refusal]]:
    found: dict[int, Mapping[str, Any]] = {}
    refused: list[Refusal] = []
    same: dict[str, Any] = {}  # what every row gets is read once
    for row in rows:
        raw = own_raw(field, edit.how, edit.value, row.custom.get(field.key))
        try:
            read = same or read_own({field.key: raw}, [field], row.custom)
        except RuleError as refusal:
            refused.append(_refusal(row, refusal, field.key))
            continue
        if edit.how in {"set", "clear"}:
            same = read
        kept = {key: value for key, value in (row.custom | read).items() if value is not None}
        found[row.pk] = {"custom": kept}
    return found, refused
