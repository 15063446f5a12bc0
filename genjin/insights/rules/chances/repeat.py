"""From a list of orders to a table of customers as they were on given days, and whether they bought again after."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.insights.rules.chances.columns import Kind, as_days, day_order_of, plain_texts, read_column
from genjin.insights.rules.chances.order import column_of
from genjin.kit.errors import RuleError

WEEK = 7.0
WEEKS = 39
MOST_CUTS, FEWEST_CUTS = 6, 3
TARGET, START, CUSTOMER = "bought_again", "as_of", "customer"
FACTS = {
    "purchases": gettext_lazy("Purchases"),
    "days_since_last": gettext_lazy("Days since the last purchase"),
    "share_silent": gettext_lazy("Silent share of the time as a customer"),
    "amount": gettext_lazy("Amount so far"),
}


@dataclass(frozen=True)
class Repeat:
    """Customers as they were (`known`, with what came), as they are on the last day (`now`), and within how many weeks."""

    known: pl.DataFrame
    now: pl.DataFrame
    weeks: float
    until: date


def repeat_tables(
    frame: pl.DataFrame, names: tuple[str, str, str], *, until: date | None, weeks: int = WEEKS
) -> Repeat:
    """Make the tables from orders by the names of their columns: customer, day, amount.

    Nothing after `until` (the last day of the list, unless given) is looked at. Customers are taken as they were
    on up to six days, each `weeks` before the next; where the history is too short, the weeks are a quarter of it. Raises RuleError: column_unknown, orders_unreadable.
    """
    orders = _orders(frame, names)
    end = _day(until) if until else float(orders["day"].max())  # type: ignore[arg-type]
    orders = orders.filter(pl.col("day") <= end)
    if orders.is_empty():
        raise RuleError(_("No order lies on or before that day."), "orders_unreadable")
    begin = float(orders["day"].min())  # type: ignore[arg-type]
    span = min(weeks * WEEK, (end - begin) / (FEWEST_CUTS + 1))
    cuts = [end - span * turn for turn in range(MOST_CUTS, 0, -1) if end - span * turn > begin + span / 2]
    known = pl.concat([_as_of(orders, cut, span) for cut in cuts or [end]])
    now = _as_of(orders, end, 0.0).drop(TARGET)
    return Repeat(_texts(known), _texts(now), span / WEEK, _date(end))


def bought_later(frame: pl.DataFrame, names: tuple[str, str, str], tables: Repeat) -> pl.Series | None:
    """Return what came of the customers of `tables.now`, as 1 or 0; None where the list does not reach so far."""
    orders = _orders(frame, names)
    end = _day(tables.until)
    last = end + tables.weeks * WEEK
    if float(orders["day"].max()) < last:  # type: ignore[arg-type]
        return None
    came = orders.filter((pl.col("day") > end) & (pl.col("day") <= last))[CUSTOMER].unique()
    return tables.now[CUSTOMER].is_in(came.to_list()).cast(pl.Int8).cast(pl.String)


def _orders(frame: pl.DataFrame, names: tuple[str, str, str]) -> pl.DataFrame:
    customer, day, amount = (column_of(frame, name) for name in names)
    sums = read_column(amount)
    values = (
        sums.values
        if not isinstance(sums, str) and sums.kind is Kind.NUMBER
        else pl.repeat(0.0, frame.height, eager=True)
    )
    days = plain_texts(day)
    orders = pl.DataFrame(
        {
            CUSTOMER: customer.cast(pl.String),
            "day": as_days(days, day_order_of(days)).floor(),
            "amount": values.fill_null(0.0),
        }
    )
    orders = orders.drop_nulls([CUSTOMER, "day"])
    if orders.height < 0.5 * max(frame.height, 1) or orders.is_empty():
        sentence = _("Column %(name)s cannot be read as days; write them as 2026-03-05.")
        raise RuleError(sentence % {"name": names[1]}, "orders_unreadable")
    # Several orders of one day are one purchase.
    return orders.group_by(CUSTOMER, "day").agg(pl.col("amount").sum()).sort(CUSTOMER, "day")


def _as_of(orders: pl.DataFrame, cut: float, span: float) -> pl.DataFrame:
    """Return each customer as known on the day of the cut, and whether an order came within the span after it."""
    before = orders.filter(pl.col("day") <= cut)
    later = orders.filter((pl.col("day") > cut) & (pl.col("day") <= cut + span))[CUSTOMER].unique()
    day, amount = pl.col("day"), pl.col("amount")
    table = before.group_by(CUSTOMER, maintain_order=True).agg(
        day.min().alias("first"),
        pl.len().alias("purchases"),
        (cut - day.max()).alias("days_since_last"),
        ((cut - day.max()) / (cut - day.min() + 1)).alias("share_silent"),
        amount.sum().alias("amount"),
    )
    bought = pl.col(CUSTOMER).is_in(later.to_list()).cast(pl.Int8)
    return table.with_columns(pl.lit(cut).alias(START), bought.alias(TARGET))


def _texts(table: pl.DataFrame) -> pl.DataFrame:
    """Write days as days, everything else as it would stand in a sheet."""
    as_of = (pl.col(START) * 86_400_000).cast(pl.Int64).cast(pl.Datetime("ms")).dt.strftime("%Y-%m-%d")
    names = {name: str(label) for name, label in FACTS.items()}
    return (
        table.with_columns(as_of)
        .drop("first")
        .with_columns(pl.all().cast(pl.String))
        .sort(START, CUSTOMER)
        .rename(names)
    )


def _day(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() / 86_400


def _date(day: float) -> date:
    return datetime.fromtimestamp(day * 86_400, UTC).date()
