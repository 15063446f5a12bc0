"""Lists, sums and forecasts: every sum equals the rows one is led to."""

from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from genjin.selling.actions.chances import set_chances
from genjin.selling.models import Opportunity
from genjin.selling.queries.pipeline import (
    by_stage,
    chances,
    forecast,
    needing_a_date,
    rows_of,
    with_weight,
)  # fmt: skip
from genjin.selling.rules.forecast import month_of
from tests.refusals import refused

TODAY = date(2026, 12, 30)  # a year's end, so that months roll over


@given(
    st.dates(date(2023, 12, 1), date(2029, 3, 1)) | st.none(), st.dates(date(2024, 2, 1), date(2028, 3, 1))
)
def test_every_day_has_one_month(day, today):
    found = month_of(day, today)
    if day is None:
        assert found == "undated"
    else:
        assert found == ("late" if day < today else day.isoformat()[:7])


@pytest.fixture
def rows(make_customer, alice, charlie, now):
    """Opportunities of alice's on awkward days with awkward amounts, and one of charlie's."""
    mine, theirs = make_customer(owner=alice), make_customer(owner=charlie)
    days = [None, TODAY - timedelta(days=1), TODAY, date(2026, 12, 31), date(2027, 1, 1), date(2028, 2, 29)]
    amounts = [
        Decimal("0.01"),
        Decimal("33.33"),
        None,
        Decimal("1000000.05"),
        Decimal(0),
        Decimal("99999999.99"),
    ]
    known = {"stage_entered_at": now, "opened_at": now, "owner": alice}
    found = []
    for number, stage in enumerate(["qualified", "negotiation"] * 9):
        found.append(
            Opportunity(
                customer=mine, name=f"商机{number}", stage=stage, expected_close=days[number % 6], amount=amounts[(number * 5) % 6],
                forecast=["commit", "best", "pipeline", "omitted"][number % 4], probability=[None, 33, 67][number % 3], **known,
            )
        )  # fmt: skip
    closed = datetime(2026, 12, 1, tzinfo=UTC)
    found.append(Opportunity(customer=mine, name="赢了", stage="won", closed_at=closed, amount=7, **known))
    found.append(Opportunity(customer=theirs, name="别人的", stage="qualified", amount=10**9, **known))
    return Opportunity.objects.bulk_create(found)


def asked(**words):
    query = QueryDict(mutable=True)
    query.update(words)
    return query


def test_an_amount_is_worth_its_share_to_the_cent(rows, alice):
    found = with_weight(rows_of(alice, asked(tab="all"), TODAY), chances())
    for row in found:
        worth = (row.amount or Decimal(0)) * row.chance / 100
        assert row.weighted == worth.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    assert {row.chance for row in found if row.stage == "won"} == {100}
    assert {row.chance for row in found if row.stage == "qualified"} == {30, 33, 67}


def test_every_figure_of_the_forecast_leads_to_its_rows(rows, alice, django_assert_num_queries):
    known = chances()
    with django_assert_num_queries(1):
        found = forecast(with_weight(rows_of(alice, asked(), TODAY), known), TODAY)
    assert list(found) == ["late", "2026-12", "2027-01", "2028-02", "undated"]
    seen = 0
    for month, columns in found.items():
        for category, total in columns.items():
            behind = with_weight(rows_of(alice, asked(month=month, forecast=category), TODAY), chances())
            assert total.count == len(behind)
            assert total.amount == sum(row.amount or 0 for row in behind)
            assert total.weighted == sum(row.weighted for row in behind)
            seen += total.count
    left_out = rows_of(alice, asked(forecast="omitted"), TODAY).count()
    assert seen + left_out == rows_of(alice, asked(), TODAY).count() == 18


def test_sums_by_stage_are_those_of_their_rows_and_of_nobody_elses(rows, alice):
    whole = with_weight(rows_of(alice, asked(tab="all"), TODAY), chances())
    found = by_stage(whole)
    for stage, total in found.items():
        behind = with_weight(rows_of(alice, asked(tab="all", stage=stage), TODAY), chances())
        assert (total.count, total.amount) == (len(behind), sum(row.amount or 0 for row in behind))
    assert (found["won"].amount, found["lost"].count) == (7, 0)


def test_nobody_counts_on_what_has_no_day_or_one_that_is_past(rows, alice):
    found = needing_a_date(Opportunity.objects.visible_to(alice), TODAY)
    assert {row.expected_close for row in found} == {None, TODAY - timedelta(days=1)}
    assert list(found.order_by("pk")) == list(rows_of(alice, asked(tab="attention"), TODAY).order_by("pk"))


def test_unknown_words_of_an_address_narrow_nothing(rows, alice):
    strange = asked(tab="x", stage="'; DROP", kind="y", owner="٣x", product="9" * 30, forecast="")
    assert rows_of(alice, strange, TODAY).count() == 18
    assert rows_of(alice, asked(month="2026-99"), TODAY).count() == 0
    assert rows_of(alice, asked(q="别人"), TODAY).count() == 0


def test_probabilities_are_set_by_who_keeps_the_settings(alice, dora, rows, now):
    with refused("forbidden", status=403):
        set_chances(alice, {"qualified": 10}, now=now)
    with refused("probability_out_of_range"):
        set_chances(dora, {"qualified": 101}, now=now)
    with refused("stage_unknown"):
        set_chances(dora, {"won": 50}, now=now)
    assert set_chances(dora, {"qualified": 10}, now=now) == {
        "qualified": 10,
        "negotiation": 60,
        "won": 100,
        "lost": 0,
    }
    one = with_weight(Opportunity.objects.filter(stage="qualified", probability=None), chances())[0]
    assert one.chance == 10
