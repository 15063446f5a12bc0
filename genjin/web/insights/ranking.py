"""Places of a ranking as lines, and the card of the first ones."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from genjin.insights.queries.asking import Question
from genjin.insights.queries.catalogue import METRICS
from genjin.insights.queries.rankings import Place, leads_people, people_ranking, sees_ranking
from genjin.insights.rules.targets import Aim
from genjin.web.insights import shown
from genjin.web.insights.aims import percent
from genjin.web.insights.asked import Asked

FIRST = 5


def lines(asked: Asked, metric: str, places: Sequence[Place]) -> list[dict[str, Any]]:
    """Return places as lines of a table; only those that open have an address and tell their target."""
    return [_line(asked, metric, one) for one in places]


def _line(asked: Asked, metric: str, one: Place) -> dict[str, Any]:
    found = METRICS[metric]
    return {
        "rank": one.rank, "name": one.subject.name, "value": shown.shown(found, one.cell.value), "note": shown.note(found, one.cell) if one.opens else "",
        "few": one.cell.too_few, "target": shown.shown(found, one.target) if one.opens else "", "percent": percent(one.attainment),
        "share": 0 if one.attainment is None else max(0, min(int(one.attainment * 100), 100)), "is_reached": one.attainment is not None and one.attainment >= 1,
        "is_own": one.is_own, "url": records_url(asked, metric, one) if one.opens else "",
    }  # fmt: skip


def records_url(asked: Asked, metric: str, one: Place) -> str:
    """Return the page of the rows behind a place, of the same days."""
    words = {name: word for name, word in asked.kept.items() if name not in {"who", "team"}}
    words |= {"who": str(one.subject.person)} if one.subject.person else {"team": str(one.subject.team)}
    return f"{reverse('insights:records', args=[metric])}?{urlencode(words)}"


def card(asked: Asked, metric: str = Aim.AMOUNT_SIGNED) -> dict[str, Any] | None:
    """Return the first places and one's own; None where there is no ranking, or of one alone."""
    user = asked.question.user
    if not sees_ranking(user):
        return None
    places = people_ranking(asked.question, metric)
    if len(places) < 2:
        return None
    shown_ones = [
        one for at, one in enumerate(places) if at < FIRST or (one.is_own and not leads_people(user))
    ]
    return {
        "title": METRICS[metric].name, "lines": lines(asked, metric, shown_ones), "count": len(places),
        "url": asked.address("insights:ranking", metric=metric),
    }  # fmt: skip


def this_month(question: Question) -> Asked:
    """Return a question of this month as an address asks it."""
    return Asked(replace(question, people=None), {"stretch": "month"}, "month")
