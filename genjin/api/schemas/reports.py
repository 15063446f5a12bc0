"""How reports look from outside."""

from datetime import date

from pydantic import BaseModel, Field

from genjin.api.paging import Cut
from genjin.api.wire import Id, In, Moment, Out, Ref, Words, ref
from genjin.followups.models import WorkReport
from genjin.followups.rules import PeriodKind, period_of


class ReportFilter(Cut):
    """Which reports."""

    person: Id | None = None
    kind: PeriodKind | None = None
    first: date | None = Field(None, description="first day of the period")


class DraftAsked(BaseModel):
    """Of which period."""

    kind: PeriodKind = PeriodKind.DAY
    day: date | None = Field(None, description="any day of the period; today unless given")


class ReportIn(In):
    """A report of the period a day lies in."""

    kind: PeriodKind
    day: date | None = Field(None, description="any day of the period; today unless given")
    done: Words = ""
    plan: Words = ""
    support: Words = ""


class CommentIn(In):
    """A lead's word."""

    comment: Words


class DraftOut(Out):
    """A report before anybody wrote it."""

    kind: PeriodKind
    first: date
    last: date
    figures: dict[str, int]
    done: str
    plan: str
    support: str


class ReportOut(DraftOut):
    """A report as it was handed in."""

    id: int
    person: Ref
    written_at: Moment
    comment: str
    commented_by: Ref | None
    commented_at: Moment | None


def show_report(row: WorkReport) -> ReportOut:
    """Return a report for the wire."""
    return ReportOut(
        id=row.pk, person=Ref(id=row.person_id, name=row.person.name), kind=PeriodKind(row.kind), first=row.first,
        last=period_of(row.kind, row.first).last, figures=row.figures, done=row.done, plan=row.plan, support=row.support,
        written_at=row.written_at, comment=row.comment, commented_by=ref(row.commented_by), commented_at=row.commented_at,
    )  # fmt: skip
