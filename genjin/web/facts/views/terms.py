"""How long a check of each fact holds: the table in force, the next one, and all before."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.permissions import Right, require
from genjin.quality.actions.facts import publish_fact_terms
from genjin.quality.models import FactTerms
from genjin.quality.queries.facts import months_in_force
from genjin.quality.rules.facts import FACTS
from genjin.web.facts.forms import TermsForm
from genjin.web.shell.pages import form_page, user_of


@require_GET
def terms(request: HttpRequest) -> HttpResponse:
    """Show the months of each fact, and every table published."""
    require(user_of(request), Right.MANAGE_SETTINGS)
    months = months_in_force()
    published = list(FactTerms.objects.select_related("published_by")[:50])
    context = {
        "title": _("How long facts hold"),
        "rows": [(fact.label, months[fact.key], fact.is_dynamic) for fact in FACTS],
        "history": [_version(published, at) for at in range(len(published))],
    }
    return render(request, "facts/terms.html", context)


def _version(published: list[FactTerms], at: int) -> dict[str, Any]:
    row = published[at]
    before = (
        published[at + 1].months if at + 1 < len(published) else {fact.key: fact.months for fact in FACTS}
    )
    changes = [
        f"{fact.label} {before.get(fact.key, fact.months)} → {row.months[fact.key]}"
        for fact in FACTS
        if row.months[fact.key] != before.get(fact.key, fact.months)
    ]
    by = row.published_by.name if row.published_by else ""
    return {"version": row.version, "changes": " · ".join(changes), "at": row.published_at, "by": by}


@require_http_methods(["GET", "POST"])
def terms_edit(request: HttpRequest) -> HttpResponse:
    """Write the next table of months; nothing published is ever changed."""
    user = user_of(request)
    require(user, Right.MANAGE_SETTINGS)
    form = TermsForm(request.POST or None, months=months_in_force())
    return form_page(
        request, form, title=_("How many months a check holds"), submit_label=_("Publish"), message=_("Published."),
        save=lambda data: publish_fact_terms(user, data, now=timezone.now()), done=reverse("facts:terms"),
        template="settings/entry.html",
    )  # fmt: skip
