"""Facts of the work done: contacts, time limits, tasks, objections."""

from collections.abc import Collection
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.queries import company_zone
from genjin.customers.models import Customer
from genjin.followups.models import Deadline, FollowUp, Task
from genjin.followups.rules import DeadlineKind, Method, TaskKind, TaskStatus
from genjin.insights.queries.facts import once
from genjin.insights.queries.facts.base import IN_POOL, Fact, Split, Window, choices, known
from genjin.library.rules import Objection as Category
from genjin.proposals.models import Objection
from genjin.proposals.rules import Acceptance


def _hour_of_week() -> Any:
    """The hour counted from Monday midnight, 0 to 167."""
    zone = company_zone()
    return (ExtractIsoWeekDay("happened_at", tzinfo=zone) - 1) * 24 + ExtractHour("happened_at", tzinfo=zone)


def hour_words(values: Collection[int]) -> dict[int, str]:
    """Return hours of the week in words."""
    return {value: f"{WEEKDAYS_ABBR[value // 24]} {value % 24}:00" for value in values}


CONTACT = Fact(
    "contact", "followup", lambda window: known(FollowUp.objects.all(), "recorded_at", window), at="happened_at", person=F("author_id"),
    splits={
        "method": Split(_("Method"), F("method"), choices(Method)),
        "hour": Split(_("Hour of the week"), _hour_of_week(), hour_words, is_fine=True),
    },
    parts={
        "in_time": Q(is_late=False), "late": Q(is_late=True), "effective": Q(is_effective=True), "responded": Q(got_response=True),
    },
)  # fmt: skip


def _spoken_to(window: Window) -> "QuerySet[Customer]":
    said = FollowUp.objects.filter(happened_at__gte=window.since, happened_at__lt=window.until).order_by()
    return Customer.objects.filter(pk__in=known(said, "recorded_at", window).values("customer_id"))


SPOKEN_TO = Fact("spoken_to", "customer", _spoken_to, once=once.SPOKEN_TO, customer="", person=F("owner_id"), nobody=IN_POOL)  # fmt: skip


def _limits(window: Window) -> "QuerySet[Deadline]":
    """Time limits that fell due and were neither called off nor are still running."""
    rows = Deadline.objects.filter(ended_at=None)
    rows = rows.filter(Q(met_at__isnull=False) | Q(breached_at__isnull=False))
    if window.known is not None:
        rows = rows.filter(due_at__lt=window.known)
    return rows


LIMIT = Fact(
    "limit", "deadline", _limits, at="due_at", person=F("responsible_id"), nobody=IN_POOL,
    splits={"rule": Split(pgettext_lazy("split", "Rule"), F("kind"), choices(DeadlineKind))},
    parts={
        "kept": Q(met_at__lte=F("due_at")), "broken": Q(met_at__isnull=True) | Q(met_at__gt=F("due_at")),
        "of_plan": Q(kind=DeadlineKind.PLAN), "kept_plan": Q(kind=DeadlineKind.PLAN, met_at__lte=F("due_at")),
    },
)  # fmt: skip


def _done(window: Window) -> "QuerySet[Task]":
    return known(Task.objects.filter(status=TaskStatus.DONE), "closed_at", window)


DONE = Fact(
    "done", "task", _done, at="closed_at", person=F("closed_by_id"),
    splits={"kind": Split(_("Kind of task"), F("kind"), choices(TaskKind))},
    parts={"in_time": Q(closed_at__lte=F("due_at"))},
)  # fmt: skip


def _open_tasks(window: Window) -> "QuerySet[Task]":
    if window.known is None:
        return Task.objects.filter(status=TaskStatus.OPEN)
    still = Q(closed_at__isnull=True) | Q(closed_at__gte=window.known)
    return Task.objects.filter(still, created_at__lt=window.known)


WORKLOAD = Fact(
    "workload", "task", lambda window: _open_tasks(window).annotate(is_overdue=Q(due_at__lt=window.past)), stands=True, due="due_at", past="overdue", person=F("assignee_id"),
    splits={"kind": Split(_("Kind of task"), F("kind"), choices(TaskKind))}, parts={"overdue": Q(is_overdue=True)},
)  # fmt: skip
OBJECTION = Fact(
    "objection", "objection", lambda window: known(Objection.objects.all(), "noted_at", window), at="noted_at", person=F("noted_by_id"),
    splits={
        "category": Split(_("Category"), F("category"), choices(Category)),
        "acceptance": Split(pgettext_lazy("objection", "how it was taken"), F("acceptance"), choices(Acceptance)),
    },
    parts={"answered": ~Q(acceptance=""), "accepted": Q(acceptance__in=[Acceptance.ACCEPTED, Acceptance.PARTLY])},
)  # fmt: skip
