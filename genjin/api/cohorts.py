"""Customers by the week or month they came, and how far they got."""

from typing import Any

from django.utils import timezone
from ninja import Query, Router

from genjin.accounts.queries import local_day
from genjin.api.metrics import question
from genjin.api.paging import Order, Page, page
from genjin.api.schemas.cohorts import CohortsAsked, CohortsOut, SpotAsked, show_cohorts
from genjin.api.schemas.metrics import RecordOut, show_record
from genjin.api.wire import Call
from genjin.insights.queries.cohorts import Spot, cohort_records, cohorts_of
from genjin.insights.queries.lines import KINDS, line_of

router = Router(tags=["metrics"])


@router.get("/cohorts", response=CohortsOut, summary="Read how far the customers of each week or month got")
def read_cohorts(request: Call, asked: Query[CohortsAsked]) -> CohortsOut:
    put = question(request, asked, local_day(timezone.now()))
    found = cohorts_of(put, asked.step, asked.grain)
    return show_cohorts(found, put.period.first, put.period.last, put.as_of)


@router.get("/cohorts/records", response=Page[RecordOut], summary="List the very customers of a cell")
def list_cohort(request: Call, asked: Query[SpotAsked]) -> Page[RecordOut]:
    put = question(request, asked, local_day(timezone.now()))
    spot = Spot(asked.step, asked.grain, asked.came, asked.after)
    rows: Any = cohort_records(put, spot, of=asked.of).select_related(*KINDS["customer"].related)
    return page(request, rows, asked, order=Order("id", descending=True), show=lambda row: show_record(line_of(request.auth, "customer", row)))  # fmt: skip
