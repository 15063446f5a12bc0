"""The page on which a customer reports problems: made and taken back."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.permissions import Right
from genjin.care.actions.links import make_report_link, revoke_report_link
from genjin.care.models import ReportLink
from genjin.followups.actions.tasks import require_hand_in
from genjin.web.campaigns.qr import qr_answer
from genjin.web.care.forms import ReportLinkForm
from genjin.web.customers.views.detail import customer_of
from genjin.web.shell.addresses import public_address
from genjin.web.shell.pages import confirm_page, form_page, user_of


def _tab(customer_id: int) -> str:
    return reverse("customers:detail", args=[customer_id]) + "?tab=care"


@require_http_methods(["GET", "POST"])
def make(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the address of a customer's page for reporting problems."""
    user, customer = user_of(request), customer_of(request, pk)
    require_hand_in(user, customer, Right.SERVE)

    def save(data: dict[str, Any]) -> None:
        make_report_link(user, customer, data["project"], now=timezone.now())

    return form_page(
        request, ReportLinkForm(request.POST or None, customer=customer), title=_("A page to report problems on"), submit_label=_("Make"),
        message=_("Made. Give the link to the customer; what they report waits to be accepted."), save=save, done=_tab(pk),
    )  # fmt: skip


def _link(request: HttpRequest, pk: int) -> ReportLink:
    row: ReportLink = ReportLink.objects.visible_to(user_of(request)).select_related("customer").get(pk=pk)
    require_hand_in(user_of(request), row.customer, Right.SERVE)
    return row


@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the page back."""
    user, row = user_of(request), _link(request, pk)
    return confirm_page(
        request, deed=lambda: revoke_report_link(user, row, now=timezone.now()), level="danger", title=_("Take back the page"),
        question=_("Nobody can report by this link any more. Take it back?"), submit_label=pgettext("link", "Take back"), message=_("The link is over."),
        done=_tab(row.customer_id),
    )  # fmt: skip


@require_GET
def qr(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the link as a QR code."""
    return qr_answer(public_address("public:report", _link(request, pk).key), "svg", f"report-{pk}")
