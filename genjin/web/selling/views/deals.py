"""One opportunity: its page, opening, changing and moving it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.accounts.queries import local_day
from genjin.customers.models import Customer
from genjin.customers.queries.find import search
from genjin.customers.queries.scores import current_rules
from genjin.customers.queries.sight import shown_name
from genjin.customers.rules import Stage
from genjin.kit.errors import RuleError
from genjin.selling.actions.chances import set_chances
from genjin.selling.actions.opportunities import (
    CHANGEABLE,
    NewOpportunity,
    change_opportunity,
    open_opportunity,
)
from genjin.selling.actions.stages import move_opportunity
from genjin.selling.actions.writing import require_write
from genjin.selling.models import Opportunity, Product
from genjin.selling.queries.gates import opportunity_checklist
from genjin.selling.queries.pipeline import chances, with_weight
from genjin.selling.rules import OpportunityStage
from genjin.selling.rules.moves import REACHABLE, is_step_up
from genjin.web.customers.views.detail import customer_of
from genjin.web.gates.words import told
from genjin.web.selling import pieces, words
from genjin.web.selling.forms import ChancesForm, OpportunityForm, OpportunityMoveForm, ids_in
from genjin.web.shell.pages import attempt, back, form_page, is_fragment, leave, user_of

ASKS = {"stage_reason_missing", "lost_reason_missing", "stage_gate_closed"}  # refusals the dialog can answer


def opportunity_of(request: HttpRequest, pk: int) -> Any:
    """Return an opportunity in sight with its weight; a stranger's raises the same DoesNotExist as a missing one."""
    rows = Opportunity.objects.visible_to(user_of(request)).select_related(
        "customer__owner", "owner", "lost_reason"
    )
    return with_weight(rows, chances()).get(pk=pk)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an opportunity: stage bar, facts, products, what belongs to it, history."""
    user, row = user_of(request), opportunity_of(request, pk)
    return render(request, "selling/detail.html", pieces.page_of(user, row, local_day(timezone.now())))


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Open an opportunity: first for which customer, then what it is about."""
    user = user_of(request)
    require(user, Right.SELL)
    given = request.POST.get("customer") or request.GET.get("customer") or ""
    if not given.isdecimal() or len(given) > 18:
        return _choose(request, user)
    customer = customer_of(request, int(given))
    bought = Opportunity.objects.filter(customer=customer, stage="won").exists()
    initial = {
        "kind": request.GET.get("kind") or ("repeat" if bought else "first"), "owner": customer.owner_id or user.pk,
        "amount": customer.budget_max or customer.budget_min, "expected_close": customer.purchase_by, "forecast": "pipeline",
        "name": pieces.first_line(customer.need),
    }  # fmt: skip
    form = OpportunityForm(request.POST or None, initial=initial, chances=chances())
    made: list[Opportunity] = []

    def save() -> None:
        data = form.cleaned_data
        new = NewOpportunity(
            lines=form.read_lines(request.POST),
            **{name: data[name] for name in ("name", "kind", "amount", "expected_close", "owner", "probability", "forecast", "notes")},
        )  # fmt: skip
        if not form.errors:
            made.append(open_opportunity(user, customer, new, now=timezone.now()))

    if request.method == "POST" and form.is_valid() and attempt(form, save) and made:
        return leave(request, reverse("selling:detail", args=[made[0].pk]), _("The opportunity is open."))
    title = _("New opportunity: %(name)s") % {"name": shown_name(user, customer)}
    return _form(request, form, [], title=title, customer=customer)


def _choose(request: HttpRequest, user: User) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:100]
    rows = (
        Customer.objects.visible_to(user).select_related("owner").exclude(stage__in=[Stage.LEAD, Stage.LOST])
    )
    rows = (
        search(rows, text, user).order_by("-id")
        if text
        else rows.filter(owner=user).order_by("-stage_entered_at")
    )
    found = [
        {"url": f"{reverse('selling:add')}?customer={row.pk}", "name": shown_name(user, row), "stage": row.stage,
         "stage_label": row.get_stage_display()} for row in rows[:12]
    ]  # fmt: skip
    context = {"title": _("New opportunity"), "found": found, "query": text}
    template = (
        "selling/choose.html#panel"
        if is_fragment(request) and "q" not in request.GET
        else "selling/choose.html"
    )
    return render(request, template, context)


def _form(
    request: HttpRequest, form: OpportunityForm, lines: list[dict[str, Any]], **more: Any
) -> HttpResponse:
    if form.is_bound:
        names = zip(
            request.POST.getlist("product"),
            request.POST.getlist("quantity"),
            request.POST.getlist("price"),
            strict=False,
        )
        lines = [{"product": pk, "quantity": quantity, "price": price} for pk, quantity, price in names if pk]
    products = [
        {"pk": str(one.pk), "name": one.name, "price": one.list_price}
        for one in Product.objects.choosable(ids_in([line["product"] for line in lines]))
    ]
    context = {
        "form": form,
        "lines": lines,
        "products": products,
        "cancel_url": back(request, reverse("selling:list")),
        **more,
    }
    return render(request, "selling/edit.html", context, status=422 if form.is_bound and form.errors else 200)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an opportunity; what somebody changed meanwhile is not overwritten."""
    user, row = user_of(request), opportunity_of(request, pk)
    require_write(user, row, Right.SELL)
    initial = {name: getattr(row, name) for name in (*CHANGEABLE, "version") if name != "code"}
    form = OpportunityForm(request.POST or None, initial=initial, chances=chances(), row=row)

    def save() -> None:
        data = dict(form.cleaned_data)
        version = data.pop("version")
        data["lines"] = form.read_lines(request.POST)
        if not form.errors:
            change_opportunity(user, row, data, version=version, now=timezone.now())

    if request.method == "POST" and form.is_valid() and attempt(form, save) and not form.errors:
        return leave(request, reverse("selling:detail", args=[pk]), _("Saved."))
    lines = [
        {"product": str(one.product_id), "quantity": one.quantity, "price": "" if one.price is None else one.price} for one in row.lines.all()
    ]  # fmt: skip
    return _form(
        request,
        form,
        lines,
        title=row.name,
        customer=row.customer,
        cancel_url=reverse("selling:detail", args=[pk]),
    )


@require_http_methods(["GET", "POST"])
def stage(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a move asks for and do it, with evidence given on the spot; or move a dropped card at once."""
    user, row = user_of(request), opportunity_of(request, pk)
    require_write(user, row, Right.SELL)
    wanted = request.POST.get("stage") or request.GET.get("stage") or request.GET.get("to") or ""
    if request.method == "POST" and "csrfmiddlewaretoken" not in request.POST:
        return _drop(request, user, row, wanted)
    form = OpportunityMoveForm(request.POST or None, request.FILES or None, row=row)
    if form.is_valid() and attempt(form, lambda: _move(user, row, form)):
        return leave(request, back(request, reverse("selling:detail", args=[pk])), _("Moved."))
    return _dialog(request, row, form, wanted, status=422 if form.is_bound else 200)


def _move(user: User, row: Opportunity, form: OpportunityMoveForm) -> None:
    data = form.cleaned_data
    move_opportunity(
        user, row, data["stage"], reason=data["reason"], lost_reason=data["lost_reason"],
        evidence=form.as_new() if form.has_words else None, version=data["version"], now=timezone.now(),
    )  # fmt: skip


def _drop(request: HttpRequest, user: User, row: Any, target: str) -> HttpResponse:
    version = request.POST.get("version", "")
    try:
        move_opportunity(
            user, row, target, version=int(version) if version.isdecimal() else None, now=timezone.now()
        )
    except RuleError as refusal:
        if refusal.code not in ASKS:
            raise
        return _dialog(request, row, OpportunityMoveForm(None, row=row), target, status=422, drop=True)
    card = words.card_of(opportunity_of(request, row.pk), user, local_day(timezone.now()))
    return render(request, "shell/components/board.html#card", {"card": card})


def _dialog(
    request: HttpRequest, row: Any, form: OpportunityMoveForm, wanted: str, **how: Any
) -> HttpResponse:
    offered = [one.value for one in REACHABLE[row.stage]]
    target = wanted if wanted in offered else offered[0]
    lines = told(row.customer, opportunity_checklist(row, target, current_rules().pass_mark, timezone.now()))
    missing = [line["code"] for line in lines if any("?proves=" in way["url"] for way in line["ways"])]
    if not form.is_bound:
        form.initial = {**form.initial, "stage": target, "version": row.version}
        form.preset(missing)
    form.fields["proves"].choices = [pair for pair in form.fields["proves"].choices if pair[0] in missing]  # type: ignore[attr-defined]
    is_short = any(not line["is_met"] for line in lines)
    goes_along = (
        row.customer.stage == row.stage
    )  # then the customer's own exception takes both through the gate
    exception = f"{reverse('gates:exception', args=[row.customer_id])}?to={target}"
    context = {
        "form": form, "lines": lines, "asks_evidence": bool(missing), "is_loss": target == "lost",
        "asks_reason": not is_step_up(row.stage, target), "is_short": is_short and goes_along,
        "title": _("Move to %(stage)s") % {"stage": OpportunityStage(target).label}, "stage_url": reverse("selling:stage", args=[row.pk]),
        "exception_url": exception, "cancel_url": back(request, "/"),
    }  # fmt: skip
    is_part = is_fragment(request) or how.get("drop", False)
    if is_part:  # another stage asks for other things
        asked_anew = {"hx-get": context["stage_url"], "hx-target": "#dialog-body", "hx-trigger": "change"}
        form.fields["stage"].widget.attrs |= asked_anew
    template = "gates/stage.html#dialog" if is_part else "gates/stage.html"
    return render(request, template, context, status=how["status"])


@require_http_methods(["GET", "POST"])
def chance_settings(request: HttpRequest) -> HttpResponse:
    """Set how likely a purchase of each stage is."""
    user = user_of(request)
    require(user, Right.MANAGE_SETTINGS)
    form = ChancesForm(request.POST or None, initial=chances())
    return form_page(
        request, form, title=_("Probability by stage"), save=lambda data: set_chances(user, data, now=timezone.now()),
        done=reverse("settings:index"), message=_("Saved."),
    )  # fmt: skip
