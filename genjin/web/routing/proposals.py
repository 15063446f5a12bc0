"""Customers that should go to somebody else, and the one click that does it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.approvals.models import Request
from genjin.customers.models import Customer
from genjin.customers.queries.sight import shown_name
from genjin.routing.actions.reassignment import grant_reassignment
from genjin.routing.queries.reassignment import KIND
from genjin.web.routing.views import tabs
from genjin.web.shell.pages import leave, user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import ago, exact


@require_GET
def proposals(request: HttpRequest) -> HttpResponse:
    """Show the customers nobody was in touch with in time, and who could take them."""
    user = user_of(request)
    require(user, Right.APPROVE)
    shown = paged(
        request, Request.objects.to_decide(user).filter(kind=KIND).select_related("asked_by").order_by("id")
    )
    ids = [row.customer_id for row in shown.rows]
    customers = Customer.objects.visible_to(user).select_related("owner").in_bulk(ids)
    people = User.objects.in_bulk([row.data["to"] for row in shown.rows if row.data["to"]])
    context = {
        "title": pgettext("menu", "Assignment"), "tabs": tabs(user, "proposals"),
        "columns": [{"label": label} for label in (_("Customer"), _("Grade"), _("Owner"), _("Proposed"), pgettext("reassignment", "To whom"), _("Actions"))],
        "rows": [_row(row, user, customers, people) for row in shown.rows if row.customer_id in customers],
        "empty": {"icon": "circle-check", "title": _("Nobody has to step in"),
                  "text": _("Customers nobody was in touch with 72 hours after their assignment appear here.")},
    }  # fmt: skip
    return render(request, "routing/proposals.html", shown.context() | context)


def _row(row: Request, user: User, customers: dict[int, Customer], people: dict[int, User]) -> dict[str, Any]:
    customer = customers[row.customer_id or 0]
    person = people.get(row.data["to"] or 0)
    return {
        "id": row.pk, "url": reverse("customers:detail", args=[customer.pk]), "name": shown_name(user, customer),
        "grade": customer.grade, "owner": row.asked_by.name, "when": ago(row.asked_at), "to": person.name if person else "",
        "exact": exact(row.asked_at),
        "assign_url": reverse("customers:assign", args=[customer.pk]),
    }  # fmt: skip


@require_POST
def give_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the customer to who is proposed."""
    user = user_of(request)
    require(user, Right.APPROVE)
    row = Request.objects.visible_to(user).filter(kind=KIND).get(pk=pk)
    grant_reassignment(user, row, now=timezone.now())
    return leave(request, reverse("routing:proposals"), _("It has a new owner, who was told."))
