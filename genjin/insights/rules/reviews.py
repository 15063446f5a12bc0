"""The written review: of which days, who may hold it, when it is made by itself, and what stays as it was. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from genjin.followups.rules import Period
from genjin.insights.rules.stretches import Grain, unit_of
from genjin.kit.errors import RuleError, wrong_at
from genjin.kit.text import clean
from genjin.kit.working_days import WorkCalendar

WEEK_AT = time(15)  # of the last working day of a week (S2-21), unless settings say otherwise
MONTH_AT = time(9)  # of the first working day of the next month
CAUGHT_UP = timedelta(days=3)  # what a worker that stood still makes up for
LONGEST = 8000
LONGEST_DEED = 300


class ReviewKind(TextChoices):
    WEEK = "week", pgettext_lazy("review", "Weekly review")
    MONTH = "month", pgettext_lazy("review", "Monthly review")


class ReviewState(TextChoices):
    DRAFT = "draft", pgettext_lazy("review", "Draft")
    PUBLISHED = "published", pgettext_lazy("review", "Published")


class Result(TextChoices):
    """What became of an action, by its day and its task."""

    DONE = "done", pgettext_lazy("review action", "Done")
    LATE = "late", pgettext_lazy("review action", "Done late")
    OPEN = "open", pgettext_lazy("review action", "Open")
    OVERDUE = "overdue", pgettext_lazy("review action", "Overdue")
    DROPPED = "dropped", pgettext_lazy("review action", "Given up")


@dataclass(frozen=True, slots=True)
class NewDeed:
    """What a review decides: what, who, by when."""

    what: str
    due_on: date


def days_of(kind: str, day: date, today: date) -> Period:
    """Return the week or month a review of `day` is about. Raises RuleError `review_kind_unknown`, `period_not_begun`."""
    if kind not in ReviewKind.values:
        raise wrong_at("kind", _("Choose week or month."), "review_kind_unknown")
    period = unit_of(Grain(kind), day)
    if period.first > today:
        raise wrong_at("day", _("This period has not begun yet."), "period_not_begun")
    return period


def check_open(state: str) -> None:
    """Refuse to change what was published. Raises RuleError `review_published` (409)."""
    if state == ReviewState.PUBLISHED:
        raise RuleError(_("This review is published and stays as it is."), "review_published", status=409)


def check_deed(new: NewDeed, today: date) -> NewDeed:
    """Return an action as it is kept. Raises RuleError `deed_missing`, `due_in_the_past`."""
    what = clean(new.what)[:LONGEST_DEED]
    if not what:
        raise wrong_at("what", _("Write what is to be done."), "deed_missing")
    if new.due_on < today:
        raise wrong_at("due_on", _("This day is past."), "due_in_the_past")
    return NewDeed(what, new.due_on)


def result_of(due_on: date, closed_on: date | None, today: date, *, is_dropped: bool = False) -> Result:
    """Return what became of an action that was due on a day and closed on another (None: not yet)."""
    if closed_on is not None:
        return Result.DROPPED if is_dropped else Result.DONE if closed_on <= due_on else Result.LATE
    return Result.OVERDUE if due_on < today else Result.OPEN


def due_reviews(now: datetime, calendar: WorkCalendar, week_at: time = WEEK_AT, month_at: time = MONTH_AT) -> list[tuple[ReviewKind, date]]:  # fmt: skip
    """Return which reviews are to be there by `now` (company time): kind, and a day of their days.

    The week's from `week_at` of its last working day on, the month's from `month_at` of the first working day after it; a
    worker that stood still makes up for three days, and no more.
    """
    today, found = now.date(), list[tuple[ReviewKind, date]]()
    for day in (today, today - timedelta(days=7)):
        last = calendar.last_working_day_of_week(day)
        if last is not None and _is_due(now, last, week_at):
            found.append((ReviewKind.WEEK, last))
    for first in {today.replace(day=1), (today - CAUGHT_UP).replace(day=1)}:
        if _is_due(now, calendar.add_working_days(first - timedelta(days=1), 1), month_at):
            found.append((ReviewKind.MONTH, first - timedelta(days=1)))
    return found


def _is_due(now: datetime, day: date, at: time) -> bool:
    due = datetime.combine(day, at, tzinfo=now.tzinfo)
    return due <= now < due + CAUGHT_UP


def cells_in_reach(cells: list[Mapping[str, Any]], by: str, people: frozenset[int] | None) -> list[Mapping[str, Any]]:  # fmt: skip
    """Return the cells a reader may see: by person, only those of people in reach (None: everybody's)."""
    if by != "person" or people is None:
        return cells
    return [cell for cell in cells if cell["key"].isdecimal() and int(cell["key"]) in people]
