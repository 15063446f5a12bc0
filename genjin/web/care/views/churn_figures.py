"""How often alarms were right, a past span played again, whom the night would warn of, and the weights."""

from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.permissions import Right, require
from genjin.accounts.queries import company_zone, local_day
from genjin.care.actions.churn_weights import save_weights, settle_weights
from genjin.care.models import ChurnWeights
from genjin.care.queries.churn import (
    Foreseen,
    bought_ever,
    foresee,
    judged,
    losses_of,
    replay,
    weights_in_force,
)
from genjin.care.rules.accuracy import Tally, by_month, by_part, foresight, tally
from genjin.care.rules.churn import Part, explain
from genjin.customers.models import Customer
from genjin.web.care.churn_forms import SpanForm, WeightsForm
from genjin.web.shell.pages import attempt, confirm_page, leave, user_of

YEAR = timedelta(days=365)
LISTED = 200
MOST_CHUNKS = 4  # so many chunks of customers are looked at in a page
MOST_REPLAYED = 500  # so many customers a page plays again
LONGEST_REPLAY = timedelta(days=732)


@require_GET
def accuracy(request: HttpRequest) -> HttpResponse:
    """Show precision by month and by component, and which losses an alarm came before."""
    user, since = user_of(request), local_day(timezone.now()) - YEAR
    alarms = judged(user, since)
    mine = Customer.objects.visible_to(user).values("pk")
    found = foresight([(one.customer, one.on) for one in alarms], losses_of(mine, since))
    weights = weights_in_force().weights
    parts = by_part(alarms)
    context = {
        "title": _("How often alarms were right"), "all": _line(_("All"), tally(alarms)), "found": found,
        "months": [_line(month, count) for month, count in by_month(alarms).items()],
        "parts": [_line(str(part.label), parts[part]) | {"weight": weights.get(part, 0)} for part in Part],
    }  # fmt: skip
    return render(request, "care/accuracy.html", context)


def _line(label: str, count: Tally) -> dict[str, Any]:
    return {
        "label": label,
        "count": count,
        "precision": "—" if count.precision is None else f"{count.precision}%",
    }


@require_GET
def replay_past(request: HttpRequest) -> HttpResponse:
    """Play a past span again with the weights in force; nothing is changed."""
    user = user_of(request)
    require(user, Right.MANAGE_SETTINGS)
    today = local_day(timezone.now())
    given = request.GET if "first" in request.GET else None
    form = SpanForm(given, initial={"first": today - YEAR, "last": today})
    found, is_partial = None, False
    if form.is_bound and form.is_valid():
        first, last = form.cleaned_data["first"], form.cleaned_data["last"]
        if first > last or last > today or last - first > LONGEST_REPLAY:
            form.add_error("last", _("Choose a span of two years at most that ends today or earlier."))
        else:
            some = bought_ever(MOST_REPLAYED + 1)
            is_partial = len(some) > MOST_REPLAYED
            found = foresight(*replay(first, last, _evening, only=some[:MOST_REPLAYED]))
    context = {
        "title": _("Play the past again"),
        "form": form,
        "found": found,
        "is_partial": is_partial,
        "most": MOST_REPLAYED,
    }
    return render(request, "care/replay.html", context, status=422 if form.is_bound and form.errors else 200)


def _evening(day: date) -> datetime:
    return datetime.combine(day, time(23, 59), company_zone())


@require_GET
def tonight(request: HttpRequest) -> HttpResponse:
    """Show whom the next night would warn of, and why; nothing is changed."""
    user = user_of(request)
    require(user, Right.MANAGE_SETTINGS)
    looked = list(islice(foresee(timezone.now()), MOST_CHUNKS))
    hits = [one for chunk in looked for one in chunk]
    hits.sort(key=lambda one: -one.reading.score)
    context = {
        "title": _("Whom the night would warn of"), "rows": [_hit(one) for one in hits[:LISTED]], "is_cut": len(hits) > LISTED, "is_partial": len(looked) == MOST_CHUNKS,
        "listed": LISTED,
    }  # fmt: skip
    return render(request, "care/tonight.html", context)


def _hit(one: Foreseen) -> dict[str, Any]:
    customer = one.customer
    return {
        "url": reverse("customers:detail", args=[customer.pk]), "name": customer.name, "score": one.reading.score,
        "owner": customer.owner.name if customer.owner else "", "why": [explain(sign.as_json()) for sign in one.reading.signs],
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def weights(request: HttpRequest) -> HttpResponse:
    """Show and change what each sign weighs, with the versions before and a proposal that waits."""
    user = user_of(request)
    require(user, Right.MANAGE_SETTINGS)
    current = weights_in_force()
    initial = dict(current.weights) | {
        "raise_at": current.raise_at, "high_at": current.high_at, "limit_per_run": current.limit_per_run
    }  # fmt: skip
    form = WeightsForm(request.POST or None, initial=initial)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        if attempt(
            form,
            lambda: save_weights(
                user, form.weights(), raise_at=data["raise_at"], high_at=data["high_at"], limit_per_run=data["limit_per_run"],
                reason=data["reason"], now=timezone.now(),
            ),
        ):  # fmt: skip
            return leave(request, reverse("churn:weights"), _("Saved."))
    versions = ChurnWeights.objects.select_related("made_by", "decided_by")
    context = {
        "title": _("Weights of the signs"), "form": form, "current": current,
        "proposal": _proposal(current), "versions": [_version(row) for row in versions.exclude(state="proposed")[:20]],
    }  # fmt: skip
    return render(request, "care/weights.html", context, status=422 if form.is_bound else 200)


def _proposal(current: ChurnWeights) -> dict[str, Any] | None:
    row = ChurnWeights.objects.filter(state=ChurnWeights.State.PROPOSED).first()
    if row is None:
        return None
    changes = [
        {"label": part.label, "before": current.weights.get(part, 0), "after": row.weights.get(part, 0)}
        for part in Part
        if current.weights.get(part, 0) != row.weights.get(part, 0)
    ]
    return {"pk": row.pk, "reason": row.reason, "changes": changes}


def _version(row: ChurnWeights) -> dict[str, Any]:
    words = "、".join(f"{part.label} {row.weights.get(part, 0)}" for part in Part)
    return {
        "at": row.made_at, "by": row.made_by.name if row.made_by else _("The rules"), "words": words, "reason": row.reason,
        "state": row.get_state_display(), "raise_at": row.raise_at, "is_in_force": row.state == ChurnWeights.State.IN_FORCE,
    }  # fmt: skip


def _settle(request: HttpRequest, pk: int, *, accept: bool) -> HttpResponse:
    user = user_of(request)
    require(user, Right.MANAGE_SETTINGS)
    row = ChurnWeights.objects.get(pk=pk)
    return confirm_page(
        request, deed=lambda: settle_weights(user, row, accept=accept, now=timezone.now()), done=reverse("churn:weights"),
        title=_("Confirm the weights") if accept else _("Put it aside"), question=row.reason,
        consequence=_("Alarms from the next night on go by the new weights.") if accept else _("It is proposed again after 30 days at the earliest."),
        submit_label=pgettext("weights", "Confirm") if accept else _("Put it aside"), message=_("Done."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Put proposed weights in force."""
    return _settle(request, pk, accept=True)


@require_http_methods(["GET", "POST"])
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """Put proposed weights aside."""
    return _settle(request, pk, accept=False)
