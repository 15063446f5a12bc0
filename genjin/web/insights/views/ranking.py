"""Rankings: people and teams by a figure, and the switch for them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.permissions import Right
from genjin.insights.actions.targets import save_ranking_settings
from genjin.insights.queries.catalogue import METRICS
from genjin.insights.queries.metrics import Metric
from genjin.insights.queries.rankings import (
    RANKED,
    Place,
    leads_people,
    people_ranking,
    ranking_settings,
    sees_ranking,
    team_ranking,
)
from genjin.insights.queries.targets import teams_seen
from genjin.insights.rules.targets import Aim
from genjin.kit.errors import not_found
from genjin.web.insights.asked import Asked, asked_of, choices_of
from genjin.web.insights.ranking import lines, records_url
from genjin.web.insights.tabs import tabs
from genjin.web.shell.forms import Form
from genjin.web.shell.pages import form_page, user_of, user_with

MOST_BARS = 30


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which ranking an address asks for."""

    asked: Asked
    metric: str
    kind: str
    sort: str
    kinds: dict[str, str]

    def places(self) -> list[Place]:
        """Return who stands where."""
        make = team_ranking if self.kind == "teams" else people_ranking
        return make(self.asked.question, self.metric, by_attainment=self.sort == "attainment")

    def address(self, name: str, **other: str) -> str:
        """Return an address of the same ranking, or of another one."""
        words = {"metric": self.metric, "kind": self.kind, "sort": self.sort} | other
        return self.asked.address(name, **words)

    def chips(self, name: str, labels: Mapping[str, Any], now: str) -> list[dict[str, Any]]:
        """Return the ways of one choice."""
        return [
            {"label": label, "active": key == now, "url": self.address("insights:ranking", **{name: key})}
            for key, label in labels.items()
        ]


def asked_ranking(request: HttpRequest) -> Wanted:
    """Return the ranking asked for; not found for whom there is none."""
    user, words = user_of(request), request.GET
    if not sees_ranking(user):
        raise not_found()
    metric = words["metric"] if words.get("metric") in RANKED else Aim.AMOUNT_SIGNED.value
    kinds = {"people": _("People")} | ({"teams": _("Teams")} if len(teams_seen(user)) > 1 else {})
    kind = "teams" if words.get("kind") == "teams" and "teams" in kinds else "people"
    sort = "attainment" if metric in Aim.values and words.get("sort") == "attainment" else "value"
    return Wanted(asked_of(request), metric, kind, sort, kinds)


@require_GET
def ranking(request: HttpRequest) -> HttpResponse:
    """Show who stands where: the people and teams one leads, or one's own team."""
    wanted = asked_ranking(request)
    asked, metric, places = wanted.asked, METRICS[wanted.metric], wanted.places()
    is_aim = metric.key in Aim.values
    sorts = {"value": metric.name, "attainment": _("Attainment")} if is_aim else {}
    context = choices_of(request, asked) | {
        "title": _("Ranking"), "tabs": tabs(asked, "ranking"), "metrics": wanted.chips("metric", {key: METRICS[key].name for key in RANKED}, metric.key),
        "kinds": wanted.chips("kind", wanted.kinds, wanted.kind) if len(wanted.kinds) > 1 else (), "sorts": wanted.chips("sort", sorts, wanted.sort),
        "metric": metric, "rows": lines(asked, metric.key, places), "is_aim": is_aim, "leads": False, "chart": _chart(asked, metric, places),
        "is_lent": not leads_people(user_of(request)), "sheet_url": wanted.address("insights:ranking_sheet"),
        "hidden": [("metric", metric.key), ("kind", wanted.kind), ("sort", wanted.sort)],
    }  # fmt: skip
    return render(request, "insights/ranking.html", context)


def _chart(asked: Asked, metric: Metric, places: Sequence[Place]) -> str:
    """Return the bars; those of colleagues open nothing."""
    drawn = [one for one in places if one.rank is not None][:MOST_BARS]
    if not drawn:
        return ""
    urls = [records_url(asked, metric.key, one) if one.opens else None for one in drawn]
    series = {"name": str(metric.name), "values": [float(one.cell.value or 0) for one in drawn], "urls": urls}
    spec = {
        "kind": "ranking",
        "unit": str(metric.unit),
        "labels": [one.subject.name for one in drawn],
        "series": [series],
    }
    return json.dumps(spec, ensure_ascii=False)


class RankingForm(Form):
    is_open_to_reps = forms.BooleanField(
        label=gettext_lazy("Everybody sees the ranking of their own team"), required=False,
        help_text=gettext_lazy("Place, total and attainment of each colleague who sells, never what it was counted from. Switched off, only leads and managers see how those they lead stand."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Say whether everybody sees the ranking of their own team."""
    user = user_with(request, Right.MANAGE_SETTINGS)
    initial = {"is_open_to_reps": ranking_settings().is_open_to_reps}
    form = RankingForm(request.POST if request.method == "POST" else None, initial=initial)
    return form_page(
        request, form, title=pgettext("settings", "Rankings"), message=_("Saved."), done=reverse("settings:index"),
        save=lambda data: save_ranking_settings(user, is_open_to_reps=data["is_open_to_reps"], now=timezone.now()),
    )  # fmt: skip
