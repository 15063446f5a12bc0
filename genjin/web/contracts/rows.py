"""Rows of a form, lines and milestones, read from equal lists; what cannot be read is named by its row."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from genjin.contracts.rules.milestones import Share
from genjin.contracts.rules.terms import Line
from genjin.contracts.rules.words import Trigger
from genjin.kit.errors import ValueRefused, wrong_at
from genjin.kit.money import parse_money, show_number
from genjin.kit.text import clean

LINE = ("name", "product", "source", "quantity", "price", "discount", "tax_rate")
MILESTONE = ("id", "name", "trigger", "share", "offset", "shift", "fixed", "expected")
PERCENT, AMOUNT = "percent", "amount"


def rows_in(data: QueryDict, prefix: str, names: tuple[str, ...]) -> list[dict[str, str]]:
    """Return the rows of a form as texts; those without any text of their own are left out."""
    lists = {name: data.getlist(f"{prefix}_{name}") for name in names}
    count = max((len(found) for found in lists.values()), default=0)
    rows = [
        {name: found[at].strip() if at < len(found) else "" for name, found in lists.items()}
        for at in range(count)
    ]
    return [row for row in rows if row["name"] or row.get("share") or row.get("price")]


def lines_in(data: QueryDict) -> tuple[Line, ...]:
    """Return the lines of a form. Raises RuleError `rows_unreadable`."""
    return tuple(
        Line(
            name=clean(row["name"]), price=_money(row, "price", "lines"), quantity=_figure(row, "quantity", "lines", "1"),
            discount=_figure(row, "discount", "lines", "0"), tax_rate=_figure(row, "tax_rate", "lines", "13"),
            product=_whole(row["product"]), source=_whole(row["source"]),
        )
        for row in rows_in(data, "line", LINE)
    )  # fmt: skip


def shares_in(data: QueryDict, *, unit: str) -> tuple[Share, ...]:
    """Return the milestones of a form, all in percent or all as amounts. Raises RuleError `rows_unreadable`."""
    return tuple(_share(row, unit) for row in rows_in(data, "ms", MILESTONE))


def _share(row: Mapping[str, str], unit: str) -> Share:
    value = (_money if unit == AMOUNT else _figure)(row, "share", "milestones")
    is_date = row["trigger"] == Trigger.DATE
    offset = _whole(row["offset"]) if row["offset"] else 0
    return Share(
        name=clean(row["name"]), trigger=row["trigger"], percent=value if unit == PERCENT else None,
        amount=value if unit == AMOUNT else None, offset_days=-1 if offset is None else offset,
        to_working_day=row["shift"] == "1", fixed_on=_day(row, "fixed") if is_date else None,
        expected_on=None if is_date else _day(row, "expected"), pk=_whole(row["id"]),
    )  # fmt: skip


def _money(row: Mapping[str, str], name: str, field: str) -> Decimal:
    try:
        return parse_money(row[name], to_the_cent=True)
    except ValueRefused as refusal:
        sentence = f"“{row['name'] or '—'}”: {refusal.message}"
        raise wrong_at(field, sentence, "rows_unreadable") from refusal


def _figure(row: Mapping[str, str], name: str, field: str, empty: str = "") -> Decimal:
    text = (row[name] or empty).replace(",", "").replace("，", "").rstrip("%")
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    finest = Decimal(1).scaleb(-3 if name == "share" else -2)
    if not value.is_finite() or abs(value) >= Decimal(10) ** 13 or value != value.quantize(finest):
        sentence = _("“%(name)s”: “%(text)s” is no number.") % {
            "name": row["name"] or "—",
            "text": row[name][:20],
        }
        raise wrong_at(field, sentence, "rows_unreadable")
    return value.quantize(finest) if value.as_tuple().exponent != 0 else value


def _day(row: Mapping[str, str], name: str) -> date | None:
    if not row[name]:
        return None
    try:
        found = parse_date(row[name])
    except ValueError:
        found = None
    if found is None:
        sentence = _("“%(name)s”: “%(text)s” is no day.") % {
            "name": row["name"] or "—",
            "text": row[name][:20],
        }
        raise wrong_at("milestones", sentence, "rows_unreadable")
    return found


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def shown_line(line: Line) -> dict[str, Any]:
    """Return a line as texts of a form."""
    return {name: _text(getattr(line, name)) for name in LINE}


def shown_share(share: Share) -> dict[str, Any]:
    """Return a milestone as texts of a form."""
    return {
        "id": _text(share.pk), "name": share.name, "trigger": share.trigger, "share": _text(share.percent if share.percent is not None else share.amount),
        "offset": str(share.offset_days), "shift": "1" if share.to_working_day else "", "fixed": _text(share.fixed_on),
        "expected": "" if share.fixed_on else _text(share.expected_on),
    }  # fmt: skip


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return show_number(value)
    return value.isoformat() if isinstance(value, date) else str(value)
