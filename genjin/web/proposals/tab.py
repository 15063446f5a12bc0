"""The tab of a customer's page: proposals and objections."""

from typing import Any

from django.http import HttpRequest

from genjin.customers.models import Customer
from genjin.proposals.actions.rights import may_sell
from genjin.proposals.models import Objection, Proposal
from genjin.web.objections.shown import rows_of as objection_rows
from genjin.web.proposals.views import rows_of
from genjin.web.shell.pages import user_of

MOST = 100


def tab_context(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """Return the customer's proposals and objections, newest first."""
    user = user_of(request)
    rows = (
        Proposal.objects.visible_to(user)
        .filter(customer=customer)
        .select_related("customer__owner", "opportunity")
    )
    objections = Objection.objects.visible_to(user).filter(customer=customer)
    return {
        "proposals": rows_of(user, list(rows[:MOST])),
        "objections": objection_rows(
            user,
            list(objections.select_related("customer__owner", "entry", "noted_by", "opportunity")[:MOST]),
        ),
        "may_sell": may_sell(user, customer),
    }
