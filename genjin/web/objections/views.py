"""Objections of all customers in sight with counts per category; noting one, answering one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from genjin.library.rules import Objection as Category
from genjin.proposals.actions.objections import NewObjection, answer_objection, note_objection
from genjin.proposals.actions.rights import require_sell
from genjin.proposals.models import Objection
from genjin.proposals.queries.objections import counts
from genjin.proposals.rules import Acceptance
from genjin.web.customers.views.detail import customer_of
from genjin.web.objections.forms import AnswerForm, ObjectionForm
from genjin.web.objections.shown import rows_of
from genjin.web.shell.pages import back, form_page, user_of
from genjin.web.shell.paging import paged

OPEN = "open"


@require_GET
def objections(request: HttpRequest) -> HttpResponse:
    """Show what customers object to: counted by category, and one by one."""
    user = user_of(request)
    category, taken = request.GET.get("category", ""), request.GET.get("taken", "")
    seen = Objection.objects.visible_to(user)
    rows = seen.filter(category=category) if category in Category.values else seen
    if taken == OPEN or taken in Acceptance.values:
        rows = rows.filter(acceptance="" if taken == OPEN else taken)
    shown = paged(
        request, rows.select_related("customer__owner", "entry", "noted_by", "opportunity").order_by("-id")
    )
    words = [("", _("All")), (OPEN, _("to be answered")), *Acceptance.choices]
    kept = f"category={category}&" if category in Category.values else ""
    context = {
        "title": pgettext("menu", "Objections"), "rows": rows_of(user, shown.rows), "category": category,
        "tiles": [_tile(one, chosen=category) for one in counts(seen)],
        "chips": [{"url": f"?{kept}taken={key}", "label": word, "active": key == taken} for key, word in words],
    }  # fmt: skip
    return render(request, "objections/list.html", shown.context() | context)


def _tile(one: Any, *, chosen: str) -> dict[str, Any]:
    answered = one.count - one.open
    note = _("%(accepted)d of %(count)d answers accepted") % {"accepted": one.accepted, "count": answered}
    return {
        "label": str(Category(one.category).label), "value": one.count, "note": note if answered else _("not answered yet"),
        "url": "?" if one.category == chosen else f"?category={one.category}", "tone": "green" if one.category == chosen else "",
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Note what a customer objects to."""
    user, customer = user_of(request), customer_of(request, pk)
    require_sell(user, customer)
    form = ObjectionForm(
        request.POST or None, customer=customer, initial={"opportunity": request.GET.get("opportunity")}
    )

    def save(data: dict[str, Any]) -> None:
        new = NewObjection(data["category"], data["said"], data["opportunity"])
        note_objection(user, customer, new, form.as_answer(), now=timezone.now())

    url = f"{reverse('customers:detail', args=[pk])}?tab=proposals#objections"
    return form_page(
        request, form, title=_("Note an objection"), message=_("On record."), save=save, done=url
    )


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take down what was answered and how it was taken."""
    user = user_of(request)
    row = Objection.objects.visible_to(user).select_related("customer__owner").get(pk=pk)
    require_sell(user, row.customer)
    initial = {"entry": row.entry_id, "answer": row.answer, "acceptance": row.acceptance}
    form = AnswerForm(request.POST or None, category=row.category, initial=initial)
    form.fields["acceptance"].required = True
    url = back(request, f"{reverse('customers:detail', args=[row.customer_id])}?tab=proposals#objections")

    def save(_data: dict[str, Any]) -> None:
        given = form.as_answer()
        assert given is not None  # noqa: S101 (the form asked for how it was taken)
        answer_objection(user, row, given, now=timezone.now())

    return form_page(
        request,
        form,
        title=_("Answer: %(said)s") % {"said": row.said[:60]},
        message=_("On record."),
        save=save,
        done=url,
    )
