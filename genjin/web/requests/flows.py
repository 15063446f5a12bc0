"""Who has to agree to what: the flows of all kinds, the steps of one, and a try of it."""

from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, Role, require
from genjin.accounts.queries import local_day
from genjin.approvals.actions.flows import reset_flow, save_flow
from genjin.approvals.models import Flow
from genjin.approvals.queries.signers import preview, steps_of
from genjin.approvals.rules.flows import HIGHEST, KINDS, MOST_SIGNERS, USUAL, By, Needs, StepRule, read_signer
from genjin.kit.errors import RuleError
from genjin.web.requests.forms import TryForm
from genjin.web.requests.kinds import KINDS as WORDS
from genjin.web.requests.words import band_words, is_of_many, people_named, step_words, superior_words
from genjin.web.shell.pages import leave, user_of


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Show every kind with its steps in words."""
    require(user_of(request), Right.MANAGE_SETTINGS)
    flows = {row.kind: row for row in Flow.objects.current().select_related("made_by")}
    steps = {kind: flows[kind].rules if kind in flows else USUAL.get(kind, ()) for kind in KINDS}
    people = people_named([rule for rules in steps.values() for rule in rules])
    rows = [
        {"kind": kind, "label": WORDS[kind].label, "icon": WORDS[kind].icon, "flow": flows.get(kind),
         "steps": [{"who": step_words(rule, people), "band": band_words(rule)} for rule in steps[kind]]}
        for kind in KINDS
    ]  # fmt: skip
    return render(request, "requests/flows.html", {"title": _("Approvals"), "rows": rows})


@require_http_methods(["GET", "POST"])
def flow(request: HttpRequest, kind: str) -> HttpResponse:
    """Show the steps of a kind, to change them and to try who would sign."""
    user = user_of(request)
    require(user, Right.MANAGE_SETTINGS)
    if kind not in KINDS:
        raise Flow.DoesNotExist
    steps, error, status = list(steps_of(kind)), "", 200
    typed, names = _rows(steps), _names(steps)
    if request.method == "POST":
        typed = _typed(request, {name: code for code, name in names.items()})
        try:
            save_flow(user, kind, _read(typed), now=timezone.now())
        except RuleError as refusal:
            error, status = refusal.message, 422
        else:
            return leave(request, reverse("settings:flow", args=[kind]), _("Saved."))
    current = Flow.objects.current().filter(kind=kind).select_related("made_by").first()
    context = {
        "title": WORDS[kind].label, "kind": kind, "rows": [_named(row, names) for row in typed] or [{}], "error": error, "names": names.values(), "needs": Needs.choices,
        "flow": current, "is_usual": current is None, "versions": Flow.objects.filter(kind=kind).select_related("made_by")[:20],
        **_tried(request, user, steps),
    }  # fmt: skip
    return render(request, "requests/flow.html", context, status=status)


@require_POST
def reset(request: HttpRequest, kind: str) -> HttpResponse:
    """Go back to the usual steps of a kind."""
    reset_flow(user_of(request), kind, now=timezone.now())
    return leave(request, reverse("settings:flow", args=[kind]), _("The usual steps are in force again."))


def _names(steps: list[StepRule]) -> dict[str, str]:
    """Return who can be chosen by code, each under a name of its own; who signs now and has left stays among them."""
    now = [int(one.value) for rule in steps for one in rule.signers if one.by == By.PERSON]
    people = list(
        User.objects.filter(Q(is_active=True) | Q(pk__in=now))
        .order_by("name")
        .values_list("pk", "name", "username")
    )
    names = {f"superior:{level}": superior_words(level) for level in range(1, HIGHEST + 1)}
    names |= {f"role:{value}": str(label) for value, label in Role.choices}
    often = Counter([*names.values(), *(name for _pk, name, _login in people)])
    return names | {
        f"user:{pk}": name if often[name] == 1 else f"{name} ({login})" for pk, name, login in people
    }  # fmt: skip


def _named(row: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return row | {"names": [names.get(code, code) for code in row["signers"]]}


def _rows(steps: list[StepRule]) -> list[dict[str, Any]]:
    return [
        {"signers": [str(one) for one in rule.signers], "needs": rule.needs.value, "low": rule.amount_from, "high": rule.amount_to}
        for rule in steps
    ]  # fmt: skip


def _typed(request: HttpRequest, codes: dict[str, str]) -> list[dict[str, Any]]:
    """Return the rows of the form, names as codes; one whose signers are all empty is none."""
    columns = [request.POST.getlist(f"signer{number}") for number in range(1, MOST_SIGNERS + 1)]
    rest = (request.POST.getlist(name) for name in ("needs", "low", "high"))
    rows = [
        {"signers": [codes.get(one.strip(), one.strip()) for one in row[:-3] if one.strip()], "needs": row[-3], "low": row[-2].strip(), "high": row[-1].strip()}
        for row in zip(*columns, *rest, strict=False)
    ]  # fmt: skip
    return [row for row in rows if row["signers"]]


def _read(rows: list[dict[str, Any]]) -> list[StepRule]:
    return [
        StepRule(
            tuple(read_signer(one) for one in row["signers"]), Needs.ALL if row["needs"] == Needs.ALL else Needs.ANY,
            _amount(row["low"]), _amount(row["high"]),
        )
        for row in rows
    ]  # fmt: skip


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text.replace(",", "")) if text else None
    except InvalidOperation:
        amount = Decimal("NaN")
    if amount is not None and (not amount.is_finite() or abs(amount) >= Decimal(10) ** 14):
        raise RuleError(_("Write amounts in yuan, such as 500000."), "amount_invalid")
    return amount


def _tried(request: HttpRequest, user: User, steps: list[StepRule]) -> dict[str, Any]:
    """Return who would sign the amount somebody asks about, as the steps in force say."""
    asked = request.GET if "person" in request.GET else None
    form = TryForm(asked, initial={"person": user.pk})
    if asked is None or not form.is_valid():
        return {"try_form": form, "tried": None}
    data = form.cleaned_data
    found = preview(steps, data["amount"], data["person"], data["day"] or local_day(timezone.now()))
    people = people_named([one.rule for one in found])
    tried = [
        {"who": step_words(one.rule, people), "is_stand_in": one.table.is_stand_in, "needs": one.rule.needs.label if is_of_many(one.rule) else "",
         "people": [(seat.user.name, seat.stands_for.name if seat.stands_for else "") for seat in one.table.seats]}
        for one in found
    ]  # fmt: skip
    return {"try_form": form, "tried": tried}
