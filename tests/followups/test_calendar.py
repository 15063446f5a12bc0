"""The working calendar, as administrators keep it."""

from datetime import date

from genjin.accounts.actions.calendar import load_year, remove_day, save_day
from genjin.accounts.models import CalendarDay
from genjin.accounts.queries import work_calendar
from genjin.events.models import Event
from tests.refusals import refused

SUNDAY = date(2027, 2, 14)


def test_a_moved_working_day_counts_and_can_be_taken_back(dora, now):
    kept = save_day(dora, SUNDAY, is_working=True, name="调休", now=now)
    assert work_calendar().is_working(SUNDAY)
    save_day(dora, SUNDAY, is_working=False, now=now)
    assert CalendarDay.objects.filter(day=SUNDAY).count() == 1
    remove_day(dora, kept, now=now)
    assert not work_calendar().is_working(SUNDAY)
    assert Event.objects.filter(kind__startswith="calendar.").count() == 3


def test_a_published_year_comes_in_beside_what_somebody_wrote(dora, now):
    CalendarDay.objects.filter(day__year=2025).delete()
    save_day(dora, date(2025, 10, 1), is_working=True, name="盘点", now=now)
    assert load_year(dora, 2025, now=now) > 20
    assert work_calendar().knows(2025)
    assert work_calendar().is_working(date(2025, 10, 1))
    assert load_year(dora, 2025, now=now) == 0


def test_an_unpublished_year_is_said_to_be_one(dora, now):
    with refused("year_unpublished"):
        load_year(dora, 2090, now=now)


def test_only_administrators_keep_the_calendar(alice, bob, erin, now):
    for actor in (alice, bob, erin):
        with refused("forbidden", status=403):
            save_day(actor, SUNDAY, is_working=True, now=now)
        with refused("forbidden", status=403):
            load_year(actor, 2025, now=now)
