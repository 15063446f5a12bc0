"""How often customers are asked how satisfied they are."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from genjin.accounts.permissions import Right, require
from genjin.care.actions.policies import save_survey_settings
from genjin.care.queries.surveys import survey_settings
from genjin.care.rules.words import AskEvery
from genjin.web.shell.forms import Form
from genjin.web.shell.pages import form_page, user_of


class RoundsForm(Form):
    """After how many months."""

    every_months = forms.TypedChoiceField(
        label=gettext_lazy("Ask customers with a running contract"), choices=AskEvery.choices, coerce=int,
        help_text=gettext_lazy("Counted from the last asking or answer, else from the signature. After every delivery they are asked anyway."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def surveys(request: HttpRequest) -> HttpResponse:
    """Choose how often; those due are asked within the hour."""
    user = user_of(request)
    require(user, Right.MANAGE_SETTINGS)
    form = RoundsForm(request.POST or None, initial={"every_months": survey_settings().every_months})
    return form_page(
        request, form, title=_("Satisfaction surveys"), message=_("Saved."), done=reverse("settings:index"),
        save=lambda data: save_survey_settings(user, **data, now=timezone.now()),
    )  # fmt: skip
