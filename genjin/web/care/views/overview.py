"""Care at a glance: what waits, and how satisfied customers are."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from genjin.web.care.tabs import care_tabs


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Show what waits in care."""
    return render(
        request, "care/overview.html", {"title": pgettext("menu", "Care"), "tabs": care_tabs("care:overview")}
    )
