"""Keeping the company's working calendar."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import Absence, CalendarDay, User
from genjin.accounts.permissions import Right, require
from genjin.events.actions import record
from genjin.kit.calendar_days import DayLine
from genjin.kit.errors import RuleError, wrong_at
from genjin.kit.working_days import seeded_days


@transaction.atomic
def save_day(actor: User, day: date, *, is_working: bool, name: str = "", now: datetime) -> CalendarDay:
    """Say of one day whether people work, whatever its week day is."""
    require(actor, Right.MANAGE_SETTINGS)
    kept, _made = CalendarDay.objects.update_or_create(
        day=day, defaults={"is_working": is_working, "name": name.strip()[:40]}
    )
    record(actor, "calendar.day_saved", at=now, day=day.isoformat(), is_working=is_working)
    return kept


@transaction.atomic
def remove_day(actor: User, kept: CalendarDay, *, now: datetime) -> None:
    """Let a day follow its week day again."""
    require(actor, Right.MANAGE_SETTINGS)
    CalendarDay.objects.filter(day=kept.day).delete()
    record(actor, "calendar.day_removed", at=now, day=kept.day.isoformat())


@transaction.atomic
def load_year(actor: User, year: int, *, now: datetime) -> int:
    """Bring in a year's published holidays; days somebody wrote stay as they are. Returns how many came.

    Raises RuleError `year_unpublished` when this version does not know the year's notice yet.
    """
    require(actor, Right.MANAGE_SETTINGS)
    published = seeded_days(year, year)
    if not published:
        sentence = _(
            "This version does not know the holidays of %(year)d yet; add them by hand, or update Genjin."
        )
        raise RuleError(sentence % {"year": year}, "year_unpublished")
    kept = set(CalendarDay.objects.filter(day__in=published).values_list("day", flat=True))
    fresh = [CalendarDay(day=day, is_working=works) for day, works in published.items() if day not in kept]
    CalendarDay.objects.bulk_create(fresh)
    record(actor, "calendar.year_loaded", at=now, year=year, days=len(fresh))
    return len(fresh)


@transaction.atomic
def import_days(actor: User, lines: Sequence[DayLine], *, now: datetime) -> int:
    """Write the days of a file; what stood there for these days is replaced. Returns how many.

    Raises RuleError `calendar_empty`.
    """
    require(actor, Right.MANAGE_SETTINGS)
    if not lines:
        raise RuleError(_("The file holds no day that could be read."), "calendar_empty")
    CalendarDay.objects.bulk_create(
        [CalendarDay(day=line.day, is_working=line.is_working, name=line.name) for line in lines],
        update_conflicts=True, unique_fields=["day"], update_fields=["is_working", "name"],
    )  # fmt: skip
    years = sorted({line.day.year for line in lines})
    record(actor, "calendar.imported", at=now, days=len(lines), years=years)
    return len(lines)


@transaction.atomic
def save_absence(actor: User, absence: Absence, values: Mapping[str, Any], *, now: datetime) -> Absence:
    """Write down when somebody of one's own people is away; rules give them nothing new on those days.

    Raises RuleError `owner_not_led` (403), `days_reversed`.
    """
    require(actor, Right.ASSIGN)
    _require_led(actor, absence.person_id)
    for name, value in values.items():
        setattr(absence, name, value)
    _require_led(actor, absence.person_id)
    if absence.ends_on < absence.starts_on:
        sentence = _("The last day lies before the first.")
        raise wrong_at("ends_on", sentence, "days_reversed")
    absence.save()
    record(
        actor, "absence.saved", at=now, subject_id=absence.pk, person=absence.person_id,
        starts_on=absence.starts_on.isoformat(), ends_on=absence.ends_on.isoformat(),
    )  # fmt: skip
    return absence


def _require_led(actor: User, person_id: int | None) -> None:
    if person_id is not None and not actor.scope.covers(person_id):
        raise RuleError(_("Choose somebody of your own teams."), "owner_not_led", status=403)


@transaction.atomic
def remove_absence(actor: User, absence: Absence, *, now: datetime) -> None:
    """Take an absence off the list."""
    require(actor, Right.ASSIGN)
    _require_led(actor, absence.person_id)
    pk = absence.pk
    absence.delete()
    record(actor, "absence.removed", at=now, subject_id=pk, person=absence.person_id)
