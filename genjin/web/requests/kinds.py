"""What each kind of request is called, its picture, and where the asked-for thing is seen. Deeds: `desk/actions.py`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.approvals.models import Request
from genjin.contracts.models import Contract
from genjin.customers.models import Customer
from genjin.intake.models import Export
from genjin.proposals.models import Proposal


@dataclass(frozen=True, slots=True)
class Thing:
    """Where an asked-for thing is seen: the page, the rows somebody sees there, and the key of its id in `data`."""

    page: str
    seen_by: Callable[[User], "QuerySet[Any]"]
    key: str = ""  # empty: the request's customer


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of request as the page shows it."""

    label: Any
    icon: str
    thing: Thing | None = None


CUSTOMER = Thing("customers:detail", Customer.objects.visible_to)
KINDS: dict[str, Kind] = {
    "duplicate": Kind(_("A customer that looks like another"), "git-merge", CUSTOMER),
    "contract": Kind(
        _("A contract"), "file-certificate", Thing("contracts:contract", Contract.objects.visible_to, "contract")
    ),
    "discard": Kind(_("Giving a customer up early"), "user-minus"),
    "gate": Kind(_("A stage without its evidence"), "alert-triangle", CUSTOMER),
    "share": Kind(_("Showing a customer to a third party"), "external-link", CUSTOMER),
    "discount": Kind(
        _("A discount beyond the limit"), "percentage", Thing("proposals:proposal", Proposal.objects.visible_to, "proposal")
    ),
    "reassign": Kind(_("Another owner"), "user-share"),
    "absence": Kind(_("Being away"), "calendar"),
    "extension": Kind(_("More time"), "clock"),
    "export": Kind(
        _("Export"), "download", Thing("exports:export", Export.objects.visible_to, "export")
    ),
}  # fmt: skip


def url_of(request: Request, user: User) -> str:
    """Return where somebody sees what a request is about; nothing where they see no such page."""
    kind = KINDS.get(request.kind)
    if kind is None or kind.thing is None:
        return ""
    pk = request.data.get(kind.thing.key) if kind.thing.key else request.customer_id
    is_seen = pk is not None and kind.thing.seen_by(user).filter(pk=pk).exists()
    return reverse(kind.thing.page, args=[pk]) if is_seen else ""
