"""What every page knows: the menu of this person, and whether the background worker is alive."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.notices.queries import unread_count


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of the left menu; `on_phone` puts it among the bottom tabs."""

    label: str
    url: str
    icon: str
    active: bool
    on_phone: bool = False
    badge: int = 0


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return menu and rights for the page frame; the bell's one query is asked by whole pages only."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    return {
        "menu": _menu(request, user),
        "may": {right.value: user.may(right) for right in Right},
        "notice_count": SimpleLazyObject(lambda: unread_count(user)),
    }


def _menu(request: HttpRequest, user: User) -> list[MenuItem]:
    path = request.path
    entries = [
        (_("Workbench"), reverse("home"), "home", path == "/", True),
        (_("Customers"), reverse("customers:list"), "users", path.startswith("/customers/"), True),
        (_("Tasks"), reverse("followups:tasks"), "checklist", path.startswith(("/tasks/", "/plans/")), True),
        (
            pgettext("menu", "Time limits"),
            reverse("followups:deadlines"),
            "clock",
            path.startswith("/deadlines/"),
            False,
        ),
    ]
    entries.append(
        (
            pgettext("menu", "Requests"),
            reverse("requests:list"),
            "inbox",
            path.startswith("/requests/"),
            False,
        )
    )
    entries.append(
        (
            _("Work reports"),
            reverse("reports:list"),
            "clipboard-text",
            path.startswith("/reports/"),
            False,
        )
    )
    entries.append(
        (pgettext("menu", "Library"), reverse("library:list"), "book", path.startswith("/library/"), False)
    )
    quality = (
        _("Data quality"),
        reverse("facts:confirm"),
        "shield-check",
        path.startswith("/quality/"),
        False,
    )
    entries.append(quality)
    assignment = reverse("routing:unassigned" if user.may(Right.ASSIGN) else "routing:leaving")
    if user.may(Right.CLAIM):
        entries.append(
            (pgettext("menu", "Assignment"), assignment, "arrows-split", path.startswith("/routing/"), False)
        )
    if user.may(Right.IMPORT):
        entries.append(
            (_("Import"), reverse("intake:list"), "upload", path.startswith(("/imports/", "/drafts/")), False)
        )
    if user.may(Right.EXPORT):
        entries.append(
            (
                pgettext("menu", "Exports"),
                reverse("exports:list"),
                "download",
                path.startswith("/exports/"),
                False,
            )
        )
    if user.may(Right.MANAGE_CAMPAIGNS) or user.may(Right.SEE_TEAM):
        entries.append(
            (
                _("Campaigns"),
                reverse("campaigns:list"),
                "target",
                path.startswith(("/campaigns/", "/forms/", "/questionnaires/")),
                False,
            )
        )
    entries.append(
        (_("Settings"), reverse("settings:index"), "settings", path.startswith("/settings/"), True)
    )
    return [MenuItem(*entry) for entry in entries]
