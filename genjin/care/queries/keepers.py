"""Who looks after a ticket, a rating, a renewal, an alarm or a proposal, and which of them are with somebody who no longer does."""

from collections.abc import Callable
from itertools import islice

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from genjin.accounts.models import User
from genjin.care.models import ChurnAlert, Renewal, Repurchase, Survey, Ticket
from genjin.customers.models import Customer, Participant
from genjin.customers.queries.responsible import responsible_for
from genjin.followups.models import Task
from genjin.followups.rules import TaskStatus

MOST_ROWS = 500

type Kept = Ticket | Survey | Renewal | ChurnAlert | Repurchase


def strayed(keeper: str, *, has_task: bool = True) -> Q:
    """Return which rows may be with the wrong person: nobody who may sign in, who no longer takes part in the customer, or
    somebody else holds the open task. `keeper` names the field; the last word has `who_now`.
    """
    takes_part = Participant.objects.standing().filter(customer=OuterRef("customer"), user=OuterRef(keeper))
    other = Q(customer__owner=None) | ~Q(customer__owner=F(keeper))
    found = Q(**{keeper: None}) | Q(**{f"{keeper}__is_active": False}) | (other & Q(~Exists(takes_part)))
    if has_task:
        found |= Q(task__status=TaskStatus.OPEN) & ~Q(task__assignee=F(keeper))
    return found


def open_task(row: Kept) -> Task | None:
    """Return the open task of a row, if it has one."""
    task: Task | None = getattr(row, "task", None)
    return task if task is not None and task.status == TaskStatus.OPEN else None


def keeper_of(row: Kept) -> User | None:
    """Return with whom a row is."""
    return row.responsible if isinstance(row, Survey | ChurnAlert) else row.owner


def still_keeps(row: Kept, customer: Customer) -> User | None:
    """Return who holds the open task, else who has looked after the row so far; nobody who may not sign in or no longer takes part."""
    task = open_task(row)
    for one in (task.assignee if task else None, keeper_of(row)):
        if one is not None and one.is_active and _takes_part(one, customer):
            return one
    return None


def who_now(row: Kept, customer: Customer) -> User | None:
    """Return who is to look after a row: who holds its open task, else who does so already, else who looks after the customer."""
    return still_keeps(row, customer) or responsible_for(customer)


def _takes_part(user: User, customer: Customer) -> bool:
    if user.pk == customer.owner_id:
        return True
    return Participant.objects.standing().filter(customer=customer, user=user).exists()


def to_hand_on[Row: Kept](rows: "QuerySet[Row]", who: Callable[[Row], User | None]) -> list[Row]:
    """Return those of strayed rows that change hands by `who`, at most 500; the others never stand in their way."""
    changes = (row for row in rows.order_by("pk").iterator(MOST_ROWS) if changes_hands(row, who(row)))
    return list(islice(changes, MOST_ROWS))


def changes_hands(row: Kept, who: User | None) -> bool:
    """Whether a row goes from its keeper to `who`."""
    keeper = keeper_of(row)
    return who is not None and (keeper is None or keeper.pk != who.pk)
