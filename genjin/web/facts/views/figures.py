"""The month's figures for who leads: how sure key facts are, what contradicts itself, how samples were judged."""

from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from genjin.accounts.permissions import Right, require
from genjin.kit.dates import months_back
from genjin.quality.queries.figures import contradiction_counts, fact_figures, with_contradictions
from genjin.quality.queries.samples import pass_rates
from genjin.quality.rules.facts import FactState
from genjin.web.facts.frame import people_led, tabs, whose
from genjin.web.facts.words import CONTRADICTION_WORDS
from genjin.web.shell.pages import user_of

MONTHS_SHOWN = 12


def month_of(text: str) -> date:
    """Return the first day of a month written as 2026-03; this month where it is none."""
    this = timezone.localdate().replace(day=1)
    try:
        return date.fromisoformat(f"{text}-01") if len(text) == 7 else this
    except ValueError:
        return this


def span_of(month: date) -> tuple[datetime, datetime]:
    """Return the first moment of a month and of the one after it."""
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    since, until = (timezone.make_aware(datetime.combine(day, time.min)) for day in (month, following))
    return since, until


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Lead on to what this person may look at: figures, or one's own list."""
    return redirect("facts:figures" if user_of(request).may(Right.REVIEW_QUALITY) else "facts:confirm")


@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """Show the figures of the people one leads, today's facts and the month's samples."""
    user, now = user_of(request), timezone.now()
    require(user, Right.REVIEW_QUALITY)
    rows, who = whose(request)
    rows, month = rows.in_work(), month_of(request.GET.get("month", ""))
    contradicting = with_contradictions(rows).order_by()[:10_001].count()
    kept = {"who": who}
    context = {
        "title": _("Data quality"), "tabs": tabs(user, "figures"), "people": people_led(user), "who": who, "month": f"{month:%Y-%m}",
        "months": [f"{months_back(timezone.localdate().replace(day=1), back):%Y-%m}" for back in range(MONTHS_SHOWN)],
        "facts": [_fact(one, kept) for one in fact_figures(rows, now)],
        "customers": rows.order_by()[:10_001].count(), "contradicting": contradicting,
        "contradicting_url": f"{reverse('facts:contradictions')}?{urlencode(kept)}",
        "contradictions": [
            {"label": CONTRADICTION_WORDS.get(code, code), "count": count, "url": f"{reverse('facts:contradictions')}?{urlencode(kept | {'only': code})}"}
            for code, count in contradiction_counts(rows)
        ],
        "rates": [
            {"person": rate.person.name, "judged": rate.judged, "passed": rate.passed, "percent": rate.percent,
             "url": f"{reverse('facts:judged')}?{urlencode({'who': rate.person.pk, 'month': f'{month:%Y-%m}'})}"}
            for rate in pass_rates(user, *span_of(month)) if who in {"", rate.person.pk}
        ],
    }  # fmt: skip
    return render(request, "facts/figures.html", context)


def _fact(one: Any, kept: dict[str, Any]) -> dict[str, Any]:
    def url(state: str) -> str:
        return f"{reverse('facts:list')}?{urlencode(kept | {'fact': one.fact.key, 'only': state})}"

    counts = {
        "": one.on_record, FactState.VERIFIED: one.verified, FactState.STALE: one.stale, FactState.CHANGED: one.changed,
        FactState.UNVERIFIED: one.unverified,
    }  # fmt: skip
    return {
        "label": one.fact.label,
        "percent": one.percent,
        "cells": [{"count": count, "url": url(state)} for state, count in counts.items()],
    }
