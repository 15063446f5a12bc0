"""Making sure of a customer's facts, and noting what is said in public."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from genjin.accounts.permissions import Right
from genjin.customers.actions.ownership import require_edit
from genjin.customers.queries.find import contacts_of
from genjin.kit.errors import RuleError
from genjin.quality.actions.facts import NewCheck, check_facts
from genjin.quality.actions.public import NewInfo, drop_public_info, note_public_info
from genjin.quality.models import PublicInfo
from genjin.quality.queries.facts import fact_lines
from genjin.web.customers.views.detail import customer_of
from genjin.web.facts.forms import CheckForm, InfoForm
from genjin.web.shell.pages import confirm_page, form_page, user_of


def _tab(pk: int) -> str:
    return f"{reverse('customers:detail', args=[pk])}?tab=facts"


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick facts as true, or write what they are now, and say how one made sure; `?fact=` names them."""
    user, customer = user_of(request), customer_of(request, pk)
    require_edit(user, customer, Right.CHANGE_CUSTOMER)
    asked = request.GET.getlist("fact")
    lines = [
        line for line in fact_lines(user, customer, contacts_of(customer), timezone.now())
        if (line.key in asked if asked else line.state is not None)
    ]  # fmt: skip
    form = CheckForm(request.POST or None, customer=customer, lines=lines, ticked=bool(asked))

    def save(data: dict[str, Any]) -> None:
        new = NewCheck(form.seen(), data["method"], data["source"], data["note"])
        try:
            check_facts(user, customer, new, now=timezone.now())
        except RuleError as refusal:
            raise form.at_its_field(refusal) from refusal

    return form_page(
        request, form, save=save, done=_tab(pk), title=pgettext("deed", "Verify facts"), submit_label=pgettext("deed", "Verify"),
        message=_("Verified."), template="facts/check.html",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def info_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Note public information about a customer."""
    user, customer = user_of(request), customer_of(request, pk)
    require_edit(user, customer, Right.CHANGE_CUSTOMER)
    form = InfoForm(request.POST or None, initial={"dated_on": timezone.localdate()})

    def save(data: dict[str, Any]) -> None:
        note_public_info(user, customer, NewInfo(source=data.pop("said_in"), **data), now=timezone.now())

    return form_page(
        request, form, title=_("Public information"), message=_("Noted."), done=_tab(pk), save=save
    )


@require_http_methods(["GET", "POST"])
def info_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a note of public information away."""
    user = user_of(request)
    info = PublicInfo.objects.visible_to(user).select_related("customer").get(pk=pk)
    require_edit(user, info.customer, Right.CHANGE_CUSTOMER)
    return confirm_page(
        request, deed=lambda: drop_public_info(user, info, now=timezone.now()), level="danger", title=_("Public information"),
        question=_("Remove “%(name)s”?") % {"name": info.text[:60]}, submit_label=_("Remove"), message=_("Removed."), done=_tab(info.customer_id),
    )  # fmt: skip
