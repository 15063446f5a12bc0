"""How opportunities are shown: as rows, cards and facts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.queries.sight import said, shown_name
from genjin.selling.actions.writing import may_write
from genjin.selling.models import Opportunity
from genjin.selling.queries.pipeline import Total
from genjin.selling.rules.forecast import tone_of
from genjin.selling.rules.words import OPEN_STAGES
from genjin.web.gates.words import debt_tag
from genjin.web.shell.templatetags.genjin import ago, days_since, money


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its word and what it shows; it sorts where `pipeline.ORDERS` knows its key."""

    key: str
    label: Any
    is_number: bool = False
    is_first: bool = True  # stands there before anybody chooses


COLUMNS = (
    Column("name", gettext_lazy("opportunity")),
    Column("customer", gettext_lazy("Customer")),
    Column("stage", gettext_lazy("Stage")),
    Column("amount", gettext_lazy("Expected amount"), is_number=True),
    Column("chance", gettext_lazy("Probability"), is_number=True),
    Column("weighted", gettext_lazy("Weighted"), is_number=True),
    Column("close", gettext_lazy("Expected close")),
    Column("forecast", gettext_lazy("Forecast")),
    Column("owner", gettext_lazy("Owner")),
    Column("kind", gettext_lazy("Kind"), is_first=False),
    Column("days", gettext_lazy("Days in stage"), is_number=True, is_first=False),
    Column("opened", pgettext_lazy("opportunity", "Opened"), is_first=False),
)
BY_KEY = {column.key: column for column in COLUMNS}


def chosen(keys: Sequence[str]) -> list[Column]:
    """Return the columns of these keys, the name always first; what ships when none is known."""
    known = [BY_KEY[key] for key in keys if key in BY_KEY and key != "name"]
    return [COLUMNS[0], *(known or [one for one in COLUMNS[1:] if one.is_first])]


def cells(row: Any, user: User, columns: Sequence[Column], today: date) -> list[dict[str, Any]]:
    """Return the cells of a row that has its weight; a cell: text, label, number, tag, url, title."""
    shown: dict[str, Callable[[], dict[str, Any]]] = {
        "customer": lambda: {
            "text": shown_name(user, row.customer), "url": reverse("customers:detail", args=[row.customer_id]) + "?tab=deals",
            "debt": debt_tag(row.customer) if row.stage in OPEN_STAGES else None,
        },
        "stage": lambda: {"text": row.get_stage_display(), "tag": f"tag stage-{row.stage}"},
        "amount": lambda: {"text": money(row.amount), "title": row.amount},
        "chance": lambda: {"text": f"{row.chance}%"},
        "weighted": lambda: {"text": money(row.weighted) if row.amount is not None else "", "title": row.weighted},
        "close": lambda: close_of(row, today),
        "forecast": lambda: {"text": row.get_forecast_display() if row.stage in OPEN_STAGES else ""},
        "owner": lambda: {"text": row.owner.name if row.owner else ""},
        "kind": lambda: {"text": row.get_kind_display()},
        "days": lambda: {"text": days_since(row.stage_entered_at)},
        "opened": lambda: {"text": ago(row.opened_at)},
    }  # fmt: skip
    return [
        {"label": column.label, "number": column.is_number} | shown[column.key]() for column in columns[1:]
    ]


def close_of(row: Opportunity, today: date) -> dict[str, Any]:
    """Return when a purchase is expected, or was closed; red when its day is past, orange without one."""
    if row.stage not in OPEN_STAGES:
        day = timezone.localtime(row.closed_at).strftime("%Y-%m-%d") if row.closed_at else ""
        return {"text": day}
    tone = tone_of(row.stage, row.expected_close, today)
    if row.expected_close is None:
        return {"text": _("no date yet"), "tag": f"is-{tone}"}
    late = (today - row.expected_close).days
    title = (
        ngettext("%(count)d day overdue", "%(count)d days overdue", late) % {"count": late} if tone else ""
    )
    return {"text": row.expected_close.isoformat(), "tag": f"is-{tone}" if tone else "", "title": title}


def card_of(row: Any, user: User, today: date) -> dict[str, Any]:
    """Return what the board shows of an opportunity."""
    url, close = reverse("selling:detail", args=[row.pk]), close_of(row, today)
    due = {"is-red": "overdue", "is-orange": "today"}.get(close.get("tag", ""), "later")
    moves = user.may(Right.SELL) and may_write(user, row)
    return {
        "id": row.pk, "url": url, "name": f"{said(user, row.customer, row.name)} · {shown_name(user, row.customer)}", "grade": row.customer.grade,
        "move_url": f"{url}stage/" if moves else "", "version": row.version, "due": due, "due_text": close["text"],
        "amount": money(row.amount), "owner": row.owner.name if row.owner else "",
        "debt": debt_tag(row.customer) if row.stage in OPEN_STAGES else None,
    }  # fmt: skip


def tile_of(label: Any, total: Total, url: str, tone: str = "") -> dict[str, Any]:
    """Return a tile with count, amount and weighted amount."""
    note = (
        _("weighted %(amount)s") % {"amount": money(total.weighted)} if total.weighted != total.amount else ""
    )
    return {
        "label": f"{label} · {total.count}", "value": money(total.amount) if total.amount else "0", "note": note, "url": url, "tone": tone,
    }  # fmt: skip
