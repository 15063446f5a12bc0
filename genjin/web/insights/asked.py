"""What an address asks for: days, people, the day it was known, and the cells it is narrowed to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.accounts.models import Team, User
from genjin.accounts.queries import local_day
from genjin.followups.rules import Period
from genjin.insights.queries.asking import Question
from genjin.insights.queries.reach import people_of_team
from genjin.insights.rules.stretches import Stretch, before, so_far, stretch_of, year_before
from genjin.web.shell.pages import user_of

SHOWN_PEOPLE = 300
KEPT = ("stretch", "from", "to", "who", "team", "as_of", "against")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the words of its address, which every link of the page keeps."""

    question: Question
    kept: Mapping[str, str]
    stretch: str
    who: int | None = None
    team: int | None = None

    @property
    def period(self) -> Period:
        return self.question.period

    def address(self, name: str, *args: Any, **more: str) -> str:
        """Return an address that asks for the same days and people."""
        words = {**self.kept, **more}
        return f"{reverse(name, args=args)}?{urlencode(words)}" if words else reverse(name, args=args)

    def of_people(self, who: int) -> "Asked":
        """Return the same about one person."""
        kept = {name: word for name, word in self.kept.items() if name != "team"} | {"who": str(who)}
        return replace(self, question=replace(self.question, people=[who]), kept=kept, who=who, team=None)

    def then(self) -> Question:
        """Return the question it is compared with: the stretch before (环比), or the year before (同比)."""
        return self.year_before() if self.kept.get("against") == "year" else self.before()

    def before(self) -> Question:
        """Return the same question about the stretch before, as much of it as is over of this one."""
        return self._of(before(self.period))

    def year_before(self) -> Question:
        """Return the same question about the year before."""
        return self._of(year_before(self.period))

    def _of(self, period: Period) -> Question:
        return replace(self.question, period=so_far(self.period, self.question.today, period))


def asked_of(request: HttpRequest, otherwise: str = Stretch.MONTH) -> Asked:
    """Return what an address asks for; the stretch `otherwise` where it names no days that can be read."""
    user, today, words = user_of(request), local_day(timezone.now()), request.GET
    first, last = _day(words.get("from")), _day(words.get("to"))
    people, who, team = _people(words.get("who", ""), words.get("team", ""))
    kept = {name: words[name] for name in KEPT if words.get(name)}
    stretch = ""
    if first and last and first <= last:
        period = Period(first, last)
    else:
        stretch = words["stretch"] if words.get("stretch") in Stretch.values else str(otherwise)
        period = stretch_of(stretch, today)
        kept["stretch"] = stretch
    return Asked(Question(user, period, today, people, _day(words.get("as_of"))), kept, stretch, who, team)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _people(who: str, team: str) -> tuple[list[int] | None, int | None, int | None]:
    if who.isdecimal() and len(who) < 12:
        return [int(who)], int(who), None
    if team.isdecimal() and len(team) < 12:
        found = Team.objects.filter(pk=int(team)).first()
        return (people_of_team(found) if found else []), None, int(team)
    return None, None, None


def against(request: HttpRequest, asked: Asked) -> list[dict[str, Any]]:
    """Return what figures may be compared with."""
    year, words = asked.kept.get("against") == "year", request.GET.copy()
    found = []
    for key, label in (("", _("against the stretch before")), ("year", _("against the year before"))):
        words["against"] = key
        found.append({"label": label, "active": year == bool(key), "url": f"?{words.urlencode()}"})
    return found


def choices_of(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """Return what the bar over every page of figures offers: stretches, people and teams in reach."""
    user = asked.question.user
    own = {name: word for name, word in request.GET.items() if name not in {*KEPT, "page"}}
    others = {name: word for name, word in asked.kept.items() if name not in {"stretch", "from", "to"}}
    people = User.objects.active().led_by(user).order_by("name").values_list("pk", "name")[:SHOWN_PEOPLE]
    leads = len(people) > 1
    return {
        "asked": asked, "period": asked.period, "leads": leads, "people": people if leads else (),
        "teams": _teams(user) if leads else (), "stretch": dict(Stretch.choices).get(asked.stretch, ""),
        "stretches": [
            {"label": label, "active": key == asked.stretch, "url": f"{request.path}?{urlencode({**others, **own, 'stretch': key})}"}
            for key, label in Stretch.choices
        ],
        "as_of": asked.kept.get("as_of", ""), "by": request.GET.get("by", ""),
    }  # fmt: skip


def _teams(user: User) -> list[tuple[int, str]]:
    """Return the teams of the people in reach; one alone is no choice."""
    rows = Team.objects.order_by("name")
    if not user.scope.sees_all:
        rows = rows.filter(members__in=user.scope.people).distinct()
    found = list(rows.values_list("pk", "name")[:SHOWN_PEOPLE])
    return found if len(found) > 1 else []


def records_url(key: str, period: Period, who: int | None = None) -> str:
    """Return the page of the rows behind a figure, for pages elsewhere; `who` None: everybody in reach."""
    words = {"from": period.first.isoformat(), "to": period.last.isoformat()}
    if who is not None:
        words["who"] = str(who)
    return f"{reverse('insights:records', args=[key])}?{urlencode(words)}"
