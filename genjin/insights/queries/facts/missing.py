"""What is missing of a customer, as marks on it: its type alone, and its type with each field it lacks; the roll-up counts them.

Marks know nothing of templates, so that nothing has to be counted anew when a template asks for another field.
"""

from collections.abc import Collection
from typing import Any

from django.db.models import Case, Func, Q, TextField, Value, When
from django.db.models.functions import Cast, Concat

from genjin.customers.queries.own_conditions import missing_query
from genjin.customers.rules.collected import BY_KEY

ALWAYS_THERE = frozenset({"name", "kind", "customer_type"})
FIELDS = tuple(key for key, fact in BY_KEY.items() if not fact.derived and key not in ALWAYS_THERE)


def marks_of_missing(among: Q) -> Any:
    """Return the marks of a customer that is `among` those asked for; none of others."""
    whole = When(among, then=_mark(""))
    parts = (When(among & missing_query(key), then=_mark(key)) for key in FIELDS)
    marks = (Case(one, output_field=TextField()) for one in (whole, *parts))
    words = "array_to_string(array_remove(ARRAY[%(expressions)s], NULL), ' ')"
    return Func(*marks, template=words, output_field=TextField())


def _mark(key: str) -> Concat:
    return Concat(Cast("customer_type", TextField()), Value(f":{key}", TextField()))


def marks_of(types: Collection[str], key: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the marks of customers of some types, and of those of them that lack a field."""
    return frozenset(f"{kind}:" for kind in types), frozenset(f"{kind}:{key}" for kind in types)
