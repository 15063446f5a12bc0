"""Why a chance is what it is, in words: the columns that move it most, their values, and which way."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from genjin.insights.rules.chances.columns import Column, Kind

if TYPE_CHECKING:
    from genjin.insights.rules.chances.figures import Numbers

SHOWN = 3
LEAST_PULL = 0.05  # log odds


@dataclass(frozen=True)
class Reason:
    """A column that moves a chance: its value as it was written, and whether it raises the chance."""

    column: str
    value: str
    raises: bool

    @property
    def sentence(self) -> str:
        """The reason as it is shown."""
        return reason_words(self.column, self.value, raises=self.raises)


def reason_words(column: str, value: str, *, raises: bool) -> str:
    """Return in words what moves a chance."""
    words = {"column": column, "value": value}
    return (
        _("%(column)s = %(value)s raises it") if raises else _("%(column)s = %(value)s lowers it")
    ) % words


def reasons(columns: Sequence[Column], pulls: "Numbers") -> list[tuple[Reason, ...]]:
    """Return for each row the three columns that move it most, the strongest first."""
    import numpy as np

    order = np.argsort(-np.abs(pulls), axis=1, kind="stable")[:, :SHOWN]
    values = [column.values.to_list() for column in columns]
    return [
        tuple(
            Reason(
                columns[place].name,
                value_words(columns[place], values[place][row]),
                bool(pulls[row, place] > 0),
            )
            for place in places
            if abs(pulls[row, place]) >= LEAST_PULL
        )
        for row, places in enumerate(order.tolist())
    ]


def value_words(column: Column, value: float | str | None) -> str:
    """Return a value as people write it."""
    if value is None:
        return _("(empty)")
    if isinstance(value, str):
        return column.labels.get(value, value)
    if column.kind is Kind.DAY:
        return _("%(days)d days before") % {"days": value}
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"
