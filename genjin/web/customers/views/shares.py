"""Links for third parties: what was shown to whom, what for, until when, and how often it was opened."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_POST

from genjin.accounts.permissions import Right
from genjin.customers.actions.ownership import may_edit, require_edit
from genjin.customers.queries.sight import shown_name
from genjin.followups.actions.shares import NewShare, revoke_share, share_customer
from genjin.followups.models import Share
from genjin.followups.rules.shares import LONGEST_DAYS, SHAREABLE
from genjin.web.customers.views.detail import customer_of
from genjin.web.shell.forms import Form
from genjin.web.shell.pages import attempt, leave, user_of


class ShareForm(Form):
    """Who is to read which few fields, what for, for how long."""

    recipient = forms.CharField(
        label=gettext_lazy("For whom"), max_length=80, help_text=gettext_lazy("Person and company.")
    )
    purpose = forms.CharField(label=gettext_lazy("What for"), max_length=200)
    fields_shown = forms.MultipleChoiceField(
        label=gettext_lazy("What is shown"),
        choices=list(SHAREABLE.items()),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        help_text=gettext_lazy("As few as the purpose needs; people come masked in any case."),
    )
    days = forms.IntegerField(label=gettext_lazy("Days"), min_value=1, max_value=LONGEST_DAYS, initial=7)


@require_http_methods(["GET", "POST"])
def of_customer(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a customer's links; a POST makes another."""
    user, customer = user_of(request), customer_of(request, pk)
    require_edit(user, customer, Right.CHANGE_CUSTOMER)
    form = ShareForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        new = NewShare(data["recipient"], data["purpose"], data["fields_shown"], data["days"])
        if attempt(form, lambda: share_customer(user, customer, new, now=timezone.now())):
            said = (
                _("The link is ready.")
                if user.may(Right.APPROVE)
                else _("Asked: the link opens when your lead allows it.")
            )
            return leave(request, reverse("customers:shares", args=[pk]), said)
    rows = Share.objects.filter(customer=customer).select_related("made_by", "allowed_by")[:50]
    context = {
        "title": _("Shown to third parties"), "customer": customer, "name": shown_name(user, customer), "form": form,
        "links": [_link(row, may=may_edit(user, customer)) for row in rows],
    }  # fmt: skip
    return render(request, "customers/shares.html", context, status=422 if form.errors else 200)


def _link(row: Share, *, may: bool) -> dict[str, Any]:
    is_over = row.expires_at <= timezone.now()
    if row.revoked_at:
        state, tone = _("Taken back"), "muted"
    elif is_over:
        state, tone = pgettext("link", "Over"), "muted"
    elif row.allowed_by is None:
        state, tone = _("Waits for a word"), "orange"
    else:
        state, tone = pgettext("link", "Open"), "green"
    is_open = tone == "green" and may
    return {
        "row": row, "state": state, "tone": tone, "shown": "、".join(str(SHAREABLE[name]) for name in row.fields),
        "address": f"{settings.ENVIRONMENT.public_url}{reverse('public:share', args=[row.key])}" if is_open else "",
        "revoke_url": reverse("customers:share_revoke", args=[row.pk]) if tone in {"green", "orange"} and may else "",
    }  # fmt: skip


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a link back."""
    user = user_of(request)
    share = Share.objects.visible_to(user).get(pk=pk)
    revoke_share(user, share, now=timezone.now())
    return leave(request, reverse("customers:shares", args=[share.customer_id]), _("Taken back."))
