"""A model field by its name, for the words that live on it."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from genjin.customers.models import Customer
from genjin.kit.money import show_money


def field_named(name: str, model: Any = Customer) -> Any:
    """Return the concrete field `name` of a model."""
    return model._meta.get_field(name)


def label_of(name: str) -> str:
    """Return what people call a customer's field."""
    return str(field_named(name).verbose_name)


def shown_value(row: Customer, name: str) -> str:
    """Return a customer's field in words, "" when there is nothing to show."""
    field = field_named(name)
    value = getattr(row, field.name)
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    if isinstance(value, bool):
        return str(_("Yes")) if value else ""
    if isinstance(value, Decimal):
        return show_money(value)
    return str(value) if value else ""
