"""The kinds of own fields: how each is read from any door, kept as JSON, and shown. One place for all doors.

Kept forms: text as text; a number as a number; an amount as {"min", "max"}; a date as 2015, 2015-03 or 2015-03-05;
a choice as its word, several as a list; a region as its names; a person or a file as its id; a table as a list of
{column: text}. Nothing is kept of an empty value, so that `key in custom` means "filled".
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.kit.dates import parse_date
from genjin.kit.errors import ValueRefused
from genjin.kit.money import parse_money_range, show_money, to_cents
from genjin.kit.region import parse_region
from genjin.kit.text import as_typed, clean, fold

LONGEST_TEXT, LONGEST_PROSE = 200, 4000
MOST_TABLE_ROWS, LONGEST_CELL = 50, 500
LARGEST_NUMBER = Decimal(10) ** 11  # fifteen digits with four decimals: what a JSON number keeps without loss
_MARKS_OF_LISTS = re.compile(r"[,，、;；\n]+")


class FieldKind(TextChoices):
    """What an own field holds."""

    TEXT = "text", gettext_lazy("Text")
    LONG_TEXT = "long_text", gettext_lazy("Long text")
    NUMBER = "number", gettext_lazy("Number")
    MONEY = "money", gettext_lazy("Money range")
    DATE = "date", gettext_lazy("Date (year, month or day)")
    CHOICE = "choice", gettext_lazy("One of several words")
    CHOICES = "choices", gettext_lazy("Several words")
    REGION = "region", gettext_lazy("Region")
    PERSON = "person", gettext_lazy("Colleague")
    FILE = "file", gettext_lazy("File")
    TABLE = "table", gettext_lazy("Table rows")


WITH_OPTIONS = frozenset({FieldKind.CHOICE, FieldKind.CHOICES, FieldKind.TABLE})
# What can hold somebody's number or name, and is hidden wherever the people of a customer are masked.
MAY_NAME_PEOPLE = frozenset(
    {FieldKind.TEXT, FieldKind.LONG_TEXT, FieldKind.NUMBER, FieldKind.TABLE, FieldKind.FILE}
)
SEARCHED = frozenset({FieldKind.TEXT, FieldKind.LONG_TEXT})


@dataclass(frozen=True, slots=True)
class Definition:
    """An own field: `key` never changes; `options` are the words of a choice or the columns of a table."""

    key: str
    label: str
    kind: FieldKind
    options: tuple[str, ...] = ()
    help: str = ""
    is_active: bool = True


def is_own_key(name: str) -> bool:
    """Whether a name is an own field's key: f1, f2, ..."""
    return name[:1] == "f" and name[1:].isdecimal()


def read_value(field: Definition, raw: Any, *, kept: Any = None) -> Any:
    """Return what is to be kept of `raw` (typed text, a cell, JSON); None when it says nothing.

    A word that is no longer offered may stay where it is `kept` already. Raises ValueRefused: too_long, number_invalid,
    choice_unknown, region_unknown, person_unknown, file_unknown, table_invalid, and what dates and amounts raise.
    """
    if raw is None or (isinstance(raw, str) and not raw.strip()) or raw in ([], {}, ()):
        return None
    if kept is not None and raw == kept:
        return kept
    return _READERS[field.kind](field, raw)


def _text(longest: int) -> Callable[[Definition, Any], Any]:
    def read(_field: Definition, raw: Any) -> str | None:
        text = as_typed(str(raw)) if longest == LONGEST_PROSE else clean(str(raw))
        if len(text) > longest:
            sentence = _("At most %(longest)d characters; this has %(length)d.")
            raise ValueRefused(sentence % {"longest": longest, "length": len(text)}, "too_long")
        return text or None

    return read


def _number(_field: Definition, raw: Any) -> int | float:
    text = clean(str(raw)).replace(",", "").replace("，", "")
    try:
        number = Decimal(text)
        is_fit = not isinstance(raw, bool) and abs(number) < LARGEST_NUMBER  # NaN cannot be compared
    except InvalidOperation as error:
        raise ValueRefused(_("Write a number, such as 12 or 3.5."), "number_invalid") from error
    if not is_fit or number != number.quantize(Decimal("0.0001")):
        raise ValueRefused(
            _("Write a number below 100 billion with at most four decimals."), "number_invalid"
        )
    return as_number(number)


def as_number(number: Decimal) -> int | float:
    """Return a number as JSON keeps it: whole numbers without a point."""
    return int(number) if number == number.to_integral_value() else float(number)


def _money(_field: Definition, raw: Any) -> dict[str, Any]:
    if isinstance(raw, Mapping):
        ends = {end: _amount(raw[end]) for end in ("min", "max") if raw.get(end) is not None}
        if not ends or set(raw) - {"min", "max"} or ends.get("min", 0) > ends.get("max", 10**15):
            raise ValueRefused(_("Write an amount or a range, such as 50-100万."), "money_invalid")
        return ends
    amount = parse_money_range(str(raw))
    given = (("min", amount.low), ("max", amount.high))
    return {end: as_number(value) for end, value in given if value is not None}


def _amount(raw: Any) -> int | float:
    try:
        value = Decimal(str(raw))
        if not isinstance(raw, bool) and 0 <= value < Decimal(10) ** 13:
            return as_number(to_cents(value))
    except InvalidOperation:
        pass
    raise ValueRefused(_("Write an amount or a range, such as 50-100万."), "money_invalid")


def _date(_field: Definition, raw: Any) -> str:
    found = parse_date(str(raw).strip())
    return found.day.isoformat()[: {"year": 4, "month": 7, "day": 10}[found.precision]]


def _choice(field: Definition, raw: Any) -> str:
    word = clean(str(raw))
    known = {fold(option): option for option in field.options}
    if fold(word) not in known:
        sentence = _("Choose one of: %(words)s.") % {"words": "、".join(field.options)}
        raise ValueRefused(sentence, "choice_unknown")
    return known[fold(word)]


def _choices(field: Definition, raw: Any) -> list[str] | None:
    words = _MARKS_OF_LISTS.split(raw) if isinstance(raw, str) else list(raw)
    chosen = {_choice(field, word) for word in words if str(word).strip()}
    return [option for option in field.options if option in chosen] or None


def _region(_field: Definition, raw: Any) -> str:
    region = parse_region(str(raw))
    if not region:
        raise ValueRefused(
            _("Write a province, city or district, such as 广东省深圳市南山区."), "region_unknown"
        )
    return " ".join(dict.fromkeys(part for part in (region.province, region.city, region.district) if part))


def _id(code: str) -> Callable[[Definition, Any], int]:
    def read(_field: Definition, raw: Any) -> int:
        text = str(raw).strip()
        if isinstance(raw, bool) or not text.isdecimal() or not 0 < int(text) < 2**62:
            raise ValueRefused(_("Choose one of those offered."), code)
        return int(text)

    return read


def _table(field: Definition, raw: Any) -> list[dict[str, str]] | None:
    """Read rows of cells: a list of {column: text} or of lists, or text with a row a line and cells cut by |."""
    if isinstance(raw, str):
        raw = [line.split("|") for line in raw.splitlines()]
    rows = [_row(field.options, row) for row in raw if isinstance(raw, Sequence)]
    rows = [row for row in rows if row]
    if len(rows) > MOST_TABLE_ROWS:
        raise ValueRefused(_("At most %(most)d rows.") % {"most": MOST_TABLE_ROWS}, "table_invalid")
    return rows or None


def _row(columns: Sequence[str], row: Any) -> dict[str, str]:
    if isinstance(row, Mapping):
        unknown = set(map(str, row)) - set(columns)
        cells = [(column, row.get(column)) for column in columns]
    elif isinstance(row, list | tuple):
        unknown = {str(cell) for cell in row[len(columns) :] if str(cell or "").strip()}
        cells = list(zip(columns, row, strict=False))
    else:
        unknown, cells = {str(row)}, []
    if unknown:
        sentence = _("The table has the columns: %(columns)s.") % {"columns": "、".join(columns)}
        raise ValueRefused(sentence, "table_invalid")
    texts = {column: clean(str(cell or "")).replace("|", "／")[:LONGEST_CELL] for column, cell in cells}
    return {column: text for column, text in texts.items() if text}


_READERS: Mapping[str, Callable[[Definition, Any], Any]] = {
    FieldKind.TEXT: _text(LONGEST_TEXT), FieldKind.LONG_TEXT: _text(LONGEST_PROSE), FieldKind.NUMBER: _number,
    FieldKind.MONEY: _money, FieldKind.DATE: _date, FieldKind.CHOICE: _choice, FieldKind.CHOICES: _choices,
    FieldKind.REGION: _region, FieldKind.PERSON: _id("person_unknown"), FieldKind.FILE: _id("file_unknown"), FieldKind.TABLE: _table,
}  # fmt: skip
Names = Mapping[int, str]
NOBODY: Names = {}


def written_value(field: Definition, kept: Any, names: Names = NOBODY) -> str:
    """Return a kept value as exact text, which `read_value` reads back: for forms, sheets and logs.

    `names` are the people's logins (or names) by id. A file is its id.
    """
    if kept is None:
        return ""
    if field.kind == FieldKind.MONEY:
        return _written_money(kept)
    if field.kind == FieldKind.CHOICES:
        return "、".join(kept)
    if field.kind == FieldKind.TABLE:
        return "\n".join(" | ".join(row.get(column, "") for column in field.options) for row in kept)
    if field.kind == FieldKind.PERSON:
        return names.get(kept, "")
    return str(kept)


def _written_money(kept: Mapping[str, Any]) -> str:
    low, high = kept.get("min"), kept.get("max")
    if low is None or high is None:
        return f"{_plain(high)}以下" if low is None else f"{_plain(low)}以上"
    return _plain(low) if low == high else f"{_plain(low)}-{_plain(high)}"


def _plain(number: Any) -> str:
    return format(Decimal(str(number)), "f")


def shown_value(field: Definition, kept: Any, names: Names = NOBODY) -> str:
    """Return a kept value as people read it on a page."""
    if kept is None:
        return ""
    if field.kind == FieldKind.MONEY:
        low, high = (show_money(Decimal(str(kept[end]))) if end in kept else "" for end in ("min", "max"))
        return low if low == high else f"{low}–{high}"
    if field.kind == FieldKind.TABLE:
        return "\n".join(" · ".join(row[column] for column in field.options if column in row) for row in kept)
    return written_value(field, kept, names)


def people_in(fields: Sequence[Definition], custom: Mapping[str, Any]) -> set[int]:
    """Return the ids of the colleagues named in own fields, to be read in one query."""
    return {custom[f.key] for f in fields if f.kind == FieldKind.PERSON and f.key in custom}
