"""Facts of what is known of customers: of those a field is asked for, who lacks it (S1-17); and what went back into pools."""

from collections.abc import Callable, Collection
from typing import Any

from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from genjin.customers.models import OwnerChange
from genjin.customers.queries.own_conditions import missing_query
from genjin.customers.rules import OPEN_STAGES
from genjin.fields.queries import current_templates
from genjin.insights.queries.facts.base import IN_POOL, WHOSE, Fact, Marked, Split, Window, known
from genjin.insights.queries.facts.journey import STANDING, standing_rows
from genjin.insights.queries.facts.missing import marks_of


def lacking(key: str) -> Fact:
    """Return the open customers of the types whose template asks for a field; `lacks` are those without it as of now."""
    return Fact(
        f"lacking_{key}", "customer", _asked_for(key), stands=True, customer="", person=WHOSE, nobody=IN_POOL, splits=STANDING.splits,
        parts={"lacks": missing_query(key)}, marked=Marked(STANDING, "lacks", "type", lambda: marks_of(_asking(key), key)),
    )  # fmt: skip


def _asked_for(key: str) -> Callable[[Window], Any]:
    def rows(window: Window) -> Any:
        found: Any = standing_rows(window)
        return found.filter(stage_then__in=OPEN_STAGES, customer_type__in=_asking(key))

    return rows


def _asking(key: str) -> Collection[str]:
    """Return the types of customers whose template asks for a field."""
    return [
        kind
        for kind, template in current_templates().items()
        if any(item.key == key and (item.weight or item.is_required) for item in template.outline.items)
    ]


RETURNED = Fact(
    "returned", "owner", lambda window: known(OwnerChange.objects.filter(target=None).exclude(origin=None), "at", window), at="at", person=F("origin_id"),
    splits={"how": Split(pgettext_lazy("split", "How it went"), F("how"))}, parts={"recycled": Q(how="recycled")},
)  # fmt: skip
