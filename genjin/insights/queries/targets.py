"""Targets beside what was reached: every actual is a figure of the catalogue, so that it opens its records."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db.models import Q

from genjin.accounts.models import Team, User
from genjin.accounts.permissions import Right, Role
from genjin.events.models import Event
from genjin.followups.rules import Period
from genjin.insights.models import Target, teams_led
from genjin.insights.queries.asking import Question, ask
from genjin.insights.queries.catalogue import METRICS
from genjin.insights.queries.reach import people_of_team
from genjin.insights.rules.stretches import Grain, unit_of
from genjin.insights.rules.targets import TARGET_GRAINS, Aim, Own, attainment, gap, target_in

COMPANY = "company"
SELLING = (Role.REP, Role.LEAD, Role.MANAGER)


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose target it is; `key` is "company", "team:3" or "person:7"."""

    key: str
    name: str

    @property
    def person(self) -> int | None:
        return int(self.key[7:]) if self.key.startswith("person:") else None

    @property
    def team(self) -> int | None:
        return int(self.key[5:]) if self.key.startswith("team:") else None


def key_of(person: int | None, team: int | None) -> str:
    """Return the key of a person, a team, or (neither) the company."""
    return f"person:{person}" if person else f"team:{team}" if team else COMPANY


@dataclass(frozen=True, slots=True)
class Aimed:
    """A target of a stretch with what was reached in it so far; without a target attainment and gap are None."""

    subject: Subject
    metric: str
    period: Period
    actual: Decimal
    target: Decimal | None

    @property
    def attainment(self) -> Decimal | None:
        return attainment(self.actual, self.target)

    @property
    def gap(self) -> Decimal | None:
        return gap(self.actual, self.target)


def own_targets(
    user: User, period: Period, metrics: Iterable[str] = Aim.values
) -> dict[tuple[str, str], dict[tuple[str, date], Decimal]]:
    """Return the targets that begin within days, by figure and subject, of the subjects a person sees; three queries at most."""
    rows = Target.objects.visible_to(user).filter(
        metric__in=list(metrics), first__range=(period.first, period.last)
    )
    found: dict[tuple[str, str], dict[tuple[str, date], Decimal]] = {}
    for metric, grain, day, person, team, amount in rows.values_list(
        "metric", "grain", "first", "person_id", "team_id", "amount"
    ):
        found.setdefault((metric, key_of(person, team)), {})[grain, day] = amount
    return found


def of_subject(question: Question, subject: Subject) -> Question:
    """Return a question about what a subject's people did."""
    people: list[int] | None = None
    if subject.person:
        people = [subject.person]
    elif subject.team:
        people = people_of_team(Team(pk=subject.team))
    return replace(question, people=people)


def aimed(question: Question, subject: Subject, metric: str, own: Own) -> Aimed:
    """Return what a subject reached in the days asked for of its people; the actual is the figure as `question.user` sees it."""
    actual = ask(METRICS[metric], question).total.value
    return Aimed(subject, metric, question.period, Decimal(actual or 0), target_in(question.period, own))


def targets_of(question: Question, subjects: Iterable[Subject]) -> list[Aimed]:
    """Return, of each subject, the figures that have a target in the days asked for."""
    own = own_targets(question.user, question.period)
    return [found for one in subjects for found in _told(question, one, own, [question.period])]


def targets_now(user: User, today: date, subjects: Iterable[Subject]) -> list[Aimed]:
    """Return, of each subject, the target of each figure in this month; where there is none, in the quarter, in the year."""
    year = unit_of(Grain.YEAR, today)
    own, periods = own_targets(user, year), [unit_of(grain, today) for grain in TARGET_GRAINS]
    question = Question(user, year, today)
    return [found for one in subjects for found in _told(question, one, own, periods)]


def _told(
    question: Question, subject: Subject, own: Mapping[tuple[str, str], Own], periods: Sequence[Period]
) -> list[Aimed]:
    """Return the figures of a subject with a target, each in the first of the periods that has one; its people are read once."""
    goals = {metric: own.get((metric, subject.key), {}) for metric in Aim.values}
    first = {
        metric: next((period for period in periods if target_in(period, goals[metric]) is not None), None)
        for metric in Aim.values
    }
    wanted = {metric: period for metric, period in first.items() if period is not None}
    asked = of_subject(question, subject) if wanted else question
    return [
        aimed(replace(asked, period=period), subject, metric, goals[metric])
        for metric, period in wanted.items()
    ]


def subjects_of(user: User, company: str) -> list[Subject]:
    """Return whose targets somebody works for: oneself, and what one leads: the topmost teams, or (under this name) the company."""
    own = Subject(key_of(user.pk, None), user.name)
    if user.scope.sees_all:
        return [Subject(COMPANY, company), own]
    led = teams_led(user)
    tops = Team.objects.filter(pk__in=led).exclude(parent__in=led).order_by("name")
    return [own, *(Subject(key_of(None, pk), name) for pk, name in tops.values_list("pk", "name"))]


def teams_seen(user: User) -> list[tuple[int, str]]:
    """Return the teams whose targets somebody sees: the teams led, all with the right to all."""
    rows = Team.objects.order_by("name")
    rows = rows if user.scope.sees_all else rows.filter(pk__in=teams_led(user))
    return list(rows.values_list("pk", "name"))


def sellers(user: User) -> list[tuple[int, str, int | None]]:
    """Return the active people whose rows somebody sees and who sell or have targets: id, name, team."""
    aims = Target.objects.exclude(person=None).values("person")
    rows = User.objects.active().led_by(user).filter(Q(role__in=SELLING) | Q(pk__in=aims))
    return list(rows.order_by("name", "pk").values_list("pk", "name", "team_id"))


def may_set(user: User) -> tuple[bool, frozenset[int]]:
    """Return whether somebody sets everybody's targets, and else whose: those of the people led, not the own."""
    if not user.may(Right.SET_TARGETS):
        return False, frozenset()
    if user.scope.sees_all:
        return True, frozenset()
    return False, user.scope.people - {user.pk}


def changes_of(user: User, metric: str, limit: int) -> list[tuple[Event, str]]:
    """Return the latest changes of the targets somebody sees, each with whose it is ("" the company); three queries."""
    rows = Event.objects.filter(kind="target.set", data__metric=metric).select_related("actor").order_by("-pk")  # fmt: skip
    if not user.scope.sees_all:
        mine = Q(data__person__in=list(user.scope.people)) | Q(data__of_team__in=list(teams_led(user)))
        rows = rows.filter(mine)
    events = list(rows[:limit])
    people = _names(User, [one.data["person"] for one in events])
    teams = _names(Team, [one.data["of_team"] for one in events])
    return [(one, people.get(one.data["person"], "") or teams.get(one.data["of_team"], "")) for one in events]


def _names(model: type[User | Team], ids: Iterable[int | None]) -> Mapping[int, str]:
    rows = model.objects.filter(pk__in=[pk for pk in ids if pk])
    return dict(rows.values_list("pk", "name"))
