"""A batch's table by slices: cells read, keys worked out. Asks no database, so that it may run ahead in a thread."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl
from django.utils.translation import gettext as _

from genjin.accounts.queries import company_zone
from genjin.customers.rules import Kind
from genjin.customers.rules.identity import (
    Reachable,
    alias_keys,
    full_key,
    identity_keys,
    name_keys,
    unread_phone_keys,
)
from genjin.fields.queries import own_fields
from genjin.fields.rules.kinds import is_own_key
from genjin.intake.models import ImportBatch
from genjin.intake.rules.kinds import SheetKind
from genjin.intake.rules.rows import Finding, ReadRows, SheetReader, date_orders
from genjin.intake.rules.values import Values

BLOCK = 16_384  # rows read from the disk at once
ROW = "__row__"


@dataclass(slots=True)
class Slice:
    """Rows of a sheet with their keys; `place` is where the first of them stands among all rows."""

    place: int
    rows: ReadRows
    keys: list[list[str]]


class Slices:
    """Hands out a table slice by slice, from behind the row of the file up to which all is done."""

    def __init__(self, batch: ImportBatch, table: pl.LazyFrame, beat: Callable[[], None]) -> None:
        """Look through the dates of the whole table, of which `beat` is told block by block."""
        mapping: Mapping[str, str] = batch.options["mapping"]
        names = batch.shape["columns"]
        kept = [column for column in batch.options.get("keep_unknown", []) if column in names]
        orders = date_orders(_Distinct(table, beat), mapping) | batch.options.get("orders", {})
        own = own_fields() if any(map(is_own_key, mapping.values())) else ()
        self._reader = SheetReader(mapping, orders, company_zone(), kept, own=own)
        self._table = table.select(ROW, *dict.fromkeys([*mapping, *kept]))
        self._keys_of = keys_of if batch.kind == SheetKind.CUSTOMERS else keys_of_whose
        self._odd = batch.shape.get("odd_rows", ())  # absent from batches of older versions
        self._width = len(names)
        self._block = pl.DataFrame()
        self.total: int = table.select(pl.len()).collect().item()
        self.place: int = table.select((pl.col(ROW) <= batch.cursor).sum()).collect().item()

    def next(self, size: int) -> Slice | None:
        """Return the next rows, at most `size`, or None behind the last."""
        if self._block.is_empty():
            self._block = self._table.slice(self.place, BLOCK).collect()
        frame, self._block = self._block.head(size), self._block.slice(size)
        if frame.is_empty():
            return None
        columns = {name: frame[name].to_list() for name in frame.columns if name != ROW}
        rows = self._reader.read(columns, frame[ROW].to_list())
        self._tell_odd(rows)
        found = Slice(self.place, rows, [self._keys_of(values) for values in rows.values])
        self.place += frame.height
        return found

    def _tell_odd(self, rows: ReadRows) -> None:
        for number, cells in self._odd:
            if rows.numbers[0] <= number <= rows.numbers[-1]:
                message = _("This row has %(cells)d cells; the table has %(columns)d.")
                words = {"cells": cells, "columns": self._width}
                rows.findings.append(Finding(number, "", "row_ragged", "", message % words, "warning"))


class _Distinct(Mapping[str, Iterator[str | None]]):
    """The distinct texts of each column, block by block."""

    def __init__(self, table: pl.LazyFrame, beat: Callable[[], None]) -> None:
        self._table, self._beat = table, beat

    def __getitem__(self, column: str) -> Iterator[str | None]:
        at = 0
        while not (block := self._table.select(column).slice(at, BLOCK).collect()).is_empty():
            yield from block[column].unique()
            at += BLOCK
            self._beat()

    def __iter__(self) -> Iterator[str]:
        return iter(self._table.collect_schema().names())

    def __len__(self) -> int:
        return len(self._table.collect_schema())


def people_of(values: Values) -> list[Reachable]:
    """Return the person a row names, if any."""
    phones = (values.get("contact.phone", ""), values.get("contact.phone2", ""))
    return [Reachable(values.get("contact.name", ""), phones, values.get("contact.email", ""))]


def keys_of_whose(values: Values) -> list[str]:
    """Return the exact keys of the customer a row of another kind belongs to: its code, else its whole name."""
    if code := values.get("credit_code"):
        return [f"uscc:{code}"]
    return [key for key in name_keys(values.get("name", ""), "org") if key.startswith("full:")]


def keys_of(values: Values) -> list[str]:
    """Return the keys of the customer a row describes; none without a name."""
    if "name" not in values:
        return []
    kind = values.get("kind", "org")
    keys = identity_keys(values["name"], kind, values.get("credit_code", ""), people_of(values))
    if "extra" in values:
        keys += unread_phone_keys(values["extra"])
    if kind == Kind.ORG and has_aliases(values):
        keys += [key for called, name in aliases_of(values) for key in alias_keys(called, name)]
        return list(dict.fromkeys(keys))
    return keys


def has_aliases(values: Values) -> bool:
    """Whether a row says what its customer is called, too."""
    return bool(values.get("short_name") or values.get("former_name"))


def aliases_of(values: Values) -> list[tuple[str, str]]:
    """Return the other names a row gives its customer, by kind."""
    own = full_key(values["name"])
    named = {
        full_key(name): (kind, name)
        for kind in ("former", "short")
        for name in values.get(f"{kind}_name", ())
    }
    return [pair for key, pair in named.items() if len(key) > 1 and key != own]
