"""Who looks after a customer, whatever happened to its owner."""

from genjin.accounts.models import User
from genjin.accounts.permissions import Role
from genjin.accounts.queries import leads_of
from genjin.customers.models import Customer


def responsible_for(customer: Customer, *, otherwise: User | None = None) -> User | None:
    """Return who looks after a customer: the owner, who leads them, who runs the pool or leads its teams, else `otherwise`.

    Nobody who may not sign in; at last an administrator, so that somebody hears of it.
    """
    owner: User | None = customer.owner
    if owner is not None:
        if owner.is_active:
            return owner
        if leads := leads_of(owner):
            return leads[0]
    elif customer.pool is not None:
        admin: User | None = customer.pool.admins.active().order_by("pk").first()
        if admin is not None:
            return admin
        lead: User | None = User.objects.active().filter(leads__pools=customer.pool).order_by("pk").first()
        if lead is not None:
            return lead
    if otherwise is not None and otherwise.is_active:
        return otherwise
    last: User | None = User.objects.active().filter(role=Role.ADMIN).order_by("pk").first()
    return last
