"""Targets, and how far they are reached."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router

from genjin.accounts.models import Team, User
from genjin.accounts.queries import local_day, work_calendar
from genjin.api.metrics import question
from genjin.api.paging import Order, Page, page
from genjin.api.references import named, person
from genjin.api.schemas.targets import (
    AttainmentAsked,
    AttainmentOut,
    PlaceOut,
    RankingAsked,
    TargetIn,
    TargetOut,
    TargetsAsked,
    TargetsIn,
    TargetsOut,
    show_aimed,
    show_place,
    show_target,
)
from genjin.api.wire import Call
from genjin.insights.actions.targets import NewTarget, set_targets
from genjin.insights.models import Target
from genjin.insights.queries.asking import Question
from genjin.insights.queries.rankings import RANKED, people_ranking, sees_ranking, team_ranking
from genjin.insights.queries.targets import Subject, key_of, subjects_of, targets_of, teams_seen
from genjin.insights.rules.stretches import Stretch, stretch_of
from genjin.insights.rules.targets import MONEY, daily
from genjin.kit.errors import not_found

router = Router(tags=["targets"])


@router.get("/targets", response=Page[TargetOut], summary="List targets in sight")
def list_targets(request: Call, asked: Query[TargetsAsked]) -> Page[TargetOut]:
    rows: Any = Target.objects.visible_to(request.auth).select_related("person", "team", "changed_by")
    if asked.metric:
        rows = rows.filter(metric=asked.metric)
    if asked.person is not None:
        rows = rows.filter(person=person(request.auth, asked.person, "person"))
    if asked.team is not None:
        rows = rows.filter(team=asked.team)
    if asked.since:
        rows = rows.filter(first__gte=asked.since)
    if asked.until:
        rows = rows.filter(first__lte=asked.until)
    return page(request, rows, asked, order=Order("id", descending=True), show=show_target)


@router.post("/targets", response=TargetsOut, summary="Set, change or take away targets")
def write_targets(request: Call, body: TargetsIn) -> TargetsOut:
    lines = [_line(request.auth, one) for one in body.targets]
    changed = [row.pk for row in set_targets(request.auth, lines, now=timezone.now())]
    rows = Target.objects.filter(pk__in=changed).select_related("person", "team", "changed_by")
    return TargetsOut(items=[show_target(row) for row in rows])


def _line(caller: User, one: TargetIn) -> NewTarget:
    who = None if one.person is None else person(caller, one.person, "person").pk
    return NewTarget(str(one.metric), one.stretch, one.first, one.amount, who, one.team)


@router.get("/attainment", response=list[AttainmentOut], summary="Read how far targets are reached")
def read_attainment(request: Call, asked: Query[AttainmentAsked]) -> list[AttainmentOut]:
    today, calendar = local_day(timezone.now()), work_calendar()
    period = stretch_of(asked.stretch or Stretch.MONTH, today)
    found = []
    for one in targets_of(Question(request.auth, period, today), _subjects(request.auth, asked)):
        days = calendar.working_days(max(today, period.first), period.last)
        found.append(show_aimed(one, days, daily(one.gap, days, whole=one.metric not in MONEY)))
    return found


def _subjects(caller: User, asked: AttainmentAsked) -> list[Subject]:
    if asked.person is not None:
        who = person(caller, asked.person, "person")
        return [Subject(key_of(who.pk, None), who.name)]
    if asked.team is not None:
        team = named(Team.objects.filter(pk__in=[pk for pk, _name in teams_seen(caller)]), asked.team, "team")
        return [Subject(key_of(None, team.pk), team.name)]
    return subjects_of(caller, _("The whole company"))


@router.get("/rankings/{name}", response=list[PlaceOut], summary="Read who stands where by a figure")
def read_ranking(request: Call, name: str, asked: Query[RankingAsked]) -> list[PlaceOut]:
    """Return the people or teams the caller leads, or the own team; 404 for a figure without ranking, or where there is none."""
    if name not in RANKED or not sees_ranking(request.auth):
        raise not_found()
    put = question(request, asked, local_day(timezone.now()))
    make = team_ranking if asked.kind == "teams" else people_ranking
    return [show_place(one) for one in make(put, name, by_attainment=asked.sort == "attainment")]
