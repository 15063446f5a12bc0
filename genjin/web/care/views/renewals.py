"""Renewals: the list by days left with its rates, one renewal, its plan and its decision."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.accounts.queries import local_day
from genjin.care.actions.renewals import Decision, decide_renewal, plan_renewal
from genjin.care.models import Renewal
from genjin.care.queries.renewals import YEAR, rate, renewals_asked
from genjin.care.rules.renewals import ORANGE, RED, Outcome, Verdict, days_left, tone
from genjin.contracts.queries.billing import reads
from genjin.customers.queries.sight import said, shown_name, worded
from genjin.followups.actions.tasks import may_hand_in, require_hand_in
from genjin.web.care.renewal_forms import DecisionForm, RenewalPlanForm
from genjin.web.care.tabs import care_tabs
from genjin.web.exports.offer import export_url
from genjin.web.shell.pages import form_page, user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import money

TONES = {"renewed": "green", "changed": "green", "lost": "muted", "void": "muted", "open": "blue"}


@require_GET
def renewal_list(request: HttpRequest) -> HttpResponse:
    """Show renewals by days left; the tiles open the rows they count."""
    user, today = user_of(request), local_day(timezone.now())
    state = request.GET.get("state", "open")
    rows = renewals_asked(user, request.GET, today)
    shown = paged(request, rows.select_related("customer", "contract", "owner", "opportunity"))
    context = {
        "title": pgettext("menu", "Care"), "tabs": care_tabs("renewals:list"), "tiles": _tiles(user, today), "chips": _chips(state),
        "export_url": export_url(request, "renewals"),
        "columns": [{"label": label, "number": number} for label, number in (
            (_("Customer"), False), (_("Contract"), False), (_("Amount"), True), (_("Ends"), False), (pgettext("renewal", "Days left"), True),
            (pgettext("renewal", "Plan"), False), (_("Outcome"), False), (_("Who looks after it"), False))],
        "rows": [_row(one, user, today) for one in shown.rows],
        "empty": {"icon": "repeat", "title": _("No renewals here"),
                  "text": _("90 days before a contract ends, its renewal opens here by itself, with a task and an opportunity.")},
    }  # fmt: skip
    return render(request, "care/renewals.html", shown.context() | context)


def _tiles(user: User, today: date) -> list[dict[str, Any]]:
    url, found = reverse("renewals:list"), rate(user, today - YEAR)
    open_rows = Renewal.objects.visible_to(user)
    kept = f"{url}?state=kept&since=year"
    return [
        {"label": pgettext("renewal", "Open"), "value": open_rows.open().count(), "url": f"{url}?state=open", "icon": "repeat"},
        {"label": _("End within 30 days"), "value": open_rows.ending_within(RED, today).count(), "tone": "red", "url": f"{url}?days={RED}", "icon": "clock-exclamation"},
        {"label": _("End within 60 days"), "value": open_rows.ending_within(ORANGE, today).count(), "tone": "orange", "url": f"{url}?days={ORANGE}", "icon": "clock"},
        {"label": _("Rate of renewal"), "value": _percent(found.percent), "url": kept, "icon": "chart-bar",
         "note": _("%(kept)d of %(decided)d decided, ends of the last year") % {"kept": found.kept, "decided": found.decided}},
        {"label": _("Rate by money"), "value": _percent(found.money_percent), "url": kept, "icon": "cash",
         "note": _("%(kept)s of %(decided)s") % {"kept": money(found.amount_kept), "decided": money(found.amount_decided)}},
    ]  # fmt: skip


def _percent(figure: int | None) -> str:
    return "—" if figure is None else f"{figure}%"


def _chips(state: str) -> list[dict[str, Any]]:
    url = reverse("renewals:list")
    words = {
        "open": pgettext("renewal", "Open"), "kept": pgettext("renewal", "Renewed"), "lost": pgettext("renewal", "Not renewed"),
        "decided": _("Decided"), "": _("All"),
    }  # fmt: skip
    return [
        {"url": f"{url}?state={key}", "label": label, "active": key == state} for key, label in words.items()
    ]


def _row(one: Renewal, user: User, today: date) -> dict[str, Any]:
    left = days_left(one.ends_on, today)
    return {
        "url": reverse("renewals:renewal", args=[one.pk]), "name": shown_name(user, one.customer), "contract": str(one.contract),
        "amount": money(one.contract.amount), "ends_on": one.ends_on.isoformat(), "left": left if one.outcome == Outcome.OPEN else "",
        "tone": tone(left) if one.outcome == Outcome.OPEN else "", "plan": said(user, one.customer, one.plan), "plan_until": one.plan_until,
        "outcome": one.get_outcome_display(), "outcome_tone": TONES[one.outcome], "new_amount": money(one.amount),
        "owner": one.owner.name if one.owner else "",
    }  # fmt: skip


def seen(request: HttpRequest, pk: int) -> Renewal:
    """Return a renewal in sight."""
    rows = Renewal.objects.visible_to(user_of(request))
    return rows.select_related(
        "customer", "contract", "owner", "opportunity", "new_contract", "lost_reason", "decided_by", "task"
    ).get(pk=pk)


@require_GET
def renewal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one renewal: what ends, what is planned, how it ended."""
    user, one = user_of(request), seen(request, pk)
    left = days_left(one.ends_on, local_day(timezone.now()))
    context = {
        "title": reads(user, one.customer)(one.contract.title), "one": worded(user, one.customer, one, "plan", "reason"), "task": said(user, one.customer, one.task.objective) if one.task else "", "name": shown_name(user, one.customer), "left": left, "tone": tone(left),
        "is_open": one.outcome == Outcome.OPEN, "outcome_tone": TONES[one.outcome],
        "may_write": one.outcome == Outcome.OPEN and may_hand_in(user, one.customer, Right.SERVE),
    }  # fmt: skip
    return render(request, "care/renewal.html", context)


@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what is done until when."""
    user, one = user_of(request), seen(request, pk)
    require_hand_in(user, one.customer, Right.SERVE)
    initial = {"plan": one.plan, "until": one.plan_until or one.ends_on, "version": one.version}
    return form_page(
        request, RenewalPlanForm(request.POST or None, initial=initial), title=_("Plan the renewal"), message=_("Planned."),
        save=lambda data: plan_renewal(
            user, one, plan=data["plan"], until=data["until"], version=data["version"], now=timezone.now()
        ),
        done=reverse("renewals:renewal", args=[pk]),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether the contract goes on."""
    user, one = user_of(request), seen(request, pk)
    require(user, Right.SERVE)
    initial = {"amount": one.contract.amount, "version": one.version}
    form = DecisionForm(request.POST or None, renewal=one, initial=initial)

    def save(data: dict[str, Any]) -> None:
        is_lost = data["outcome"] == Outcome.LOST
        verdict = Verdict(data["outcome"], data["reason"], None if is_lost else data["amount"])
        decision = Decision(verdict, data["lost_reason"], None if is_lost else data["new_contract"])
        decide_renewal(user, one, decision, version=data["version"], now=timezone.now())

    return form_page(
        request, form, save=save, title=_("Decide the renewal"), submit_label=pgettext("renewal", "Decide"), message=_("Decided."),
        done=reverse("renewals:renewal", args=[pk]),
    )  # fmt: skip
