"""What somebody has to do, as a calendar shows it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from genjin.accounts.models import User
from genjin.customers.queries.sight import names_seen
from genjin.followups.models import Deadline, Task

BACK, AHEAD = timedelta(days=30), timedelta(days=366)
MOST = 500


@dataclass(frozen=True, slots=True)
class Item:
    """An open task or a running clock: its kind in words, and the customer as the person sees it now, "" out of sight."""

    uid: str
    at: datetime
    label: str
    what: str
    customer: str
    customer_id: int


def agenda(user: User, now: datetime) -> list[Item]:
    """Return one's open tasks and running clocks from a month ago to a year ahead, 500 of each; three queries."""
    span = {"due_at__gte": now - BACK, "due_at__lt": now + AHEAD}
    tasks = list(Task.objects.of(user).open().filter(**span).order_by("due_at", "pk")[:MOST])
    clocks = list(
        Deadline.objects.visible_to(user).running().filter(responsible=user, customer__deleted_at=None, **span)
        .order_by("due_at", "pk")[:MOST]
    )  # fmt: skip
    names = names_seen(user, {row.customer_id for row in tasks} | {row.customer_id for row in clocks})
    found = [
        Item(f"task-{row.pk}", row.due_at, row.get_kind_display(), row.objective, names.get(row.customer_id, ""), row.customer_id)
        for row in tasks
    ]  # fmt: skip
    found += [
        Item(f"deadline-{row.pk}", row.due_at, row.get_kind_display(), "", names.get(row.customer_id, ""), row.customer_id)
        for row in clocks
    ]  # fmt: skip
    return sorted(found, key=lambda item: (item.at, item.uid))
