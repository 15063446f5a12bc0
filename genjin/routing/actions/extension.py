"""Keeping a customer longer than the rule says: asked for by its owner, granted by who leads."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.approvals.actions import NewRequest, ask, decide
from genjin.approvals.models import Request
from genjin.customers.actions.ownership import lock_one, require_edit
from genjin.customers.models import Customer
from genjin.events.actions import record
from genjin.kit.errors import RuleError
from genjin.routing.queries.recycling import clocks_of
from genjin.routing.rules.recycling import EXTENSION

KIND = "extension"


@transaction.atomic
def ask_for_extension(actor: User, customer: Customer, *, reason: str, now: datetime) -> Request:
    """Ask to keep a customer 15 days longer, once while one owns it.

    Raises RuleError `not_leaving` (409) when no rule takes it, `extended_already` (409), `reason_missing`.
    """
    row = lock_one(actor, customer.pk)
    require_edit(actor, row, Right.RELEASE)
    if row.pk not in clocks_of([row.pk]):
        raise RuleError(_("No rule takes this customer; it stays."), "not_leaving", status=409)
    _refuse_second(row)
    new = NewRequest(
        KIND, _("Keep it 15 days longer"), reason, customer_id=row.pk, data={"owner": row.owner_id}
    )
    return ask(actor, new, now=now)


def _refuse_second(row: Customer) -> None:
    granted = Request.objects.filter(kind=KIND, customer_id=row.pk, status=Request.Status.GRANTED)
    if row.owned_since is not None and granted.filter(decided_at__gte=row.owned_since).exists():
        raise RuleError(
            _("This customer was extended once already; that is all."), "extended_already", status=409
        )


@transaction.atomic
def grant_extension(actor: User, request: Request, *, answer: str = "", now: datetime) -> Customer:
    """Grant an extension: the customer stays 15 days beyond the day it would have gone.

    Raises RuleError `owner_changed` (409) when it is no longer the asker's, `extended_already` (409).
    """
    row = lock_one(actor, request.customer_id or 0)
    if row.owner_id != request.data["owner"]:
        raise RuleError(
            _("The customer has another owner by now; decline the request."), "owner_changed", status=409
        )
    _refuse_second(row)
    if decide(actor, request, grant=True, answer=answer, now=now).status != Request.Status.GRANTED:
        return row
    until = max(clocks_of([row.pk]).get(row.pk, now), now) + EXTENSION
    Customer.objects.filter(pk=row.pk).update(
        protected_until=until, version=F("version") + 1, updated_at=now, updated_by=actor
    )
    record(actor, "customer.extended", at=now, customer_id=row.pk, until=until.isoformat())
    row.refresh_from_db()
    return row
