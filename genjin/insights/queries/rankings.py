"""Who stands where: people or teams by a figure of the catalogue, with attainment where there are targets."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.followups.rules import Period
from genjin.insights.models import RankingSettings, Target
from genjin.insights.queries.asking import Cell, Question, ask, ask_groups
from genjin.insights.queries.catalogue import METRICS
from genjin.insights.queries.reach import TeamTree
from genjin.insights.queries.targets import SELLING, Subject, key_of, sellers, teams_seen
from genjin.insights.rules.targets import Aim, attainment, ranks, target_in

RANKED = (
    *Aim.values, "customers_contacted", "opportunity_amount", "revenue_won", "win_rate", "response_rate", "records_in_time", "limits_kept",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """One line: `rank` is None where there is no figure or too little for one; `opens` says whether its rows may be listed."""

    subject: Subject
    cell: Cell
    target: Decimal | None
    attainment: Decimal | None
    is_own: bool
    opens: bool
    rank: int | None = None


def ranking_settings() -> RankingSettings:
    """Return whether everybody who sells sees the ranking of their team; yes until somebody says otherwise."""
    return RankingSettings.objects.first() or RankingSettings()


def leads_people(user: User) -> bool:
    """Whether somebody's role lets see the rows of others."""
    return user.scope.sees_all or user.may(Right.SEE_TEAM)


def sees_ranking(user: User) -> bool:
    """Whether there is a ranking for somebody: of whom one leads, else of one's own team while that is open."""
    if leads_people(user):
        return True
    return user.may(Right.SELL) and user.team_id is not None and ranking_settings().is_open_to_reps


def people_ranking(question: Question, metric: str, *, by_attainment: bool = False) -> list[Place]:
    """Return the people one leads (of `question.people`, where these are named); for a rep the own team: totals with the team's sight.

    Nobody of a team sees the rows of a colleague, so that only one's own line opens; it is counted with one's own sight.
    """
    user = question.user
    if leads_people(user):
        wanted = None if question.people is None else set(question.people)
        people = [(pk, name) for pk, name, _team in sellers(user) if wanted is None or pk in wanted]
        asked = replace(question, people=[pk for pk, _name in people])
        return _placed(
            asked,
            metric,
            {pk: Subject(key_of(pk, None), name) for pk, name in people},
            by_attainment=by_attainment,
        )
    if not sees_ranking(user):
        return []
    mates = User.objects.active().filter(team=user.team_id, role__in=SELLING).order_by("name", "pk")
    named = {pk: Subject(key_of(pk, None), name) for pk, name in mates.values_list("pk", "name")}
    asked = replace(question, people=list(named), lent=frozenset(named))
    return _placed(asked, metric, named, by_attainment=by_attainment)


def team_ranking(question: Question, metric: str, *, by_attainment: bool = False) -> list[Place]:
    """Return the teams one leads, all with the right to all, each with those below it."""
    tree = TeamTree.read()
    teams = {pk: Subject(key_of(None, pk), name) for pk, name in teams_seen(question.user)}
    groups = {one.key: tree.people(pk) for pk, one in teams.items()}
    cells = ask_groups(METRICS[metric], replace(question, people=None), groups)
    goals = _goals(metric, question.period, teams=list(teams))
    places = [
        _place(question.user, one, cells[one.key], goals.get(one.key), opens=True) for one in teams.values()
    ]
    return ranked(places, by_attainment=by_attainment)


def _placed(
    question: Question, metric: str, named: dict[int, Subject], *, by_attainment: bool
) -> list[Place]:
    user, lent = question.user, question.lent is not None
    cells = ask_groups(METRICS[metric], question, {one.key: [pk] for pk, one in named.items()})
    goals = _goals(metric, question.period, people=list(named))
    if lent and user.pk in named:
        own = ask(METRICS[metric], replace(question, people=[user.pk], lent=None)).total
        cells[named[user.pk].key] = own
    places = [
        _place(user, one, cells[one.key], goals.get(one.key), opens=not lent or pk == user.pk)
        for pk, one in named.items()
    ]
    return ranked(places, by_attainment=by_attainment)


def _place(user: User, subject: Subject, cell: Cell, target: Decimal | None, *, opens: bool) -> Place:
    share = None if cell.value is None else attainment(cell.value, target)
    return Place(subject, cell, target, share, is_own=subject.person == user.pk, opens=opens)


def _goals(
    metric: str, period: Period, *, people: Iterable[int] = (), teams: Iterable[int] = ()
) -> dict[str, Decimal]:
    """Return the targets of people or teams in a stretch, by subject; one query."""
    if metric not in Aim.values:
        return {}
    rows = Target.objects.filter(metric=metric, first__range=(period.first, period.last))
    rows = rows.filter(person__in=list(people)) if people else rows.filter(team__in=list(teams))
    own: dict[str, dict[tuple[str, date], Decimal]] = {}
    for grain, day, person, team, amount in rows.values_list(
        "grain", "first", "person_id", "team_id", "amount"
    ):
        own.setdefault(key_of(person, team), {})[grain, day] = amount
    goals = {key: target_in(period, amounts) for key, amounts in own.items()}
    return {key: goal for key, goal in goals.items() if goal is not None}


def ranked(places: Iterable[Place], *, by_attainment: bool = False) -> list[Place]:
    """Return places in order, equals sharing one; those without a figure, or with too little for one, come last without a place."""
    told: list[tuple[Decimal, Place]] = []
    rest: list[Place] = []
    for one in places:
        value = one.attainment if by_attainment else one.cell.value
        if value is None or one.cell.too_few:
            rest.append(one)
        else:
            told.append((Decimal(value), one))
    told.sort(key=lambda pair: (-pair[0], pair[1].subject.name))
    numbers = ranks([value for value, _one in told])
    return [replace(one, rank=number) for number, (_value, one) in zip(numbers, told, strict=True)] + rest
