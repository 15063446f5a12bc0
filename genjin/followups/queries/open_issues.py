"""What to know before the next call: open questions of last time, promises, what to bring (S0-20, S0-21)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from genjin.customers.models import Customer
from genjin.followups.models import FollowUp, Task
from genjin.followups.queries.promises import promises_to_show
from genjin.followups.rules.issues import ISSUES, Issue
from genjin.library.models import Entry
from genjin.library.queries.entries import materials_of

LOOKED_BACK = 50  # records


@dataclass(frozen=True, slots=True)
class OpenIssues:
    """What stands open with a customer; `last` is the newest record."""

    last: FollowUp | None
    issues: Sequence[Issue]
    promises: Sequence[Task]
    to_bring: Sequence[
        tuple[Task, Sequence[Entry]]
    ]  # open tasks with something to bring, in words or from the library

    @property
    def is_empty(self) -> bool:
        return not (self.issues or self.promises or self.to_bring or (self.last and self.last.feedback))


def open_issues(customer: Customer, now: datetime) -> OpenIssues:
    """Return what stands open with a customer; four queries."""
    rows = list(FollowUp.objects.filter(customer=customer).select_related("author")[:LOOKED_BACK])
    issues = [
        Issue(row.pk, name, getattr(row, name), row.happened_at)
        for row in rows
        for name in ISSUES
        if getattr(row, name) and name not in row.settled
    ]
    tasks = list(Task.objects.open().filter(customer=customer).order_by("due_at", "id")[:20])
    attached = materials_of(task.pk for task in tasks)
    to_bring = [(task, attached.get(task.pk, [])) for task in tasks if task.materials or task.pk in attached]
    return OpenIssues(
        last=rows[0] if rows else None, issues=issues, promises=promises_to_show(customer.pk, now), to_bring=to_bring
    )  # fmt: skip


def unsettled() -> Q:
    """Return the condition under which a record has something unsettled."""
    found = Q()
    for name in ISSUES:
        found |= ~Q(**{name: ""}) & ~Q(settled__has_key=name)
    return found
