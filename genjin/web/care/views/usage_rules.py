"""Rules that recommend a product, each with a look at whom it would hit."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.permissions import Right, require
from genjin.care.actions.repurchase import remove_usage_rule, save_usage_rule, why_of
from genjin.care.models import UsageRule
from genjin.care.queries.usage import foreseen, metrics
from genjin.care.rules.usage import Figure
from genjin.customers.queries.sight import shown_name
from genjin.kit.money import show_number
from genjin.web.care.tabs import care_tabs
from genjin.web.care.usage_forms import UsageRuleForm
from genjin.web.care.views.usage import chips
from genjin.web.shell.pages import confirm_page, form_page, user_of


@require_GET
def rule_list(request: HttpRequest) -> HttpResponse:
    """Show the rules, those in force first."""
    user = user_of(request)
    require(user, Right.MANAGE_SETTINGS)
    context = {
        "title": pgettext("menu", "Care"), "tabs": care_tabs("usage:list"), "chips": chips(user, "rules"),
        "rows": [_shown(rule) for rule in UsageRule.objects.select_related("product")],
    }  # fmt: skip
    return render(request, "care/usage_rules.html", context)


def _shown(rule: UsageRule) -> dict[str, Any]:
    unit = "%" if rule.figure == Figure.PERCENT else ""
    least = f"{show_number(Decimal(rule.threshold))}{unit}"
    return {
        "pk": rule.pk, "name": rule.name, "is_active": rule.is_active, "product": rule.product.name if rule.product else "", "text": rule.text,
        "words": f"{rule.metric} · {rule.get_figure_display()} {rule.get_operator_display()} {least}",
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add or change a rule."""
    user = user_of(request)
    require(user, Right.MANAGE_SETTINGS)
    rule = UsageRule() if pk is None else UsageRule.objects.get(pk=pk)
    initial = {name: getattr(rule, name) for name in UsageRuleForm.names}
    return form_page(
        request, UsageRuleForm(request.POST or None, initial=initial), title=_("Rule that recommends"), message=_("Saved."),
        save=lambda data: save_usage_rule(user, rule, data, now=timezone.now()), template="care/usage_form.html", metrics=metrics(user),
        done=reverse("usage:rules"),
    )  # fmt: skip


@require_GET
def rule_hits(request: HttpRequest, pk: int) -> HttpResponse:
    """Show whom a rule hits now; nothing is changed."""
    user = user_of(request)
    require(user, Right.MANAGE_SETTINGS)
    rule = UsageRule.objects.select_related("product").get(pk=pk)
    rows = [
        {"url": reverse("customers:detail", args=[hit.customer_id]) + "?tab=care", "name": shown_name(user, hit.figure.customer), "why": why_of(hit),
         "owner": hit.figure.customer.owner.name if hit.figure.customer.owner else ""}
        for hit in foreseen(user, rule)
    ]  # fmt: skip
    context = {"title": rule.name, "rule": _shown(rule), "rows": rows}
    return render(request, "care/usage_hits.html", context)


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a rule."""
    user = user_of(request)
    require(user, Right.MANAGE_SETTINGS)
    rule = UsageRule.objects.get(pk=pk)
    return confirm_page(
        request, deed=lambda: remove_usage_rule(user, rule, now=timezone.now()), level="danger", title=_("Remove"),
        question=_("Remove “%(name)s”?") % {"name": rule.name}, consequence=_("What it proposed stays."),
        submit_label=_("Remove"), done=reverse("usage:rules"), message=_("Removed."),
    )  # fmt: skip
