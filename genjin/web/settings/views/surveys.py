"""How often customers are asked how satisfied they are."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from genjin.accounts.permissions import Right, require
from genjin.accounts.queries import local_day
from genjin.care.actions.policies import save_survey_settings
from genjin.care.queries.surveys import survey_settings, unasked_round
from genjin.care.rules.surveys import MOST_A_DAY_EVER
from genjin.care.rules.words import AskEvery
from genjin.web.shell.forms import Form
from genjin.web.shell.pages import form_page, user_of


class RoundsForm(Form):
    """After how many months, and how many a day."""

    every_months = forms.TypedChoiceField(
        label=gettext_lazy("Ask customers with a running contract"), choices=AskEvery.choices, coerce=int,
        help_text=gettext_lazy("Counted from the last asking or answer, else from the signature. After every delivery they are asked anyway."),
    )  # fmt: skip
    most_a_day = forms.IntegerField(
        label=gettext_lazy("Customers asked a day at most"), min_value=1, max_value=MOST_A_DAY_EVER, required=False,
        help_text=gettext_lazy("Who is left over is asked on the next days."),
    )  # fmt: skip

    def __init__(self, *args: Any, due: Mapping[int, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = _("%(label)s (%(count)d due now)")
        self.fields["every_months"].choices = [  # type: ignore[attr-defined]
            (months, words % {"label": label, "count": due[months]} if months else label)
            for months, label in AskEvery.choices
        ]


@require_http_methods(["GET", "POST"])
def surveys(request: HttpRequest) -> HttpResponse:
    """Choose how often and how many a day, and see how many are due; the first of them are asked within the hour."""
    user = user_of(request)
    require(user, Right.MANAGE_SETTINGS)
    kept, today = survey_settings(), local_day(timezone.now())
    due = {months: unasked_round(today, months).count() for months in AskEvery.values}
    initial = {"every_months": kept.every_months, "most_a_day": kept.most_a_day}
    form = RoundsForm(request.POST or None, initial=initial, due=due)
    return form_page(
        request, form, title=_("Satisfaction surveys"), message=_("Saved."), done=reverse("settings:index"),
        save=lambda data: save_survey_settings(user, **data, now=timezone.now()),
    )  # fmt: skip
