"""The brief of a working morning: to each person once, to leads with their teams, to nobody on a day off."""

from dataclasses import asdict
from datetime import datetime, time

from django.db import transaction

from genjin.accounts.models import Absence, User
from genjin.accounts.permissions import Role
from genjin.accounts.queries import company_zone, work_calendar
from genjin.events.actions import end_day
from genjin.followups.queries.brief import Morning, mornings, summed
from genjin.followups.queries.workbench import Days
from genjin.notices.actions import Telling, tell_many
from genjin.notices.rules import NoticeKind

FROM, UNTIL = time(8, 30), time(18)
READER = "daily_brief"
LEADING = {Role.LEAD, Role.MANAGER}


@transaction.atomic
def tell_briefs(now: datetime) -> int:
    """Tell people what this working day brings, from 08:30; returns how many were told.

    Once a day whatever happens: after days without a worker there is one brief, and two workers give one.
    """
    zone = company_zone()
    local = now.astimezone(zone)
    if not FROM <= local.time() < UNTIL or not work_calendar().is_working(local.date()):
        return 0
    if not end_day(READER, local.date()):
        return 0
    found = mornings(Days.of(now))
    away = Absence.objects.on(local.date()).values("person")
    people = User.objects.active().exclude(pk__in=away)
    key = f"brief:{local.date().isoformat()}"
    tellings = [telling for person in people if (telling := _brief(person, found, key)) is not None]
    return tell_many(tellings, at=now)


def _brief(person: User, found: dict[int, Morning], key: str) -> Telling | None:
    own = found.get(person.pk, Morning())
    if person.role not in LEADING:
        return Telling(person.pk, NoticeKind.DAILY_BRIEF, key, words=asdict(own)) if own else None
    led = found.keys() if person.scope.sees_all else person.scope.people
    team = summed(found, set(led) - {person.pk})
    words = asdict(own) | {f"team_{name}": count for name, count in asdict(team).items()}
    return Telling(person.pk, NoticeKind.TEAM_BRIEF, key, words=words) if own or team else None
