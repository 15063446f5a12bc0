"""Signs of churn against the customer's own rhythm: pure rules and their properties."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.care.rules.accuracy import Judged, Loss, Tally, by_part, foresight, lower_weights, tally
from genjin.care.rules.churn import (
    FIRST_WEIGHTS,
    LONGEST_GAP,
    SILENT_DAYS,
    Facts,
    Part,
    explain,
    gap_limit,
    read_signs,
)
from genjin.care.rules.rhythm import ENOUGH, gaps, reply_delays, rhythm_of

TODAY = date(2026, 3, 1)
DAYS = st.dates(date(2023, 12, 1), date(2027, 1, 31))


def every(days, *, until=TODAY, count=12):
    return tuple(until - timedelta(days=days * step) for step in reversed(range(count)))


def fired(facts, today=TODAY):
    return {sign.part: dict(sign.detail) for sign in read_signs(facts, today, FIRST_WEIGHTS).signs}


def test_thirty_days_without_login_count_and_no_login_on_record_is_not_known():
    known = Facts(customer_since=TODAY, last_login_on=TODAY - timedelta(days=30))
    assert fired(known) == {"login": {"days": 30}}
    assert fired(Facts(customer_since=TODAY, last_login_on=TODAY - timedelta(days=29))) == {}
    reading = read_signs(Facts(customer_since=TODAY), TODAY, FIRST_WEIGHTS)
    assert reading.signs == ()
    assert set(reading.unknown) == {"login", "gap", "reply", "usage"}


def test_the_own_rhythm_decides_and_thirty_days_where_there_is_none():
    weekly = every(7, until=TODAY - timedelta(days=20))
    often = Facts(customer_since=date(2024, 1, 1), contacts=weekly, last_contact_on=weekly[-1])
    assert fired(often)["gap"] == {"days": 20, "limit": 8, "basis": "own"}
    seldom_days = every(45, until=TODAY - timedelta(days=40))
    seldom = Facts(customer_since=date(2024, 1, 1), contacts=seldom_days, last_contact_on=seldom_days[-1])
    assert "gap" not in fired(seldom), "40 days are ordinary for who is called every 45"
    few = Facts(customer_since=date(2024, 1, 1), contacts=weekly[-3:], last_contact_on=weekly[-1])
    assert "gap" not in fired(few)
    assert gap_limit(few, TODAY) == (SILENT_DAYS, "usual")


def test_never_contacted_counts_from_the_purchase_and_says_so():
    assert fired(Facts(customer_since=TODAY - timedelta(days=29))) == {}
    found = fired(Facts(customer_since=TODAY - timedelta(days=30)))
    assert found["gap"] == {"days": 30, "limit": 30, "basis": "never"}


def test_an_answer_that_stays_out_longer_than_usual():
    days = every(10, until=TODAY - timedelta(days=30), count=8)
    attempts = (*((day, True) for day in days), (TODAY - timedelta(days=15), False))
    known = {"customer_since": date(2024, 1, 1), "last_contact_on": TODAY, "last_login_on": TODAY}
    assert fired(Facts(attempts=attempts, **known)) == {"reply": {"days": 15, "limit": 7}}
    assert fired(Facts(attempts=(*attempts, (TODAY, True)), **known)) == {}


@pytest.mark.parametrize(
    ("facts", "part"),
    [
        ({"users": (40, 38, 42, 20)}, "usage"),
        ({"complaint_days": 0}, "complaint"),
        ({"ratings": (5, 3)}, "rating"),
        ({"ratings": (2,)}, "rating"),
        ({"overdue_days": 4, "overdue": Decimal("5000.00")}, "payment"),
        ({"left_on": TODAY - timedelta(days=60)}, "contact_left"),
        ({"ends_on": TODAY + timedelta(days=60)}, "contract_end"),
        ({"ends_on": TODAY + timedelta(days=30), "is_renewal_planned": True}, "contract_end"),
        ({"ends_on": TODAY - timedelta(days=3)}, "contract_end"),
    ],
)
def test_each_sign_shows_and_explains_itself(facts, part):
    known = Facts(customer_since=TODAY, **facts)
    reading = read_signs(known, TODAY, FIRST_WEIGHTS)
    assert [sign.part for sign in reading.signs] == [part]
    assert explain(reading.signs[0].as_json()) not in {"", part}
    assert read_signs(known, TODAY, FIRST_WEIGHTS, {part}).silent == (part,)
    assert read_signs(known, TODAY, {}).score == 0


@pytest.mark.parametrize(
    "facts",
    [
        {"users": (40, 38, 20)},
        {"users": (0, 0, 0, 0)},
        {"complaint_days": -1},
        {"ratings": (3, 5)},
        {"ratings": (4,)},
        {"overdue_days": 0, "overdue": Decimal(5000)},
        {"overdue_days": 9, "overdue": Decimal(0)},
        {"left_on": TODAY - timedelta(days=61)},
        {"left_on": TODAY + timedelta(days=1)},
        {"ends_on": TODAY + timedelta(days=61)},
        {"ends_on": TODAY + timedelta(days=31), "is_renewal_planned": True},
        {"last_login_on": TODAY + timedelta(days=400)},
        {"last_contact_on": TODAY + timedelta(days=400)},
    ],
)
def test_what_is_ordinary_unknown_or_ahead_shows_nothing(facts):
    assert fired(Facts(customer_since=TODAY, **facts)) == {}


@given(
    since=DAYS, contacts=st.lists(DAYS, max_size=30), last=st.none() | DAYS, login=st.none() | DAYS, today=DAYS,
    left=st.none() | DAYS, ends=st.none() | DAYS, users=st.lists(st.integers(0, 500), max_size=8),
)  # fmt: skip
def test_any_dates_give_a_score_of_0_to_100_and_only_known_signs(
    since, contacts, last, login, today, left, ends, users
):
    facts = Facts(
        customer_since=since, contacts=tuple(contacts), attempts=tuple((day, day.day % 2 == 0) for day in contacts),
        last_contact_on=last, last_login_on=login, left_on=left, ends_on=ends, users=tuple(users),
    )  # fmt: skip
    reading = read_signs(facts, today, FIRST_WEIGHTS)
    shown = {sign.part for sign in reading.signs}
    assert 0 <= reading.score <= 100
    assert login is not None or "login" not in shown
    assert ends is not None or "contract_end" not in shown
    assert left is not None or "contact_left" not in shown
    assert "reply" not in shown or "reply" not in reading.unknown
    assert all(explain(sign.as_json()) for sign in reading.signs)
    limit = gap_limit(facts, today)[0]
    assert limit == SILENT_DAYS or 7 <= limit <= LONGEST_GAP
    assert read_signs(facts, today, FIRST_WEIGHTS, {str(part) for part in Part}).signs == ()


@given(st.lists(st.floats(0, 400), max_size=40))
def test_a_rhythm_wants_history_and_its_limit_is_never_below_the_middle(spans):
    rhythm = rhythm_of(spans)
    assert (rhythm is None) == (len(spans) < ENOUGH)
    if rhythm is not None:
        assert min(spans) <= rhythm.middle <= max(spans)
        assert rhythm.limit >= rhythm.middle


@given(st.lists(DAYS, max_size=30))
def test_gaps_sum_to_the_whole_span(days):
    found = gaps(days)
    assert all(gap >= 1 for gap in found)
    assert sum(found) == ((max(days) - min(days)).days if days else 0)


@given(st.lists(st.tuples(DAYS, st.booleans()), max_size=30), DAYS)
def test_delays_are_counted_once_for_each_answer(attempts, today):
    delays, owed = reply_delays(attempts, today)
    assert len(delays) == sum(is_answered for _day, is_answered in attempts)
    assert all(delay >= 0 for delay in delays)
    assert owed is None or owed >= 0


def test_a_hit_is_acted_on_or_lost_later_and_known_ones_say_nothing():
    on = date(2026, 1, 10)
    acting = Judged(1, on, ("login",), "acting")
    lost_anyway = Judged(2, on, ("login", "gap"), "false", lost_on=on + timedelta(days=180))
    wrong = Judged(3, on, ("gap",), "false", lost_on=on + timedelta(days=181))
    known, silent = Judged(4, on, ("gap",), "known"), Judged(5, on, ("gap",))
    counted = tally([acting, lost_anyway, wrong, known, silent])
    assert (counted.alarms, counted.hits, counted.misses, counted.undecided) == (5, 2, 1, 2)
    assert counted.precision == 67
    assert by_part([acting, lost_anyway, wrong])["gap"] == Tally(2, 1, 1)
    assert tally([known]).precision is None


def test_only_a_sign_that_was_wrong_often_enough_is_to_weigh_less():
    noisy, rare, good = Tally(20, 4, 8), Tally(9, 0, 9), Tally(20, 10, 10)
    counted = {"gap": noisy, "login": rare, "payment": good}
    found = lower_weights({"gap": 25, "login": 30, "payment": 15}, counted)
    assert found == {"gap": 12, "login": 30, "payment": 15}


def test_lead_time_counts_from_the_first_alarm_and_alarms_without_a_loss_are_false():
    day = date(2026, 1, 1)
    raised = [(1, day), (1, day + timedelta(days=70)), (2, day), (3, day - timedelta(days=400))]
    losses = [Loss(1, day + timedelta(days=90)), Loss(3, day), Loss(4, day)]
    found = foresight(raised, losses)
    assert (found.alarms, found.right, found.losses, found.seen) == (4, 2, 3, 1)
    assert (found.lead_days, found.false_rate, found.recall) == (90.0, 50, 33)
    assert foresight([], []).false_rate is None
