"""A review as one reader may see it: frozen numbers, words of today, and names only of what is in sight."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from genjin.accounts.models import User
from genjin.accounts.queries import local_day
from genjin.customers.models import Choice, Customer
from genjin.customers.queries.collected import field_labels
from genjin.customers.queries.sight import shown_name
from genjin.customers.rules import CustomerType
from genjin.fields.queries import own_fields
from genjin.insights.models import Review
from genjin.insights.queries.catalogue import METRICS
from genjin.insights.queries.reviews.results import actions_of, results_for
from genjin.insights.rules.reviews import cells_in_reach
from genjin.insights.rules.sentences import told


@dataclass(frozen=True)
class Reading:
    """One review read by one person; each part costs a query or two when it is first looked at."""

    user: User
    review: Review
    today: date
    labels: dict[str, Mapping[Any, Any]] = field(default_factory=dict)

    @property
    def figures(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.review.figures.get("figures", {})
        return found

    @property
    def before(self) -> tuple[date, date]:
        """Return the days it is compared with."""
        first, last = (date.fromisoformat(day) for day in self.review.figures["before"])
        return first, last

    def cells(self, key: str) -> list[Mapping[str, Any]]:
        """Return the cells of a figure that the reader may see, with the words of today; none of one that was not counted."""
        one = self.figures.get(key, {"cells": [], "by": ""})
        scope = self.user.scope
        cells = cells_in_reach(one["cells"], one["by"], None if scope.sees_all else scope.people)
        return [{**cell, "label": self.name(key, cell["key"])} for cell in cells]

    def name(self, key: str, cell: str) -> str:
        """Return the name of a figure, or of one of its cells; what is gone is called as it was called then."""
        metric = METRICS.get(key or cell)
        if not key or metric is None:
            return str(metric.name) if metric else cell
        one = self.figures[key]
        if key not in self.labels:
            split = metric.fact.all_splits().get(one["by"])
            keys = [_key(item["key"]) for item in one["cells"]]
            words = split.words(keys) if split else {}
            self.labels[key] = {str(value): word for value, word in words.items()}
        then = next((item["label"] for item in one["cells"] if item["key"] == cell), cell)
        return str(self.labels[key].get(cell, then) if cell else then)

    @cached_property
    def sentences(self) -> list[str]:
        found = [told(said, self.name) for said in self.review.figures.get("sentences", [])]
        return [text for text in found if text]

    @cached_property
    def lost(self) -> list[dict[str, Any]]:
        """Return the lost customers in sight, with reason and day; the others stay a number."""
        kept = self.review.figures.get("lost", [])
        rows = Customer.objects.visible_to(self.user).filter(pk__in={one["customer"] for one in kept})
        seen = {row.pk: row for row in rows.select_related("owner", "pool")}
        reasons = dict(Choice.objects.filter(pk__in={one["reason"] for one in kept if one["reason"]}).values_list("pk", "name"))  # fmt: skip
        return [
            {"customer": one["customer"], "name": shown_name(self.user, seen[one["customer"]]), "reason": reasons.get(one["reason"], ""),
             "on": local_day(datetime.fromisoformat(one["at"]))}
            for one in kept
            if one["customer"] in seen
        ]  # fmt: skip

    @cached_property
    def answers(self) -> list[dict[str, Any]]:
        """Return what was objected most, with the answers known to be accepted, by the titles they had."""
        kept = self.review.figures.get("answers", [])
        return [{**line, "category": self.name("objections", line["category"])} for line in kept]

    @cached_property
    def missing(self) -> list[dict[str, Any]]:
        """Return the fields missing most, by customer type."""
        kept = self.review.figures.get("missing", [])
        words, kinds = (field_labels(own_fields()) if kept else {}), dict(CustomerType.choices)
        return [
            {"type": str(kinds.get(one["type"], one["type"])), "total": one["total"],
             "fields": [{"label": str(words.get(key, key)), "count": count} for key, count in one["fields"]]}
            for one in kept
        ]  # fmt: skip

    @cached_property
    def decided(self) -> list[dict[str, Any]]:
        """Return the actions of this review as they stand today."""
        return actions_of(self.user, self.review, self.today)

    @cached_property
    def results(self) -> list[dict[str, Any]]:
        """Return what came of the actions of the review before (S2-22)."""
        return results_for(self.user, self.review, self.today)


def _key(text: str) -> Any:
    return int(text) if text.isdecimal() else text
