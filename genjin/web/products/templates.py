"""Word templates of proposals, as settings."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.permissions import Right, require
from genjin.proposals.actions.templates import remove_template, save_template
from genjin.proposals.models import ProposalTemplate
from genjin.proposals.rules.papers import LINE_PLACES, PLACES, SHIPPED
from genjin.web.products.forms import TemplateForm
from genjin.web.shell.pages import confirm_page, form_page, user_of


@require_GET
def templates(request: HttpRequest) -> HttpResponse:
    """Show the templates, and the placeholders one may use."""
    require(user_of(request), Right.MANAGE_PRODUCTS)
    context = {
        "title": _("Word templates of proposals"), "rows": ProposalTemplate.objects.select_related("uploaded_by"),
        "places": [f"{{{name}}}" for name in PLACES], "line_places": [f"{{{name}}}" for name in LINE_PLACES],
    }  # fmt: skip
    return render(request, "products/templates.html", context)


@require_GET
def shipped(request: HttpRequest) -> FileResponse:
    """Hand out the template that ships with Genjin, to begin from."""
    require(user_of(request), Right.MANAGE_PRODUCTS)
    return FileResponse(SHIPPED.open("rb"), as_attachment=True, filename="proposal.docx")


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add a template, or change one; the file is looked through first."""
    user = user_of(request)
    require(user, Right.MANAGE_PRODUCTS)
    row = ProposalTemplate.objects.get(pk=pk) if pk else ProposalTemplate()
    form = TemplateForm(
        request.POST or None, request.FILES or None, initial={"name": row.name, "is_active": row.is_active}
    )

    def save(data: dict[str, Any]) -> None:
        save_template(user, row, data, file=data.pop("file"), now=timezone.now())

    return form_page(
        request, form, title=row.name or _("New template"), save=save, message=_("Saved."), done=reverse("settings:proposal_templates")
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a template."""
    user = user_of(request)
    require(user, Right.MANAGE_PRODUCTS)
    row = ProposalTemplate.objects.get(pk=pk)
    return confirm_page(
        request, deed=lambda: remove_template(user, row, now=timezone.now()), level="danger", title=_("Remove"), submit_label=_("Remove"),
        question=_("Remove “%(name)s”?") % {"name": row.name}, message=_("Removed."), done=reverse("settings:proposal_templates"),
    )  # fmt: skip


pages = [
    path("proposal-templates/", templates, name="proposal_templates"),
    path("proposal-templates/new/", edit, name="proposal_template_add"),
    path("proposal-templates/shipped/", shipped, name="proposal_template_shipped"),
    path("proposal-templates/<int:pk>/", edit, name="proposal_template"),
    path("proposal-templates/<int:pk>/remove/", remove, name="proposal_template_remove"),
]
