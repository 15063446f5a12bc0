"""The histories of stage, grade and owner as figures read them: what happened, and how it stood at a moment.

Of several changes in one moment only the last counts; a proposed grade is no change.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from genjin.customers.models import GradeChange
from genjin.customers.rules import Grade
from genjin.insights.queries.facts.base import Window, known


def changes_of(axis: Any, window: Window | None = None) -> Any:
    """Return the changes of an axis that happened; of the customers asked for."""
    rows = axis.objects.order_by()
    if window and window.customers is not None:
        rows = rows.filter(customer__in=list(window.customers))
    return rows.filter(is_proposal=False) if axis is GradeChange else rows


def value_at(axis: Any, customer: str, **moment: Any) -> Subquery:
    """Return the value an axis had at a moment (`at__lt` or `at__lte`); `customer` is the outer path to it."""
    rows = changes_of(axis).filter(customer=OuterRef(customer), **moment)
    return Subquery(rows.order_by("-at", "-id").values("target")[:1])


def within_days(changes: Any, window: Window) -> Any:
    """Narrow changes to those of the days asked for."""
    return known(changes.filter(at__gte=window.since, at__lt=window.until), "at", window)


def became(axis: Any, value: str, window: Window) -> Any:
    """Return the changes within the days that left an axis at a value."""
    return within_days(_lasting(axis, changes_of(axis, window).filter(target=value)), window)


def was(axis: Any, value: str, window: Window) -> Any:
    """Return the changes that gave an axis the value it had when the days began."""
    later = changes_of(axis).filter(customer=OuterRef("customer"), at__lt=window.since)
    later = later.filter(Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk")))
    rows = changes_of(axis, window).filter(target=value, at__lt=window.since)
    return known(rows.filter(~Exists(later)), "at", window)


def rises(window: Window) -> "QuerySet[GradeChange]":
    """Return the changes, of any day, that made an A of a customer that was B until then."""
    rows = _lasting(GradeChange, changes_of(GradeChange, window).filter(target=Grade.A))
    rows = rows.annotate(was=value_at(GradeChange, "customer", at__lt=OuterRef("at")))
    found: QuerySet[GradeChange] = rows.filter(was=Grade.B)
    return found


def _lasting(axis: Any, changes: Any) -> Any:
    """Narrow changes to the last of their moment."""
    after = changes_of(axis).filter(customer=OuterRef("customer"), at=OuterRef("at"), pk__gt=OuterRef("pk"))
    return changes.filter(~Exists(after))
