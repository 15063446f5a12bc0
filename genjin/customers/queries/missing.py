"""How often each field of a template is missing, over the customers somebody sees (S1-17)."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.customers.queries.own_conditions import missing_query
from genjin.fields.models import CollectionTemplate
from genjin.fields.rules import Outline

GROUPED_BY = {"": None, "rep": "owner_id", "version": "template_id"}


@dataclass(frozen=True, slots=True)
class Rates:
    """A group of customers: `key` is an owner, a version or None, counts of missing fields by key."""

    key: int | None
    total: int
    complete: float  # average completeness
    missing: dict[str, int]


def missing_rates(user: User, customer_type: str, outline: Outline, by: str) -> list[Rates]:
    """Return counts per group, largest first, of all customers of a type `user` sees; one query.

    `by` is "", "rep" or "version". The same customers as the list of all with the condition "is missing" shows.
    """
    rows: Any = Customer.objects.visible_to(user).filter(customer_type=customer_type).order_by()
    keys = [item.key for item in outline.items if item.weight or item.is_required]
    counts = {f"m{at}": Count("pk", filter=missing_query(key)) for at, key in enumerate(keys)}
    figures = counts | {"total": Count("pk"), "complete": Avg("completeness")}
    column = GROUPED_BY[by]
    found = rows.values(column).annotate(**figures).order_by("-total") if column else [rows.aggregate(**figures)]  # fmt: skip
    return [
        Rates(
            key=line.get(column) if column else None, total=line["total"], complete=float(line["complete"] or 0),
            missing={key: line[f"m{at}"] for at, key in enumerate(keys)},
        )
        for line in found
    ]  # fmt: skip


def names_of_groups(by: str, groups: list[Rates]) -> dict[int | None, str]:
    """Return what the groups are called: people, or versions of the template."""
    ids = [group.key for group in groups if group.key is not None]
    if by == "rep":
        return dict(User.objects.filter(pk__in=ids).values_list("pk", "name"))
    return {row.pk: str(row.version) for row in CollectionTemplate.objects.filter(pk__in=ids)}
