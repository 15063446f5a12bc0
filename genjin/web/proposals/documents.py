"""A version on paper: a page to print or save as PDF, and Word files."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from genjin.customers.queries.sight import shown_name
from genjin.proposals.models import ProposalTemplate
from genjin.proposals.queries.papers import document_of
from genjin.web.proposals.shown import seen_version, sheet_of
from genjin.web.shell.pages import user_of

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_GET
def printed(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a version laid out for A4."""
    version = seen_version(user_of(request), pk)
    sheet = sheet_of(version)
    context = {
        "title": f"{sheet['number']} V{sheet['version']}",
        "sheet": sheet,
        "customer_name": shown_name(user_of(request), version.proposal.customer),
        "version": version,
        "is_draft": version.sent_at is None,
    }
    return render(request, "proposals/print.html", context)


@require_GET
def word(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out a version as a Word file; `?template=` names one of the company's, by default the one that ships."""
    user = user_of(request)
    version = seen_version(user, pk)
    asked = request.GET.get("template", "")
    rows = ProposalTemplate.objects.filter(is_active=True)
    template = rows.get(pk=int(asked)) if asked.isdecimal() and len(asked) < 19 else None
    name = quote(f"{version.proposal.number} V{version.number}.docx")
    response = HttpResponse(document_of(user, version, template), content_type=WORD)
    response["Content-Disposition"] = f"attachment; filename=proposal.docx; filename*=UTF-8''{name}"
    return response
