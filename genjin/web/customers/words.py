"""A model field by its name, for the words that live on it."""

from typing import Any

from genjin.customers.models import Customer


def field_named(name: str, model: Any = Customer) -> Any:
    """Return the concrete field `name` of a model."""
    return model._meta.get_field(name)


def label_of(name: str) -> str:
    """Return what people call a customer's field."""
    return str(field_named(name).verbose_name)
