"""What waits is reminded of once, then whoever leads the signer hears of it; nobody absent holds anything up."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from genjin.accounts.actions import change_user
from genjin.accounts.models import CalendarDay
from genjin.approvals.actions import decide, hand_on
from genjin.approvals.actions.reminders import remind_signers, watch_requests
from genjin.approvals.models import Signer
from genjin.kit.working_days import WorkCalendar
from genjin.notices.models import Notice
from tests.approvals.conftest import step
from tests.approvals.test_flows import asked, away

HOUR = timedelta(hours=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def told(person, kind) -> int:
    return Notice.objects.filter(person=person, kind=kind).count()


def test_reminded_after_a_day_raised_after_three_once_each(alice, bob, mona, wish, now):
    wish(alice)  # on a Wednesday
    assert watch_requests(now + 23 * HOUR) == 0
    for hours in (24, 30, 71):
        watch_requests(now + hours * HOUR)
    assert (told(bob, "request_reminded"), told(mona, "request_unanswered")) == (1, 0)
    saturday = now + 72 * HOUR
    assert watch_requests(saturday) == 0  # only two and a half working days have passed
    for hours in (120, 121, 500):
        watch_requests(now + hours * HOUR)
    assert (told(bob, "request_reminded"), told(mona, "request_unanswered")) == (1, 1)
    assert "鲍勃" in Notice.objects.get(kind="request_unanswered").text


def test_those_reminded_already_keep_nobody_from_being_reminded(
    alice, bob, charlie, wish, flow, now, monkeypatch
):
    monkeypatch.setattr("genjin.approvals.actions.reminders.SLICE", 1)
    flow("export", step(f"user:{charlie.pk}"))
    wish(alice)
    wish(alice, "export")
    for minutes in range(2):
        watch_requests(now + 25 * HOUR + timedelta(minutes=minutes))
    assert (told(bob, "request_reminded"), told(charlie, "request_reminded")) == (1, 1)


def test_a_holiday_does_not_count(alice, bob, wish, now):
    CalendarDay.objects.create(day=date(2026, 3, 12), is_working=False)
    wish(alice)
    assert watch_requests(now + 25 * HOUR) == 0
    assert watch_requests(now + 48 * HOUR) == 1


def test_what_is_answered_or_handed_on_is_not_reminded_of(alice, bob, charlie, wish, now):
    request = wish(alice)
    hand_on(bob, request, charlie, now=now + 20 * HOUR)
    assert watch_requests(now + 25 * HOUR) == 0  # his day begins when he was asked
    decide(charlie, request, grant=True, now=now + 26 * HOUR)
    assert watch_requests(now + 500 * HOUR) == 0


def test_who_asks_is_not_told_that_the_signer_is_slow(alice, bob, dora, mona, wish, flow, now):
    """Bob asks, alice signs: her lead is bob himself."""
    flow("discount", step(f"user:{alice.pk}"))
    wish(bob)
    watch_requests(now + 500 * HOUR)
    assert told(bob, "request_unanswered") == 0


def test_a_signer_who_goes_away_is_stood_in_for(alice, bob, mona, wish, now):
    request = wish(alice)
    away(bob, now)
    assert watch_requests(now) == 1
    assert asked(request) == ["mona"]
    assert watch_requests(now) == 0
    seat = Signer.objects.get(user=mona)
    assert (seat.came, seat.stands_for) == ("absence", bob)


def test_one_of_several_who_goes_away_is_waited_for_by_nobody(alice, bob, lena, fiona, wish, flow, now):
    flow("discount", step("role:legal", "role:finance"))
    request = wish(alice)
    away(lena, now)
    assert watch_requests(now) == 0
    assert asked(request) == ["fiona", "lena"]  # one yes is enough, and fiona is there


def test_a_signer_who_is_locked_is_replaced(alice, bob, dora, lena, wish, now):
    request = wish(alice, "contract", amount=1)
    change_user(dora, lena, is_active=False, now=now)
    watch_requests(now)
    assert asked(request) == ["dora"]  # who stands above legal


def test_a_step_nobody_could_answer_finds_somebody_later(charlie, dora, wish, now):
    request = wish(dora)  # she is the only one above herself
    assert asked(request) == []
    assert watch_requests(now) == 0
    change_user(dora, charlie, role="manager", now=now)
    assert watch_requests(now) == 1
    assert asked(request) == ["charlie"]


def test_a_role_that_nobody_had_answers_alone_once_somebody_has_it(
    alice, bob, charlie, lena, wish, flow, dora, now
):
    flow("discount", step("role:legal", "role:finance", needs="all"))
    change_user(dora, lena, is_active=False, now=now)
    request = wish(dora)  # nobody fits, and nobody stands above her
    assert (asked(request), request.steps.get().is_led) == ([], True)
    change_user(dora, charlie, role="legal", now=now)
    change_user(dora, bob, role="finance", now=now)
    watch_requests(now)
    one = request.steps.get()
    assert (asked(request), one.is_led, one.is_stand_in, one.wants) == (
        ["bob", "charlie"],
        False,
        False,
        "all",
    )


def test_two_stand_ins_need_one_yes_whenever_they_are_asked(
    alice, bob, charlie, wish, flow, dora, teams, now
):
    flow("discount", step("role:legal", "role:finance", needs="all"))
    change_user(dora, bob, is_active=False, now=now)
    request = wish(dora)  # nobody fits, and nobody stands above her
    one = request.steps.get()
    assert (asked(request), one.needs, one.is_stand_in) == ([], "all", True)
    with CaptureQueriesContext(connection) as seen:
        watch_requests(now)
    assert not [query for query in seen.captured_queries if query["sql"].startswith("UPDATE")]
    change_user(dora, bob, is_active=True, role="manager", now=now)
    change_user(dora, charlie, role="manager", now=now)
    assert watch_requests(now) == 2
    one.refresh_from_db()
    assert (asked(request), one.wants, one.is_stand_in) == (["bob", "charlie"], "any", True)
    assert decide(bob, request, grant=True, now=now).status == "granted"


def test_where_all_had_to_agree_they_all_do_after_somebody_stood_in(
    alice, bob, charlie, lena, wish, flow, dora, now
):
    flow("discount", step("role:legal", "role:finance", needs="all"))
    change_user(dora, lena, is_active=False, now=now)
    request = wish(alice)
    assert (asked(request), request.steps.get().wants) == (["bob"], "any")
    change_user(dora, charlie, role="finance", now=now)
    change_user(dora, lena, is_active=True, now=now)
    Signer.objects.asked().update(status="moot")  # as when he is locked and nobody stands in
    assert watch_requests(now) == 2
    assert (asked(request), request.steps.get().wants) == (["charlie", "lena"], "all")
    assert decide(charlie, request, grant=True, now=now).status == "open"


def test_who_agreed_earlier_is_not_asked_again_when_a_step_finds_others(
    alice, bob, charlie, lena, dora, wish, flow, now
):
    flow("discount", step(f"user:{bob.pk}"), step(f"user:{bob.pk}", f"user:{lena.pk}", needs="all"))
    request = wish(alice)
    decide(bob, request, grant=True, now=now)
    assert asked(request) == ["lena"]
    Signer.objects.asked().update(status="moot")  # as when she is locked and nobody stands in
    assert watch_requests(now) == 1
    assert asked(request) == ["lena"]
    assert decide(lena, request, grant=True, now=now).status == "granted"


@pytest.mark.django_db(transaction=True)
def test_two_workers_remind_once(alice, bob, wish, now):
    wish(alice)

    def work(_number: int) -> int:
        try:
            return remind_signers(now + 30 * HOUR)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 1
    assert told(bob, "request_reminded") == 1


MOMENTS = st.datetimes(datetime(2023, 12, 25), datetime(2028, 3, 5)).map(lambda one: one.replace(tzinfo=UTC))


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=40)), st.sets(st.dates(date(2023, 12, 25), date(2028, 4, 20)), max_size=9))  # fmt: skip
def test_time_on_working_days_adds_up(start, span, free):
    """Over year ends and leap days: what lies between is the working part of every minute, whichever way it is cut."""
    calendar = WorkCalendar(dict.fromkeys(free, False))
    middle, end = start + span / 3, start + span
    whole = calendar.time_on_working_days(start, end, zone=SHANGHAI)
    parts = calendar.time_on_working_days(start, middle, zone=SHANGHAI)
    parts += calendar.time_on_working_days(middle, end, zone=SHANGHAI)
    assert timedelta(0) <= whole == parts <= span
    assert calendar.time_on_working_days(end, start - timedelta(days=2), zone=SHANGHAI) == timedelta(0)
