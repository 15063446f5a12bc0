"""Settings: one's own account, and what administrators keep."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show what can be set."""
    return render(request, "settings/index.html", {"title": _("Settings")})
