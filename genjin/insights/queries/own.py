"""A person's own work in a stretch of days: what work reports keep and the workbench compares."""

from datetime import date
from decimal import Decimal

from genjin.accounts.models import User
from genjin.followups.rules import Period
from genjin.insights.queries.asking import Cell, Question, ask
from genjin.insights.queries.catalogue import METRICS
from genjin.insights.rules.stretches import Grain

# What a work report keeps under which key (the API's words), and the figure of the catalogue each is.
REPORTED = {
    "contacts": "contacts", "customers": "customers_contacted", "new": "customers_given", "done": "tasks_done", "forward": "moved_forward", "won": "won", "late": "records_late",
}  # fmt: skip


def own_figure(user: User, key: str, period: Period, today: date) -> Cell:
    """Return a figure of the catalogue for one person's own work; one query."""
    return ask(METRICS[key], Question(user, period, today, people=[user.pk])).total


def own_beside(
    user: User, key: str, stretches: tuple[Period, Period], today: date
) -> tuple[Decimal, Decimal]:
    """Return an own count or sum in two stretches of days; asked once where its rows have a day, else once for each."""
    metric = METRICS[key]
    if not metric.fact.at:
        now, then = (Decimal(own_figure(user, key, one, today).value or 0) for one in stretches)
        return now, then
    days = Period(min(one.first for one in stretches), max(one.last for one in stretches))
    cells = ask(metric, Question(user, days, today, people=[user.pk]), Grain.DAY.value).cells
    by_day = {date.fromisoformat(cell.key): Decimal(cell.value or 0) for cell in cells}
    now, then = (
        sum((value for day, value in by_day.items() if one.first <= day <= one.last), Decimal(0))
        for one in stretches
    )
    return now, then


def own_figures(user: User, period: Period, today: date) -> dict[str, int]:
    """Return what a work report says in numbers, by the report's keys."""
    return {key: own_figure(user, metric, period, today).part for key, metric in REPORTED.items()}
