"""What a review consists of when it is read: parts with figures, tables and bars; the same for page, Word and Excel."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from genjin.insights.rules.moves import Move
from genjin.insights.rules.sentences import amount

NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Opens:
    """Which records a number is about: of a metric, cut by `by`, of its value `key`; or a customer."""

    metric: str = ""
    by: str = ""
    key: str = ""
    customer: int | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """A cell: its text, and the number behind it; `is_few` where there is too little to say anything (S2-21)."""

    text: str
    number: Decimal | None = None
    unit: str = ""
    opens: Opens | None = None
    is_few: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the numbers of column `bars` are drawn as bars, too (None: none)."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    bars: int | None = None
    note: str = ""
    kind: str = "ranking"

    def drawn(self) -> list[Value]:
        """Return what is drawn as bars: the cells of that column that say a number."""
        return [] if self.bars is None else [row[self.bars] for row in self.rows if row[self.bars].number is not None]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure with what it was before."""

    label: str
    value: Value
    earlier: Value
    move: Move
    help: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with what stands under it."""

    key: str
    title: str
    tiles: Sequence[Tile] = ()
    tables: Sequence[Table] = ()


def number(unit: str, value: Decimal | None, opens: Opens | None = None, *, few: str = "") -> Value:
    """Return a number as a cell; a dash for none, and the words `few` where it would claim too much."""
    if few:
        return Value(few, None, unit, opens, is_few=True)
    return Value(NOTHING if value is None else amount(unit, value), value, unit, opens)


def words(text: str, *, customer: int | None = None) -> Value:
    """Return a text as a cell, which may open a customer."""
    return Value(text, opens=Opens(customer=customer) if customer else None)
