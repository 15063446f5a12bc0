"""How soon tickets are answered and solved, by kind and priority."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from genjin.accounts.permissions import Right, require
from genjin.care.actions.policies import save_paces
from genjin.care.models import TicketPolicy
from genjin.care.rules.tickets import MOST_HOURS, Pace
from genjin.web.shell.forms import Form, dress
from genjin.web.shell.pages import form_page, user_of


class PacesForm(Form):
    """Two numbers of hours and a box for each policy."""

    def __init__(self, *args: Any, policies: list[TicketPolicy], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.policies = policies
        for row in policies:
            words = {"answer_hours": _("hours to the answer"), "solve_hours": _("hours to the solution")}
            for name, label in words.items():
                self.fields[f"{name}_{row.pk}"] = forms.IntegerField(
                    label=f"{row} · {label}", min_value=1, max_value=MOST_HOURS, initial=getattr(row, name)
                )
            box = forms.BooleanField(
                label=f"{row} · {_('in working hours')}", required=False, initial=row.in_working_hours
            )
            self.fields[f"in_working_hours_{row.pk}"] = box
        for field in self.fields.values():
            dress(field)
            field.widget.attrs["aria-label"] = field.label

    def lines(self) -> list[dict[str, Any]]:
        """Return the fields by policy."""
        names = ("answer_hours", "solve_hours", "in_working_hours")
        return [{"policy": row} | {name: self[f"{name}_{row.pk}"] for name in names} for row in self.policies]

    def paces(self, data: dict[str, Any]) -> dict[int, Pace]:
        """Return what was typed, by policy."""
        return {
            row.pk: Pace(data[f"answer_hours_{row.pk}"], data[f"solve_hours_{row.pk}"], in_working_hours=data[f"in_working_hours_{row.pk}"])
            for row in self.policies
        }  # fmt: skip


@require_http_methods(["GET", "POST"])
def tickets(request: HttpRequest) -> HttpResponse:
    """Set the hours; tickets opened from now on follow."""
    user = user_of(request)
    require(user, Right.MANAGE_SETTINGS)
    form = PacesForm(request.POST or None, policies=list(TicketPolicy.objects.order_by("pk")))
    return form_page(
        request, form, title=_("Limits of tickets"), message=_("Saved."), done=reverse("settings:tickets"), template="settings/tickets.html",
        save=lambda data: save_paces(user, form.paces(data), now=timezone.now()), lines=form.lines(),
    )  # fmt: skip
