"""The terms of the grades: what counts now, the next version, and who changed what before."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.permissions import Right, require
from genjin.customers.rules import Grade
from genjin.followups.actions.grading import publish_grade_policy
from genjin.followups.models import GradePolicy
from genjin.followups.queries.grades import current_policy
from genjin.followups.rules import Method
from genjin.followups.rules.grades import LABELS, differences
from genjin.web.settings.grade_form import REVIEWERS, GradePolicyForm
from genjin.web.shell.pages import form_page, user_of


@require_GET
def grades(request: HttpRequest) -> HttpResponse:
    """Show the terms in force beside one another, and every version with what it changed."""
    require(user_of(request), Right.MANAGE_SETTINGS)
    policy = current_policy()
    published = list(GradePolicy.objects.select_related("published_by")[:50])
    context = {
        "title": _("Terms of the grades"),
        "policy": policy,
        "grades": Grade.values,
        "rows": [
            (label, [(grade, _shown(name, getattr(policy.of(grade), name))) for grade in Grade.values])
            for name, label in LABELS.items()
        ],
        "history": [_version(published, at) for at in range(len(published))],
    }
    return render(request, "settings/grades.html", context)


def _shown(name: str, value: Any) -> str:
    if name == "channels":
        words = dict(Method.choices)
        return "、".join(str(words.get(one, one)) for one in value)
    if name == "reviewer":
        return str(dict(REVIEWERS)[value])
    return "—" if value in (None, "") else str(value)


def _version(published: list[GradePolicy], at: int) -> dict[str, Any]:
    row = published[at]
    changes = []
    if at + 1 < len(published):
        found = differences(published[at + 1].as_rules(), row.as_rules())
        changes = [_change(*one) for one in found]
    by = row.published_by.name if row.published_by else _("came with Genjin")
    return {
        "version": row.version, "changes": changes, "note": row.note, "at": row.published_at, "by": by,
    }  # fmt: skip


def _change(grade: str, name: str, old: Any, new: Any) -> str:
    label = LABELS.get(name, _("Days without an answer until giving up is proposed"))
    return f"{grade} {label}: {_shown(name, old)} → {_shown(name, new)}".strip()


@require_http_methods(["GET", "POST"])
def grades_edit(request: HttpRequest) -> HttpResponse:
    """Write the next version; nothing published is ever changed."""
    user = user_of(request)
    require(user, Right.MANAGE_SETTINGS)
    form = GradePolicyForm(request.POST or None, current=current_policy())

    def save(data: dict[str, Any]) -> None:
        publish_grade_policy(
            user, form.terms(), dormant_days=data["dormant_days"], note=data["note"], now=timezone.now()
        )

    return form_page(
        request, form, title=_("Next terms of the grades"), submit_label=_("Publish"), message=_("Published."), save=save,
        done=reverse("settings:grades"), template="settings/grades_edit.html",
    )  # fmt: skip
