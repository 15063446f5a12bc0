"""What changed about the customer, written in the record of the contact in which one heard of it (S2-15)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from genjin.accounts.models import User
from genjin.customers.actions.records import change_customer
from genjin.customers.models import Customer
from genjin.followups.rules.records import check_changes
from genjin.kit.money import to_cents


def change_within(
    actor: User, customer: Customer, changes: Mapping[str, Any], *, version: int | None, now: datetime
) -> dict[str, list[Any]]:
    """Change fields of a customer by its own action; returns old and new by field, {} when nothing differs.

    `version` is the one the person saw. Raises RuleError `change_unknown`, and what `change_customer` raises: whoever may
    not edit the customer is refused (403), and a colleague's change meanwhile shows as `version_conflict` (409).
    """
    check_changes(changes)
    if not changes:
        return {}
    before = Customer.objects.get(pk=customer.pk)
    after = change_customer(
        actor, customer, changes, version=before.version if version is None else version, now=now
    )
    names = [field.attname for field in Customer._meta.concrete_fields if field.attname in _KEPT]
    return {
        name: [_plain(getattr(before, name)), _plain(getattr(after, name))]
        for name in names
        if getattr(before, name) != getattr(after, name)
    }


# The columns those fields are kept in.
_KEPT = frozenset(
    {
        "need", "pain_points", "budget_min", "budget_max", "purchase_timing", "purchase_by", "decision_process",
        "is_authority_clear", "competitors",
    }
)  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(to_cents(value))
    return value if value is None or isinstance(value, bool | int | str) else str(value)
