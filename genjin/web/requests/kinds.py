"""What each kind of request is called, and the action that grants it and does the deed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import Request, User
from genjin.followups.actions.discard import grant_discard
from genjin.followups.actions.exceptions import grant_exception
from genjin.intake.actions.export import grant_export
from genjin.notices.actions import decide
from genjin.quality.actions.approval import grant_addition
from genjin.routing.actions.absence import grant_absence
from genjin.routing.actions.extension import grant_extension
from genjin.routing.actions.reassignment import grant_reassignment


class Grant(Protocol):
    """An action that says yes and does what was asked, in one transaction."""

    def __call__(self, actor: User, request: Request, *, answer: str, now: datetime) -> Any: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of request as the page shows it."""

    label: Any
    icon: str
    grant: Grant
    url: Callable[[Request], str] = lambda _request: ""  # where the asked-for thing is seen


KINDS: dict[str, Kind] = {
    "duplicate": Kind(
        _("A customer that looks like another"),
        "git-merge",
        grant_addition,
        lambda request: (
            reverse("customers:detail", args=[request.customer_id]) if request.customer_id else ""
        ),
    ),
    "discard": Kind(_("Giving a customer up early"), "user-minus", grant_discard),
    "gate": Kind(
        _("A stage without its evidence"),
        "alert-triangle",
        grant_exception,
        lambda request: reverse("customers:detail", args=[request.customer_id]),
    ),
    "reassign": Kind(_("Another owner"), "user-share", grant_reassignment),
    "absence": Kind(_("Being away"), "calendar", grant_absence),
    "extension": Kind(_("More time"), "clock", grant_extension),
    "export": Kind(
        _("Export"),
        "download",
        grant_export,
        lambda request: reverse("exports:export", args=[request.data["export"]]),
    ),
}


def grant(actor: User, request: Request, *, answer: str, now: datetime) -> Any:
    """Grant a request through the action of its kind; one without a deed is just answered."""
    kind = KINDS.get(request.kind)
    if kind is None:
        return decide(actor, request, grant=True, answer=answer, now=now)
    return kind.grant(actor, request, answer=answer, now=now)
