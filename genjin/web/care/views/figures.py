"""Satisfaction in figures: average, distribution, likelihood to recommend; every figure opens its rows."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from genjin.accounts.queries import local_day
from genjin.care.models import Survey
from genjin.care.queries.surveys import (
    BYS,
    PRODUCT,
    Line,
    answered_in_time,
    as_day,
    mood_of,
    moods_of,
    narrowed,
)
from genjin.care.rules.surveys import Mood
from genjin.care.rules.words import Rating
from genjin.web.care.tabs import care_tabs
from genjin.web.care.words import RATING_TONES
from genjin.web.shell.pages import user_of

PERIODS = {"90": 90, "180": 180, "365": 365}


@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """Show how satisfied customers are in a span of days, as a whole and by group."""
    user, asked, today = user_of(request), request.GET, local_day(timezone.now())
    first, last = (
        as_day(asked.get("from", "")) or today - timedelta(days=365),
        as_day(asked.get("to", "")) or today,
    )
    by = asked.get("by", "") if asked.get("by") in BYS else "who"
    span = {"from": first.isoformat(), "to": last.isoformat()}
    rows = narrowed(Survey.objects.visible_to(user), span)
    whole = mood_of(rows)
    words = {
        "who": pgettext("survey", "Who asks"),
        "lead": _("In charge of delivery"),
        "team": _("Team"),
        PRODUCT: _("Product"),
    }
    context = {
        "title": _("Satisfaction in figures"), "tabs": care_tabs("care:surveys"), "span": span, "whole": whole, "tiles": _tiles(whole, span, answered_in_time(rows)),
        "bars": _bars(whole, span), "groups": [_line(line, by, span) for line in moods_of(rows, by)], "by_label": words[by],
        "bys": [{"url": "?" + urlencode(span | {"by": key}), "label": label, "active": key == by} for key, label in words.items()],
        "periods": [_period(key, days, today, first) for key, days in PERIODS.items()], "by": by, "is_by_product": by == PRODUCT,
    }  # fmt: skip
    return render(request, "care/figures.html", context)


def _period(key: str, days: int, today: date, first: date) -> dict[str, Any]:
    since = today - timedelta(days=days)
    label = _("%(count)d days") % {"count": days}
    return {
        "url": "?" + urlencode({"from": since.isoformat(), "to": today.isoformat()}),
        "label": label,
        "active": since == first,
        "key": key,
    }


def rows_url(span: dict[str, str], view: str = "answered", **more: object) -> str:
    """Return where the rows of a figure stand."""
    return reverse("care:surveys") + "?" + urlencode({"view": view} | span | more)


def _tiles(whole: Mood, span: dict[str, str], in_time: tuple[int, int]) -> list[dict[str, Any]]:
    few = _("too few answers") if whole.is_few else ""
    average = f"{whole.average:.2f}" if whole.average is not None else "—"
    kept, of = in_time
    return [
        {"label": _("Answers"), "value": whole.count, "icon": "list-check", "url": rows_url(span), "note": few},
        {"label": _("Average"), "value": average, "unit": _("of 5"), "icon": "star", "url": rows_url(span), "note": few,
         "tone": "" if whole.average is None or whole.is_few else "green" if whole.average >= 4 else "orange" if whole.average >= 3 else "red"},
        {"label": "NPS", "value": whole.nps if whole.nps is not None else "—", "icon": "chart-bar", "url": rows_url(span, nps="said"),
         "note": _("%(up)d promoters, %(down)d detractors of %(count)d") % {"up": whole.promoters, "down": whole.detractors, "count": whole.asked}},
        {"label": _("Not satisfied"), "value": whole.bad, "icon": "alert-triangle", "url": rows_url(span, "bad"), "tone": "red" if whole.bad else ""},
        {"label": _("Asked within a week"), "value": f"{round(kept * 100 / of)}%" if of else "—", "icon": "clock", "url": rows_url(span, occasion="delivery"),
         "note": _("%(kept)d of %(count)d after deliveries") % {"kept": kept, "count": of}},
    ]  # fmt: skip


def _bars(whole: Mood, span: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "label": Rating(rating).label, "rating": rating, "count": count, "tone": RATING_TONES[rating],
            "percent": round(count * 100 / whole.count) if whole.count else 0, "url": rows_url(span, rating=rating),
        }
        for rating, count in whole.by_rating.items()
    ]  # fmt: skip


def _line(line: Line, by: str, span: dict[str, str]) -> dict[str, Any]:
    found, here = line.mood, {by: line.key}
    return {
        "name": line.name or "—", "count": found.count, "average": f"{found.average:.2f}" if found.average is not None else "—",
        "nps": found.nps if found.nps is not None else "—", "bad": found.bad, "is_few": found.is_few, "url": rows_url(span, **here), "nps_url": rows_url(span, nps="said", **here),
        "bad_url": rows_url(span, "bad", **here), "up_url": rows_url(span, nps="up", **here), "promoters": found.promoters,
        "down_url": rows_url(span, nps="down", **here), "detractors": found.detractors,
    }  # fmt: skip
