"""On which festivals one greets, and how many days ahead."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from genjin.accounts.permissions import Right, require
from genjin.library.actions.greetings import save_greeting_settings
from genjin.library.queries.greetings import greeting_settings
from genjin.library.rules.greetings import MOST_DAYS_AHEAD, Festival
from genjin.web.shell.forms import Form
from genjin.web.shell.pages import form_page, user_of


class GreetingsForm(Form):
    """The festivals in use, birthdays, days ahead."""

    festivals = forms.MultipleChoiceField(
        label=gettext_lazy("Festivals"), choices=Festival.choices, required=False,
        widget=forms.SelectMultiple(attrs={"data-picker": ""}),
    )  # fmt: skip
    has_birthdays = forms.BooleanField(label=gettext_lazy("Greet on birthdays"), required=False)
    days_ahead = forms.IntegerField(label=gettext_lazy("Days ahead"), min_value=1, max_value=MOST_DAYS_AHEAD)


@require_http_methods(["GET", "POST"])
def greetings(request: HttpRequest) -> HttpResponse:
    """Choose the festivals one greets on."""
    user, held = user_of(request), greeting_settings()
    require(user, Right.MANAGE_SETTINGS)
    initial = {
        "festivals": held.festivals,
        "has_birthdays": held.has_birthdays,
        "days_ahead": held.days_ahead,
    }
    form = GreetingsForm(request.POST or None, initial=initial)
    return form_page(
        request, form, title=_("Greetings"), message=_("Saved."), done=reverse("settings:index"),
        save=lambda data: save_greeting_settings(user, **data, now=timezone.now()),
    )  # fmt: skip
