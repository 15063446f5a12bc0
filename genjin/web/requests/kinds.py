"""What each kind of request is called, its picture, and where the asked-for thing is seen. Deeds: `desk/actions.py`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from genjin.approvals.models import Request


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of request as the page shows it."""

    label: Any
    icon: str
    url: Callable[[Request], str] = lambda _request: ""  # where the asked-for thing is seen


KINDS: dict[str, Kind] = {
    "duplicate": Kind(
        _("A customer that looks like another"),
        "git-merge",
        lambda request: (
            reverse("customers:detail", args=[request.customer_id]) if request.customer_id else ""
        ),
    ),
    "contract": Kind(
        _("A contract"),
        "file-certificate",
        lambda request: (
            reverse("contracts:contract", args=[request.data["contract"]])
            if "contract" in request.data
            else ""
        ),
    ),
    "discard": Kind(_("Giving a customer up early"), "user-minus"),
    "gate": Kind(
        _("A stage without its evidence"),
        "alert-triangle",
        lambda request: reverse("customers:detail", args=[request.customer_id]),
    ),
    "share": Kind(
        _("Showing a customer to a third party"),
        "external-link",
        lambda request: reverse("customers:shares", args=[request.customer_id]),
    ),
    "discount": Kind(
        _("A discount beyond the limit"),
        "percentage",
        lambda request: reverse("proposals:proposal", args=[request.data["proposal"]]),
    ),
    "reassign": Kind(_("Another owner"), "user-share"),
    "absence": Kind(_("Being away"), "calendar"),
    "extension": Kind(_("More time"), "clock"),
    "export": Kind(
        _("Export"),
        "download",
        lambda request: reverse("exports:export", args=[request.data["export"]]),
    ),
}
