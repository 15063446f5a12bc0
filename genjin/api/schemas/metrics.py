"""How figures look from outside."""

from datetime import date, datetime
from decimal import Decimal

from pydantic import BaseModel, Field

from genjin.api.paging import Cut
from genjin.api.wire import Id, Named, Out
from genjin.insights.queries.asking import Answer, Cell
from genjin.insights.queries.lines import Line
from genjin.insights.queries.metrics import Metric
from genjin.insights.rules.figures import Unit
from genjin.insights.rules.stretches import Stretch


class MetricsAsked(BaseModel):
    """Which days, whose, as known when, cut how. Without days: this month."""

    stretch: Stretch | None = Field(None, description="a named stretch of days")
    first: date | None = Field(None, description="the first day, with `last`")
    last: date | None = None
    as_of: date | None = Field(None, description="count what was known at the end of this day")
    person: Named | None = Field(None, description="login or name; everybody in your reach unless given")
    team: Id | None = Field(None, description="the people of a team and of the teams below it")
    by: str = Field(
        "",
        max_length=20,
        description="how to cut it: one of `splits`, or `team`, `day`, `week`, `month`, `quarter`, `year`",
    )


class RecordsAsked(MetricsAsked, Cut):
    """Which of the rows: those of a cell (`by` and `key`), or all."""

    key: str | None = Field(None, max_length=120, description="the `key` of a cell")
    of: str = Field(
        "part", pattern="^(part|whole)$", description="of a share: the part, or the whole it is of"
    )


class MetricOut(Out):
    name: str
    title: str
    formula: str
    unit: Unit
    group: str
    splits: list[str]
    by: str = Field(description="how pages cut it")


class CellOut(Out):
    """A figure; shares are 0 to 1, money is yuan. `too_few` says that of so few records it means nothing."""

    key: str
    label: str
    value: Decimal | None
    part: int
    whole: int
    amount: Decimal
    amount_of: Decimal
    too_few: bool


class FigureOut(Out):
    name: str
    title: str
    unit: Unit
    first: date
    last: date
    as_of: date | None
    total: CellOut
    before: CellOut | None = Field(
        None, description="the stretch before, as much of it as is over of this one"
    )
    cells: list[CellOut]


class RecordOut(Out):
    """A row a figure was counted from."""

    id: int
    kind: str
    customer: int
    customer_name: str
    when: datetime | date | None
    who: str
    what: str
    text: str
    amount: Decimal | None


def show_metric(metric: Metric, splits: list[str]) -> MetricOut:
    return MetricOut(
        name=metric.key, title=str(metric.name), formula=str(metric.formula), unit=metric.unit, group=metric.group, splits=splits, by=metric.by,
    )  # fmt: skip


def show_cell(cell: Cell) -> CellOut:
    value = None if cell.value is None else Decimal(cell.value)
    return CellOut(
        key=cell.key, label=cell.label, value=value, part=cell.part, whole=cell.whole, amount=cell.amount, amount_of=cell.amount_of, too_few=cell.too_few,
    )  # fmt: skip


def show_cells(answer: Answer) -> list[CellOut]:
    return [show_cell(cell) for cell in answer.cells]


def show_record(line: Line) -> RecordOut:
    return RecordOut(
        id=line.pk, kind=line.kind, customer=line.customer_id, customer_name=line.customer, when=line.when, who=line.who, what=line.what, text=line.text, amount=line.amount,
    )  # fmt: skip
