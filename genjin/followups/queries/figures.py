"""Figures of work done: each is counted from the very rows it opens."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.models import User
from genjin.customers.models import Customer, OwnerChange, StageChange
from genjin.customers.rules import JOURNEY, Stage
from genjin.followups.models import FollowUp, Task
from genjin.followups.rules import TaskStatus


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose work, from when up to before when; `user` is who asks: nobody counts what they may not see."""

    user: User
    people: Collection[int]
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its rows; `shown` says what a row is: followup, customer, change or task."""

    key: str
    label: Any
    shown: str
    rows: Callable[[Asked], "QuerySet[Any]"]
    is_bad: bool = False


def _contacts(asked: Asked) -> "QuerySet[FollowUp]":
    rows = FollowUp.objects.filter(
        author__in=asked.people, happened_at__gte=asked.since, happened_at__lt=asked.until
    )
    return rows.visible_to(asked.user).order_by("-happened_at", "-id")


def _late(asked: Asked) -> "QuerySet[FollowUp]":
    return _contacts(asked).filter(is_late=True)


def _spoken_to(asked: Asked) -> "QuerySet[Customer]":
    spoken = FollowUp.objects.filter(
        customer=OuterRef("pk"), author__in=asked.people, happened_at__gte=asked.since, happened_at__lt=asked.until
    )  # fmt: skip
    return Customer.objects.visible_to(asked.user).filter(Exists(spoken)).order_by("-last_contact_at", "-id")


def _new(asked: Asked) -> "QuerySet[Customer]":
    came = OwnerChange.objects.filter(
        customer=OuterRef("pk"), target__in=asked.people, at__gte=asked.since, at__lt=asked.until
    )
    return Customer.objects.visible_to(asked.user).filter(Exists(came)).order_by("-id")


def _moved(asked: Asked) -> "QuerySet[StageChange]":
    rows = StageChange.objects.filter(
        by__in=asked.people, at__gte=asked.since, at__lt=asked.until, origin__gt=""
    )
    return rows.filter(customer__in=Customer.objects.visible_to(asked.user))


def _forward(asked: Asked) -> "QuerySet[StageChange]":
    ahead = Q()
    for at, origin in enumerate(JOURNEY):
        ahead |= Q(origin=origin, target__in=JOURNEY[at + 1 :])
    return _moved(asked).filter(ahead)


def _won(asked: Asked) -> "QuerySet[StageChange]":
    return _moved(asked).filter(target=Stage.WON)


def _lost(asked: Asked) -> "QuerySet[StageChange]":
    return _moved(asked).filter(target=Stage.LOST)


def _done(asked: Asked) -> "QuerySet[Task]":
    rows = Task.objects.filter(
        closed_by__in=asked.people, closed_at__gte=asked.since, closed_at__lt=asked.until
    )
    return rows.filter(status=TaskStatus.DONE).visible_to(asked.user).order_by("-closed_at", "-id")


FIGURES: Mapping[str, Figure] = {
    figure.key: figure
    for figure in (
        Figure("contacts", _("Contacts made"), "followup", _contacts),
        Figure("customers", _("Customers contacted"), "customer", _spoken_to),
        Figure("new", _("New customers"), "customer", _new),
        Figure("done", _("Tasks done"), "task", _done),
        Figure("forward", _("Moved forward"), "change", _forward),
        Figure("won", pgettext_lazy("figure", "Won"), "change", _won),
        Figure("lost", pgettext_lazy("figure", "Lost"), "change", _lost),
        Figure("late", _("Recorded late"), "followup", _late, is_bad=True),
    )
}


def count(key: str, asked: Asked) -> int:
    """Return a figure; one query."""
    return FIGURES[key].rows(asked).order_by().count()


def counts(asked: Asked, keys: Iterable[str] = FIGURES) -> dict[str, int]:
    """Return figures by key."""
    return {key: count(key, asked) for key in keys}
