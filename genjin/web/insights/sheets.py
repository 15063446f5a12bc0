"""Tables of figures as Excel files: totals whoever looks at the page sees; rows of customers leave by exports alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from genjin.accounts.models import Team, User
from genjin.insights.queries.asking import Cell
from genjin.insights.queries.metrics import How, Metric
from genjin.insights.rules.figures import FEW, Unit
from genjin.kit.sheets.writer import XLSX, SheetOut, Value, write_xlsx
from genjin.web.insights.asked import Asked

NUMBERS = {Unit.SHARE: "0.0%", Unit.YUAN: "#,##0.00", Unit.COUNT: "#,##0"}
PERCENT, OTHER = NUMBERS[Unit.SHARE], "#,##0.0"


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it leaves: `formats` say how the numbers of a column are shown."""

    title: str
    about: str
    header: Sequence[str]
    rows: Sequence[Sequence[Value]]
    formats: Mapping[int, str] = field(default_factory=dict)


def number_of(metric: Metric) -> str:
    """Return how a sheet shows a figure."""
    return NUMBERS.get(metric.unit, OTHER)


def file_of(asked: Asked, table: Table) -> HttpResponse:
    """Return a table as a download that says of what days and people it speaks, and who took it when."""
    widths = [28, *(max(14, 2 * len(label)) for label in table.header[1:])]
    with TemporaryDirectory(prefix="genjin-figures-") as folder:
        path = Path(folder) / "figures.xlsx"
        sheet = SheetOut(
            table.title,
            table.header,
            table.rows,
            widths=widths,
            note=note_of(asked, table.about),
            formats=table.formats,
            fits=True,
        )
        write_xlsx(path, [sheet])
        response = HttpResponse(path.read_bytes(), content_type=XLSX)
    days = f"{asked.period.first:%Y%m%d}-{asked.period.last:%Y%m%d}"
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=f"{table.title} {days}.xlsx") or ""
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def note_of(asked: Asked, about: str) -> str:
    """Return what the figures are, of which days and people, as known when, taken by whom."""
    question = asked.question
    parts = [about, f"{asked.period.first} – {asked.period.last}"]
    if question.as_of:
        parts.append(f"{_('as known on')} {question.as_of}")
    if asked.who:
        parts += User.objects.led_by(question.user).filter(pk=asked.who).values_list("name", flat=True)
    elif asked.team:
        parts += Team.objects.filter(pk=asked.team).values_list("name", flat=True)
    now = timezone.localtime(timezone.now())
    return " · ".join([*filter(None, parts), f"{question.user.name} {now:%Y-%m-%d %H:%M}"])


def of_figure(metric: Metric, by_label: str, cells: Sequence[Cell], total: Cell) -> Table:
    """Return a figure by its cells, with the total last."""
    parts, formats = (
        {1: number_of(metric)},
        [NUMBERS[Unit.YUAN] if metric.amount_of else NUMBERS[Unit.COUNT]] * 2,
    )
    header = [by_label, str(metric.name)]
    if metric.how is How.SHARE:
        header += [_("Part"), _("Whole")]
        parts |= dict(enumerate(formats, start=2))
    elif metric.how is not How.COUNT:
        header.append(_("Records"))
        parts[2] = NUMBERS[Unit.COUNT]
    rows = [_row(metric, cell) for cell in (*cells, total)]
    return Table(str(metric.name), str(metric.formula), [*header, _("Note")], rows, parts)


def _row(metric: Metric, cell: Cell) -> list[Value]:
    row: list[Value] = [cell.label, cell.value]
    if metric.how is How.SHARE:
        row += [cell.amount, cell.amount_of] if metric.amount_of else [cell.part, cell.whole]
    elif metric.how is not How.COUNT:
        row.append(cell.part)
    return [*row, _("Too few: fewer than %(few)s") % {"few": FEW} if cell.too_few else ""]
