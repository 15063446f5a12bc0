"""Whether and when reviews are made by themselves."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods

from genjin.accounts.permissions import Right, require
from genjin.insights.actions.reviews import save_review_settings
from genjin.insights.queries.reviews.audience import review_settings
from genjin.web.shell.forms import Form
from genjin.web.shell.pages import form_page, user_of


class TimesForm(Form):
    """At what time of which day."""

    is_automatic = forms.BooleanField(
        label=gettext_lazy("Make reviews by themselves"), required=False,
        help_text=gettext_lazy("For every team with a lead, and for the whole company; drafts wait for their conclusions."),
    )  # fmt: skip
    week_at = forms.TimeField(label=gettext_lazy("the week's, on its last working day at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))  # fmt: skip
    month_at = forms.TimeField(label=gettext_lazy("the month's, on the first working day after it at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))  # fmt: skip


@require_http_methods(["GET", "POST"])
def reviews(request: HttpRequest) -> HttpResponse:
    """Choose when; what is due is made within a quarter of an hour."""
    user, kept = user_of(request), review_settings()
    require(user, Right.MANAGE_SETTINGS)
    begun = {name: getattr(kept, name) for name in ("is_automatic", "week_at", "month_at")}
    return form_page(
        request, TimesForm(request.POST or None, initial=begun), title=pgettext("menu", "Reviews"), message=_("Saved."), done=reverse("settings:index"), template="settings/entry.html",
        save=lambda data: save_review_settings(user, **data, now=timezone.now()),
    )  # fmt: skip
