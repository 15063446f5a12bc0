"""Whom to greet in the coming days: a text ready to copy, one click to record or to skip."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.models import Contact
from genjin.customers.queries.sight import sees_person, show_contact, shown_name
from genjin.followups.actions.greetings import greet, leave_out
from genjin.followups.queries.greetings import Coming, birthdays_of, coming_occasions, to_greet_on
from genjin.library.queries.greetings import greeting_texts
from genjin.library.rules.entries import filled
from genjin.library.rules.greetings import BIRTHDAY, Occasion
from genjin.web.followups.tabs import work_tabs
from genjin.web.shell.pages import back, leave, user_of
from genjin.web.shell.paging import paged


@require_GET
def greeting_list(request: HttpRequest) -> HttpResponse:
    """Show who waits for a greeting on `?on=` an occasion, birthdays first."""
    user, coming = user_of(request), coming_occasions(timezone.now())
    chips, chosen = _chips(user, coming, request.GET.get("on", ""))
    rows = birthdays_of(user, coming) if chosen == BIRTHDAY else Contact.objects.none()
    occasion = next((one for one in coming.festivals if one.key == chosen), None)
    if occasion is not None:
        rows = to_greet_on(user, occasion)
    shown = paged(request, rows)
    texts = greeting_texts([occasion] if occasion else list(coming.birthdays.values()))
    context = {
        "title": _("Tasks"), "tabs": work_tabs("greetings"), "chips": chips,
        "rows": [_row(user, one, occasion or coming.birthdays[one.birth_key], texts) for one in shown.rows],
        "empty": {"icon": "star", "title": _("Nobody to greet these days"), "text": _("Birthdays and festivals show up here some days ahead.")},
    }  # fmt: skip
    return render(request, "followups/greetings.html", shown.context() | context)


def _chips(user: User, coming: Coming, asked: str) -> tuple[list[dict[str, Any]], str]:
    found = [(BIRTHDAY, _("Birthdays"), birthdays_of(user, coming).count())] if coming.birthdays else []
    found += [
        (one.key, f"{one.label} {one.day:%m-%d}", to_greet_on(user, one).count()) for one in coming.festivals
    ]
    keys = [key for key, _label, _count in found]
    usual = next((key for key, _label, count in found if count), keys[0] if keys else "")
    chosen = asked if asked in keys else usual
    return [
        {"url": f"?on={key}", "label": label, "count": count, "active": key == chosen}
        for key, label, count in found
    ], chosen


def _row(user: User, contact: Contact, occasion: Occasion, texts: dict[str, Any]) -> dict[str, Any]:
    unmasked = sees_person(user, contact.customer)
    shown = show_contact(contact, unmasked=unmasked)
    body = texts[occasion.key][0].body if texts.get(occasion.key) else occasion.label
    return {
        "id": contact.pk, "name": shown.name or shown_name(user, contact.customer), "job": shown.job_title, "wechat": shown.wechat,
        "phone": "" if shown.is_masked else shown.phone, "customer": shown_name(user, contact.customer), "grade": contact.customer.grade,
        "url": reverse("customers:detail", args=[contact.customer_id]), "occasion": occasion.name, "label": occasion.label, "day": occasion.day,
        "text": filled(body, name=shown.name, me=user.name, company=shown_name(user, contact.customer)),
    }  # fmt: skip


@require_POST
def greeting_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a person was greeted, or leave them out."""
    user = user_of(request)
    require(user, Right.FOLLOW_UP)
    contact = Contact.objects.visible_to(user).get(pk=pk)
    occasion, now = request.POST.get("occasion", "")[:24], timezone.now()
    done = back(request, reverse("followups:greetings"))
    if request.POST.get("skip"):
        leave_out(user, contact, occasion, now=now)
        return leave(request, done, _("Left out this time."))
    greet(user, contact, occasion, text=request.POST.get("text", "")[:2000], now=now)
    return leave(request, done, _("Greeting recorded."))
