"""Which backups stay. Pure."""

from collections.abc import Mapping
from datetime import datetime, time

DAILY, WEEKLY = 7, 4
NIGHTLY_AT = time(2, 30)
ATTEMPTS = 3


def superseded(backups: Mapping[int, datetime]) -> list[int]:
    """Return which backups (by id, with their local moments) may go.

    Kept are the newest of each of the last seven days that have one, and of each of the last four weeks.
    """
    days: dict[tuple[int, ...], int] = {}
    weeks: dict[tuple[int, ...], int] = {}
    for pk, moment in sorted(backups.items(), key=lambda one: one[1], reverse=True):
        year, week, _day = moment.isocalendar()
        days.setdefault((moment.year, moment.month, moment.day), pk)
        weeks.setdefault((year, week), pk)
    kept = {*list(days.values())[:DAILY], *list(weeks.values())[:WEEKLY]}
    return [pk for pk in backups if pk not in kept]


def is_nightly_due(local: datetime, last_done: datetime | None, attempts: int) -> bool:
    """Say whether tonight's backup is still to be made; a machine that slept makes it when it wakes.

    `local` and `last_done` are in the company's time zone; `attempts` were made since 02:30.
    """
    tonight = datetime.combine(local.date(), NIGHTLY_AT, local.tzinfo)
    return local >= tonight and attempts < ATTEMPTS and (last_done is None or last_done < tonight)
