"""A version on paper: a page to print or save as PDF, and Word files."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from genjin.web.proposals.shown import seen_version, sheet_of
from genjin.web.shell.pages import user_of


@require_GET
def printed(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a version laid out for A4."""
    version = seen_version(user_of(request), pk)
    sheet = sheet_of(version)
    context = {
        "title": f"{sheet['number']} V{sheet['version']}",
        "sheet": sheet,
        "version": version,
        "is_draft": version.sent_at is None,
    }
    return render(request, "proposals/print.html", context)
