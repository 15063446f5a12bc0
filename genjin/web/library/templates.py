"""Record templates: what a record should tell, per grade, stage and method, in versions that are never changed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.permissions import Right, require
from genjin.customers.rules import Grade, Stage
from genjin.followups.rules import Method
from genjin.kit.errors import RuleError
from genjin.library.actions.templates import publish_record_template
from genjin.library.models import RecordTemplate
from genjin.library.queries.templates import versions_in_force
from genjin.library.rules.templates import ANSWER_FIELDS, HEAVIEST, Prompt, Scope
from genjin.web.library.words import library_tabs, scope_words
from genjin.web.shell.pages import leave, user_of

KNOWN = frozenset({*Grade.values, *Stage.values, *Method.values})


@require_GET
def template_list(request: HttpRequest) -> HttpResponse:
    """Show the version in force of each scope, the widest first."""
    rows = [
        {"version": version, "scope": scope_words(version.scope), "weight": sum(p.weight for p in version.prompts),
         "url": reverse("library:template", args=[version.pk])}
        for version in sorted(versions_in_force(), key=lambda one: (one.scope.precision, one.pk))
    ]  # fmt: skip
    context = {
        "title": _("Library"), "tabs": library_tabs("templates"), "rows": rows, "may_write": user_of(request).may(Right.MANAGE_LIBRARY),
    }  # fmt: skip
    return render(request, "library/templates.html", context)


@require_GET
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one version with all of its scope."""
    row = RecordTemplate.objects.get(pk=pk)
    versions = RecordTemplate.objects.filter(grade=row.grade, stage=row.stage, method=row.method)
    context = {
        "title": scope_words(row.scope), "row": row, "prompts": row.as_version().prompts, "may_write": user_of(request).may(Right.MANAGE_LIBRARY),
        "versions": versions.select_related("published_by"), "fields": _field_words(),
    }  # fmt: skip
    return render(request, "library/template.html", context)


def _field_words() -> dict[str, Any]:
    return {
        "feedback": _("the customer's answer"), "new_needs": _("new needs"), "risks": _("risks"), "questions": _("open questions"),
        "contact": _("with whom"), "next_step": _("next step"),
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def template_edit(request: HttpRequest) -> HttpResponse:
    """Write the next version of a scope; `?grade=&stage=&method=` choose whose."""
    user = user_of(request)
    require(user, Right.MANAGE_LIBRARY)
    given = request.POST if request.method == "POST" else request.GET
    scope = Scope(*(given.get(name, "")[:12] for name in ("grade", "stage", "method")))
    error, status = "", 200
    if request.method == "POST":
        prompts = _typed(request)
        try:
            row = publish_record_template(
                user, scope, prompts, note=request.POST.get("note", ""), known=KNOWN, now=timezone.now()
            )
        except RuleError as refusal:
            if refusal.status == 403:
                raise
            error, status = refusal.message, 422
        else:
            return leave(request, reverse("library:template", args=[row.pk]), _("Published."))
    else:
        held = next((one for one in versions_in_force() if one.scope == scope), None)
        prompts = list(held.prompts) if held else []
    context = {
        "title": _("Record template"), "scope": scope, "prompts": prompts or [Prompt("")], "error": error, "note": given.get("note", ""),
        "grades": Grade.choices, "stages": Stage.choices, "methods": Method.choices, "fields": _field_words().items(),
        "weights": range(HEAVIEST + 1), "is_known": any(one.scope == scope for one in versions_in_force()),
    }  # fmt: skip
    return render(request, "library/template_edit.html", context, status=status)


def _typed(request: HttpRequest) -> list[Prompt]:
    rows = zip(*(request.POST.getlist(name) for name in ("label", "hint", "weight", "field")), strict=False)
    return [
        Prompt(
            label,
            int(weight) if weight.isdecimal() and len(weight) < 4 else -1,
            hint,
            field if field in ANSWER_FIELDS else "",
        )
        for label, hint, weight, field in rows
        if label.strip()
    ]
