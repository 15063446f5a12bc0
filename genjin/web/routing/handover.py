"""Handing customers on: what a person has in hand, to whom it goes, and the receiver's yes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.models import Customer
from genjin.customers.queries.sight import sees_person, show_contact, shown_name
from genjin.followups.queries.conditions import as_query
from genjin.followups.queries.lists import conditions_of
from genjin.routing.actions.handover import (
    NewHandover,
    accept_handover,
    decline_handover,
    offer_handover,
    withdraw_handover,
)
from genjin.routing.models import Handover
from genjin.routing.queries.handover import PacketLine, holdings, left_behind, packet
from genjin.routing.rules.credit import CreditSplit
from genjin.web.customers import filters
from genjin.web.gates.words import debt_tag, proof_words
from genjin.web.requests.forms import DeclineForm
from genjin.web.routing.forms import HandoverForm
from genjin.web.routing.views import tabs
from genjin.web.shell.pages import attempt, confirm_page, form_page, leave, user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import due

TONES = {"offered": "orange", "accepted": "green", "declined": "red", "withdrawn": "muted"}


@require_GET
def handovers(request: HttpRequest) -> HttpResponse:
    """Show who left with customers still theirs, and every handover in sight."""
    user, now = user_of(request), timezone.now()
    rows = (
        Handover.objects.visible_to(user)
        .select_related("giver", "receiver", "made_by")
        .prefetch_related("items")
    )
    shown = paged(request, rows)
    late = set(
        Handover.objects.unanswered(now)
        .filter(pk__in=[row.pk for row in shown.rows])
        .values_list("pk", flat=True)
    )
    context = {
        "title": pgettext("menu", "Assignment"), "tabs": tabs(user, "handovers"), "tones": TONES,
        "left": [(person, holdings(person)) for person in left_behind(user)] if user.may(Right.ASSIGN) else [],
        "columns": [{"label": label} for label in (pgettext("handover", "From"), pgettext("handover", "To"), _("Customers"), _("State"), _("When"))],
        "rows": [{"one": row, "count": len(row.items.all()), "tone": TONES[row.status], "is_late": row.pk in late} for row in shown.rows],
        "create": {"url": reverse("routing:handover_new"), "label": _("New handover")} if user.may(Right.ASSIGN) else None,
        "empty": {"icon": "user-share", "title": _("No handover yet"),
                  "text": _("When somebody leaves or changes teams, hand their customers on with everything that is open.")},
    }  # fmt: skip
    return render(request, "routing/handovers.html", shown.context() | context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose whose customers go to whom: all of them, or those that meet conditions."""
    user = user_of(request)
    require(user, Right.ASSIGN)
    asked_for = request.POST.get("giver") or request.GET.get("giver", "")
    giver = (
        _led(user).filter(pk=int(asked_for)).first()
        if asked_for.isdecimal() and len(asked_for) < 19
        else None
    )
    form = HandoverForm(request.POST or None, user=user, giver=giver)
    asked, match = conditions_of(request.POST), request.POST.get("match", "all")
    made: list[Handover] = []

    def deed() -> None:
        data = form.cleaned_data
        chosen = (
            Customer.objects.live().filter(owner=data["giver"]).filter(as_query(asked, match))
            if asked
            else None
        )
        offer = NewHandover(
            data["giver"], data["receiver"], None if chosen is None else list(chosen.values_list("pk", flat=True)),
            note=data["note"], at_once=data["at_once"], split=CreditSplit(data["giver_percent"] or 0, data["shared_until"]),
        )  # fmt: skip
        made.append(offer_handover(user, offer, now=timezone.now()))

    if form.is_bound and form.is_valid() and attempt(form, deed):
        return leave(
            request, reverse("routing:handover", args=[made[0].pk]), _("Offered; the receiver accepts it.")
        )
    context = {
        "title": _("New handover"), "form": form, "giver": giver, "holdings": holdings(giver) if giver else None,
        "filter": filters.shown(user, asked, match, ""), "cancel_url": reverse("routing:handovers"),
    }  # fmt: skip
    return render(request, "routing/handover_new.html", context, status=422 if form.is_bound else 200)


def _led(user: User) -> Any:
    return User.objects.led_by(user)


@require_GET
def handover(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the packet: every customer with what is promised and open, what to watch, whom one speaks to."""
    user = user_of(request)
    one = Handover.objects.visible_to(user).select_related("giver", "receiver", "made_by").get(pk=pk)
    shown = paged(request, one.items.select_related("customer__owner", "customer__pool"))
    lines = packet([(item.customer, item.is_moved) for item in shown.rows])
    seen = set(
        Customer.objects.visible_to(user)
        .filter(pk__in=[line.customer.pk for line in lines])
        .values_list("pk", flat=True)
    )
    is_open = one.status == Handover.Status.OFFERED
    context = {
        "title": _("Handover"), "one": one, "tone": TONES[one.status],
        "lines": [_line(user, line, is_seen=line.customer.pk in seen or one.receiver_id == user.pk) for line in lines],
        "may_answer": is_open and one.receiver_id == user.pk, "may_decline": is_open and one.moved_at is None,
        "may_withdraw": is_open and one.moved_at is None and user.may(Right.ASSIGN),
    }  # fmt: skip
    return render(request, "routing/handover.html", shown.context() | context)


def _line(user: User, line: PacketLine, *, is_seen: bool) -> dict[str, Any]:
    """Return a line as this person may see it: people stay masked until the customer is theirs."""
    customer = line.customer
    unmasked = sees_person(user, customer)
    people = [show_contact(person, unmasked=unmasked) for person in line.people[:3]] if is_seen else []
    return {
        "url": reverse("customers:detail", args=[customer.pk]) if unmasked else "",
        "name": shown_name(user, customer), "grade": customer.grade, "stage": customer.stage,
        "stage_label": customer.get_stage_display(), "files": [(file.pk, file.name) for file in line.files[:3]] if is_seen and unmasked else [], "file_count": len(line.files),
        "evidence": proof_words(list(line.evidence)) if is_seen else [], "debt": debt_tag(customer) if is_seen else None, "is_moved": line.is_moved,
        "tasks": [(task.objective, due(task.due_at), task.get_kind_display() if task.kind.startswith("promise") else "") for task in line.tasks[:3]] if is_seen else [],
        "more": max(len(line.tasks) - 3, 0), "risk": line.risk if is_seen else "",
        "people": [f"{person.name} {person.job_title}".strip() for person in people],
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Say yes to what one was offered."""
    user = user_of(request)
    one = Handover.objects.visible_to(user).get(pk=pk)
    count = one.items.count()
    question = ngettext("Take over %(count)d customer?", "Take over %(count)d customers?", count) % {
        "count": count
    }
    return confirm_page(
        request, deed=lambda: accept_handover(user, one, now=timezone.now()), title=_("Accept the handover"), question=question,
        consequence=_("Records, tasks, files and promises stay with the customers; the first contact is due within 24 hours."),
        submit_label=_("Accept"), message=_("Accepted."), done=reverse("routing:handover", args=[pk]),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Say no, and why."""
    user = user_of(request)
    one = Handover.objects.visible_to(user).get(pk=pk)
    return form_page(
        request, DeclineForm(request.POST or None), title=_("Decline the handover"), submit_label=_("Decline"),
        save=lambda data: decline_handover(user, one, answer=data["answer"], now=timezone.now()),
        message=_("Declined."), done=reverse("routing:handovers"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an offer back."""
    user = user_of(request)
    require(user, Right.ASSIGN)
    one = Handover.objects.visible_to(user).get(pk=pk)
    return confirm_page(
        request, deed=lambda: withdraw_handover(user, one, now=timezone.now()), title=_("Withdraw the handover"),
        question=_("Take this offer back?"), submit_label=_("Take back"), message=_("Taken back."),
        done=reverse("routing:handover", args=[pk]),
    )  # fmt: skip
