"""Which backups stay, and when tonight's is due."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from genjin.events.rules import is_nightly_due, superseded

SHANGHAI = ZoneInfo("Asia/Shanghai")
NIGHT = datetime(2026, 3, 11, 2, 30, tzinfo=SHANGHAI)  # a Wednesday


def test_seven_days_and_four_weeks_are_kept():
    backups = {days: NIGHT - timedelta(days=days) for days in range(40)}
    kept = set(backups) - set(superseded(backups))
    # Seven nights; then the newest of each week: this one's and last week's are among them, and two before.
    assert kept == {0, 1, 2, 3, 4, 5, 6, 10, 17}


def test_of_one_day_the_newest_stays():
    backups = {1: NIGHT, 2: NIGHT + timedelta(hours=3)}
    assert superseded(backups) == [1]


def test_few_backups_all_stay_however_old():
    assert superseded({1: NIGHT - timedelta(days=400), 2: NIGHT}) == []


@pytest.mark.parametrize(
    ("clock", "last", "attempts", "expected"),
    [
        ("02:29", None, 0, False),
        ("02:30", None, 0, True),
        ("11:00", None, 0, True),  # the machine slept at night
        ("11:00", "02:31", 0, False),
        ("11:00", "01:00", 0, True),
        ("11:00", None, 3, False),
    ],
)
def test_the_nightly_backup_is_made_once(clock, last, attempts, expected):
    local = datetime.fromisoformat(f"2026-03-11 {clock}").replace(tzinfo=SHANGHAI)
    done = datetime.fromisoformat(f"2026-03-11 {last}").replace(tzinfo=SHANGHAI) if last else None
    assert is_nightly_due(local, done, attempts) is expected
