"""A report before anybody wrote it: what was done, what is next, where help is needed."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.queries import company_zone
from genjin.customers.models import Customer, StageChange
from genjin.customers.queries.sight import shown_name
from genjin.followups.models import FollowUp, Task, WorkReport
from genjin.followups.rules import Period, period_after, period_of

MOST_LINES = 12


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form begins with."""

    period: Period
    done: str
    plan: str
    support: str


def draft(user: User, kind: str, day: date, now: datetime) -> Draft:
    """Return a report prefilled from what is on record: contacts and moves, open tasks of the next period, trouble."""
    period = period_of(kind, day)
    return Draft(period, _done(user, period), _plan(user, kind, period), _support(user, now))


def _done(user: User, period: Period) -> str:
    since, until = period.moments(company_zone())
    rows = FollowUp.objects.filter(author=user, happened_at__gte=since, happened_at__lt=until)
    rows = rows.visible_to(user).select_related("customer", "customer__pool")
    lines: dict[int, str] = {}
    for row in rows.order_by("-happened_at", "-id")[:200]:
        lines.setdefault(row.customer_id, _line(shown_name(user, row.customer), _short(row)))
    moves = StageChange.objects.filter(StageChange.is_forward(), by=user, at__gte=since, at__lt=until)
    moves = moves.filter(customer__in=Customer.objects.visible_to(user))
    moved = [
        _line(shown_name(user, row.customer), f"{row.get_origin_display()} → {row.get_target_display()}")
        for row in moves.select_related("customer", "customer__pool")[:MOST_LINES]
    ]
    return _numbered([*moved, *list(lines.values())[: MOST_LINES - len(moved)]])


def _line(name: str, text: str) -> str:
    return _("%(name)s: %(text)s") % {"name": name, "text": text}


def _short(row: FollowUp) -> str:
    text = " ".join(row.summary.split())
    return text if len(text) <= 40 else f"{text[:40]}…"


def _plan(user: User, kind: str, period: Period) -> str:
    since, until = period_after(kind, period).moments(company_zone())
    rows = Task.objects.of(user).open().filter(due_at__lt=until).select_related("customer", "customer__pool")
    zone = company_zone()
    return _numbered(
        [
            f"{timezone.localtime(max(row.due_at, since), zone):%m-%d} {_line(shown_name(user, row.customer), row.objective)}"
            for row in rows.order_by("due_at", "id")[:MOST_LINES]
        ]
    )


def _support(user: User, now: datetime) -> str:
    overdue = Task.objects.of(user).open().due_before(now).count()
    idle = Customer.objects.without_next_step().filter(owner=user).count()
    lines = []
    if overdue:
        lines.append(_("%(count)d tasks are overdue") % {"count": overdue})
    if idle:
        lines.append(_("%(count)d customers have no next step") % {"count": idle})
    return _numbered(lines)


def _numbered(lines: list[str]) -> str:
    return "\n".join(f"{at}. {line}" for at, line in enumerate(lines, 1))


def not_handed_in(user: User, kind: str, day: date) -> list[User]:
    """Return the people `user` leads who owe a report of the period; not oneself, not who only looks on."""
    first = period_of(kind, day).first
    wrote = WorkReport.objects.filter(kind=kind, first=first).values("person_id")
    people = User.objects.active().led_by(user).filter(role__in=["rep", "lead", "service"])
    return list(people.exclude(pk=user.pk).exclude(pk__in=wrote).order_by("name")[:100])
