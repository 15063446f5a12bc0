"""A person's own work in a stretch of days: what work reports keep and the workbench compares."""

from datetime import date

from genjin.accounts.models import User
from genjin.followups.rules import Period
from genjin.insights.queries.asking import Cell, Question, ask
from genjin.insights.queries.catalogue import METRICS

# What a work report keeps under which key (the API's words), and the figure of the catalogue each is.
REPORTED = {
    "contacts": "contacts", "customers": "customers_contacted", "new": "customers_given", "done": "tasks_done", "forward": "moved_forward", "won": "won", "late": "records_late",
}  # fmt: skip


def own_figure(user: User, key: str, period: Period, today: date) -> Cell:
    """Return a figure of the catalogue for one person's own work; one query."""
    return ask(METRICS[key], Question(user, period, today, people=[user.pk])).total


def own_figures(user: User, period: Period, today: date) -> dict[str, int]:
    """Return what a work report says in numbers, by the report's keys."""
    return {key: own_figure(user, metric, period, today).part for key, metric in REPORTED.items()}
