"""Reads over people, teams and tokens, and over the days they work."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from genjin.accounts.models import Absence, ApiToken, CalendarDay, Team, User
from genjin.accounts.rules import digest
from genjin.kit.working_days import WorkCalendar


def live_token(secret: str, now: datetime) -> ApiToken | None:
    """Return a bearer token with its active user, or None when it is unknown, revoked or past its end."""
    return (
        ApiToken.objects.select_related("user")
        .filter(digest=digest(secret), revoked_at=None, expires_at__gt=now, user__is_active=True)
        .first()
    )


def find_person(text: str) -> User | None:
    """Return the active person whose login or full name is `text`; None when nobody or several are."""
    text = text.strip()
    by_login: User | None = User.objects.active().filter(username__iexact=text).first()
    if by_login:
        return by_login
    by_name = list(User.objects.active().filter(name=text)[:2])
    return by_name[0] if len(by_name) == 1 else None


def people_by_text(texts: Sequence[str]) -> dict[str, int | None]:
    """Map each login or name to a user id in two queries; None where nobody or several answer to it."""
    wanted = {text.strip() for text in texts if text.strip()}
    found: dict[str, int | None] = {}
    for pk, name in User.objects.active().filter(name__in=wanted).values_list("pk", "name"):
        found[name] = None if name in found else pk
    found |= dict(User.objects.active().filter(username__in=wanted).values_list("username", "pk"))
    return {text: found.get(text) for text in wanted}


def leads_of(user: User) -> list[User]:
    """Return who leads `user`'s team; climbs the tree until a team has a lead other than the person."""
    team: Team | None = user.team
    while team is not None:
        leads = [
            lead for lead in User.objects.active().filter(leads=team).order_by("pk") if lead.pk != user.pk
        ]
        if leads:
            return leads
        team = team.parent
    return []


def leads_of_many(people: Iterable[int]) -> dict[int, list[int]]:
    """Return, by person, the ids of who leads them, as `leads_of` says of one; three queries for any number."""
    wanted = set(people)
    parents = dict(Team.objects.values_list("pk", "parent_id"))
    leads: dict[int, list[int]] = defaultdict(list)
    rows = Team.leads.through._default_manager.filter(user__is_active=True).order_by("user_id")
    for team, lead in rows.values_list("team_id", "user_id"):
        leads[team].append(lead)
    found: dict[int, list[int]] = {}
    for person, of in User.objects.filter(pk__in=wanted).values_list("pk", "team_id"):
        team, seen = of, set()
        while team is not None and team not in seen:
            seen.add(team)
            found[person] = [lead for lead in leads[team] if lead != person]
            if found[person]:
                break
            team = parents.get(team)
    return {person: found.get(person, []) for person in wanted}


def absent_on(people: Iterable[int], day: date) -> set[int]:
    """Return who of `people` is away on a day; one query."""
    return set(Absence.objects.on(day).filter(person__in=set(people)).values_list("person_id", flat=True))


def people_like(text: str, limit: int = 8) -> list[User]:
    """Return active colleagues whose name, login or pinyin begins with `text`."""
    text = text.strip().lower()
    rows = User.objects.active()
    if text:
        rows = rows.filter(
            Q(name__startswith=text) | Q(username__startswith=text) | Q(name_keys__contains=text)
        )
    return list(rows.order_by("name")[:limit])


def work_calendar() -> WorkCalendar:
    """Return the working calendar as kept in Settings; one query."""
    return WorkCalendar(dict(CalendarDay.objects.values_list("day", "is_working")))


def company_zone() -> ZoneInfo:
    """Return the time zone the company works in."""
    zone = timezone.get_default_timezone()
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo(str(zone))


def local_day(moment: datetime) -> date:
    """Return the calendar day of a moment in the company's time zone."""
    return moment.astimezone(company_zone()).date()
