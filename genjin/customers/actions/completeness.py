"""How complete customers are by the template of their type: one statement, in the transaction that changed them.

Called by every action that changes a customer, its people, or what follows from its records.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, transaction

from genjin.customers.models import Contact, Customer
from genjin.customers.queries.collected import weigh
from genjin.customers.rules.collected import BY_KEY, Fact
from genjin.fields.queries import current_templates
from genjin.fields.rules import Outline

_REFRESH = """
UPDATE customers_customer AS c SET completeness = n.percent
FROM (SELECT c.id, CASE c.customer_type {cases} ELSE 0 END AS percent FROM customers_customer c WHERE c.id = ANY(%(ids)s)) AS n
WHERE c.id = n.id AND c.completeness <> n.percent
"""


def refresh_completeness(customer_ids: Iterable[int]) -> None:
    """Weigh customers anew by the current templates; two statements however many they are."""
    ids = list(customer_ids)
    if ids:
        _refresh(ids, {kind: template.outline for kind, template in current_templates().items()})


def _refresh(ids: list[int], outlines: Mapping[str, Outline]) -> int:
    values: dict[str, Any] = {"ids": ids}
    cases = []
    for at, (kind, outline) in enumerate(outlines.items()):
        values[f"kind{at}"] = kind
        cases.append(f"WHEN %(kind{at})s THEN {_percent(outline, values)}")
    if not cases:
        cases = ["WHEN '' THEN 0"]
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH.format(cases=" ".join(cases)), values)
        return int(cursor.rowcount)


def _percent(outline: Outline, values: dict[str, Any]) -> str:
    """Return the percentage as SQL over the alias `c`; keys of own fields become parameters."""
    weights = {item.key: item.weight for item in outline.items if item.weight}
    total = sum(weights.values())
    if not total:
        return "0"
    parts = []
    for key, weight in weights.items():
        if fact := BY_KEY.get(key):
            parts.append(f"CASE WHEN {is_there(fact)} THEN {weight:d} ELSE 0 END")
        else:
            name = f"own{len(values)}"
            values[name] = key
            parts.append(f"CASE WHEN c.custom ? %({name})s THEN {weight:d} ELSE 0 END")
    return f"({' + '.join(parts)}) * 100 / {total:d}"


def weigh_rows(rows: Sequence[Customer]) -> None:
    """Set the completeness of customers in memory, about to be saved by one statement; two queries."""
    people: dict[int, list[Contact]] = {row.pk: [] for row in rows}
    for person in Contact.objects.filter(customer__in=people):
        people[person.customer_id].append(person)
    outlines = {kind: template.outline for kind, template in current_templates().items()}
    for row in rows:
        outline = outlines.get(row.customer_type)
        row.completeness = weigh(row, people[row.pk], outline).percent if outline else 0


_THERE = {"text": "{column} <> ''", "null": "{column} IS NOT NULL", "flag": "{column}"}


def is_there(fact: Fact) -> str:
    """Return as SQL over the alias `c` whether a fact is there: the same table as the pure rule's."""
    alias = "p" if fact.of_contact else "c"
    test = " OR ".join(_THERE[fact.empty].format(column=f"{alias}.{column}") for column in fact.columns)
    if fact.of_contact:
        return f"EXISTS (SELECT FROM customers_contact p WHERE p.customer_id = c.id AND ({test}))"
    return f"({test})"


def refresh_type(
    customer_type: str, *, chunk: int = 2000, on_progress: Callable[[int], None] = lambda _done: None
) -> int:
    """Weigh all customers of a type anew, after a version of its template came out; a chunk a transaction."""
    last, done = 0, 0
    while True:
        with transaction.atomic():
            rows = Customer.objects.filter(customer_type=customer_type, pk__gt=last).order_by("pk")
            ids = list(rows.select_for_update(of=("self",)).values_list("pk", flat=True)[:chunk])
            if not ids:
                return done
            refresh_completeness(ids)
        last, done = ids[-1], done + len(ids)
        on_progress(done)
