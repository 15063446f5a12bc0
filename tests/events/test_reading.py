"""Readers of the trail: each with a bookmark of its own, past what is not theirs, and never backwards."""

from datetime import date, timedelta

import pytest

from genjin.events.actions import end_day, is_day_done, read_trail, record
from genjin.events.models import Bookmark


def told(alice, now, *kinds):
    return [record(alice, kind, at=now) for kind in kinds]


def test_a_reader_gets_its_kinds_and_goes_past_all_others(alice, now):
    told(alice, now, "sky.fell", "door.opened", *["row.imported"] * 9)
    with read_trail("janitor", ["door.opened"], most=2) as seen:
        assert [event.kind for event in seen] == ["door.opened"]
    (last,) = told(alice, now, "door.opened")
    with read_trail("janitor", ["door.opened"], most=2) as seen:
        assert seen == [last]
    assert Bookmark.objects.get(name="janitor").event_id == last.pk


def test_what_is_too_much_for_one_reading_comes_with_the_next(alice, now):
    rows = told(alice, now, *["door.opened"] * 3)
    with read_trail("janitor", ["door.opened"], most=2) as seen:
        assert seen == rows[:2]
    with read_trail("janitor", ["door.opened"], most=2) as seen:
        assert seen == rows[2:]


def test_whoever_is_stopped_reads_it_again_and_nobody_goes_back(alice, now):
    rows = told(alice, now, "door.opened")
    with pytest.raises(ZeroDivisionError), read_trail("janitor", ["door.opened"]):
        raise ZeroDivisionError
    with read_trail("janitor", ["door.opened"]) as seen:
        assert seen == rows
        Bookmark.objects.filter(name="janitor").update(event_id=rows[0].pk + 50)
    assert Bookmark.objects.get(name="janitor").event_id == rows[0].pk + 50


def test_a_day_is_done_once(db):
    day = date(2026, 3, 11)
    assert not is_day_done("sweep", day)
    assert [end_day("sweep", day), end_day("sweep", day)] == [True, False]
    assert is_day_done("sweep", day)
    assert not is_day_done("sweep", day + timedelta(days=1))
    assert not end_day("sweep", day - timedelta(days=1))
