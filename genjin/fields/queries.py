"""Reads over own fields and templates."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.queries import people_by_text
from genjin.fields.models import CollectionTemplate, CustomField
from genjin.fields.rules import Definition, FieldKind, Outline
from genjin.fields.rules.kinds import people_in, read_value
from genjin.fields.rules.reminder import revision_due
from genjin.kit.errors import RuleError, ValueRefused


def own_fields(*, active: bool = True) -> tuple[Definition, ...]:
    """Return the own fields in their order; one query. Unless `active`, also those no longer asked for."""
    rows = CustomField.objects.active() if active else CustomField.objects.all()
    return tuple(row.as_definition() for row in rows)


class FieldsWhenAsked:
    """The own fields, read when somebody first looks: most readers of a list never need them."""

    def __init__(self) -> None:
        self._read: tuple[Definition, ...] | None = None

    def __iter__(self) -> Iterator[Definition]:
        if self._read is None:
            self._read = own_fields()
        return iter(self._read)


def current_templates() -> dict[str, CollectionTemplate]:
    """Return the version in force of each customer type; one query."""
    return {row.customer_type: row for row in CollectionTemplate.objects.current()}


def templates_in_force() -> dict[str, tuple[int, Outline]]:
    """Return id and outline of the version in force of each customer type; one query."""
    return {kind: (row.pk, row.outline) for kind, row in current_templates().items()}


def current_template(customer_type: str) -> CollectionTemplate | None:
    """Return the version in force of one customer type; None when there is none."""
    return CollectionTemplate.objects.published().filter(customer_type=customer_type).first()


def read_own(
    raw: Mapping[str, Any], fields: Sequence[Definition], kept: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Read raw values of own fields by key and return what is to be kept, None for "empty it"; at most two queries.

    A colleague is named by id, login or full name. Raises RuleError `fields_invalid` with a sentence per key at fault;
    an unknown key is one.
    """
    by_key, kept = {field.key: field for field in fields}, kept or {}
    people = _people(raw, by_key)
    values: dict[str, Any] = {}
    refused = {str(key): [_("There is no such field.")] for key in raw if key not in by_key}
    for key in raw.keys() & by_key.keys():
        try:
            given = people.get((key, str(raw[key])), raw[key])
            values[key] = read_value(by_key[key], given, kept=kept.get(key))
        except ValueRefused as refusal:
            refused[key] = [refusal.message]
    _refuse_strangers(values, by_key, kept, refused)
    if refused:
        raise RuleError(_("Please correct the marked fields."), "fields_invalid", fields=refused)
    return values


def _people(raw: Mapping[str, Any], by_key: Mapping[str, Definition]) -> dict[tuple[str, str], int]:
    """Return the ids of colleagues that are given by login or name."""
    named = {
        key: str(given).strip()
        for key, given in raw.items()
        if given and key in by_key and by_key[key].kind == FieldKind.PERSON and not str(given).isdecimal()
    }
    found = people_by_text(list(named.values())) if named else {}
    return {(key, str(raw[key])): pk for key, text in named.items() if (pk := found.get(text)) is not None}


def _refuse_strangers(
    values: Mapping[str, Any],
    by_key: Mapping[str, Definition],
    kept: Mapping[str, Any],
    refused: dict[str, list[str]],
) -> None:
    asked = {
        key: pk
        for key, pk in values.items()
        if pk is not None and by_key[key].kind == FieldKind.PERSON and pk != kept.get(key)
    }
    known = (
        set(User.objects.active().filter(pk__in=asked.values()).values_list("pk", flat=True))
        if asked
        else set()
    )
    for key, pk in asked.items():
        if pk not in known:
            refused[key] = [_("Choose one of those offered.")]


def names_in(fields: Sequence[Definition], customs: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    """Return the names of the colleagues in own values, by id; a query only when there are any."""
    ids: set[int] = set()
    if any(field.kind == FieldKind.PERSON for field in fields):
        ids = ids.union(*(people_in(fields, custom) for custom in customs))
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def templates_to_revise(now: datetime) -> list[tuple[str, date]]:
    """Return the customer types whose template has not been revised for half a year, with the day it was due (S1-18)."""
    due = [
        (row.customer_type, revision_due(row.published_at))
        for row in CollectionTemplate.objects.current()
        if row.published_at is not None
    ]
    return [(kind, day) for kind, day in due if day <= now.date()]
