"""Targets on cards: how much of each is reached, and what is still to come a day."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from genjin.accounts.queries import work_calendar
from genjin.insights.queries.catalogue import METRICS
from genjin.insights.queries.targets import Aimed, Subject
from genjin.insights.rules.stretches import Grain, Stretch, grain_of
from genjin.insights.rules.targets import MONEY, Aim, daily
from genjin.kit.working_days import WorkCalendar
from genjin.web.insights import shown

_NOW = {
    Grain.MONTH: Stretch.MONTH.label,
    Grain.QUARTER: Stretch.QUARTER.label,
    Grain.YEAR: Stretch.YEAR.label,
}


def cards(found: Iterable[Aimed], today: date) -> list[dict[str, Any]]:
    """Return a card for each subject: a ring of the first target that has an attainment, and a line for each."""
    calendar = work_calendar()
    by_subject: dict[str, list[Aimed]] = {}
    for one in found:
        by_subject.setdefault(one.subject.key, []).append(one)
    return [_card(ones, calendar, today) for ones in by_subject.values()]


def _card(ones: list[Aimed], calendar: WorkCalendar, today: date) -> dict[str, Any]:
    shares = [(Aim(one.metric).label, one.attainment) for one in ones if one.attainment is not None]
    label, first = shares[0] if shares else ("", Decimal(0))
    return {
        "title": ones[0].subject.name, "percent": int(max(first, Decimal(0)) * 100) if shares else None, "label": label,
        "lines": [_line(one, calendar, today) for one in ones],
    }  # fmt: skip


def _line(one: Aimed, calendar: WorkCalendar, today: date) -> dict[str, Any]:
    metric = METRICS[one.metric]
    is_now = one.period.first <= today <= one.period.last
    return {
        "label": Aim(one.metric).label, "stretch": _NOW.get(grain_of(one.period) or Grain.DAY, "") if is_now else "", "url": records_url(one.subject, one.metric, one.period.first, one.period.last),
        "actual": shown.shown(metric, one.actual), "target": shown.shown(metric, one.target), "percent": percent(one.attainment),
        "sentence": sentence(one, calendar, today), "is_reached": one.gap is not None and one.gap <= 0,
    }  # fmt: skip


def sentence(one: Aimed, calendar: WorkCalendar, today: date) -> str:
    """Say what is missing, how many working days are left and what each of them must bring; "" without attainment."""
    metric, missing = METRICS[one.metric], one.gap
    if missing is None:
        return ""
    if missing <= 0:
        more = {"over": shown.shown(metric, -missing)}
        return _("Reached, %(over)s more than that") % more if missing else _("Reached")
    days = calendar.working_days(max(today, one.period.first), one.period.last)
    each = daily(missing, days, whole=one.metric not in MONEY)
    words = {"gap": shown.shown(metric, missing), "days": days, "daily": shown.shown(metric, each)}
    if each is None:
        return _("%(gap)s missing") % words
    return _("%(gap)s missing, %(days)d working days left, %(daily)s a day") % words


def percent(share: Decimal | None) -> str:
    """Return an attainment in percent; a dash where there is none."""
    return shown.NOTHING if share is None else f"{share * 100:.1f}%"


def records_url(subject: Subject, metric: str, first: date, last: date) -> str:
    """Return the page of the rows a subject's figure was counted from."""
    words = {"from": str(first), "to": str(last)}
    words |= {"who": str(subject.person)} if subject.person else {"team": str(subject.team)} if subject.team else {}  # fmt: skip
    return f"{reverse('insights:records', args=[metric])}?{urlencode(words)}"
