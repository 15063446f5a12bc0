"""Drafts of the score rules: whom they would rate otherwise, what they would have been worth, and publishing one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.permissions import Right
from genjin.accounts.queries import local_day
from genjin.customers.actions.scores import discard_draft, publish_rule_set, save_draft
from genjin.customers.models import ScoreRuleSet
from genjin.customers.queries.scores import changes, changing, current_rules, last_look
from genjin.customers.queries.sight import shown_name
from genjin.customers.rules import Label, RuleSet
from genjin.customers.rules.score import SCORE_KEYS
from genjin.insights.actions.backtest import look_back
from genjin.insights.queries.backtest import backtest
from genjin.insights.rules.backtest import DAYS, FEWEST_CLOSED, FEWEST_IN_TOP, FEWEST_WON, BackTest
from genjin.web.settings.forms import ReasonForm, RulesForm
from genjin.web.shell.pages import confirm_page, form_page, user_with
from genjin.web.shell.paging import paged


@require_GET
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a draft beside the rules in force, and how many customers in sight would change class."""
    user = user_with(request, Right.SEE_TEAM)
    row = ScoreRuleSet.objects.drafts().select_related("saved_by").get(pk=pk)
    tried, current = row.as_rules(), current_rules()
    found = changes(user, tried, local_day(timezone.now()))
    context = {
        "title": _("Draft of the score rules"), "row": row, "rows": _compared(current, tried), "look": last_look(row),
        "changes": [_change(pk, one.origin, one.target, one.customers) for one in found],
        "changed": sum(one.customers for one in found), "version": current.version,
        "industries": [(word, word in tried.industries, word in current.industries)
                       for word in dict.fromkeys((*tried.industries, *current.industries))],
        "may_change": user.may(Right.MANAGE_SETTINGS),
    }  # fmt: skip
    return render(request, "settings/rules_draft.html", context)


def _compared(now: RuleSet, tried: RuleSet) -> list[tuple[Any, int, int]]:
    points = [{row.key: row.points for row in rules.rows} for rules in (now, tried)]
    rows = [(words, points[0].get(key, 0), points[1].get(key, 0)) for key, words in SCORE_KEYS.items()]
    return [row for row in rows if row[1] or row[2]] + [
        (_("High potential from"), now.pass_mark, tried.pass_mark),
        (_("Ordinary from"), now.ordinary_mark, tried.ordinary_mark),
    ]


def _change(pk: int, origin: str, target: str, customers: int) -> dict[str, Any]:
    url = reverse("settings:rules_changed", args=[pk])
    return {
        "origin": origin, "target": target, "customers": customers, "url": f"{url}?from={origin}&to={target}",
    }  # fmt: skip


@require_GET
def changed(request: HttpRequest, pk: int) -> HttpResponse:
    """List exactly the customers in sight that would change class under a draft, all or those of one change."""
    user = user_with(request, Right.SEE_TEAM)
    row = ScoreRuleSet.objects.drafts().get(pk=pk)
    origin, target = (request.GET.get(name, "") for name in ("from", "to"))
    origin, target = (name if name in Label.values else "" for name in (origin, target))
    rows = changing(user, row.as_rules(), local_day(timezone.now()), origin=origin, target=target)
    rows = rows.select_related("owner", "pool").order_by("-shadow_score", "-pk")
    shown = paged(request, rows)
    context = shown.context() | {
        "title": _("Who would change class"), "row": row, "origin": origin, "target": target,
        "rows": [(customer, shown_name(user, customer)) for customer in shown.rows],
    }  # fmt: skip
    return render(request, "settings/rules_changes.html", context)


@require_http_methods(["GET", "POST"])
def looked_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a draft would have been worth on closed customers in sight; sent by who may publish, that they looked is kept."""
    user = user_with(request, Right.SEE_TEAM)
    row = ScoreRuleSet.objects.drafts().get(pk=pk)
    data, now = request.POST or request.GET, timezone.now()
    days = next((day for day in DAYS if str(day) == data.get("days")), DAYS[0])
    if request.method == "POST":
        found = look_back(user, row, days=days, now=now)
    else:
        found = backtest(user, row.as_rules(), days=days, now=now)
    context = {
        "title": _("Back-test of a draft"), "row": row, "found": found, "lines": _lines(found), "base": _share(found.base), "days": DAYS, "look": last_look(row),
        "may_change": user.may(Right.MANAGE_SETTINGS),
        "fewest": {"closed": FEWEST_CLOSED, "won": FEWEST_WON, "top": FEWEST_IN_TOP},
        "version": current_rules().version,
    }  # fmt: skip
    return render(request, "settings/rules_backtest.html", context)


def _lines(found: BackTest) -> list[dict[str, Any]]:
    both = {"now": found.now, "tried": found.tried}
    return [
        {"label": _("In the top class")} | {name: top.customers for name, top in both.items()},
        {"label": _("Won of the top class")} | {name: _share(top.precision) for name, top in both.items()},
        {"label": _("Times the base rate")}
        | {name: None if top.lift is None else f"{top.lift:.2f}" for name, top in both.items()},
    ]


def _share(share: float | None) -> str | None:
    return None if share is None else f"{share:.1%}"


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write a draft, new or again; nothing published is ever changed."""
    user = user_with(request, Right.MANAGE_SETTINGS)
    row = ScoreRuleSet.objects.drafts().get(pk=pk) if pk is not None else None
    form = RulesForm(
        request.POST or None, current=row.as_rules() if row else current_rules(), note=row.note if row else ""
    )
    saved: list[ScoreRuleSet] = []

    def save(data: dict[str, Any]) -> None:
        saved.append(save_draft(user, form.draft(), draft=row, note=data["note"], now=timezone.now()))

    return form_page(
        request, form, title=_("Draft of the score rules"), submit_label=_("Save the draft"), message=_("Saved; it has no effect yet."),
        save=save, done=lambda: reverse("settings:rules_draft", args=[saved[0].pk]), template="settings/entry.html",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish a draft: asked once more where a back-test was looked at, else it needs a reason."""
    user, now = user_with(request, Right.MANAGE_SETTINGS), timezone.now()
    row = ScoreRuleSet.objects.drafts().get(pk=pk)
    title, done = _("Publish the draft"), reverse("settings:rules")
    message = _("Published; all customers are being rated.")
    if last_look(row) is not None:
        return confirm_page(
            request, deed=lambda: publish_rule_set(user, row, now=now), title=title, submit_label=_("Publish"), done=done,
            question=_("Publish this draft as the next version?"), message=message,
            consequence=_("All customers are rated by it; whom it changes stands on the draft's page."),
        )  # fmt: skip
    form = ReasonForm(request.POST or None)
    return form_page(
        request, form, title=title, submit_label=_("Publish"), message=message, done=done, template="settings/entry.html",
        save=lambda data: publish_rule_set(user, row, reason=data["reason"], now=now),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    user = user_with(request, Right.MANAGE_SETTINGS)
    row = ScoreRuleSet.objects.drafts().get(pk=pk)
    return confirm_page(
        request, deed=lambda: discard_draft(user, row, now=timezone.now()), level="danger", title=_("Throw the draft away"),
        question=_("Throw this draft away?"), consequence=_("It never had an effect; no customer changes."),
        submit_label=_("Throw away"), done=reverse("settings:rules"), message=_("Thrown away."),
    )  # fmt: skip
