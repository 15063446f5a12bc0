"""Conditions about own fields and about what is missing, for the one language of `conditions`."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, Exists, Func, OuterRef, Q, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import Exact, GreaterThanOrEqual, IContains, LessThanOrEqual

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, may
from genjin.customers.models import Contact
from genjin.customers.rules.collected import BY_KEY
from genjin.fields.rules import Definition, FieldKind
from genjin.fields.rules.kinds import MAY_NAME_PEOPLE, as_number

# How each kind is compared: the kinds of the filter's form.
COMPARED = {
    FieldKind.NUMBER: "number", FieldKind.MONEY: "number", FieldKind.DATE: "date", FieldKind.CHOICE: "choice",
    FieldKind.CHOICES: "choice", FieldKind.PERSON: "choice",
}  # fmt: skip
SORTED = frozenset({FieldKind.MONEY, FieldKind.DATE, FieldKind.CHOICE, FieldKind.REGION})
_NUMBER: Any = DecimalField(max_digits=20, decimal_places=4)


def own_value(field: Definition) -> Combinable:
    """Return an own value as SQL that compares and sorts: the upper end of an amount, the first day of a year."""
    text = KeyTextTransform(field.key, "custom")
    if field.kind == FieldKind.NUMBER:
        return Cast(text, _NUMBER)
    if field.kind == FieldKind.MONEY:
        inside = KeyTextTransform(field.key, "custom")
        ends = (KeyTextTransform(end, inside) for end in ("max", "min"))
        return Coalesce(*(Cast(end, _NUMBER) for end in ends))
    if field.kind == FieldKind.DATE:
        return Func(text, Value(10), Value("-01-01"), function="rpad", output_field=TextField())
    return Cast(text, TextField())


def own_query(field: Definition, op: str, low: Any, high: Any) -> Q:
    """Return the customers whose own value answers; `low` and `high` are read already, None is open or unreadable."""
    if op in {"empty", "not_empty"}:
        there = Q(custom__has_key=field.key)
        return ~there if op == "empty" else there
    if op == "contains":
        return Q(IContains(own_value(field), str(low)[:80])) if low else Q(pk__in=[])
    if op == "between":
        value = own_value(field)
        found = Q() if low is None else Q(GreaterThanOrEqual(value, _compared(low)))
        return found if high is None else found & Q(LessThanOrEqual(value, _compared(high)))
    return Q(pk__in=[]) if low is None else _equal(field, low)


def _equal(field: Definition, value: Any) -> Q:
    if field.kind in {FieldKind.MONEY, FieldKind.DATE}:
        return Q(Exact(own_value(field), _compared(value)))
    if field.kind == FieldKind.PERSON:
        return Q(custom__contains={field.key: int(value)}) if str(value).isdecimal() else Q(pk__in=[])
    kept = [value] if field.kind == FieldKind.CHOICES else as_number(value) if field.kind == FieldKind.NUMBER else value  # fmt: skip
    return Q(custom__contains={field.key: kept})


def _compared(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else Value(value, output_field=_NUMBER) if isinstance(value, Decimal) else value  # fmt: skip


def readable_to(field: Definition, reader: User | None) -> Q:
    """Return the customers whose own value `reader` may compare: what is masked cannot be guessed bit by bit."""
    if reader is None or field.kind not in MAY_NAME_PEOPLE:
        return Q()
    if not may(reader, Right.CHANGE_CUSTOMER):
        return Q(pk__in=[])
    return Q(owner__isnull=False) if reader.scope.sees_all else Q(owner_id__in=reader.scope.people)


def missing_query(key: str) -> Q:
    """Return the customers who lack a field of templates: the same table as the rule of completeness."""
    fact = BY_KEY.get(key)
    if fact is None:
        return ~Q(custom__has_key=key)
    empty: dict[str, Any] = {"text": "", "flag": False}
    if fact.of_contact:
        there = Q()
        for column in fact.columns:
            there |= ~Q(**{column: ""})
        return ~Q(Exists(Contact.objects.filter(there, customer=OuterRef("pk"))))
    lacking = Q()
    for column in fact.columns:
        lacking &= (
            Q(**{f"{column}__isnull": True}) if fact.empty == "null" else Q(**{column: empty[fact.empty]})
        )
    return lacking
