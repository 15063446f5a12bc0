"""Whether a person may work on what belongs to a customer's care, for buttons; actions ask again."""

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.actions.ownership import may_edit
from genjin.customers.models import Customer


def may_care(user: User, customer: Customer) -> bool:
    """Whether `user` holds the right to serve and this customer is theirs, or they take part in it."""
    is_near = may_edit(user, customer) or customer.participants.filter(user=user).lending_a_hand().exists()
    return user.may(Right.SERVE) and is_near
