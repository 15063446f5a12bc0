"""Columns of texts become numbers, days or levels; what is neither is left out with its reason."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Literal

import polars as pl
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from genjin.insights.rules.chances.words import IDENTIFIER, MISSING
from genjin.kit.dates import Order as DayOrder
from genjin.kit.dates import guess_order, parse_date, parse_moment
from genjin.kit.errors import ValueRefused

LEVEL_ROWS = 10
READABLE = 0.9  # of the filled cells, for a column to be one of numbers or days
LONG_TEXT = 40
IN_LINE = 0.95  # of the rows, for a number to count them
UNITS = {
    "%": 1, "元": 1, "人": 1, "天": 1, "日": 1, "个月": 1, "月": 1, "年": 1, "岁": 1, "次": 1, "件": 1, "小时": 1, "分钟": 1, "秒": 1,
    "k": 1e3, "千": 1e3, "w": 1e4, "万": 1e4, "万元": 1e4, "亿": 1e8, "亿元": 1e8,
}  # fmt: skip
_NUMBER = r"^([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?)\s*(%|[^\d\s.]{0,2})$"
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = rf"({'|'.join(MONTHS)})[a-z]*"
NAMED_DAY = re.compile(
    rf"^(?:(\d{{1,2}})[-/ ]{_MONTH}|{_MONTH} (\d{{1,2}}))[-/, ]+(\d{{4}})"
)  # 5-Jan-2024, Jan 5, 2024
WHOLE_MONTH = re.compile(r"\d{4}[-/年]\d{1,2}月?")
_DAY = r"^\d{4}[-/.年]\d{1,2}([-/.月]\d{1,2}日?([ t].*)?|月?)$|^\d{1,2}[-/.]\d{1,2}[-/.]\d{1,4}( .*)?$|^(19|20)\d{6}$|"
_DAY += NAMED_DAY.pattern + r"|^\d{2}年\d{1,2}月\d{1,2}日?( .*)?$"
SHORT_YEAR = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
SHORT_YEAR_FIRST = re.compile(r"(\d{2})(?=年|[-/.]\d{1,2}[-/.]\d{1,2}(?!\d))")
YEARS_APART = 10  # a part that spreads over so many years more than the other is no year but a day


class Kind(StrEnum):
    NUMBER = "number"
    DAY = "date"
    LEVEL = "category"


class Unused(TextChoices):
    """Why a column is not learned from, before anything is asked of the outcome."""

    EMPTY = "empty", _("empty")
    CONSTANT = "constant", _("the same in every row")
    IDENTIFIER = "identifier", _("a name or number of its own in nearly every row")
    FREE_TEXT = "free_text", _("free text")


@dataclass(frozen=True)
class Column:
    """A column that can be learned from: numbers and days (since 1970) as floats, levels as folded texts, null = missing."""

    name: str
    kind: Kind
    values: pl.Series
    labels: Mapping[str, str]
    day_order: DayOrder = "YMD"  # in which the cells of a column of days are written

    def taking(self, rows: pl.Series) -> "Column":
        """Return the column with these rows only."""
        return replace(self, values=self.values.gather(rows))


def read_column(cells: pl.Series) -> Column | Unused:
    """Find out what a column holds; what cannot be used is answered with the reason."""
    texts = plain_texts(cells)
    filled = texts.drop_nulls()
    if filled.is_empty():
        return Unused.EMPTY
    distinct = filled.n_unique()
    if distinct == 1:
        return Unused.CONSTANT if texts.null_count() == 0 else _levels(cells, texts)
    if distinct > 2:
        if order := day_order_of(filled):
            days = as_days(texts, order)
            if days.null_count() - texts.null_count() <= (1 - READABLE) * filled.len():
                return Column(cells.name, Kind.DAY, days, {}, order)
        numbers = as_numbers(filled)
        if numbers.null_count() <= (1 - READABLE) * numbers.len():
            if _is_identifier(cells.name, numbers, filled):
                return Unused.IDENTIFIER
            return Column(cells.name, Kind.NUMBER, as_numbers(texts), {})
    return _unused_text(filled, distinct) or _levels(cells, texts)


def read_as(cells: pl.Series, like: Column) -> Column:
    """Read the same column of other rows in the way it was read for learning."""
    texts = plain_texts(cells)
    if like.kind is Kind.NUMBER:
        return Column(like.name, like.kind, as_numbers(texts), {})
    if like.kind is Kind.DAY:
        return Column(like.name, like.kind, as_days(texts, like.day_order), {}, like.day_order)
    return Column(like.name, like.kind, texts, {**_labels(cells, texts), **like.labels})


def plain_texts(cells: pl.Series) -> pl.Series:
    """Return cells as compared: NFKC, lower case, single blanks, null where nothing was said."""
    text = cells.cast(pl.String, strict=False).str.normalize("NFKC").str.replace_all(r"\s+", " ")
    text = text.str.strip_chars().str.to_lowercase()
    return text.set(text.is_in(list(MISSING)), None)


def day_order_of(texts: pl.Series) -> DayOrder | Literal[""]:
    """Say in which order a column writes its days; "" where it holds none, or does not tell day from month."""
    distinct = texts.drop_nulls().unique(maintain_order=True)
    if distinct.is_empty() or distinct.str.contains(_DAY).mean() < READABLE:  # type: ignore[operator]
        return ""
    return guess_order(distinct.to_list()) or _short_order(distinct.to_list())


def _short_order(texts: Sequence[str]) -> DayOrder | Literal[""]:
    """Say in which order days with years of two digits are written, by what may be a month and what is as steady as a year."""
    found = [one for one in map(SHORT_YEAR.match, texts) if one]
    first, second, third = ([int(one[place]) for one in found] for place in (1, 3, 4))
    if not found or min(second) < 1:
        return ""
    is_year_first = max(second) <= 12 and min(third) >= 1 and max(third) <= 31
    is_year_first &= all(len(one[1]) == 2 for one in found)
    is_year_last = min(first) >= 1 and max(first) <= 31 and min(max(first), max(second)) <= 12
    is_year_last &= all(len(one[4]) == 2 for one in found)
    if is_year_first and is_year_last:
        apart = _spread(first) - _spread(third)
        is_year_first, is_year_last = apart <= -YEARS_APART, apart >= YEARS_APART
    if is_year_first or not is_year_last:
        return "YMD" if is_year_first else ""
    return "MDY" if max(second) > 12 else "DMY" if max(first) > 12 else ""


def _spread(years: Sequence[int]) -> int:
    whole = [int(_whole_year(year)) for year in years]
    return max(whole) - min(whole)


def _whole_year(year: int) -> str:
    return f"{20 if year < 70 else 19}{year:02d}"


def as_days(texts: pl.Series, order: DayOrder | Literal[""]) -> pl.Series:
    """Return days since 1970 of texts written in this order, null where no day can be read so."""
    found: dict[str, float] = {}
    for text in texts.drop_nulls().unique(maintain_order=True).to_list() if order else ():
        try:
            found[text] = _day(text, order or "YMD")
        except ValueRefused:
            continue
    return texts.replace_strict(found, default=None, return_dtype=pl.Float64)


def _day(text: str, order: DayOrder) -> float:
    if WHOLE_MONTH.fullmatch(text):
        first = parse_date(text).day
        return datetime(first.year, first.month, 1, tzinfo=UTC).timestamp() / 86_400
    if found := NAMED_DAY.match(text):
        day, month, year = found[1] or found[4], found[2] or found[3], found[5]
        text = f"{year}-{MONTHS.index(month) + 1}-{day}{text[found.end() :]}"
    elif (short := SHORT_YEAR_FIRST.match(text)) and order == "YMD":
        text = _whole_year(int(short[1])) + text[2:]
    return parse_moment(text, order=order, zone=UTC).timestamp() / 86_400


def as_numbers(texts: pl.Series) -> pl.Series:
    """Read numbers of plain texts, with units and thousands; null where a text is none."""
    plain = texts.str.strip_chars_start("¥$€£ ").str.replace_all(r"(\d),(\d{3})", "${1}${2}")
    plain = plain.str.replace_all(r"(\d),(\d{3})", "${1}${2}")
    parts = pl.DataFrame({"number": plain.str.extract(_NUMBER, 1), "unit": plain.str.extract(_NUMBER, 2)})
    factors = parts["unit"].replace_strict({"": 1.0, **UNITS}, default=None, return_dtype=pl.Float64)
    values = parts["number"].cast(pl.Float64, strict=False) * factors
    return values.set(~values.is_finite(), None).alias(texts.name)


def _is_identifier(name: str, numbers: pl.Series, texts: pl.Series) -> bool:
    whole = numbers.drop_nulls()
    if (whole != whole.floor()).any() or whole.n_unique() < 0.95 * whole.len():
        return False
    is_long = bool((whole.abs() >= 1e8).mean() > 0.5)  # type: ignore[operator]
    has_zeros = bool(texts.str.contains(r"^0\d").any())
    return is_long or has_zeros or bool(IDENTIFIER.search(name.casefold()))


def running_number(cells: pl.Series) -> pl.Series | None:
    """Return the numbers of a column that counts the rows of a file, upwards or downwards; None if it does not."""
    if not IDENTIFIER.search(cells.name.casefold()):
        return None
    numbers = as_numbers(plain_texts(cells))
    if numbers.null_count() or numbers.len() < 2 or numbers.n_unique() < IN_LINE * numbers.len():
        return None
    up = float((numbers.diff().drop_nulls() > 0).mean() or 0.0)  # type: ignore[arg-type]
    return numbers if max(up, 1 - up) >= IN_LINE else None


def _unused_text(filled: pl.Series, distinct: int) -> Unused | None:
    rows = filled.len()
    if rows >= LEVEL_ROWS and distinct > 0.9 * rows:
        return Unused.IDENTIFIER
    counts = filled.value_counts(name="rows")["rows"]
    frequent = counts.filter(counts >= LEVEL_ROWS).sum()
    if frequent >= 0.05 * rows or distinct <= LEVEL_ROWS:
        return None
    length = filled.str.len_chars().mean()
    return Unused.FREE_TEXT if distinct > 0.5 * rows or length > LONG_TEXT else None  # type: ignore[operator]


def _levels(cells: pl.Series, texts: pl.Series) -> Column:
    return Column(cells.name, Kind.LEVEL, texts, _labels(cells, texts))


def _labels(cells: pl.Series, texts: pl.Series) -> dict[str, str]:
    """Return the commonest spelling of each level."""
    spelt = pl.DataFrame({"level": texts, "label": cells.cast(pl.String, strict=False).str.strip_chars()})
    ranked = spelt.drop_nulls().group_by("level", "label").len().sort("level", "len", "label")
    return dict(ranked.select("level", "label").iter_rows())
