"""The working calendar and the state of the machine."""

import importlib.metadata
import platform
from datetime import date
from typing import Any

from django import get_version
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from genjin.accounts.actions.calendar import load_year, remove_day, save_day
from genjin.accounts.models import CalendarDay
from genjin.accounts.permissions import Right, require
from genjin.accounts.queries import work_calendar
from genjin.events.models import Backup
from genjin.events.queries import database_facts, is_silent, last_backups, last_beat, last_good_backup
from genjin.web.settings.forms import DayForm, YearForm
from genjin.web.shell.pages import confirm_page, form_page, leave, user_of
from genjin.web.shell.templatetags.genjin import ago


@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """Show the days of a year that differ from their week day; warn when the next year is unknown."""
    require(user_of(request), Right.MANAGE_SETTINGS)
    this_year, known = timezone.localdate().year, work_calendar()
    asked = YearForm({"year": request.GET.get("year", this_year)})
    year = asked.cleaned_data["year"] if asked.is_valid() else this_year
    days = CalendarDay.objects.filter(day__year=year).order_by("day")
    years = sorted({this_year - 1, this_year, this_year + 1, year})
    missing = [y for y in (this_year, this_year + 1) if not known.knows(y)]
    context = {
        "title": _("Working calendar"), "year": year, "is_known": known.knows(year), "missing": missing,
        "rows": [_day_row(day) for day in days],
        "tabs": [{"url": f"?year={y}", "label": str(y), "active": y == year} for y in years],
    }  # fmt: skip
    return render(request, "settings/calendar.html", context)


def _day_row(kept: CalendarDay) -> dict[str, Any]:
    day = kept.day.isoformat()
    return {
        "day": day, "weekday": date_format(kept.day, "l"), "is_working": kept.is_working, "name": kept.name,
        "edit_url": f"{reverse('settings:day')}?day={day}", "remove_url": reverse("settings:day_remove", args=[day]),
    }  # fmt: skip


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error


@require_http_methods(["GET", "POST"])
def day_edit(request: HttpRequest) -> HttpResponse:
    """Say of one day whether people work."""
    user = user_of(request)
    require(user, Right.MANAGE_SETTINGS)
    asked = request.GET.get("day", "")
    kept = CalendarDay.objects.filter(day=_date(asked)).first() if asked else None
    initial: dict[str, Any] = {
        "day": asked,
        "is_working": "1" if kept and kept.is_working else "0",
        "name": kept.name if kept else "",
    }
    form = DayForm(request.POST or None, initial=initial)

    def save(data: dict[str, Any]) -> None:
        save_day(user, data["day"], is_working=data["is_working"], name=data["name"], now=timezone.now())

    return form_page(
        request,
        form,
        title=_("Calendar day"),
        message=_("Saved."),
        save=save,
        done=reverse("settings:calendar"),
    )


@require_http_methods(["GET", "POST"])
def day_remove(request: HttpRequest, day: str) -> HttpResponse:
    """Let a day follow its week day again."""
    user = user_of(request)
    require(user, Right.MANAGE_SETTINGS)
    kept = CalendarDay.objects.get(day=_date(day))
    return confirm_page(
        request, deed=lambda: remove_day(user, kept, now=timezone.now()), level="danger", title=_("Remove"), submit_label=_("Remove"),
        question=_("Let %(day)s follow its week day again?") % {"day": day}, done=reverse("settings:calendar"), message=_("Removed."),
    )  # fmt: skip


@require_POST
def year_load(request: HttpRequest) -> HttpResponse:
    """Bring in a year's published holidays."""
    user, form = user_of(request), YearForm(request.POST)
    require(user, Right.MANAGE_SETTINGS)
    if not form.is_valid():
        raise Http404
    year = form.cleaned_data["year"]
    count = load_year(user, year, now=timezone.now())
    return leave(
        request,
        f"{reverse('settings:calendar')}?year={year}",
        _("%(count)d days came in.") % {"count": count},
    )


@require_GET
def system(request: HttpRequest) -> HttpResponse:
    """Show whether background work is being done, when data was last saved away, and all versions."""
    require(user_of(request), Right.MANAGE_SETTINGS)
    beat, good, facts = last_beat(), last_good_backup(), database_facts()
    silent = is_silent(beat, timezone.now())
    tiles = [
        {"label": _("Background worker"), "value": ago(beat) if beat else _("never seen"), "tone": "red" if silent else "green", "icon": "refresh"},
        {"label": _("Last good backup"), "value": ago(good.finished_at) if good else _("none yet"), "tone": "" if good else "orange", "icon": "database"},
        {"label": _("Database"), "value": facts.size, "icon": "database"},
    ]  # fmt: skip
    versions = [
        ("Genjin", importlib.metadata.version("genjin")), ("Python", platform.python_version()),
        ("Django", get_version()), ("PostgreSQL", facts.version),
    ]  # fmt: skip
    context = {
        "title": _("System"), "tiles": tiles, "versions": versions, "is_worker_silent": silent, "worker_silent_since": beat,
        "backups": [_backup_row(run) for run in last_backups()],
    }  # fmt: skip
    return render(request, "settings/system.html", context)


def _backup_row(run: Backup) -> dict[str, Any]:
    tone = {Backup.Status.DONE: "green", Backup.Status.FAILED: "red"}.get(Backup.Status(run.status), "")
    return {
        "at": run.started_at,
        "status": run.get_status_display(),
        "tone": tone,
        "size": run.size,
        "path": run.path,
        "problem": run.problem,
    }
