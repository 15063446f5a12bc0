"""A customer's scores, each computed again, and a score set by hand."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.permissions import Right
from genjin.accounts.queries import local_day
from genjin.customers.actions.overrides import override_score, take_back_score
from genjin.customers.actions.ownership import may_edit, require_edit
from genjin.customers.models import Customer, Override
from genjin.customers.queries.scores import PastScore, published_rules, scores_of
from genjin.customers.queries.sight import hidden_fields, shown_name
from genjin.customers.rules import RuleSet
from genjin.customers.rules.overrides import USUAL
from genjin.customers.rules.rescore import KeptScore
from genjin.customers.rules.score import score_lines
from genjin.web.customers.forms import ScoreForm
from genjin.web.customers.views.detail import customer_of
from genjin.web.shell.pages import confirm_page, form_page, user_of


@require_GET
def scores(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the score that stands and those before, each computed again, and every word above the rules."""
    user, customer = user_of(request), customer_of(request, pk)
    found, versions, hidden = scores_of(customer), published_rules(), hidden_fields(user, customer)
    words = Override.objects.filter(customer=customer).select_related("by")
    context = {
        "title": _("Scores"), "customer": customer, "name": shown_name(user, customer),
        "rows": [
            _row(found, at, customer) | {"held": _held(one.kept, versions.get(one.kept.version), hidden)}
            for at, one in enumerate(found)
        ], "words": words,
        "is_by_hand": customer.score_override is not None, "may_set": user.may(Right.APPROVE) and may_edit(user, customer),
    }  # fmt: skip
    return render(request, "customers/scores.html", context)


def _row(found: Sequence[PastScore], at: int, customer: Customer) -> dict[str, Any]:
    one = found[at]
    since = found[at + 1].until if at + 1 < len(found) else customer.created_at
    return {"since": since, "until": one.until, "kept": one.kept, "again": one.again}


def _held(kept: KeptScore, rules: RuleSet | None, hidden: Collection[str]) -> list[str]:
    """Say what counted; what the customer's pool hides is not said."""
    facts = replace(kept.facts, need="") if "need" in hidden else kept.facts
    lines = score_lines(facts, rules, kept.on or date.min) if rules else []
    return [f"{line.words} +{line.points}" for line in lines if line.is_met]


@require_http_methods(["GET", "POST"])
def set_by_hand(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a customer's score by hand, for a reason and a while."""
    user, customer = user_of(request), customer_of(request, pk)
    require_edit(user, customer, Right.APPROVE)
    now = timezone.now()
    form = ScoreForm(
        request.POST or None, initial={"points": customer.score, "until": local_day(now) + USUAL}
    )
    return form_page(
        request, form, title=f"{_('Set the score by hand')} · {shown_name(user, customer)}", submit_label=_("Set"), message=_("Set."), done=_home(pk),
        save=lambda data: override_score(user, customer, data["points"], reason=data["reason"], until=data["until"], now=now),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the rules say the score again."""
    user, customer = user_of(request), customer_of(request, pk)
    require_edit(user, customer, Right.APPROVE)
    return confirm_page(
        request, deed=lambda: take_back_score(user, customer, now=timezone.now()), title=_("Score by the rules again"),
        question=_("Let the rules say the score again?"), consequence=_("What was set by hand stays on record."),
        submit_label=pgettext("override", "Take back"), done=_home(pk), message=_("The rules count again."),
    )  # fmt: skip


def _home(pk: int) -> str:
    return reverse("customers:scores", args=[pk])
