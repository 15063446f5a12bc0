"""What was last said with customers, in short: read before somebody asks a customer the same again (S0-14)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.followups.models import FollowUp, Task

SHOWN = 3


@dataclass(slots=True)
class Said:
    """A customer's need, its last contacts and its next open task."""

    need: str
    contacts: list[FollowUp] = field(default_factory=list)
    task: Task | None = None


def last_said(user: User, ids: Sequence[int]) -> dict[int, Said]:
    """Return, by id, what was last said with those of the customers that `user` sees; three queries."""
    rows = Customer.objects.visible_to(user).filter(pk__in=ids)
    found = {pk: Said(need) for pk, need in rows.values_list("pk", "need")}
    if not found:
        return {}
    records = FollowUp.objects.filter(customer__in=found).select_related("author").order_by("-happened_at")
    for contact in records[: SHOWN * 10]:
        said = found[contact.customer_id].contacts
        if len(said) < SHOWN:
            said.append(contact)
    for task in Task.objects.open().filter(customer__in=found).order_by("-due_at"):
        found[task.customer_id].task = task
    return found
