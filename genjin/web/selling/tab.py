"""The tab "deals" of a customer's page: its opportunities, and what is known of needs, deciders and competitors."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.accounts.queries import local_day
from genjin.customers.actions.ownership import may_edit
from genjin.customers.models import Customer
from genjin.customers.queries.sight import said
from genjin.customers.rules import Stage
from genjin.selling.models import Opportunity
from genjin.selling.queries.pipeline import chances, with_weight
from genjin.selling.rules.words import OPEN_STAGES
from genjin.web.selling.knowledge import chain_context, needs_context, plan_context, rivals_context
from genjin.web.selling.words import close_of
from genjin.web.shell.pages import user_of
from genjin.web.shell.templatetags.genjin import money


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the tab: its template (a card) and what fills it."""

    template: str
    context: Callable[[User, Customer], dict[str, Any]]


def deals_context(user: User, customer: Customer) -> dict[str, Any]:
    """Return a customer's opportunities, open ones first."""
    today = local_day(timezone.now())
    rows = with_weight(Opportunity.objects.filter(customer=customer), chances()).select_related(
        "owner", "lost_reason"
    )
    shown = [_deal(row, said(user, customer, row.name), today) for row in rows.order_by("-id")[:100]]
    may = user.may(Right.SELL) and may_edit(user, customer) and customer.stage not in {Stage.LEAD, Stage.LOST}
    return {
        "deals": sorted(shown, key=lambda one: not one["is_open"]),
        "deal_add_url": f"{reverse('selling:add')}?customer={customer.pk}" if may else "",
    }


def _deal(row: Any, name: str, today: date) -> dict[str, Any]:
    close = close_of(row, today)
    return {
        "url": reverse("selling:detail", args=[row.pk]), "name": name, "stage": row.stage, "stage_label": row.get_stage_display(),
        "kind": row.get_kind_display(), "amount": money(row.amount), "owner": row.owner.name if row.owner else "", "close": close["text"],
        "close_tone": close.get("tag", ""), "is_open": row.stage in OPEN_STAGES, "chance": row.chance,
        "lost": row.lost_reason.name if row.lost_reason else "",
    }  # fmt: skip


PARTS: tuple[Part, ...] = (
    Part("selling/deals.html", deals_context),
    Part("selling/needs.html", needs_context),
    Part("selling/chain.html", chain_context),
    Part("selling/rivals.html", rivals_context),
    Part("selling/account_plan.html", plan_context),
)


def deals_tab(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """Return the context of the tab: the parts' templates in order, and all their words."""
    user = user_of(request)
    context: dict[str, Any] = {"parts": [one.template for one in PARTS]}
    for one in PARTS:
        context |= one.context(user, customer)
    return context
