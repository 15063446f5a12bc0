"""Figures and the rows behind them."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router

from genjin.accounts.models import Team
from genjin.accounts.queries import local_day
from genjin.api.paging import Order, Page, page
from genjin.api.references import named, person
from genjin.api.schemas.metrics import (
    FigureOut,
    MetricOut,
    MetricsAsked,
    RecordOut,
    RecordsAsked,
    show_cell,
    show_cells,
    show_metric,
    show_record,
)
from genjin.api.wire import Call
from genjin.followups.rules import Period
from genjin.insights.queries.asking import Question, ask, records, splits_of
from genjin.insights.queries.catalogue import METRICS
from genjin.insights.queries.lines import KINDS, line_of
from genjin.insights.queries.metrics import Metric
from genjin.insights.queries.reach import people_of_team
from genjin.insights.rules.stretches import Stretch, before, so_far, stretch_of
from genjin.kit.errors import not_found, wrong_at

router = Router(tags=["metrics"])


def known(name: str) -> Metric:
    """Return a metric of the catalogue; any other name is not found."""
    if name not in METRICS:
        raise not_found()
    return METRICS[name]


def question(request: Call, asked: MetricsAsked, today: date) -> Question:
    """Return what is asked for; days that end before they begin, and strangers, are refused."""
    period = stretch_of(asked.stretch or Stretch.MONTH, today)
    if asked.first or asked.last:
        first, last = asked.first or asked.last or today, asked.last or asked.first or today
        if last < first:
            raise wrong_at("last", _("The last day lies before the first one."), "days_backwards")
        period = Period(first, last)
    people: list[int] | None = None
    if asked.person is not None:
        people = [person(request.auth, asked.person, "person").pk]
    elif asked.team is not None:
        people = people_of_team(named(Team.objects.all(), asked.team, "team"))
    return Question(request.auth, period, today, people, asked.as_of)


def way(metric: Metric, by: str) -> str:
    """Return the split asked for; one the metric does not have is refused."""
    if by and by not in splits_of(metric):
        ways = ", ".join(splits_of(metric))
        raise wrong_at(
            "by",
            _("This figure cannot be cut like that; take one of: %(ways)s.") % {"ways": ways},
            "split_unknown",
        )
    return by


@router.get("/metrics", response=list[MetricOut], summary="List the figures there are, with their formulas")
def list_metrics(request: Call) -> list[MetricOut]:  # noqa: ARG001 (given to every route)
    return [show_metric(metric, list(splits_of(metric))) for metric in METRICS.values()]


@router.get("/metrics/{name}", response=FigureOut, summary="Read a figure")
def read_metric(request: Call, name: str, asked: Query[MetricsAsked]) -> FigureOut:
    metric, today = known(name), local_day(timezone.now())
    put = question(request, asked, today)
    found = ask(metric, put, way(metric, asked.by))
    then = replace(put, period=so_far(put.period, today, before(put.period)))
    return FigureOut(
        name=metric.key, title=str(metric.name), unit=metric.unit, first=put.period.first, last=put.period.last, as_of=put.as_of,
        total=show_cell(found.total), before=show_cell(ask(metric, then).total), cells=show_cells(found),
    )  # fmt: skip


@router.get(
    "/metrics/{name}/records",
    response=Page[RecordOut],
    summary="List the very rows a figure was counted from",
)
def list_records(request: Call, name: str, asked: Query[RecordsAsked]) -> Page[RecordOut]:
    metric = known(name)
    put = question(request, asked, local_day(timezone.now()))
    if asked.key is not None:
        put = replace(put, where={way(metric, asked.by): asked.key})
    rows: Any = records(metric, put, of=asked.of).select_related(*KINDS[metric.fact.shown].related)
    shown = metric.fact.shown
    return page(request, rows, asked, order=Order("id", descending=True), show=lambda row: show_record(line_of(request.auth, shown, row)))  # fmt: skip
