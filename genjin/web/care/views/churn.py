"""Churn warnings: the list, one alarm with its reasons, and its answers."""

from datetime import timedelta
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
from genjin.care.actions.churn import WinBackPlan, answer_alarm, change_win_back, close_win_back
from genjin.care.models import ChurnAlert, ChurnWeights, WinBack
from genjin.care.queries.churn import judged, listed, readings, weights_in_force
from genjin.care.rules.accuracy import tally
from genjin.care.rules.churn import NOT_KNOWN, Answer, Part, explain
from genjin.customers.queries.sight import said, shown_name, worded
from genjin.followups.actions.tasks import may_hand_in, require_hand_in
from genjin.web.care.churn_forms import AnswerForm, ResultForm, WinBackForm
from genjin.web.care.tabs import care_tabs
from genjin.web.shell.pages import form_page, user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import ago, due

PLAN_DAYS = timedelta(days=30)
ANSWER_TONES = {"": "orange", Answer.ACTING: "blue", Answer.FALSE: "muted", Answer.KNOWN: "muted"}


@require_GET
def alert_list(request: HttpRequest) -> HttpResponse:
    """Show the alarms by state, the highest score first."""
    user, now = user_of(request), timezone.now()
    state = request.GET.get("state", "open")
    shown = paged(request, listed(user, state))
    settings = weights_in_force()
    context = {
        "title": pgettext("menu", "Care"), "tabs": care_tabs("churn:list"), "tiles": _tiles(user, settings), "chips": _chips(state),
        "may_set": user.may(Right.MANAGE_SETTINGS),
        "columns": [{"label": label, "number": number} for label, number in (
            (_("Customer"), False), (_("Score"), True), (_("Why"), False), (_("Raised"), False), (_("Answer by"), False),
            (pgettext("churn", "Answer"), False), (_("Who answers"), False))],
        "rows": [row_of(one, user, settings) for one in shown.rows], "now": now,
        "empty": {"icon": "circle-check", "title": _("No alarm here"),
                  "text": _("Every night the signs of all customers that bought are read; who may leave appears here.")},
    }  # fmt: skip
    return render(request, "care/churn.html", shown.context() | context)


def _tiles(user: User, settings: ChurnWeights) -> list[dict[str, Any]]:
    url, rows = reverse("churn:list"), ChurnAlert.objects.visible_to(user)
    counted = tally(judged(user, local_day(timezone.now()) - timedelta(days=365)))
    late = rows.unanswered().filter(due_at__lt=timezone.now()).count()
    precision = "—" if counted.precision is None else f"{counted.precision}%"
    return [
        {"label": _("To be answered"), "value": rows.unanswered().count(), "tone": "orange", "url": f"{url}?state=open", "icon": "alert-triangle",
         "note": _("%(count)d late") % {"count": late} if late else ""},
        {"label": _("High score"), "value": rows.unanswered().filter(score__gte=settings.high_at).count(), "tone": "red", "url": f"{url}?state=open", "icon": "flame"},
        {"label": pgettext("churn", "Acting on it"), "value": rows.acting().count(), "url": f"{url}?state=acting", "icon": "heart-handshake"},
        {"label": _("Right in a year"), "value": precision, "url": reverse("churn:accuracy"), "icon": "target",
         "note": _("%(hits)d of %(decided)d judged") % {"hits": counted.hits, "decided": counted.decided}},
    ]  # fmt: skip


def _chips(state: str) -> list[dict[str, Any]]:
    url = reverse("churn:list")
    words = {
        "open": _("To be answered"), "acting": pgettext("churn", "Acting on it"), "closed": pgettext("churn", "Closed"),
    }  # fmt: skip
    return [
        {"url": f"{url}?state={key}", "label": label, "active": key == state} for key, label in words.items()
    ]


def score_tone(score: int, settings: ChurnWeights) -> str:
    """Return the colour of a score."""
    return "red" if score >= settings.high_at else "orange"


def row_of(one: ChurnAlert, user: User, settings: ChurnWeights) -> dict[str, Any]:
    """Return an alarm as lists show it."""
    plan: WinBack | None = getattr(one, "win_back", None)
    return {
        "url": reverse("churn:alert", args=[one.pk]), "name": shown_name(user, one.customer), "score": one.score,
        "tone": score_tone(one.score, settings), "parts": [str(Part(part["part"]).label) for part in one.parts],
        "raised": ago(one.raised_at), "due": due(one.due_at) if not one.answer else "", "is_late": not one.answer and one.due_at < timezone.now(),
        "answer": one.get_answer_display() or _("to be answered"), "answer_tone": ANSWER_TONES[one.answer],
        "plan": plan, "responsible": one.responsible.name if one.responsible else "",
    }  # fmt: skip


def seen(request: HttpRequest, pk: int) -> ChurnAlert:
    """Return an alarm in sight."""
    rows = ChurnAlert.objects.visible_to(user_of(request))
    return rows.select_related("customer__owner", "responsible", "answered_by", "win_back__owner").get(pk=pk)


@require_GET
def alert(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one alarm: its reasons then, the signs now, its answer and the plan to win back."""
    user, one, now = user_of(request), seen(request, pk), timezone.now()
    settings = weights_in_force()
    reading = readings([one.customer], now, settings)[0].reading
    made: WinBack | None = getattr(one, "win_back", None)
    context = {
        "title": shown_name(user, one.customer), "one": one, "row": row_of(one, user, settings),
        "signs": [sign_line(part) for part in one.parts], "signs_now": [sign_line(sign.as_json()) for sign in reading.signs],
        "score_now": reading.score, "silent": [str(Part(part).label) for part in reading.silent],
        "unknown": [NOT_KNOWN[Part(part)] for part in reading.unknown], "plan": made and worded(user, one.customer, made, "reason", "measures", "outcome"), "why": said(user, one.customer, one.why),
        "may_answer": may_hand_in(user, one.customer, Right.SERVE) and one.closed_at is None,
    }  # fmt: skip
    return render(request, "care/alert.html", context)


def sign_line(part: dict[str, Any]) -> dict[str, Any]:
    """Return a kept sign in words."""
    return {"label": str(Part(part["part"]).label), "weight": part["weight"], "why": explain(part)}


def _plan(data: dict[str, Any]) -> WinBackPlan:
    return WinBackPlan(
        reason=data["reason"], measures=data["measures"], owner=data["owner"], until=data["until"]
    )


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer: somebody acts, by this plan."""
    user, one = user_of(request), seen(request, pk)
    require(user, Right.SERVE)
    why = "；".join(explain(part) for part in one.parts)
    initial = {
        "reason": why,
        "owner": one.responsible_id or user.pk,
        "until": local_day(timezone.now()) + PLAN_DAYS,
    }
    return form_page(
        request, WinBackForm(request.POST or None, initial=initial), title=_("Win the customer back"), submit_label=_("Act on it"),
        save=lambda data: answer_alarm(user, one, Answer.ACTING, plan=_plan(data), now=timezone.now()), message=_("Answered."),
        done=reverse("churn:alert", args=[pk]),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer: false, or known already."""
    user, one = user_of(request), seen(request, pk)
    require(user, Right.SERVE)
    return form_page(
        request, AnswerForm(request.POST or None, initial={"answer": Answer.FALSE}), title=_("Answer the alarm"),
        submit_label=pgettext("churn", "Answer"), message=_("Answered."), done=reverse("churn:alert", args=[pk]),
        save=lambda data: answer_alarm(user, one, data["answer"], why=data["why"], now=timezone.now()),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the plan to win a customer back."""
    user, one = user_of(request), seen(request, pk)
    require_hand_in(user, one.customer, Right.SERVE)
    known = getattr(one, "win_back", None)
    initial = {} if known is None else {
        "reason": known.reason, "measures": known.measures, "owner": known.owner_id, "until": known.until
    }  # fmt: skip
    return form_page(
        request, WinBackForm(request.POST or None, initial=initial), title=_("Win the customer back"), message=_("Saved."),
        save=lambda data: change_win_back(user, one, _plan(data), now=timezone.now()), done=reverse("churn:alert", args=[pk]),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what came of winning back."""
    user, one = user_of(request), seen(request, pk)
    require(user, Right.SERVE)
    return form_page(
        request, ResultForm(request.POST or None), title=_("What came of it"), message=_("Saved."),
        save=lambda data: close_win_back(
            user, one, data["result"], outcome=data["outcome"], now=timezone.now()
        ),
        done=reverse("churn:alert", args=[pk]),
    )  # fmt: skip
