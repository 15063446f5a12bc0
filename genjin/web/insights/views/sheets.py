"""The tables of /insights/ as Excel files; each shows what its page shows to the same person."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from genjin.insights.queries.asking import GRAINS, ask, splits_of, without_gaps
from genjin.insights.queries.catalogue import METRICS
from genjin.insights.queries.cohorts import FORMULA, cohorts_of
from genjin.insights.rules.cohorts import Cohort
from genjin.insights.rules.figures import Unit
from genjin.insights.rules.stretches import Stretch
from genjin.kit.sheets.writer import Value
from genjin.web.insights.asked import asked_of
from genjin.web.insights.sheets import NUMBERS, PERCENT, Table, file_of, number_of, of_figure
from genjin.web.insights.views.cohorts import head_of, label_of, way_of
from genjin.web.insights.views.metric import by_of, known
from genjin.web.insights.views.ranking import asked_ranking
from genjin.web.insights.views.targets import grid_of


@require_GET
def figure(request: HttpRequest, key: str) -> HttpResponse:
    """Hand out a figure by one of its splits."""
    metric, asked = known(key), asked_of(request)
    by = by_of(request, metric)
    answer = ask(metric, asked.question, by)
    cells = list(answer.cells)
    if by in GRAINS:
        cells = without_gaps(metric, asked.question, by, cells)
    return file_of(asked, of_figure(metric, str(splits_of(metric)[by]), cells, answer.total))


@require_GET
def ranking(request: HttpRequest) -> HttpResponse:
    """Hand out a ranking; of colleagues one does not lead without their targets."""
    wanted = asked_ranking(request)
    metric = METRICS[wanted.metric]
    header = [
        pgettext("team", "Who"),
        pgettext("ranking", "Place"),
        str(metric.name),
        _("Target"),
        _("Attainment"),
    ]
    rows: list[list[Value]] = [
        [one.subject.name, one.rank, one.cell.value, one.target if one.opens else None, one.attainment]
        for one in wanted.places()
    ]
    shown = number_of(metric)
    formats = {1: NUMBERS[Unit.COUNT], 2: shown, 3: shown, 4: PERCENT}
    return file_of(
        wanted.asked, Table(f"{_('Ranking')} {metric.name}", str(metric.formula), header, rows, formats)
    )


@require_GET
def targets(request: HttpRequest) -> HttpResponse:
    """Hand out the grid of targets one sees, all of it."""
    grid, asked = grid_of(request, is_whole=True), asked_of(request)
    shown, metric, told = number_of(METRICS[grid.metric]), METRICS[grid.metric], grid.context()
    is_by_month = grid.cut == "month"  # else the year is among the columns
    header = [pgettext("target", "Whose"), *(column.label for column in told["columns"])]
    header += [str(grid.year)] * is_by_month
    header += [pgettext("target", "Reached"), _("Attainment"), pgettext("target", "Gap")]
    rows: list[list[Value]] = [
        [row["name"], *(cell["number"] for cell in row["cells"]), *row["numbers"][not is_by_month :]]
        for row in told["rows"]
    ]
    formats = dict.fromkeys(range(1, len(header)), shown) | {len(header) - 2: PERCENT}
    return file_of(
        replace(asked, question=replace(asked.question, period=grid.period, as_of=None)),
        Table(f"{_('Targets')} {metric.name} {grid.year}", str(metric.formula), header, rows, formats),
    )


@require_GET
def cohorts(request: HttpRequest) -> HttpResponse:
    """Hand out the cohorts as shares of those that came."""
    asked, (step, grain) = asked_of(request, Stretch.YEAR), way_of(request)
    found = cohorts_of(asked.question, step, grain)
    columns = max((len(row.cells) for row in found.rows), default=0)

    def line(row: Cohort) -> list[Value]:
        shares = [cell.share for cell in row.cells]
        return [
            label_of(grain, row.first),
            row.size,
            *shares,
            *[None] * (columns - len(shares)),
            row.ever.share,
        ]

    header = [
        pgettext("cohort", "Came in"),
        _("Customers"),
        *(head_of(grain, after) for after in range(columns)),
        _("by now"),
    ]
    formats = {1: NUMBERS[Unit.COUNT]} | dict.fromkeys(range(2, columns + 3), PERCENT)
    rows = [line(row) for row in reversed(found.rows)] + ([line(found.all)] if found.rows else [])
    return file_of(asked, Table(f"{_('Cohorts')} {step.label}", str(FORMULA), header, rows, formats))
