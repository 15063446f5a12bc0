"""Daily, weekly and monthly reports: begun from what is on record, handed in, answered."""

from datetime import date

from django.utils import timezone
from ninja import Query, Router, Status

from genjin.accounts.queries import local_day
from genjin.api.paging import Order, Page, page
from genjin.api.schemas.reports import (
    CommentIn,
    DraftAsked,
    DraftOut,
    ReportFilter,
    ReportIn,
    ReportOut,
    show_report,
)
from genjin.api.wire import Call, Id
from genjin.followups.actions.reports import ReportTexts, comment_report, hand_in_report
from genjin.followups.models import WorkReport
from genjin.followups.queries.reports import draft
from genjin.insights.queries.own import own_figures

router = Router(tags=["work reports"])
RELATED = ("person", "commented_by")


def _today() -> date:
    return local_day(timezone.now())


@router.get("/work-reports", response=Page[ReportOut], summary="List reports")
def list_reports(request: Call, asked: Query[ReportFilter]) -> Page[ReportOut]:
    wanted = {"person": asked.person, "kind": asked.kind, "first": asked.first}
    rows = WorkReport.objects.visible_to(request.auth).select_related(*RELATED)
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    return page(request, rows, asked, order=Order("id", descending=True), show=show_report)


@router.get("/work-reports/draft", response=DraftOut, summary="Begin a report from what is on record")
def begin_report(request: Call, asked: Query[DraftAsked]) -> DraftOut:
    begun = draft(request.auth, asked.kind, asked.day or _today(), timezone.now())
    return DraftOut(
        kind=asked.kind, first=begun.period.first, last=begun.period.last, figures=own_figures(request.auth, begun.period, _today()), done=begun.done,
        plan=begun.plan, support=begun.support,
    )  # fmt: skip


@router.post("/work-reports", response={201: ReportOut}, summary="Hand in a report")
def add_report(request: Call, body: ReportIn) -> Status[ReportOut]:
    texts = ReportTexts(body.done, body.plan, body.support)
    row = hand_in_report(
        request.auth, body.kind, body.day or _today(), texts, count=own_figures, now=timezone.now()
    )
    return Status(201, show_report(row))


@router.post("/work-reports/{report_id}/comment", response=ReportOut, summary="Answer a report")
def answer_report(request: Call, report_id: Id, body: CommentIn) -> ReportOut:
    row = WorkReport.objects.visible_to(request.auth).get(pk=report_id)
    return show_report(comment_report(request.auth, row, body.comment, now=timezone.now()))
