"""Progress, lateness, dates and the usual steps of a project. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from django.utils.translation import gettext as _

from genjin.delivery.rules.states import UNDELIVERED
from genjin.delivery.rules.words import StepTrigger
from genjin.kit.errors import wrong_at

HEAVIEST = 100
SOON_DAYS = 7
REASON_LETTERS = 2


class Weighted(Protocol):
    """A step as progress sees it."""

    @property
    def weight(self) -> int: ...
    @property
    def done_on(self) -> date | None: ...


def progress(steps: Iterable[Weighted]) -> int:
    """Return how far a project is in whole percent, its steps weighted; 0 without steps, 100 only when all are done."""
    rows = list(steps)
    return share(sum(row.weight for row in rows if row.done_on is not None), sum(row.weight for row in rows))


def share(done: int, whole: int) -> int:
    """Return done of whole in percent, rounded; never 100 while something is missing, never 0 once something is done."""
    if whole <= 0 or done <= 0:
        return 0
    if done >= whole:
        return 100
    percent = int((Decimal(done * 100) / whole).quantize(Decimal(1), ROUND_HALF_UP))
    return min(max(percent, 1), 99)


@dataclass(frozen=True, slots=True)
class Dates:
    """A project's days: planned and expected end, the real delivery and acceptance."""

    state: str
    planned_end: date | None = None
    expected_end: date | None = None
    delivered_on: date | None = None

    @property
    def end(self) -> date | None:
        """The day it is to be delivered by: as expected, else as planned."""
        return self.expected_end or self.planned_end


def days_late(dates: Dates, today: date) -> int:
    """Return by how many days a project is over its end: open ones by today, delivered ones by the real day; 0 in time.

    Against the *expected* end while it is open, as that is what the customer was told; None of the dates is no lateness.
    """
    if dates.end is None:
        return 0
    if dates.state in UNDELIVERED:
        return max((today - dates.end).days, 0)
    return max((dates.delivered_on - dates.end).days, 0) if dates.delivered_on else 0


def days_slipped(dates: Dates) -> int:
    """Return by how many days the end moved away from the plan; negative when it will be earlier."""
    if dates.planned_end is None or dates.end is None:
        return 0
    return (dates.end - dates.planned_end).days


def is_soon(dates: Dates, today: date) -> bool:
    """Say whether an open project ends within a week and is not late yet."""
    if dates.end is None or dates.state not in UNDELIVERED:
        return False
    return today <= dates.end <= today + timedelta(days=SOON_DAYS)


def check_dates(starts_on: date | None, planned_end: date | None) -> None:
    """Refuse a project that would end before it begins. Raises RuleError `project_dates`."""
    if starts_on and planned_end and planned_end < starts_on:
        sentence = _("The project would end before it begins.")
        raise wrong_at("planned_end", sentence, "project_dates")


def check_slip(end: date | None, wanted: date, why: str, starts_on: date | None) -> None:
    """Refuse a new end without reason, without change, or before the beginning.

    Raises RuleError `reason_missing`, `end_same`, `project_dates`.
    """
    if len(why.strip()) < REASON_LETTERS:
        sentence = _("Say why the end moves; the forecast of payments shows it.")
        raise wrong_at("why", sentence, "reason_missing")
    if wanted == end:
        sentence = _("This is the expected end already.")
        raise wrong_at("expected_end", sentence, "end_same")
    if starts_on is not None and wanted < starts_on:
        sentence = _("The project would end before it begins.")
        raise wrong_at("expected_end", sentence, "project_dates")


def check_happened(day: date, today: date, *, since: date | None, field: str) -> None:
    """Refuse a fact of the future, or of before what it follows. Raises RuleError `happened_in_future`, `happened_too_early`."""
    if day > today:
        sentence = _("This is a day that has not come yet.")
        raise wrong_at(field, sentence, "happened_in_future")
    if since is not None and day < since:
        sentence = _("This cannot have been before %(day)s.") % {"day": since.isoformat()}
        raise wrong_at(field, sentence, "happened_too_early")


def check_step(name: str, weight: int) -> None:
    """Refuse a step without words, or without weight. Raises RuleError `step_missing`, `step_weight`."""
    if not name.strip():
        sentence = _("Write what is to be done.")
        raise wrong_at("name", sentence, "step_missing")
    if not 1 <= weight <= HEAVIEST:
        sentence = _("The weight of a step is 1 to 100.")
        raise wrong_at("weight", sentence, "step_weight")


@dataclass(frozen=True, slots=True)
class UsualStep:
    """A step as most projects have it."""

    name: str
    due_on: date | None
    weight: int
    trigger: str = ""


def _usual() -> Sequence[tuple[str, int, int, str]]:
    """What, weight, percent of the time after which it is due, trigger; in the language of the moment."""
    return (
        (_("Kick-off meeting: split of work and plan"), 10, 5, ""),
        (_("Study of the needs, solution confirmed"), 20, 25, ""),
        (_("Implementation and configuration"), 40, 70, ""),
        (_("Training and trial run"), 20, 90, ""),
        (_("Going live"), 10, 100, StepTrigger.LAUNCH),
    )


def usual_steps(starts_on: date | None, end: date | None) -> list[UsualStep]:
    """Return the usual steps, spread over the days of the project; without dates where either is unknown."""
    whole = (end - starts_on).days if starts_on and end and end >= starts_on else None
    return [
        UsualStep(
            name,
            starts_on + timedelta(days=round(whole * at / 100)) if starts_on and whole is not None else None,
            weight,
            trigger,
        )
        for name, weight, at, trigger in _usual()
    ]
