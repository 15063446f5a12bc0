"""A customer's other names, parent, branches and proposals as its information tab shows them."""

from typing import Any

from django.urls import reverse

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.actions.ownership import may_edit
from genjin.customers.models import Customer
from genjin.customers.queries.family import Kin, branches_of, parent_of, proposed_kin
from genjin.customers.queries.sight import shown_aliases, shown_name


def family_context(user: User, customer: Customer) -> dict[str, Any]:
    """Return other names, parent, branches and proposals as the information tab shows them."""
    is_theirs = may_edit(user, customer) and user.may(Right.CHANGE_CUSTOMER)
    parent = parent_of(user, customer)
    return {
        "aliases": shown_aliases(user, customer),
        "parent": _relative(user, parent) if parent else None,
        "branches": [_relative(user, row) for row in branches_of(user, customer)],
        "kin": [_proposal(customer, kin) for kin in proposed_kin(user, customer)] if is_theirs else [],
    }


def _relative(user: User, row: Customer) -> dict[str, Any]:
    return {
        "url": reverse("customers:detail", args=[row.pk]), "name": shown_name(user, row),
        "owner": row.owner.name if row.owner else (row.pool.name if row.pool else ""),
    }  # fmt: skip


def _proposal(customer: Customer, kin: Kin) -> dict[str, Any]:
    """Return a proposal with the address that sets the parent: of this customer, or of the other one."""
    child, parent = (customer.pk, kin.candidate.id) if kin.is_parent else (kin.candidate.id, customer.pk)
    return {
        "url": reverse("customers:detail", args=[kin.candidate.id]), "name": kin.candidate.name, "reason": kin.candidate.reason,
        "is_parent": kin.is_parent, "set_url": reverse("customers:parent", args=[child]), "parent": f"KH{parent:06d}",
    }  # fmt: skip
