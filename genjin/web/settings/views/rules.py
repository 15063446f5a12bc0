"""The score rules: what counts now, drafts that run in shadow beside it, and all versions before."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from genjin.accounts.permissions import Right
from genjin.customers.models import ScoreRuleSet
from genjin.customers.queries.scores import current_rules, last_look
from genjin.customers.rules import RuleSet
from genjin.customers.rules.score import SCORE_KEYS
from genjin.web.shell.pages import user_with


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """Show the rules in force row by row, the drafts beside them, and every version."""
    user = user_with(request, Right.SEE_TEAM)
    current = current_rules()
    history = ScoreRuleSet.objects.published().select_related("published_by")[:50]
    drafts = ScoreRuleSet.objects.drafts().select_related("saved_by")[:20]
    context = {
        "title": _("Score rules"),
        "current": current,
        "rows": [(SCORE_KEYS[row.key], row.points) for row in current.rows],
        "total": sum(row.points for row in current.rows),
        "drafts": [_draft(draft) for draft in drafts],
        "history": [_version(published) for published in history],
        "may_change": user.may(Right.MANAGE_SETTINGS),
    }
    return render(request, "settings/rules.html", context)


def _draft(row: ScoreRuleSet) -> dict[str, Any]:
    """Return a draft as listed; whom it would rate otherwise is counted on its own page, as everybody is read for it."""
    return {
        "row": row, "words": _words(row.as_rules()), "look": last_look(row),
        "url": reverse("settings:rules_draft", args=[row.pk]),
    }  # fmt: skip


def _words(shown: RuleSet) -> str:
    return " · ".join(f"{SCORE_KEYS[row.key]} +{row.points}" for row in shown.rows)


def _version(published: ScoreRuleSet) -> dict[str, Any]:
    shown: RuleSet = published.as_rules()
    return {
        "version": shown.version,
        "rows": _words(shown),
        "pass_mark": shown.pass_mark,
        "ordinary_mark": shown.ordinary_mark,
        "industries": "、".join(shown.industries),
        "note": published.note,
        "unproven": published.unproven_reason,
        "at": published.published_at,
        "by": published.published_by.name if published.published_by else _("came with Genjin"),
    }
