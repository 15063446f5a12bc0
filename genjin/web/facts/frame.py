"""What the pages of data quality share: their tabs, whose customers, a list of customers with something to see to."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.models import Customer, CustomerQuerySet
from genjin.customers.queries.sight import shown_name
from genjin.web.shell.pages import user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import ago

Tag = Mapping[str, str]


def tabs(user: User, active: str) -> list[dict[str, Any]]:
    """Return the pages of data quality this person may open."""
    words = [("confirm", _("To confirm again")), ("contradictions", _("Contradictions"))]
    if user.may(Right.REVIEW_QUALITY):
        words = [("figures", _("Figures")), *words, ("samples", _("Spot checks"))]
    if user.may(Right.SEE_TEAM) or user.may(Right.SEE_ALL):
        words.append(("missing", _("Missing information")))
    shown = [
        {"url": reverse(f"facts:{name}"), "label": label, "active": name == active} for name, label in words
    ]
    shown.append({"url": reverse("followups:quality"), "label": _("Records"), "active": active == "records"})
    if user.may(Right.DELETE_CUSTOMER):
        shown.append({"url": reverse("quality:duplicates"), "label": _("Duplicates"), "active": False})
    return shown


def people_led(user: User) -> list[tuple[int, str]]:
    """Return the people whose customers one may look at besides one's own; none for a rep."""
    if not (user.may(Right.SEE_TEAM) or user.may(Right.SEE_ALL)):
        return []
    return list(User.objects.active().led_by(user).values_list("pk", "name"))


def whose(request: HttpRequest, *, own: bool = False) -> tuple[CustomerQuerySet, int | str]:
    """Return the owned customers `?who=` asks for, of people one leads, and whose they are; "" is everybody.

    With `own`, a missing `?who=` means one's own.
    """
    user = user_of(request)
    rows = Customer.objects.visible_to(user).owned()
    text = request.GET.get("who")
    if text is None and own:
        return rows.filter(owner=user), user.pk
    if not user.scope.sees_all:
        rows = rows.filter(owner_id__in=user.scope.people)
    if text and text.isdecimal() and len(text) < 19:
        return rows.filter(owner_id=int(text)), int(text)
    return rows, ""


def customers_page(
    request: HttpRequest, rows: CustomerQuerySet, tags_of: Callable[[Sequence[Customer]], Mapping[int, Sequence[Tag]]], **context: Any
) -> HttpResponse:  # fmt: skip
    """Show customers, each with what is to be seen to; `tags_of` says it for those of one page."""
    user = user_of(request)
    shown = paged(request, rows.select_related("owner").order_by("-id"))
    tags = tags_of(shown.rows)
    heads = (_("Customer"), context["what"], _("Owner"), _("Last follow-up"))
    context |= {
        "columns": [{"label": label} for label in heads],
        "people": people_led(user),
        "rows": [
            {
                "url": f"{reverse('customers:detail', args=[row.pk])}?tab=facts", "name": shown_name(user, row), "grade": row.grade,
                "owner": row.owner.name if row.owner else "", "tags": tags.get(row.pk, ()), "when": ago(row.last_contact_at),
            }
            for row in shown.rows
        ],
    }  # fmt: skip
    return render(request, "facts/lists.html", shown.context() | context)
