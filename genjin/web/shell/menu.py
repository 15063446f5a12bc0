"""The left menu: one line an entry, in the order of the journey."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.models import User
from genjin.accounts.permissions import Right


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry: its word, the name of its address, its icon, the addresses it is lit for, and the rights one of which shows it."""

    label: Any
    name: str
    icon: str
    paths: tuple[str, ...]
    rights: tuple[Right, ...] = ()
    on_phone: bool = False


ENTRIES = (
    Entry(_("Workbench"), "home", "home", (), on_phone=True),
    Entry(_("Customers"), "customers:list", "users", ("/customers/",), on_phone=True),
    Entry(_("Tasks"), "followups:tasks", "checklist", ("/tasks/", "/plans/"), on_phone=True),
    Entry(pgettext_lazy("menu", "Time limits"), "followups:deadlines", "clock", ("/deadlines/",)),
    # From need to cash, and after
    Entry(_("Opportunities"), "selling:list", "target-arrow", ("/opportunities/",)),
    Entry(pgettext_lazy("menu", "Proposals"), "proposals:list", "file-text", ("/proposals/", "/objections/")),
    Entry(pgettext_lazy("menu", "Contracts"), "contracts:list", "file-certificate", ("/contracts/",)),
    Entry(pgettext_lazy("menu", "Payments"), "payments:plan", "cash", ("/payments/",)),
    Entry(pgettext_lazy("menu", "Delivery"), "delivery:list", "truck-delivery", ("/deliveries/",)),
    Entry(pgettext_lazy("menu", "Care"), "care:overview", "heart-handshake", ("/care/", "/surveys/", "/tickets/", "/renewals/", "/usage/", "/churn/")),
    Entry(pgettext_lazy("menu", "Requests"), "requests:list", "inbox", ("/requests/",)),
    Entry(pgettext_lazy("menu", "Figures"), "insights:overview", "chart-bar", ("/insights/",), (Right.FOLLOW_UP, Right.SEE_TEAM, Right.SEE_ALL)),
    Entry(pgettext_lazy("menu", "Reviews"), "reviews:list", "report-analytics", ("/reviews/",), (Right.FOLLOW_UP, Right.SEE_TEAM, Right.SEE_ALL)),
    Entry(_("Work reports"), "reports:list", "clipboard-text", ("/reports/",)),
    Entry(pgettext_lazy("menu", "Library"), "library:list", "book", ("/library/",)),
    Entry(_("Data quality"), "facts:confirm", "shield-check", ("/quality/",)),
    Entry(pgettext_lazy("menu", "Assignment"), "routing:leaving", "arrows-split", ("/routing/",), (Right.CLAIM,)),
    Entry(_("Import"), "intake:list", "upload", ("/imports/", "/drafts/"), (Right.IMPORT,)),
    Entry(pgettext_lazy("menu", "Exports"), "exports:list", "download", ("/exports/",), (Right.EXPORT,)),
    Entry(_("Campaigns"), "campaigns:list", "target", ("/campaigns/", "/forms/", "/questionnaires/"), (Right.MANAGE_CAMPAIGNS, Right.SEE_TEAM)),
    Entry(_("Settings"), "settings:index", "settings", ("/settings/",), on_phone=True),
)  # fmt: skip
FIRST = {"routing:leaving": ("routing:unassigned", Right.ASSIGN)}  # where who has the right begins instead


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry as a page shows it; `on_phone` puts it among the bottom tabs."""

    label: str
    url: str
    icon: str
    active: bool
    on_phone: bool = False
    badge: int = 0


def menu_of(request: HttpRequest, user: User) -> list[MenuItem]:
    """Return the entries a person sees."""
    return [
        MenuItem(str(one.label), reverse(_first(one.name, user)), one.icon, _is_lit(one, request.path), one.on_phone)
        for one in ENTRIES
        if not one.rights or any(user.may(right) for right in one.rights)
    ]  # fmt: skip


def _first(name: str, user: User) -> str:
    other, right = FIRST.get(name, (name, None))
    return other if right is None or user.may(right) else name


def _is_lit(entry: Entry, path: str) -> bool:
    return path.startswith(entry.paths) if entry.paths else path == "/"
