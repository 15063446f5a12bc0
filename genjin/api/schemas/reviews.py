"""How written reviews look from outside."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import Field

from genjin.api.paging import Cut
from genjin.api.wire import Id, In, Named, Out
from genjin.insights.models import Review
from genjin.insights.queries.reviews.reading import Reading
from genjin.insights.rules.reviews import LONGEST, LONGEST_DEED, Result, ReviewKind, ReviewState


class ReviewFilter(Cut):
    kind: ReviewKind | None = None
    state: ReviewState | None = None
    team: Id | None = None
    first: date | None = None


class ReviewIn(In):
    kind: ReviewKind
    day: date | None = Field(None, description="any day of the week or month; today unless given")
    team: Id | None = Field(None, description="a team; the whole company unless given")


class ConclusionsIn(In):
    conclusions: str = Field(max_length=LONGEST)
    version: int


class ReviewActionIn(In):
    what: str = Field(max_length=LONGEST_DEED)
    owner: Named
    due_on: date
    customer: Id | None = Field(None, description="makes it a task of this customer")


class OutcomeIn(In):
    outcome: str = Field(max_length=4000)


class FrozenCellOut(Out):
    """A number as it stood when the review was made."""

    key: str
    label: str
    value: Decimal | None
    part: int
    whole: int
    few: bool


class FrozenFigureOut(Out):
    name: str
    title: str
    unit: str
    by: str
    now: FrozenCellOut
    before: FrozenCellOut
    cells: list[FrozenCellOut]


class ReviewActionOut(Out):
    id: int
    what: str = Field(description='"" where it is about a customer out of sight')
    owner: str
    due_on: date
    customer: int | None
    task: int | None
    result: Result
    closed_on: date | None
    outcome: str


class ReviewLineOut(Out):
    id: int
    kind: ReviewKind
    first: date
    last: date
    team: int | None
    state: ReviewState
    made_at: datetime
    published_at: datetime | None
    version: int


class LostOut(Out):
    customer: int
    name: str
    reason: str
    on: date


class AnswerOut(Out):
    """An answer of the library, and how often what is objected most was met with it."""

    category: str
    title: str
    count: int
    rate: int | None = Field(description="percent accepted; null of fewer than ten")


class MissingOut(Out):
    """A field that is missing often, of a customer type."""

    type: str
    field: str
    count: int
    total: int


class ReviewOut(ReviewLineOut):
    """A review; figures by person only of people in reach, lost customers only those in sight."""

    conclusions: str
    sentences: list[str]
    figures: list[FrozenFigureOut]
    answers: list[AnswerOut]
    missing: list[MissingOut]
    lost: list[LostOut]
    actions: list[ReviewActionOut]
    last_actions: list[ReviewActionOut] = Field(description="those of the review before, with their results")


def show_line(row: Review) -> ReviewLineOut:
    return ReviewLineOut(**_line(row))


def _line(row: Review) -> dict[str, Any]:
    return {
        "id": row.pk, "kind": row.kind, "first": row.first, "last": row.last, "team": row.team_id, "state": row.state, "made_at": row.made_at,
        "published_at": row.published_at, "version": row.version,
    }  # fmt: skip


def show_review(read: Reading) -> ReviewOut:
    figures = [
        FrozenFigureOut(
            name=key, title=read.name("", key), unit=one["unit"], by=one["by"], now=_cell(one["now"]), before=_cell(one["before"]),
            cells=[_cell(cell) for cell in read.cells(key)],
        )
        for key, one in read.figures.items()
    ]  # fmt: skip
    answers = [
        AnswerOut(category=line["category"], **{name: one[name] for name in ("title", "count", "rate")})
        for line in read.answers
        for one in line["answers"]
    ]
    missing = [
        MissingOut(type=line["type"], total=line["total"], field=one["label"], count=one["count"])
        for line in read.missing
        for one in line["fields"]
    ]
    return ReviewOut(
        answers=answers, missing=missing, **_line(read.review), conclusions=read.review.conclusions, sentences=read.sentences, figures=figures, lost=[LostOut(**one) for one in read.lost],
        actions=[show_action(one) for one in read.decided], last_actions=[show_action(one) for one in read.results],
    )  # fmt: skip


def _cell(cell: Any) -> FrozenCellOut:
    return FrozenCellOut(**{name: cell[name] for name in ("key", "label", "value", "part", "whole", "few")})


def show_action(one: dict[str, Any]) -> ReviewActionOut:
    names = ("id", "what", "due_on", "customer", "task", "closed_on", "outcome")
    return ReviewActionOut(
        owner=one["owner"].name, result=one["result"], **{name: one[name] for name in names}
    )
