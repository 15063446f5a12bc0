"""The tab of delivery on a customer's page."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from genjin.accounts.permissions import Right
from genjin.customers.actions.ownership import may_edit
from genjin.customers.models import Customer
from genjin.delivery.queries.projects import projects_of, waiting_contracts
from genjin.web.delivery.words import rows_of
from genjin.web.shell.pages import user_of


def tab_context(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """Return the projects of a customer, and the signed contracts nobody has opened one for."""
    user, today = user_of(request), timezone.localdate()
    may_open = user.may(Right.DELIVER) and may_edit(user, customer)
    waiting = [
        {"text": str(one), "url": f"{reverse('delivery:add')}?contract={one.pk}" if may_open else ""}
        for one in waiting_contracts(user).filter(customer=customer)[:20]
    ]
    rows = rows_of(user, projects_of(user).filter(customer=customer)[:50], today)
    return {"projects": rows, "waiting": waiting, "may_open": may_open}
