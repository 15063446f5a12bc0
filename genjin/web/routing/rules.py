"""Settings of the rules that give and take customers, each with a look at whom it would hit tonight."""

from itertools import islice
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.followups.queries.conditions import in_words
from genjin.followups.queries.lists import conditions_of
from genjin.routing.actions.rules import AnyRule, Draft, remove_rule, save_rule
from genjin.routing.models import AssignmentRule, RecycleRule
from genjin.routing.queries.dry_run import KINDS
from genjin.web.customers import filters
from genjin.web.routing.forms import AssignmentRuleForm, RecycleRuleForm, RuleForm, parts_of
from genjin.web.routing.views import tabs
from genjin.web.shell.pages import attempt, confirm_page, leave, user_of

MODELS: dict[str, tuple[type[Any], type[RuleForm]]] = {
    "assign": (AssignmentRule, AssignmentRuleForm),
    "recycle": (RecycleRule, RecycleRuleForm),
}
LISTED = 500


def _kind(kind: str) -> tuple[type[Any], type[RuleForm]]:
    if kind not in MODELS:
        raise Http404
    return MODELS[kind]


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """Show the rules of both kinds in the order in which they are asked."""
    user = user_of(request)
    require(user, Right.MANAGE_SETTINGS)
    given = [
        _shown(rule, user, "assign") for rule in AssignmentRule.objects.prefetch_related("shares__person")
    ]
    taken = [_shown(rule, user, "recycle") for rule in RecycleRule.objects.select_related("pool")]
    context = {
        "title": pgettext("menu", "Assignment"),
        "tabs": tabs(user, "rules"),
        "assign": given,
        "recycle": taken,
    }
    return render(request, "routing/rules.html", context)


def _shown(rule: AnyRule, user: User, kind: str) -> dict[str, Any]:
    joint = _(" and ") if rule.match == "all" else _(" or ")
    words = joint.join(in_words(rule.asked, user)) or _("all customers")
    if isinstance(rule, RecycleRule):
        does = _("A %(a)d, B %(b)d, C %(c)d days without contact → %(pool)s") % {
            "a": rule.days_a, "b": rule.days_b, "c": rule.days_c, "pool": rule.pool.name,
        }  # fmt: skip
        if rule.no_deal_days:
            does += _("; %(days)d days without a deal") % {"days": rule.no_deal_days}
    else:
        does = "、".join(f"{share.person.name} ×{share.weight}" for share in rule.shares.all())
    return {
        "name": rule.name, "is_active": rule.is_active, "words": words, "does": does, "limit": rule.limit_per_run,
        "edit_url": reverse("routing:rule_edit", args=[kind, rule.pk]),
        "remove_url": reverse("routing:rule_remove", args=[kind, rule.pk]),
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, kind: str, pk: int | None = None) -> HttpResponse:
    """Add or change a rule: for whom, who gets them or when they go, how many at once."""
    user = user_of(request)
    require(user, Right.MANAGE_SETTINGS)
    model, form_of = _kind(kind)
    rule = model() if pk is None else model.objects.get(pk=pk)
    initial = {name: getattr(rule, name) for name in form_of.names if pk is not None}
    form = form_of(request.POST or None, initial=initial)
    asked = conditions_of(request.POST) if form.is_bound else rule.asked
    match = "any" if (request.POST.get("match") if form.is_bound else rule.match) == "any" else "all"
    parts, wrong = parts_of(request.POST)
    for sentence in wrong:
        form.add_error(None, sentence)
    draft = Draft(form.cleaned_data if form.is_bound and form.is_valid() else {}, asked, match, parts)
    if (
        form.is_bound
        and form.is_valid()
        and attempt(form, lambda: save_rule(user, rule, draft, now=timezone.now()))
    ):
        return leave(request, reverse("routing:rules"), _("Saved."))
    context = {
        "title": _("Rule of assignment") if kind == "assign" else _("Rule of recycling"), "form": form, "kind": kind,
        "filter": filters.shown(user, asked, match, ""), "cancel_url": reverse("routing:rules"),
        "people": [(person.pk, person.name) for person in User.objects.active()],
        "parts": parts if form.is_bound else _parts(rule, pk),
    }  # fmt: skip
    return render(request, "routing/rule.html", context, status=422 if form.is_bound else 200)


def _parts(rule: Any, pk: int | None) -> list[Any]:
    return (
        list(rule.shares.select_related("person"))
        if pk is not None and isinstance(rule, AssignmentRule)
        else []
    )


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Remove a rule."""
    user = user_of(request)
    require(user, Right.MANAGE_SETTINGS)
    rule = _kind(kind)[0].objects.get(pk=pk)
    return confirm_page(
        request, deed=lambda: remove_rule(user, rule, now=timezone.now()), level="danger", title=_("Remove"),
        question=_("Remove “%(name)s”?") % {"name": rule.name}, consequence=_("What it did so far stays as it is."),
        submit_label=_("Remove"), done=reverse("routing:rules"), message=_("Removed."),
    )  # fmt: skip


@require_GET
def tonight(request: HttpRequest, kind: str) -> HttpResponse:
    """Show whom the rules would hit if they ran now, and why; nothing is changed."""
    require(user_of(request), Right.MANAGE_SETTINGS)
    _kind(kind)
    hits = list(islice(KINDS[kind](timezone.now()), LISTED + 1))
    context = {
        "title": _("Who would be hit now"), "kind": kind, "hits": hits[:LISTED], "is_cut": len(hits) > LISTED, "listed": LISTED,
    }  # fmt: skip
    return render(request, "routing/tonight.html", context)
