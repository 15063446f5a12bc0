"""How much one may take out alone, and how long files stay."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.permissions import Right, require
from genjin.intake.actions.export import policy, set_policy
from genjin.intake.models import ExportPolicy
from genjin.web.settings.forms import ExportLimitsForm
from genjin.web.shell.pages import form_page, user_of


@require_GET
def limits(request: HttpRequest) -> HttpResponse:
    """Show the limits in force and who set which before."""
    require(user_of(request), Right.MANAGE_SETTINGS)
    context = {
        "title": _("Export limits"),
        "current": policy(),
        "history": ExportPolicy.objects.select_related("by")[:50],
    }
    return render(request, "settings/exports.html", context)


@require_http_methods(["GET", "POST"])
def limits_edit(request: HttpRequest) -> HttpResponse:
    """Set other limits; exports already asked for keep their answer."""
    user, now = user_of(request), policy()
    require(user, Right.MANAGE_SETTINGS)
    form = ExportLimitsForm(
        request.POST or None, initial={"most_rows": now.most_rows, "days_kept": now.days_kept}
    )
    return form_page(
        request, form, title=_("Export limits"), message=_("Saved."), done=reverse("settings:exports"),
        save=lambda data: set_policy(user, most_rows=data["most_rows"], days_kept=data["days_kept"], now=timezone.now()),
    )  # fmt: skip
