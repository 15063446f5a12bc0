"""Whom to ask in a department, and how a thing asked for went."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Q

from genjin.accounts.models import Absence, Team, User
from genjin.accounts.permissions import Right, Role, may
from genjin.events.models import Event
from genjin.followups.models import Task
from genjin.followups.rules import TaskStatus

HELPING = (Role.SERVICE, Role.DELIVERY, Role.LEGAL, Role.FINANCE, Role.MARKETING)


def departments() -> list[tuple[str, str]]:
    """Return what may be asked instead of a person, as key and name: the helping roles, and the teams."""
    roles = [(f"role:{role.value}", str(role.label)) for role in HELPING]
    return roles + [(f"team:{pk}", name) for pk, name in Team.objects.values_list("pk", "name")]


def least_busy(department: str, today: date) -> User | None:
    """Return who of a department is there today and has the fewest open to-dos; None when nobody is."""
    kind, _colon, value = department.partition(":")
    people = User.objects.active().exclude(absences__in=Absence.objects.on(today))
    if kind == "role" and value in Role.values:
        people = people.filter(role=value)
    elif kind == "team" and value.isdecimal() and len(value) < 19:
        people = people.filter(team=int(value))
    else:
        return None
    waiting = Count("tasks", filter=Q(tasks__status=TaskStatus.OPEN))
    able: Iterable[User] = people.annotate(waiting=waiting).order_by("waiting", "pk")
    return next((person for person in able if may(person, Right.MANAGE_TASKS)), None)


def course_of(task: Task) -> list[Event]:
    """Return what happened to a task, oldest first."""
    rows = Event.objects.about(task.customer_id).filter(kind__startswith="task.", subject_id=task.pk)
    return list(rows.select_related("actor").order_by("pk"))
