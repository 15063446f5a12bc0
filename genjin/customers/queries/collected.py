"""What people call the fields of templates, and what of a record is there."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.text import capfirst

from genjin.customers.models import Contact, Customer
from genjin.customers.rules.collected import BY_KEY, FACTS, weighed
from genjin.fields.rules import Completeness, Definition, Outline

COLUMNS = tuple(dict.fromkeys(column for fact in FACTS for column in fact.columns if not fact.of_contact))
CONTACT_COLUMNS = tuple(dict.fromkeys(column for fact in FACTS for column in fact.columns if fact.of_contact))


def builtin_label(key: str) -> str:
    """Return what people call a built-in field of templates: the column's own name unless it has several."""
    fact = BY_KEY[key]
    if fact.label:
        return str(fact.label)
    column: Any = Customer._meta.get_field(fact.columns[0])
    return str(capfirst(str(column.verbose_name)))


def field_labels(own: Iterable[Definition]) -> dict[str, str]:
    """Return the labels of all fields a template may ask for, built-in ones first."""
    return {fact.key: builtin_label(fact.key) for fact in FACTS} | {field.key: field.label for field in own}


def weigh(customer: Customer, people: Sequence[Contact], outline: Outline) -> Completeness:
    """Weigh a customer as it is in memory, with its people, by an outline; no query."""
    values: Mapping[str, Any] = {column: getattr(customer, column) for column in COLUMNS}
    persons = [{column: getattr(person, column) for column in CONTACT_COLUMNS} for person in people]
    return weighed(outline, values, persons, customer.custom)
