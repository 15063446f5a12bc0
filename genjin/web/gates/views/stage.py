"""Moving a customer to another stage: by its page, or by a card dropped on the board."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.actions.ownership import require_edit
from genjin.customers.models import Choice, Customer
from genjin.customers.rules import Stage
from genjin.customers.rules.axes import needs_reason, reachable
from genjin.followups.actions.discard import Discard, ask_to_discard
from genjin.followups.actions.evidence import add_evidence
from genjin.followups.actions.exceptions import NewException, ask_for_exception
from genjin.followups.actions.stages import Move
from genjin.kit.errors import RuleError
from genjin.selling.actions.stages import move_stage, prove_and_move
from genjin.web.customers.views.browse import card_of
from genjin.web.customers.views.detail import customer_of
from genjin.web.gates.forms import ExceptionForm, MoveForm
from genjin.web.gates.words import lines_of
from genjin.web.shell.pages import attempt, back, form_page, is_fragment, leave, user_of

ASKS = {"stage_reason_missing", "lost_reason_missing", "stage_gate_closed"}  # refusals the dialog can answer


def _own(request: HttpRequest, pk: int) -> tuple[User, Customer]:
    user, customer = user_of(request), customer_of(request, pk)
    require_edit(user, customer, Right.MOVE_STAGE)
    return user, customer


@require_http_methods(["GET", "POST"])
def stage(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a move asks for and do it, with evidence given on the spot."""
    user, customer = _own(request, pk)
    wanted = request.POST.get("stage") or request.GET.get("stage") or request.GET.get("to") or ""
    if request.method == "POST" and "csrfmiddlewaretoken" not in request.POST:
        return _drop(request, user, customer, wanted)
    form = MoveForm(request.POST or None, request.FILES or None, customer=customer)
    if form.is_valid() and attempt(form, lambda: _move(user, customer, form)):
        is_asked = bool(form.cleaned_data.get("approval_reason"))
        said = _("Your lead is asked; it is done when granted.") if is_asked else _("Moved.")
        return leave(request, back(request, reverse("customers:detail", args=[pk])), said)
    return _dialog(request, customer, form, wanted, status=422 if form.is_bound else 200)


def _move(user: User, customer: Customer, form: MoveForm) -> None:
    data, now = form.cleaned_data, timezone.now()
    move = Move(data["stage"], data["reason"], data["lost_reason"])
    if data.get("approval_reason") and move.lost_reason is not None:
        _ask_to_discard(user, customer, move.lost_reason, form)
        return
    try:
        if form.has_words:
            prove_and_move(user, customer, move, form.as_new(), now=now)
        else:
            move_stage(user, customer, move.target, reason=move.reason, lost_reason=move.lost_reason, now=now)
    except RuleError as refusal:
        if refusal.code == "too_few_touches":
            form.offer_asking()
        raise


@transaction.atomic
def _ask_to_discard(user: User, customer: Customer, lost: Choice, form: MoveForm) -> None:
    """Keep what shows the loss, and ask who leads to let the customer go before its grade's contacts."""
    now = timezone.now()
    if form.has_words:
        add_evidence(user, customer, form.as_new(), now=now)
    wish = Discard(lost, form.cleaned_data["reason"])
    ask_to_discard(user, customer, wish, reason=form.cleaned_data["approval_reason"], now=now)


def _drop(request: HttpRequest, user: User, customer: Customer, target: str) -> HttpResponse:
    """A card was dropped: move at once, or answer with the checklist and the form when something is wanted."""
    try:
        moved = move_stage(user, customer, target, now=timezone.now())
    except RuleError as refusal:
        if refusal.code not in ASKS:
            raise
        return _dialog(request, customer, MoveForm(None, customer=customer), target, status=422, drop=True)
    return render(request, "shell/components/board.html#card", {"card": card_of(moved, user)})


def _dialog(
    request: HttpRequest, customer: Customer, form: MoveForm, wanted: str, **how: Any
) -> HttpResponse:
    offered = [str(one.value) for one in reachable(Stage(customer.stage))]
    target = wanted if wanted in offered else offered[0]
    lines = lines_of(customer, target, timezone.now())
    missing = [line["code"] for line in lines if any("?proves=" in way["url"] for way in line["ways"])]
    if not form.is_bound:
        form.initial["stage"] = target
        form.preset(missing)
    form.fields["proves"].choices = [pair for pair in form.fields["proves"].choices if pair[0] in missing]  # type: ignore[attr-defined]
    is_loss = target == Stage.LOST
    context = {
        "form": form, "lines": lines, "asks_evidence": bool(missing), "is_loss": is_loss,
        "asks_reason": needs_reason(Stage(customer.stage), Stage(target)), "is_short": any(not line["is_met"] for line in lines),
        "title": _("Move to %(stage)s") % {"stage": Stage(target).label}, "stage_url": reverse("customers:stage", args=[customer.pk]),
        "exception_url": f"{reverse('gates:exception', args=[customer.pk])}?to={target}", "cancel_url": back(request, "/"),
    }  # fmt: skip
    is_part = is_fragment(request) or how.get("drop", False)
    if is_part:  # another stage asks for other things
        asked_anew = {"hx-get": context["stage_url"], "hx-target": "#dialog-body", "hx-trigger": "change"}
        form.fields["stage"].widget.attrs |= asked_anew
    template = "gates/stage.html#dialog" if is_part else "gates/stage.html"
    return render(request, template, context, status=how["status"])


@require_http_methods(["GET", "POST"])
def exception(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask who leads to let a customer pass without all of its evidence."""
    user, customer = _own(request, pk)
    target = request.GET.get("to", "")
    if target not in [str(one.value) for one in reachable(Stage(customer.stage))]:
        raise RuleError(_("Choose a stage this customer can move to."), "stage_not_reachable")
    form = ExceptionForm(request.POST or None, initial={"lost_reason": request.GET.get("lost_reason")})
    if target == Stage.LOST:
        form.fields["lost_reason"].widget = type(MoveForm.base_fields["lost_reason"].widget)(
            attrs={"class": "form-select"}
        )

    def save(data: dict[str, Any]) -> None:
        move = Move(target, data["reason"], data["lost_reason"])
        ask_for_exception(user, customer, NewException(move, data["reason"], form.end), now=timezone.now())

    return form_page(
        request, form, title=_("Ask for an exception"), submit_label=_("Ask"), save=save, template="gates/exception.html",
        message=_("Asked. Who leads you decides; the customer moves when it is granted."), lines=lines_of(customer, target, timezone.now()),
        done=reverse("customers:detail", args=[pk]), stage=Stage(target).label,
    )  # fmt: skip
