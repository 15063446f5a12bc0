"""Asking for what one may not do alone, taking it back, and what becomes void because it changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.approvals.actions.steps import close, lay_out, open_next, refuse_closed
from genjin.approvals.models import Request, Signer
from genjin.approvals.queries.signers import steps_of
from genjin.approvals.rules.flows import steps_for
from genjin.approvals.rules.snapshots import digest_of
from genjin.events.actions import record
from genjin.kit.errors import RuleError, wrong_at
from genjin.notices.actions import tell
from genjin.notices.rules import NoticeKind


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What somebody asks for: the kind, in words, why, what the deed will need, and the amount in yuan it is about.

    `facts` are pairs of words, such as ("Discount", "12 %"), which who decides reads on the page.
    """

    kind: str
    subject: str
    reason: str
    customer_id: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    amount: Decimal | None = None
    facts: Sequence[tuple[str, str]] = ()


@transaction.atomic
def ask(actor: User, new: NewRequest, *, now: datetime) -> Request:
    """Ask for something one may not do alone: the steps of its flow are laid out, the first signers are told.

    What was handed in is kept with its fingerprint. Raises RuleError `reason_missing`, `asked_already` (409).
    """
    if not new.reason.strip():
        sentence = _("Say why it is needed.")
        raise wrong_at("reason", sentence, "reason_missing")
    User.objects.select_for_update().get(pk=actor.pk)  # a double click asks once
    waiting = Request.objects.open().filter(asked_by=actor, kind=new.kind, customer_id=new.customer_id)
    if waiting.filter(subject=new.subject[:200], data=dict(new.data)).exists():
        raise RuleError(_("You asked for this already; it waits for an answer."), "asked_already", status=409)
    row = Request(
        kind=new.kind, subject=new.subject[:200], reason=new.reason.strip(), customer_id=new.customer_id,
        data=dict(new.data), amount=new.amount, facts=[list(pair) for pair in new.facts], asked_by=actor, asked_at=now,
    )  # fmt: skip
    row.snapshot = handed_in(row)
    row.digest = digest_of(row.snapshot)
    row.save()
    record(actor, "request.asked", at=now, customer_id=new.customer_id, subject_id=row.pk, what=new.kind)
    lay_out(row, steps_for(steps_of(new.kind), new.amount))
    open_next(row, now=now)  # nobody has agreed to anything yet, so a step opens
    return row


def handed_in(row: Request) -> dict[str, Any]:
    """Return what a request says now, in the shape its snapshot has; a merge may give it another customer."""
    return {
        "kind": row.kind, "subject": row.subject, "reason": row.reason, "data": row.data, "facts": row.facts,
        "amount": None if row.amount is None else f"{row.amount:.2f}",
    }  # fmt: skip


@transaction.atomic
def withdraw(actor: User, request: Request, *, now: datetime) -> Request:
    """Take one's own request back. Raises RuleError `not_yours` (403), `request_closed` (409)."""
    row = Request.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=request.pk)
    if row.asked_by_id != actor.pk:
        raise RuleError(_("Only who asked takes a request back."), "not_yours", status=403)
    refuse_closed(row)
    close(actor, row, Request.Status.WITHDRAWN, "", now=now)
    return row


@transaction.atomic
def void_requests(kind: str, *, where: Mapping[str, Any], why: str, now: datetime) -> list[Request]:
    """Void what waits or was granted of a kind, where `data` holds all of `where`: what was approved has changed.

    Who asked, who said yes and who was being asked are told; returns the rows voided.
    """
    standing = (Request.Status.OPEN, Request.Status.GRANTED)
    found = Request.objects.filter(kind=kind, status__in=standing, data__contains=dict(where))
    rows = list(found.select_for_update(of=("self",)).order_by("pk"))
    for row in rows:
        said = Signer.objects.filter(step__request=row, status=Signer.Status.GRANTED)
        people = {row.asked_by_id, *said.values_list("user_id", flat=True)}
        people |= set(Signer.objects.asked().filter(step__request=row).values_list("user_id", flat=True))
        if row.decided_by_id:
            people.add(row.decided_by_id)
        close(None, row, Request.Status.VOIDED, why, now=now)
        tell(
            people, NoticeKind.REQUEST_VOIDED, key=f"request:{row.pk}:voided", at=now,
            customer_id=row.customer_id, subject_id=row.pk, what=row.subject, why=why[:200],
        )  # fmt: skip
    return rows
