"""Churn alarms: listed, answered, and how often they were right."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from ninja import Query, Router

from genjin.accounts.queries import local_day
from genjin.api.paging import Order, Page, page
from genjin.api.references import person
from genjin.api.schemas.growth import (
    AccuracyOut,
    AlertOut,
    AlertsAsked,
    AnswerIn,
    ResultIn,
    WinBackIn,
    show_alert,
    show_tally,
)
from genjin.api.wire import Call, Id
from genjin.care.actions.churn import WinBackPlan, answer_alarm, change_win_back, close_win_back
from genjin.care.models import ChurnAlert
from genjin.care.queries.churn import judged
from genjin.care.rules.accuracy import by_month, by_part, tally

router = Router(tags=["churn"])


def visible(request: Call) -> Any:
    """Return the alarms in sight with what an answer shows."""
    rows = ChurnAlert.objects.visible_to(request.auth)
    return rows.select_related("customer", "responsible", "win_back__owner")


def as_plan(request: Call, body: WinBackIn) -> WinBackPlan:
    """Return a plan as the action takes it."""
    owner = request.auth if body.owner is None else person(request.auth, body.owner, "owner")
    return WinBackPlan(body.reason, body.measures, owner, body.until)


@router.get("/churn-alerts", response=Page[AlertOut], summary="List churn alarms")
def list_alerts(request: Call, asked: Query[AlertsAsked]) -> Page[AlertOut]:
    rows = visible(request)
    if asked.state == "open":
        rows = rows.unanswered()
    elif asked.state == "acting":
        rows = rows.acting()
    elif asked.state == "closed":
        rows = rows.exclude(closed_at=None)
    if asked.customer is not None:
        rows = rows.filter(customer=asked.customer)
    return page(
        request, rows, asked, order=Order("id", descending=True), show=lambda row: show_alert(request.auth, row)
    )  # fmt: skip


@router.get("/churn-alerts/accuracy", response=AccuracyOut, summary="See how often alarms were right")
def accuracy(request: Call) -> AccuracyOut:
    alarms = judged(request.auth, local_day(timezone.now()) - timedelta(days=365))
    return AccuracyOut(
        all=show_tally("all", tally(alarms)),
        months=[show_tally(month, count) for month, count in by_month(alarms).items()],
        parts=[show_tally(part, count) for part, count in by_part(alarms).items()],
    )


@router.get("/churn-alerts/{alert_id}", response=AlertOut, summary="Read an alarm")
def read_alert(request: Call, alert_id: Id) -> AlertOut:
    return show_alert(request.auth, visible(request).get(pk=alert_id))


@router.post("/churn-alerts/{alert_id}/answer", response=AlertOut, summary="Answer an alarm")
def answer(request: Call, alert_id: Id, body: AnswerIn) -> AlertOut:
    row = visible(request).get(pk=alert_id)
    plan = None if body.win_back is None else as_plan(request, body.win_back)
    answer_alarm(request.auth, row, body.answer, why=body.why, plan=plan, now=timezone.now())
    return read_alert(request, alert_id)


@router.post("/churn-alerts/{alert_id}/win-back", response=AlertOut, summary="Change the plan to win back")
def win_back(request: Call, alert_id: Id, body: WinBackIn) -> AlertOut:
    row = visible(request).get(pk=alert_id)
    change_win_back(request.auth, row, as_plan(request, body), now=timezone.now())
    return read_alert(request, alert_id)


@router.post("/churn-alerts/{alert_id}/result", response=AlertOut, summary="Say what came of winning back")
def result(request: Call, alert_id: Id, body: ResultIn) -> AlertOut:
    row = visible(request).get(pk=alert_id)
    close_win_back(request.auth, row, body.result, outcome=body.outcome, now=timezone.now())
    return read_alert(request, alert_id)
