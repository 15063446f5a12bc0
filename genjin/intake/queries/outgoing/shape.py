"""What leaves as a sheet: a list described by its rows and columns, and its lines chunk by chunk.

A million rows take no more memory than two thousand: their ids are read first, eight bytes each.
"""

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import capfirst

from genjin.accounts.models import User
from genjin.accounts.queries import local_day
from genjin.customers.models import Customer
from genjin.customers.queries.sight import name_of, sees_person, title_of
from genjin.intake.rules.outgoing import known_only
from genjin.kit.masking import mask_name, mask_words
from genjin.kit.money import to_cents
from genjin.kit.sheets.writer import Value

CHUNK = 2000


class Kind(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    LONG = "long"
    MONEY = "money"
    NUMBER = "number"
    DAY = "day"
    MOMENT = "moment"


FORMATS = {
    Kind.MONEY: "#,##0.00",
    Kind.NUMBER: "General",
    Kind.DAY: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm",
}
WIDTHS = {Kind.TEXT: 14, Kind.LONG: 28, Kind.MONEY: 16, Kind.NUMBER: 11, Kind.DAY: 12, Kind.MOMENT: 17}


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column."""

    label: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Reader:
    """Who takes a sheet, whether contact data was asked for in full, when, and the mark each row ends in."""

    actor: User
    wants_unmasked: bool
    now: datetime
    mark: str

    @property
    def today(self) -> date:
        return local_day(self.now)


@dataclass(frozen=True, slots=True)
class Line:
    """A row with its customer and what stands beside it; `unmasked` says whether people are shown in full."""

    row: Any
    customer: Customer
    beside: Any
    reader: Reader
    unmasked: bool

    @property
    def company(self) -> str:
        """The customer's name; a person's own is masked."""
        return name_of(self.customer, unmasked=self.unmasked)

    def text(self, words: str) -> str:
        """Return what somebody wrote; numbers and mailboxes in it are masked."""
        return words if self.unmasked else mask_words(words)

    def person(self, name: str) -> str:
        """Return the name of somebody at the customer's."""
        return name if self.unmasked else mask_name(name)

    def title(self, words: str) -> str:
        """Return what something is called: often after its customer, whose name is masked there, too."""
        return title_of(self.customer, words, unmasked=self.unmasked)

    def party(self, name: str) -> str:
        """Return a name in a contract or on a receipt: a company's as it is, a person's as the person is shown."""
        return self.person(name) if self.customer.kind == "person" else name


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key, its heading in the reader's language, its value, and what kind of cell that is."""

    key: str
    heading: Any
    value: Callable[[Line], Any]
    kind: Kind = Kind.TEXT
    is_personal: bool = False  # may hold somebody's name or number

    def cell(self, line: Line) -> Value:
        """Return the value as a cell holds it: money with two places, moments as the wall shows them."""
        found = self.value(line)
        if found is None or found == "":
            return None
        if self.kind == Kind.MONEY:
            return to_cents(Decimal(found))
        if self.kind == Kind.MOMENT:
            return timezone.localtime(found).replace(tzinfo=None, second=0, microsecond=0)
        return found if self.kind in {Kind.NUMBER, Kind.DAY} else str(found)


def field_of(
    model: type[Model], name: str, kind: Kind = Kind.TEXT, *, heading: Any = None, personal: bool = False
) -> Column:
    """Return the column of a field: its label, its value, a choice in words, a colleague by name."""
    found: Any = model._meta.get_field(name)

    def value(line: Line) -> Any:
        if found.choices:
            return getattr(line.row, f"get_{name}_display")()
        given = getattr(line.row, name)
        return line.text(given) if personal else given

    return Column(name, heading or capfirst(found.verbose_name), value, kind, personal)


def title_of_field(model: type[Model], name: str) -> Column:
    """Return the column of what somebody called something, or of another row by its name."""
    found: Any = model._meta.get_field(name)
    shown = capfirst(found.verbose_name)
    return Column(name, shown, lambda line: line.title(str(getattr(line.row, name) or "")), Kind.LONG)


class Lines(Protocol):
    """Writes rows as lines of cells, as its reader may see them; counts those with contact data in full."""

    unmasked_rows: int

    def of(self, ids: Sequence[int]) -> list[list[Value]]:
        """Return the lines of rows, in the order of `ids`; those gone or out of sight since are left out."""
        ...


class Outgoing(Protocol):
    """What an export asks of any list."""

    @property
    def key(self) -> str: ...
    @property
    def words(self) -> Any: ...
    @property
    def whole(self) -> str:
        """The list's address, behind the question mark, for everything in sight."""
        ...

    def seen(self, actor: User) -> "QuerySet[Any]":
        """Return all rows in sight."""
        ...

    def asked(self, actor: User, query: QueryDict, now: datetime) -> "QuerySet[Any]":
        """Return the rows in sight a list's address asks for, in the list's order."""
        ...

    def chosen(self, keys: Sequence[str]) -> list[str]:
        """Return the columns of these keys without repeats, the usual ones for none. Raises RuleError `column_unknown`."""
        ...

    def headings(self, keys: Sequence[str]) -> list[Heading]: ...
    def lines(self, reader: Reader, keys: Sequence[str]) -> Lines: ...
    def beneath(self) -> "Sequence[tuple[Outgoing, str]]":
        """Return the lists a workbook holds on further sheets, each with its field that leads to a row of this one."""
        ...


Asked = Callable[[User, QueryDict, datetime], "QuerySet[Any]"]


def _nothing(_rows: Sequence[Any], _reader: Reader) -> Mapping[int, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Listing:
    """A list by description: which rows, with what beside them, in which columns."""

    key: str
    words: Any
    seen: Callable[[User], "QuerySet[Any]"]
    asked: Asked
    columns: Sequence[Column]
    whole: str = ""
    related: Sequence[str] = ("customer__owner", "customer__pool")
    customer: Callable[[Any], Customer] = lambda row: row.customer
    beside: Callable[[Sequence[Any], Reader], Mapping[int, Any]] = _nothing  # by row, for a chunk at once
    parts: "Sequence[tuple[Outgoing, str]]" = ()

    def by_key(self) -> dict[str, Column]:
        return {column.key: column for column in self.columns}

    def chosen(self, keys: Sequence[str]) -> list[str]:
        known = self.by_key()
        return known_only(keys, known) or list(known)

    def headings(self, keys: Sequence[str]) -> list[Heading]:
        known = self.by_key()
        return [Heading(str(known[key].heading), known[key].kind) for key in keys if key in known]

    def lines(self, reader: Reader, keys: Sequence[str]) -> "ListingLines":
        known = self.by_key()
        return ListingLines(self, reader, [known[key] for key in keys if key in known])

    def beneath(self) -> "Sequence[tuple[Outgoing, str]]":
        return self.parts


@dataclass(slots=True)
class ListingLines:
    """The lines of a described list."""

    listing: Listing
    reader: Reader
    columns: Sequence[Column]
    unmasked_rows: int = 0
    names_people: bool = field(init=False)

    def __post_init__(self) -> None:
        self.names_people = any(column.is_personal for column in self.columns)

    def of(self, ids: Sequence[int]) -> list[list[Value]]:
        actor = self.reader.actor
        found = self.listing.seen(actor).select_related(*self.listing.related).in_bulk(ids)
        rows = [found[pk] for pk in ids if pk in found]
        beside = self.listing.beside(rows, self.reader)
        return [self._line(row, beside.get(row.pk)) for row in rows]

    def _line(self, row: Any, beside: Any) -> list[Value]:
        customer = self.listing.customer(row)
        unmasked = self.reader.wants_unmasked and sees_person(self.reader.actor, customer)
        self.unmasked_rows += unmasked and (self.names_people or customer.kind == "person")
        line = Line(row, customer, beside, self.reader, unmasked)
        return [*(column.cell(line) for column in self.columns), self.reader.mark]


def ids_of(rows: "QuerySet[Any]") -> "array[int]":
    """Return the ids of rows in their order: eight bytes each, so that a million fit into 8 MB."""
    return array("q", rows.values_list("pk", flat=True).iterator(chunk_size=20_000))


def chunks_of(ids: "array[int]") -> Iterator[Sequence[int]]:
    """Yield ids by the chunk that is read at once."""
    for start in range(0, len(ids), CHUNK):
        yield list(ids[start : start + CHUNK])
