"""The score rules: what counts now, the next version, and all versions before."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.permissions import Right, require
from genjin.customers.actions.axes import publish_rule_set
from genjin.customers.actions.derive import current_rules
from genjin.customers.models import ScoreRuleSet
from genjin.customers.rules import RuleSet
from genjin.customers.rules.score import SCORE_KEYS
from genjin.web.settings.forms import RulesForm
from genjin.web.shell.pages import form_page, user_of


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """Show the rules in force row by row, and every version."""
    require(user_of(request), Right.MANAGE_SETTINGS)
    current = current_rules()
    history = ScoreRuleSet.objects.select_related("published_by")[:50]
    context = {
        "title": _("Score rules"),
        "current": current,
        "rows": [(SCORE_KEYS[row.key], row.points) for row in current.rows],
        "total": sum(row.points for row in current.rows),
        "history": [_version(published) for published in history],
    }
    return render(request, "settings/rules.html", context)


def _version(published: ScoreRuleSet) -> dict[str, Any]:
    shown: RuleSet = published.as_rules()
    return {
        "version": shown.version,
        "rows": " · ".join(f"{SCORE_KEYS[row.key]} +{row.points}" for row in shown.rows),
        "pass_mark": shown.pass_mark,
        "ordinary_mark": shown.ordinary_mark,
        "industries": "、".join(shown.industries),
        "at": published.published_at,
        "by": published.published_by.name if published.published_by else _("came with Genjin"),
    }


@require_http_methods(["GET", "POST"])
def rules_edit(request: HttpRequest) -> HttpResponse:
    """Write the next version; nothing published is ever changed."""
    user = user_of(request)
    require(user, Right.MANAGE_SETTINGS)
    form = RulesForm(request.POST or None, current=current_rules())
    return form_page(
        request, form, title=_("Next version of the score rules"), submit_label=_("Publish"), message=_("Published."),
        save=lambda _data: publish_rule_set(user, form.draft(), now=timezone.now()), done=reverse("settings:rules"),
        template="settings/entry.html",
    )  # fmt: skip
