"""The sentences of a review: true of its figures, of any figures, in both languages."""

import datetime as dt
from decimal import Decimal

from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from genjin.insights.rules.reviews import ReviewKind, cells_in_reach, days_of, due_reviews
from genjin.insights.rules.sentences import HEADLINES, ON_THE_WAY, amount, sentences, told
from genjin.kit.working_days import WorkCalendar

NO_KEY = st.just("")
PLAIN = {
    day: day.weekday() < 5 for day in (dt.date(2025, 12, 1) + dt.timedelta(days=at) for at in range(800))
}
SHANGHAI = dt.timezone(dt.timedelta(hours=8))
UNITS = dict.fromkeys(HEADLINES, "count") | {
    "amount_signed": "yuan", "cash": "yuan", "opportunity_amount": "yuan", "response_rate": "share", "records_in_time": "share", "plans_in_time": "share",
    "limits_kept": "share", "win_rate": "share", "completeness": "points",
}  # fmt: skip


@st.composite
def cells(draw, keys=NO_KEY):
    whole = draw(st.integers(0, 60))
    part = draw(st.integers(0, whole))
    value = None if not whole else str(Decimal(part) / whole)
    return {"key": draw(keys), "label": "", "value": value, "part": part, "whole": whole, "few": whole < 10}


@st.composite
def figures(draw):
    found = {}
    for key in draw(st.lists(st.sampled_from(HEADLINES), unique=True)):
        now, then = draw(cells()), draw(cells())
        if UNITS[key] not in {"share"}:
            now, then = (one | {"value": str(one["part"] * 3), "few": False} for one in (now, then))
        found[key] = {"unit": UNITS[key], "now": now, "before": then, "cells": []}
    for key, names in (
        ("stage_conversion", ON_THE_WAY),
        ("limits_broken", ("plan", "base_info")),
        ("response_rate", ("phone", "visit", "wechat")),
        ("lost", ("1", "2", "")),
    ):
        listed = draw(st.lists(cells(st.sampled_from(names)), max_size=4, unique_by=lambda one: one["key"]))
        total = {
            "key": "",
            "value": None,
            "part": sum(one["part"] for one in listed),
            "whole": 0,
            "few": False,
        }
        found[key] = {"unit": "share", "now": total, "before": total, "cells": listed} | {
            "unit": UNITS.get(key, "count")
        }
    return found  # fmt: skip


@given(figures())
def test_what_is_said_is_true_of_the_figures_and_reads_in_both_languages(found):
    said = sentences(found)
    by_code = {one.code: one.words for one in said}
    enough = [one for one in found["stage_conversion"]["cells"] if one["whole"] >= 10]
    assert ("jam" in by_code) == bool(enough)
    if enough:
        worst = min(Decimal(one["value"]) for one in enough)
        assert Decimal(by_code["jam"]["now"]) == worst
    methods = [one for one in found["response_rate"]["cells"] if one["whole"] >= 10]
    if "method" in by_code:
        assert Decimal(by_code["method"]["now"]) == max(Decimal(one["value"]) for one in methods)
        assert by_code["method"]["whole"] >= 10
    else:
        assert not methods
    broken = [one["part"] for one in found["limits_broken"]["cells"]]
    assert by_code.get("broken", {"part": 0})["part"] == max(broken, default=0)
    for language in ("en", "zh-hans"):
        with translation.override(language):
            for one in said:
                text = told(one.kept(), lambda figure, key: f"<{figure}:{key}>")
                assert text
                assert "%(" not in text


@given(figures(), st.randoms())
def test_the_order_of_cells_changes_nothing_that_is_said(found, dice):
    shuffled = {
        key: one | {"cells": dice.sample(one["cells"], len(one["cells"]))} for key, one in found.items()
    }
    ways = [
        {(said.code, str(said.words.get("now")), said.words.get("part")) for said in sentences(one)}
        for one in (found, shuffled)
    ]
    assert ways[0] == ways[1]  # fmt: skip


def test_a_share_of_few_and_small_moves_are_not_told():
    few = {"key": "", "value": "1", "part": 3, "whole": 3, "few": True}
    none = {"key": "", "value": "0", "part": 0, "whole": 40, "few": False}
    found = {"win_rate": {"unit": "share", "now": few, "before": none, "cells": []}}
    [said] = sentences(found)
    assert said.code == "steady" and "10" in told(said.kept(), lambda *_: "")
    assert told({"code": "of_an_older_version", "words": {}}, lambda *_: "") == ""
    assert (amount("share", Decimal("0.5")), amount("yuan", Decimal(12000)), amount("points", Decimal("71.25"))) == ("50.0%", "¥12,000", "71.2")  # fmt: skip


def test_an_unknown_sentence_says_nothing_rather_than_failing():
    assert told({"code": "rose", "words": {}}, lambda *_: "") == ""


@given(st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 12, 31)))
def test_a_week_is_due_once_its_last_working_day_is_nearly_over(moment):
    now, calendar = moment.replace(tzinfo=SHANGHAI), WorkCalendar(PLAIN)
    found = dict(due_reviews(now, calendar))
    if ReviewKind.WEEK in found:
        friday = found[ReviewKind.WEEK]
        assert friday.weekday() == 4
        due = dt.datetime.combine(friday, dt.time(15), tzinfo=SHANGHAI)
        assert dt.timedelta(0) <= now - due < dt.timedelta(days=3)
    else:
        assert (
            now.weekday() < 4
            or (now.weekday() == 4 and now.hour < 15)
            or (now.weekday() == 0 and now.hour >= 15)
        )
    first = next(now.date().replace(day=at) for at in range(1, 8) if now.date().replace(day=at).weekday() < 5)
    opens = dt.datetime.combine(first, dt.time(9), tzinfo=SHANGHAI)
    assert (ReviewKind.MONTH in found) == (opens <= now < opens + dt.timedelta(days=3))
    if ReviewKind.MONTH in found:
        assert (found[ReviewKind.MONTH] + dt.timedelta(days=1)).day == 1


def test_a_week_that_ends_early_is_reviewed_early_and_one_without_work_is_not():
    thursday, friday = dt.date(2026, 4, 30), dt.date(2026, 5, 1)
    calendar = WorkCalendar({friday: False})
    assert dict(due_reviews(dt.datetime(2026, 4, 30, 15, 5, tzinfo=SHANGHAI), calendar)) == {
        ReviewKind.WEEK: thursday
    }
    free = WorkCalendar(
        {dt.date(2026, 10, day): False for day in range(1, 9)}
        | {dt.date(2026, 9, day): False for day in (28, 29, 30)}
    )
    assert ReviewKind.WEEK not in dict(due_reviews(dt.datetime(2026, 10, 2, 17, tzinfo=SHANGHAI), free))  # fmt: skip


@given(st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31)), st.sampled_from(ReviewKind.values))
def test_the_days_of_a_review_hold_its_day_and_are_whole(day, kind):
    period = days_of(kind, day, day)
    assert period.first <= day <= period.last
    assert days_of(kind, period.last, period.last) == period
    assert (period.last - period.first).days + 1 in ({7} if kind == "week" else {28, 29, 30, 31})


def test_colleagues_figures_are_for_who_leads():
    rows = [{"key": "1"}, {"key": "2"}, {"key": ""}]
    assert cells_in_reach(rows, "person", frozenset({2})) == [{"key": "2"}]
    assert cells_in_reach(rows, "person", None) == rows
    assert cells_in_reach(rows, "method", frozenset({2})) == rows
