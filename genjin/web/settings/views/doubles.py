"""What happens to a new record that looks like one we know, by kind of key."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from genjin.accounts.permissions import Right, require
from genjin.customers.actions.policy import set_policy
from genjin.customers.queries.policy import current_policy
from genjin.customers.rules.identity import REASONS, SAME_KINDS
from genjin.customers.rules.policy import POLICY_KINDS, Consequence
from genjin.web.shell.forms import Form
from genjin.web.shell.pages import form_page, user_of


@require_http_methods(["GET", "POST"])
def doubles(request: HttpRequest) -> HttpResponse:
    """Choose for each kind of key: forbid, needs approval, warn or allow."""
    user = user_of(request)
    require(user, Right.MANAGE_SETTINGS)
    policy = current_policy()
    form = Form(request.POST or None, initial={kind: policy.of(kind) for kind in POLICY_KINDS})
    same, similar = _("The same customer"), _("Looks alike")
    for kind in POLICY_KINDS:
        form.fields[kind] = forms.ChoiceField(
            label=capfirst(str(REASONS[kind])), choices=Consequence.choices, help_text=same if kind in SAME_KINDS else similar
        )  # fmt: skip
    return form_page(
        request, form, title=_("Rules for doubles"), message=_("Saved."), done=reverse("settings:index"),
        save=lambda data: set_policy(user, data, now=timezone.now()), template="settings/entry.html",
    )  # fmt: skip
