"""Who may write purchases and what belongs to them, and holding them while it is done."""

from datetime import datetime

from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.actions.ownership import lock_one, may_edit
from genjin.kit.errors import RuleError, version_conflict
from genjin.selling.actions.following import Cause, align
from genjin.selling.models import Opportunity


def hold(actor: User, opportunity: Opportunity, now: datetime) -> Opportunity:
    """Lock a purchase in sight, its customer first, so that two movers wait for each other; it has followed its customer."""
    seen = Opportunity.objects.visible_to(actor).get(pk=opportunity.pk)
    customer = lock_one(actor, seen.customer_id)
    align([customer], Cause(), now)
    row = Opportunity.objects.select_for_update(of=("self",)).get(pk=seen.pk)
    row.customer = customer
    return row


def may_write(actor: User, row: Opportunity) -> bool:
    """Whether a purchase is the actor's to change: its owner's, its customer's owner's, and that of who leads them."""
    return may_edit(actor, row.customer) or (row.owner_id is not None and actor.scope.covers(row.owner_id))


def require_write(actor: User, row: Opportunity, right: Right) -> None:
    """Refuse with 403 unless `actor` holds `right` and this purchase is theirs to change."""
    require(actor, right)
    if not may_write(actor, row):
        sentence = _(
            "Only the owner of the opportunity, the customer's owner and who leads them may do this."
        )
        raise RuleError(sentence, "not_yours", status=403)


def require_version(row: Opportunity, version: int | None) -> None:
    """Refuse with 409 when the purchase was changed since it was read."""
    if version is not None and version != row.version:
        raise version_conflict(row.version)
