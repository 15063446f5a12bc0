"""Evidence of a customer: put on record by a dialog, withdrawn with a reason."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from genjin.accounts.permissions import Right
from genjin.followups.actions.evidence import add_evidence, withdraw_evidence
from genjin.followups.actions.tasks import require_hand_in
from genjin.followups.models import Evidence
from genjin.web.customers.views.detail import customer_of
from genjin.web.gates.forms import EvidenceForm, WithdrawForm
from genjin.web.shell.pages import back, form_page, user_of


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put evidence on record; `?proves=` ticks what it is to show."""
    user, customer = user_of(request), customer_of(request, pk)
    require_hand_in(user, customer, Right.FOLLOW_UP)
    form = EvidenceForm(request.POST or None, request.FILES or None)
    wanted = request.GET.getlist("proves")
    form.preset(wanted)
    url = f"{reverse('customers:detail', args=[pk])}?tab=evidence"
    return form_page(
        request, form, title=_("Add evidence"), message=_("On record."), template="gates/evidence.html",
        save=lambda _data: add_evidence(user, customer, form.as_new(), now=timezone.now()), done=back(request, url),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw evidence; the gate it opened asks again."""
    user = user_of(request)
    row = Evidence.objects.visible_to(user).select_related("customer").get(pk=pk)
    require_hand_in(user, row.customer, Right.FOLLOW_UP)
    url = f"{reverse('customers:detail', args=[row.customer_id])}?tab=evidence"
    return form_page(
        request, WithdrawForm(request.POST or None), title=_("Withdraw evidence"), submit_label=_("Withdraw"), message=_("Withdrawn."),
        save=lambda data: withdraw_evidence(user, row, reason=data["reason"], now=timezone.now()), done=url,
    )  # fmt: skip
