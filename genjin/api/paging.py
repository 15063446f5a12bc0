"""Lists by the piece: a cursor that stays where it was put, filters and orders by name only."""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.utils.translation import gettext as _
from pydantic import BaseModel, Field

from genjin.api.wire import Call, Out
from genjin.kit.errors import RuleError, wrong_at

LARGEST = 200


class Cut(BaseModel):
    """Which piece of a list."""

    page_size: int = Field(50, ge=1, le=LARGEST, description="rows per page")
    cursor: str | None = Field(None, max_length=400, description="`next` of the page before")


class Page[T](Out):
    """A piece of a list; `next` is the cursor of the following one, null at the end."""

    items: list[T]
    next: str | None


@dataclass(frozen=True, slots=True)
class Order:
    """A column to order by, then by id in the same direction; `nulls` says where missing values stand.

    "high" is after all values when ascending, "low" before them, as the column's index has them. The value
    of a `hidden` column is not written into the cursor but looked up by the row's id.
    """

    column: str = "id"
    descending: bool = False
    nulls: str = ""
    hidden: bool = False

    @property
    def nulls_last(self) -> bool:
        return (self.nulls == "high") != self.descending

    def by(self) -> list[OrderBy]:
        """Return what `order_by` takes."""
        if self.column == "id":
            return [OrderBy(F("id"), descending=self.descending)]
        nulls = {"nulls_last" if self.nulls_last else "nulls_first": True} if self.nulls else {}
        return [
            OrderBy(F(self.column), descending=self.descending, **nulls),
            OrderBy(F("id"), descending=self.descending),
        ]

    def after(self, value: Any, pk: int) -> Q:
        """Return the rows that stand behind the row `pk` with `value`."""
        beyond = "lt" if self.descending else "gt"
        further = Q(**{f"id__{beyond}": pk})
        if self.column == "id":
            return further
        if value is None:
            behind = Q(**{f"{self.column}__isnull": True}) & further
            return behind if self.nulls_last else behind | Q(**{f"{self.column}__isnull": False})
        behind = Q(**{f"{self.column}__{beyond}": value}) | (Q(**{self.column: value}) & further)
        if self.nulls:
            return behind | Q(**{f"{self.column}__isnull": True}) if self.nulls_last else behind
        return behind & Q(**{f"{self.column}__{beyond}e": value})


def orders(**columns: Order) -> Mapping[str, Order]:
    """Return the orders of a list by the names one asks for, each also backwards with a leading minus."""
    found: dict[str, Order] = {}
    for name, order in columns.items():
        found[name] = order
        found[f"-{name}"] = Order(order.column, not order.descending, order.nulls, order.hidden)
    return found


def page[Row: Model, T](
    request: Call, rows: QuerySet[Row], asked: Cut, *, order: Order, show: Callable[[Row], T]
) -> Page[T]:
    """Return the asked piece of `rows`; one query. Raises RuleError `filter_unknown`, `cursor_invalid`."""
    refuse_unknown(request, type(asked))
    rows = rows.order_by(*order.by())
    if asked.cursor:
        value, pk = _place(rows, order, asked.cursor)
        rows = rows.filter(order.after(value, pk))
    found = list(rows[: asked.page_size + 1])
    more = len(found) > asked.page_size
    found = found[: asked.page_size]
    return Page(
        items=[show(row) for row in found], next=write_cursor(found[-1], order) if more and found else None
    )


def refuse_unknown(request: Call, model: type[BaseModel]) -> None:
    """Refuse a filter this list does not have: left out silently, it would show too much."""
    unknown = sorted(request.GET.keys() - model.model_fields.keys())
    if unknown:
        sentence = _("This list has no such filter.")
        raise RuleError(sentence, "filter_unknown", fields={name[:60]: [sentence] for name in unknown})


def write_cursor(row: Any, order: Order) -> str:
    """Return the cursor that points behind `row`."""
    value = None if order.hidden or order.column == "id" else getattr(row, order.column)
    written = value.isoformat() if isinstance(value, date) else value
    return seal([written, row.pk])


def seal(place: list[Any]) -> str:
    """Return a place in a list as an opaque text."""
    return urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def unseal(cursor: str) -> list[Any]:
    """Return the place in a cursor; raises RuleError `cursor_invalid` for a text that is none of ours."""
    try:
        place = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise _invalid() from error
    if not isinstance(place, list) or len(place) != 2:
        raise _invalid()
    return place


def _place(rows: QuerySet[Any], order: Order, cursor: str) -> tuple[Any, int]:
    value, pk = unseal(cursor)
    if not isinstance(pk, int) or not 0 < pk < 2**63:
        raise _invalid()
    if order.hidden:
        found = rows.filter(pk=pk).values_list(order.column, flat=True).first()
        if found is None:
            raise _invalid()
        return found, pk
    field = rows.model._meta.get_field(order.column)
    if value is None:
        return None, pk
    if field.get_internal_type() == "DateTimeField":
        return read_moment(value), pk
    if field.get_internal_type() == "DateField":
        return read_day(value), pk
    if not isinstance(value, int) or not -(2**31) < value < 2**31:
        raise _invalid()
    return value, pk


def read_moment(value: Any) -> datetime:
    """Return the moment in a cursor; raises RuleError `cursor_invalid`."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise _invalid() from error
    if moment.tzinfo is None or not 1900 <= moment.year <= 2200:
        raise _invalid()
    return moment


def read_day(value: Any) -> date:
    """Return the day in a cursor; raises RuleError `cursor_invalid`."""
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise _invalid() from error


def _invalid() -> RuleError:
    sentence = _("This cursor is not one of this list; begin without one.")
    return wrong_at("cursor", sentence, "cursor_invalid")
