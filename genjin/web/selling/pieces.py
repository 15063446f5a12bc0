"""The page of one opportunity in pieces: stage bar, facts, products, what belongs to it, history."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.contracts.models import Contract
from genjin.customers.queries.sight import said, shown_name
from genjin.delivery.models import Project
from genjin.kit.money import show_cents, show_number
from genjin.proposals.models import Proposal
from genjin.selling.actions.writing import may_write
from genjin.selling.models import Opportunity, OpportunityChange
from genjin.selling.rules import OpportunityStage
from genjin.selling.rules.moves import REACHABLE
from genjin.selling.rules.words import OPEN_STAGES
from genjin.web.gates.words import debt_tag
from genjin.web.selling import words
from genjin.web.selling.knowledge import chain_context, needs_context, rivals_context
from genjin.web.shell.templatetags.genjin import ago, exact, money


def first_line(text: str) -> str:
    """Return the first line of a need, as a purchase is called by it."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "")[:60]


def page_of(user: User, row: Any, today: date) -> dict[str, Any]:
    """Return what the page of an opportunity shows."""
    url = reverse("selling:detail", args=[row.pk])
    mine = user.may(Right.SELL) and may_write(user, row)
    return {
        "title": said(user, row.customer, row.name), "row": row, "url": url, "is_mine": mine, "stage_label": row.get_stage_display(),
        "customer": {"name": shown_name(user, row.customer), "url": reverse("customers:detail", args=[row.customer_id])},
        "debt": debt_tag(row.customer) if row.stage in OPEN_STAGES else None, "stages": stage_bar(row, url if mine else ""),
        "facts": _facts(row, today), "lines": _lines(row), "links": _links(user, row), "history": _history(row),
        "parts": ["selling/needs.html", "selling/chain.html", "selling/rivals.html"], **known_of(user, row),
        "may_move": mine and bool(REACHABLE[row.stage]), "close": words.close_of(row, today),
    }  # fmt: skip


def known_of(user: User, row: Opportunity) -> dict[str, Any]:
    """Return what is known of needs, deciders and competitors at its customer."""
    customer = row.customer
    return needs_context(user, customer) | chain_context(user, customer) | rivals_context(user, customer)


def stage_bar(row: Opportunity, url: str) -> list[dict[str, Any]]:
    """Return the stages with the days spent in each."""
    history = list(row.changes.order_by("at", "id"))
    spent: dict[str, int] = {}
    ends = [change.at for change in history[1:]] + [row.closed_at or timezone.now()]
    for change, end in zip(history, ends, strict=False):
        spent[change.target] = spent.get(change.target, 0) + max((end - change.at).days, 0)
    stages = [one for one in OpportunityStage if one != OpportunityStage.LOST or row.stage == one]
    at = stages.index(OpportunityStage(row.stage))
    reachable = REACHABLE[row.stage]
    return [
        {
            "label": stage.label, "state": "now" if place == at else "done" if place < at and stage in spent else "next",
            "days": ngettext("%(count)d day", "%(count)d days", spent[stage]) % {"count": spent[stage]}
            if stage in spent and stage in OPEN_STAGES else "",
            "url": f"{url}stage/?to={stage}" if url and stage in reachable else "",
        }
        for place, stage in enumerate(stages)
    ]  # fmt: skip


def _facts(row: Any, today: date) -> list[dict[str, Any]]:
    close, is_open = words.close_of(row, today), row.stage in OPEN_STAGES
    chance = _("%(percent)d%%") % {"percent": row.chance}
    if is_open and row.probability is None:
        chance = _("%(percent)d%% (of its stage)") % {"percent": row.chance}
    lines = (
        (_("Expected amount"), money(row.amount), ""),
        (_("Probability"), chance if is_open else "", ""),
        (_("Weighted"), money(row.weighted) if is_open and row.amount is not None else "", ""),
        (_("Forecast"), row.get_forecast_display() if is_open else "", ""),
        (_("Expected close") if is_open else _("Closed"), close["text"], close.get("tag", "").removeprefix("is-")),
        (_("Kind"), row.get_kind_display(), ""),
        (_("Owner"), row.owner.name if row.owner else "", ""),
        (_("Reason for loss"), row.lost_reason.name if row.lost_reason else "", ""),
        (_("Opened"), ago(row.opened_at), ""),
        (_("Notes"), row.notes, ""),
    )  # fmt: skip
    return [
        {"label": label, "value": value, "tone": tone, "edit_url": ""}
        for label, value, tone in lines
        if value
    ]


def _lines(row: Opportunity) -> dict[str, Any]:
    found: list[dict[str, Any]] = []
    for one in row.lines.select_related("product"):
        price = one.price if one.price is not None else one.product.list_price
        sum_of = None if price is None else price * one.quantity
        found.append({
            "name": one.product.name, "code": one.product.code, "unit": one.product.unit, "quantity": show_number(one.quantity),
            "price": "" if price is None else show_cents(price), "is_list": one.price is None, "sum": sum_of, "sum_text": "" if sum_of is None else show_cents(sum_of),
        })  # fmt: skip
    known = [one["sum"] for one in found if one["sum"] is not None]
    return {"rows": found, "total": show_cents(sum(known)) if known else ""}


def _links(user: User, row: Opportunity) -> list[dict[str, Any]]:
    """Return the proposals, contracts and deliveries of an opportunity."""
    proposals = Proposal.objects.visible_to(user).filter(opportunity=row).order_by("-id")[:20]
    contracts = Contract.objects.visible_to(user).filter(opportunity=row).order_by("-id")[:20]
    projects = Project.objects.visible_to(user).filter(contract__opportunity=row).order_by("-id")[:20]
    kinds: tuple[tuple[str, str, str, Any], ...] = (
        ("file-text", _("Proposal"), "proposals:proposal", proposals),
        ("file-check", _("Contract"), "contracts:contract", contracts),
        ("truck-delivery", pgettext("menu", "Delivery"), "delivery:project", projects),
    )
    return [
        {"icon": icon, "kind": kind, "text": str(one), "url": reverse(name, args=[one.pk])}
        for icon, kind, name, rows in kinds
        for one in rows
    ]


def _history(row: Opportunity) -> list[dict[str, Any]]:
    words_of = dict(OpportunityStage.choices)
    rows = OpportunityChange.objects.filter(opportunity=row).select_related("by").order_by("-at", "-id")
    return [
        {
            "what": f"{words_of[one.origin]} → {words_of[one.target]}" if one.origin else _("Opened"), "by": one.by.name if one.by else _("by itself"),
            "when": ago(one.at), "exact": exact(one.at), "reason": one.reason, "stage": one.target,
        }
        for one in rows
    ]  # fmt: skip
