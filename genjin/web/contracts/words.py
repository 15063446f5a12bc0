"""How contracts and milestones are shown: tones, progress, the line of states."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from genjin.accounts.models import User
from genjin.contracts.models import Contract, Milestone
from genjin.contracts.queries.billing import reads
from genjin.contracts.queries.money import paid_by_contract
from genjin.contracts.rules import ContractState, Trigger, shown_state
from genjin.contracts.rules.milestones import WHOLE, days_late
from genjin.contracts.rules.states import IN_FORCE, LINE, RUNNING
from genjin.customers.queries.sight import shown_name
from genjin.kit.money import show_cents
from genjin.web.shell.templatetags.genjin import money

_S = ContractState
TONES = {
    _S.DRAFT: "muted", _S.REVIEW: "orange", _S.REJECTED: "red", _S.APPROVED: "indigo", _S.SIGNED: "blue", _S.ACTIVE: "cyan",
    _S.DONE: "green", _S.AMENDED: "orange", _S.VOID: "muted", _S.EXPIRED: "red",
}  # fmt: skip


def state_of(row: Contract, today: date) -> dict[str, str]:
    """Return the state of a contract as a tag."""
    state = shown_state(row.state, row.ends_on, today)
    return {"text": str(state.label), "tone": TONES[state]}


def percent_of(part: Decimal, whole: Decimal) -> int:
    """Return a whole percentage, rounded down so that only what is all of it says 100."""
    return int(part * WHOLE / whole) if whole else 0


def contract_rows(user: User, rows: Iterable[Contract], today: date) -> list[dict[str, Any]]:
    """Return contracts as lists show them; two queries for any number."""
    rows = list(rows)
    paid = paid_by_contract([row.pk for row in rows])
    return [
        {
            "id": row.pk, "url": reverse("contracts:contract", args=[row.pk]), "number": row.number, "title": reads(user, row.customer)(row.title),
            "customer": shown_name(user, row.customer), "customer_url": f"{reverse('customers:detail', args=[row.customer_id])}?tab=contracts",
            "state": state_of(row, today), "kind": row.get_kind_display(), "amount": money(row.amount), "full": show_cents(row.amount),
            "paid": money(paid[row.pk]), "percent": percent_of(paid[row.pk], row.amount), "signed_on": row.signed_on,
            "ends_on": row.ends_on, "ends_tone": _end_tone(row, today), "owner": row.owner.name if row.owner else "",
            "is_running": row.state in IN_FORCE,
        }
        for row in rows
    ]  # fmt: skip


def _end_tone(row: Contract, today: date) -> str:
    if row.ends_on is None or row.state not in RUNNING:
        return ""
    left = (row.ends_on - today).days
    return "is-red" if left < 0 else "is-orange" if left <= 90 else ""


def stage_line(row: Contract, today: date) -> list[dict[str, Any]]:
    """Return the way of a contract as the bar of steps draws it."""
    if row.state == _S.VOID:
        return [
            {"label": _S.DRAFT.label, "state": "done"},
            {"label": _S.VOID.label, "state": "now", "late": True},
        ]
    at = {_S.REJECTED: _S.REVIEW, _S.AMENDED: _S.ACTIVE}.get(_S(row.state), _S(row.state))
    place = LINE.index(at)
    shown = shown_state(row.state, row.ends_on, today)
    return [
        {
            "label": shown.label if number == place else state.label, "late": number == place and shown in {_S.REJECTED, _S.EXPIRED},
            "state": "done" if number < place or row.state == _S.DONE else "now" if number == place else "next",
        }
        for number, state in enumerate(LINE)
    ]  # fmt: skip


def milestone_row(user: User, one: Milestone, paid: Decimal, today: date) -> dict[str, Any]:
    """Return a milestone as contract and plan show it; comes with its contract's customer."""
    left, late = one.amount - paid, days_late(one.due_on, today)
    is_open = one.settled_on is None and left > 0
    return {
        "id": one.pk, "name": one.name, "percent": one.percent, "amount": money(one.amount), "full": show_cents(one.amount),
        "paid": money(paid) if paid else "", "left": money(left), "left_full": show_cents(left), "part": percent_of(paid, one.amount),
        "when": when_words(one), "due_on": one.due_on, "expected_on": None if one.due_on else one.expected_on,
        "why": reads(user, one.contract.customer)(one.expected_why), "is_open": is_open, **_standing(one, late, today, is_open=is_open),
    }  # fmt: skip


def when_words(one: Milestone) -> str:
    """Return what makes a milestone due, in words."""
    if one.trigger == Trigger.DATE:
        return f"{one.fixed_on:%Y-%m-%d}" if one.fixed_on else one.get_trigger_display()
    if not one.offset_days:
        return str(one.get_trigger_display())
    words = ngettext("%(trigger)s + %(days)d day", "%(trigger)s + %(days)d days", one.offset_days)
    return words % {"trigger": one.get_trigger_display(), "days": one.offset_days}


def _standing(one: Milestone, late: int, today: date, *, is_open: bool) -> dict[str, str]:
    if not is_open:
        return {"state": _("Paid"), "tone": "green"}
    if one.due_on is None:
        return {"state": _("Waits for: %(what)s") % {"what": one.get_trigger_display()}, "tone": "muted"}
    if late:
        return {
            "state": ngettext("%(count)d day overdue", "%(count)d days overdue", late) % {"count": late},
            "tone": "red",
        }
    days = (one.due_on - today).days
    if days == 0:
        return {"state": _("due today"), "tone": "orange"}
    return {
        "state": ngettext("due in %(count)d day", "due in %(count)d days", days) % {"count": days},
        "tone": "orange" if days <= 3 else "blue",
    }
