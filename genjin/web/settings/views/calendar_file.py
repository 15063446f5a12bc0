"""A year of the working calendar out of a file: looked at first, then brought in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from genjin.accounts.actions.calendar import import_days
from genjin.accounts.models import CalendarDay
from genjin.accounts.permissions import Right, require
from genjin.kit.calendar_days import CalendarFile, read_calendar
from genjin.web.settings.forms import CalendarFileForm
from genjin.web.shell.pages import leave, user_of

LARGEST = 256 * 1024


@require_http_methods(["GET", "POST"])
def calendar_import(request: HttpRequest) -> HttpResponse:
    """Choose a file, see its days and what is refused, and bring the days in."""
    user = user_of(request)
    require(user, Right.MANAGE_SETTINGS)
    form = CalendarFileForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {
        "title": _("Import a year"),
        "form": form,
        "example": "date,kind,name\n2027-01-01,off,元旦\n2027-02-20,work,调休",
    }
    if request.method == "POST" and (text := request.POST.get("text")):
        found = read_calendar(text[:LARGEST].encode())
        if found.days:
            import_days(user, found.days, now=timezone.now())
            sentence = ngettext("%(count)d day came in.", "%(count)d days came in.", len(found.days))
            url = f"{reverse('settings:calendar')}?year={found.days[-1].day.year}"
            return leave(request, url, sentence % {"count": len(found.days)})
        context |= _preview(found) | {"status": 422}
    elif request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        if upload.size > LARGEST:
            form.add_error("file", _("A year of days is no larger than 256 KB."))
        else:
            context |= _preview(read_calendar(upload.read()))
    status = 422 if request.method == "POST" and "preview" not in context else context.pop("status", 200)
    return render(request, "settings/calendar_import.html", context, status=status)


def _preview(found: CalendarFile) -> dict[str, Any]:
    """Return the days as they would be written, beside what stands there now."""
    kept = {row.day: row for row in CalendarDay.objects.filter(day__in=[line.day for line in found.days])}
    rows = [
        {
            "day": line.day.isoformat(), "weekday": date_format(line.day, "l"), "is_working": line.is_working, "name": line.name,
            "state": _("new") if (row := kept.get(line.day)) is None else _("as before") if row.is_working == line.is_working else _("changes"),
        }
        for line in found.days
    ]  # fmt: skip
    lines = [
        f"{line.day.isoformat()},{'work' if line.is_working else 'off'},{_quoted(line.name)}"
        for line in found.days
    ]
    text = "\n".join(["date,kind,name", *lines])
    return {"preview": True, "rows": rows, "refused": found.refused, "text": text if rows else ""}


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
