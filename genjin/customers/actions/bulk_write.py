"""How a set-based change writes: one UPDATE for a chunk, values as JSON for the undo, values in words for the log."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Field, ForeignKey

from genjin.customers.models import Customer


def update_rows(rows: Sequence[Customer], columns: Sequence[str]) -> None:
    """Write columns of locked rows in one UPDATE; row history is kept by the table's own triggers."""
    fields = [field for field in Customer._meta.concrete_fields if field.attname in columns]
    given = [
        [field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows] for field in fields
    ]
    sets = ", ".join(f"{_quoted(field)} = v.{_quoted(field)}" for field in fields)
    arrays = ", ".join(f"%s::{_type(field)}[]" for field in fields)
    names = ", ".join(_quoted(field) for field in fields)
    sql = f"UPDATE customers_customer c SET {sets} FROM unnest(%s::bigint[], {arrays}) AS v(id, {names}) WHERE c.id = v.id"  # noqa: S608 (names of ours)
    with connection.cursor() as cursor:
        cursor.execute(sql, [[row.pk for row in rows], *given])


def _quoted(column: "Field[Any, Any]") -> str:
    return str(connection.ops.quote_name(str(column.column)))


def _type(column: "Field[Any, Any]") -> str:
    named = str(
        column.rel_db_type(connection) if isinstance(column, ForeignKey) else column.db_type(connection)
    )
    return "text" if named.startswith("varchar") else named.partition(" ")[0] if "CHECK" in named else named


def as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return column values as JSON keeps them; `to_python` of the field reads each back without loss."""
    return {
        name: value.isoformat()
        if isinstance(value, date)
        else str(value)
        if isinstance(value, Decimal)
        else value
        for name, value in values.items()
    }


class Shown:
    """Values as the log writes them: other customers by number (not everybody sees them), other records by name, read in one query for each table."""

    def __init__(self, changes: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> None:
        self.names: dict[str, dict[int, str]] = {}
        for column in Customer._meta.concrete_fields:
            name = column.attname
            if isinstance(column, ForeignKey):
                ids = {value for pair in changes for values in pair if (value := values.get(name))}
                rows = column.related_model._default_manager.in_bulk(ids) if ids else {}
                self.names[name] = {
                    pk: row.code if isinstance(row, Customer) else str(row) for pk, row in rows.items()
                }

    def __call__(self, name: str, value: Any) -> Any:
        if value is None:
            return None
        if name in self.names:
            return self.names[name].get(value, str(value))
        return value if isinstance(value, bool | int | str | dict) else str(value)
