"""How long a message is tried, and how fast a robot speaks."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from genjin.notices.rules.delivery import BURST, TRIED_FOR, WAITS, next_try, spend

START = datetime(2026, 3, 11, 2, 30, tzinfo=UTC)


@given(dice=st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=60))
def test_a_message_is_tried_for_75_hours_and_then_given_up(dice):
    now, tries = START, 0
    while tries < 60:
        tries += 1
        again = next_try(tries, START, now, dice=dice[tries % len(dice)])
        if again is None:
            break
        assert again > now
        now = again
    assert now == START + TRIED_FOR  # the last try
    assert 10 <= tries <= 20


def test_waits_grow_and_are_spread():
    assert [next_try(n, START, START, dice=0.5) - START for n in range(1, 9)] == [*WAITS, WAITS[-1]]
    soon, late = (next_try(2, START, START, dice=dice) - START for dice in (0, 0.999))
    assert soon == timedelta(minutes=4)
    assert timedelta(minutes=5, seconds=59) < late < timedelta(minutes=6)


def test_a_receiver_that_asks_for_time_gets_it():
    assert next_try(1, START, START, dice=0.5, asked=timedelta(hours=2)) == START + timedelta(hours=2)
    assert next_try(1, START, START, dice=0.5, asked=timedelta(days=9)) == START + TRIED_FOR
    assert next_try(1, START, START + TRIED_FOR, dice=0.5) is None


@given(pauses=st.lists(st.integers(0, 30_000), min_size=30, max_size=200))
def test_no_minute_hears_a_robot_more_than_twenty_times(pauses):
    tokens, since, now, spoke = 0.0, None, START, []
    for pause in pauses:
        now += timedelta(milliseconds=pause)
        left = spend(tokens, since, now)
        if left is not None:
            tokens, since = left, now
            spoke.append(now)
    for first in spoke:
        assert sum(first <= moment < first + timedelta(minutes=1) for moment in spoke) <= 20


def test_a_robot_may_say_a_few_things_at_once_and_a_clock_set_back_gives_none():
    tokens, since = 0.0, None
    for _n in range(BURST):
        tokens, since = spend(tokens, since, START), START
    assert spend(tokens, since, START) is None
    assert spend(tokens, since, START - timedelta(days=1)) is None
    assert spend(tokens, since, START + timedelta(seconds=4)) == 0
