"""Grading: choose, look at what moves, confirm; for one customer or for many."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.accounts.queries import local_day
from genjin.customers.actions.derive import facts_of
from genjin.customers.actions.ownership import require_edit
from genjin.customers.models import Customer
from genjin.customers.queries.sight import shown_name
from genjin.customers.rules import Grade
from genjin.customers.rules.overrides import USUAL, is_above
from genjin.customers.rules.regrade import reason_words
from genjin.customers.rules.score import propose_grade
from genjin.followups.actions.grading import grade_customers
from genjin.followups.queries.regrade import regrade_of
from genjin.kit.errors import RuleError, not_found
from genjin.web.customers.forms import GradeForm
from genjin.web.customers.proposals import difference
from genjin.web.customers.views.deeds import chosen_ids, whom
from genjin.web.customers.views.detail import customer_of
from genjin.web.shell.pages import attempt, back, is_fragment, leave, user_of


@require_http_methods(["GET", "POST"])
def grade(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Confirm or change the grade; where it changes, the difference is shown first."""
    user = user_of(request)
    require(user, Right.GRADE)
    customer = customer_of(request, pk) if pk is not None else None
    if customer is not None:
        require_edit(user, customer, Right.GRADE)
    ids = [customer.pk] if customer is not None else chosen_ids(user, request.POST)
    if not ids:
        raise RuleError(_("Choose at least one customer."), "nothing_chosen")
    is_sent = request.method == "POST" and "asked" in request.POST
    form = GradeForm(request.POST if is_sent else None, initial=_initial(request, customer, ids))
    if is_sent and form.is_valid():
        answer = _go_on(request, user, ids, form)
        if answer is not None:
            return answer
    title = f"{_('Grade')} · {whom(user, customer, ids)}"
    return _show(request, "shell/form.html", {"form": form, "title": title, "submit_label": _("Go on")})


def _initial(request: HttpRequest, customer: Customer | None, ids: Sequence[int]) -> dict[str, Any]:
    matching = request.POST.get("matching", "")
    kept = {
        "ids": "" if matching else ",".join(map(str, ids)),
        "matching": matching,
        "until": local_day(timezone.now()) + USUAL,
    }
    if customer is None:
        return kept
    is_wanted = customer.grade_proposal in Grade.values and not request.GET.get("keep")
    kept["grade"] = customer.grade_proposal if is_wanted else customer.grade
    kept["reason"] = reason_words(customer.grade_proposal_reason) if is_wanted else ""
    return kept


def _go_on(request: HttpRequest, user: User, ids: list[int], form: GradeForm) -> HttpResponse | None:
    """Show the difference, or grade when it was seen or there is none; None when a rule said no."""
    data, now = form.cleaned_data, timezone.now()
    rows = list(Customer.objects.visible_to(user).filter(pk__in=ids).order_by("pk"))
    if len(rows) != len(set(ids)):
        raise not_found()
    for row in rows:
        require_edit(user, row, Right.GRADE)  # who only reads is shown no tasks of others either
    found, seen = regrade_of(rows, data["grade"], now), request.POST.get("seen", "")
    if found.changed and seen != found.mark:
        names = {row.pk: shown_name(user, row) for row in rows}
        context = difference(found, names) | {"form": form, "title": _("What changes"), "is_new": bool(seen)}
        words = {"reason": data["reason"], "until": _until(rows, data["grade"], data["until"])}
        return _show(request, "customers/regrade.html", context | words)
    moved = set(map(int, filter(str.isdecimal, request.POST.getlist("move"))))
    keep = {move.task.pk for move in found.moves} - moved if "chosen" in request.POST else ()

    def deed() -> None:
        grade_customers(
            user,
            ids,
            data["grade"],
            reason=data["reason"],
            keep=keep,
            seen=seen,
            until=data["until"],
            now=now,
        )

    if not attempt(form, deed):
        return None
    home = reverse("customers:detail", args=ids) if "/grade/" in request.path and len(ids) == 1 else ""
    return leave(request, back(request, home or reverse("customers:list")), _("Graded."))


def _until(rows: Sequence[Customer], grade: str, until: date | None) -> date | None:
    """Return until when the grade stands where it is not what the rules say; None where it stands for good."""
    today = local_day(timezone.now())
    above = (is_above(grade, propose_grade(facts_of(row), today)[0], row.grade_proposal) for row in rows)
    return (until or today + USUAL) if any(above) else None


def _show(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    form = context["form"]
    status = 422 if form.is_bound and form.errors else 200
    template += "#dialog" if is_fragment(request) else ""
    return render(
        request, template, {"cancel_url": back(request, reverse("customers:list"))} | context, status=status
    )
