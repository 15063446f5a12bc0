"""Who works on a customer: the owner and the collaborators, as the customer page shows them."""

from typing import Any

from django.urls import reverse

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.accounts.queries import company_zone
from genjin.customers.actions.ownership import may_edit
from genjin.customers.models import Customer, Participant
from genjin.customers.rules.together import last_day_of


def collaborators_of(customer: Customer) -> list[Participant]:
    """Return the collaborators of a customer, writers first; one query."""
    rows = Participant.objects.collaborators().standing().filter(customer=customer)
    return list(rows.select_related("user__team").order_by("-may_write", "pk"))


def team_of(user: User, customer: Customer) -> dict[str, Any]:
    """Return the card of who works on a customer, and whether this person may change it."""
    may_add = may_edit(user, customer) and user.may(Right.CHANGE_CUSTOMER)
    zone = company_zone()
    return {
        "owner": customer.owner,
        "may_add": may_add,
        "people": [
            {
                "id": row.pk, "name": row.user.name, "part": row.part or row.user.get_role_display(),
                "team": row.user.team.name if row.user.team else "", "may_write": row.may_write,
                "ends_on": last_day_of(row.ends_at, zone) if row.ends_at else None,
                "edit_url": reverse("customers:collaborator", args=[customer.pk, row.pk]) if may_add else "",
                "remove_url": reverse("customers:collaborator_remove", args=[customer.pk, row.pk]) if may_add or row.user_id == user.pk else "",
                "is_me": row.user_id == user.pk,
            }
            for row in collaborators_of(customer)
        ],
    }  # fmt: skip
