"""The ledger of promises: ours and the customer's, with how each stands (S2-16)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, Value, When
from django.db.models.functions import TruncDate

from genjin.accounts.models import User
from genjin.accounts.queries import company_zone, local_day
from genjin.followups.models import Task, TaskQuerySet
from genjin.followups.rules import TaskKind, TaskStatus
from genjin.followups.rules.promises import GIVEN_UP_COUNTS, PROMISES, Verdict

TABS = ("open", "overdue", "kept", "late", "broken")


def promises(rows: TaskQuerySet, now: datetime) -> TaskQuerySet:
    """Narrow tasks to promises and say in `verdict` how each stands; the same rule as `rules.promises.verdict`."""
    today = local_day(now)
    kept = Case(
        When(closed_on__lte=F("promised_for"), then=Value(Verdict.KEPT.value)),
        default=Value(Verdict.LATE.value),
    )
    verdict = Case(
        When(status=TaskStatus.CANCELLED, then=Value(Verdict.BROKEN.value)),
        When(status=TaskStatus.DONE, then=kept),
        When(promised_for__lt=today, then=Value(Verdict.BROKEN.value)),
        default=Value(Verdict.OPEN.value),
        output_field=CharField(),
    )
    found = rows.filter(kind__in=PROMISES, promised_for__isnull=False)
    return found.annotate(closed_on=TruncDate("closed_at", tzinfo=company_zone())).annotate(verdict=verdict)


def in_tab(rows: Any, tab: str) -> TaskQuerySet:
    """Return the promises of a tab: still open, open past their day, kept, kept late, or broken (past their day or given up)."""
    found: TaskQuerySet = rows
    if tab == "overdue":
        return found.filter(Q(("verdict", Verdict.BROKEN)), status=TaskStatus.OPEN)
    return found.filter(Q(("verdict", tab))) if tab in Verdict.values else found


def promises_of(user: User, now: datetime, *, team: bool = False) -> TaskQuerySet:
    """Return one's own promises (made, or to be chased), or those of the people one leads."""
    rows = (
        Task.objects.visible_to(user).of_people(user).exclude(assignee=user)
        if team
        else Task.objects.of(user)
    )
    return promises(rows, now).select_related("customer", "customer__pool", "assignee", "promisor")


def promises_to_show(customer_id: int, now: datetime) -> list[Task]:
    """Return what stands open with a customer, the longest overdue first: shown before each call."""
    rows = promises(Task.objects.open().filter(customer=customer_id), now)
    return list(rows.select_related("assignee", "promisor").order_by("promised_for", "id")[:20])


def _broken(kind: TaskKind, now: datetime) -> TaskQuerySet:
    past = Q(status=TaskStatus.OPEN, promised_for__lt=local_day(now))
    given_up = Q(status=TaskStatus.CANCELLED, closed_at__gte=now - GIVEN_UP_COUNTS)
    return Task.objects.filter(past | given_up, kind=kind)


def broken_by_us(now: datetime) -> TaskQuerySet:
    """Return our promises that are past their day or were given up lately: they lower a customer's health."""
    return _broken(TaskKind.PROMISE_OURS, now)


def broken_by_them(now: datetime) -> TaskQuerySet:
    """Return the customers' promises that are past their day or were given up lately: they put the stage in doubt."""
    return _broken(TaskKind.PROMISE_THEIRS, now)


def broken_counts(customer_ids: Iterable[int], now: datetime) -> dict[int, tuple[int, int]]:
    """Return how many promises are broken by us and by them, per customer; only customers with any."""
    ids = list(customer_ids)
    rows = (
        (broken_by_us(now) | broken_by_them(now)).filter(customer__in=ids).order_by().values_list("customer")
    )
    counted = rows.annotate(
        ours=Count("id", filter=Q(kind=TaskKind.PROMISE_OURS)),
        theirs=Count("id", filter=Q(kind=TaskKind.PROMISE_THEIRS)),
    )
    return {pk: (ours, theirs) for pk, ours, theirs in counted}
