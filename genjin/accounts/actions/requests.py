"""Asking for what one may not do alone, and the answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import Request, User
from genjin.accounts.permissions import Right, require
from genjin.events.actions import record
from genjin.kit.errors import RuleError


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What somebody asks for: the kind, in words, why, and what the deed will need."""

    kind: str
    subject: str
    reason: str
    customer_id: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def ask(actor: User, new: NewRequest, *, now: datetime) -> Request:
    """Ask for something one may not do alone. Raises RuleError `reason_missing`, `asked_already` (409)."""
    if not new.reason.strip():
        sentence = _("Say why it is needed.")
        raise RuleError(sentence, "reason_missing", fields={"reason": [sentence]})
    User.objects.select_for_update().get(pk=actor.pk)  # a double click asks once
    waiting = Request.objects.open().filter(asked_by=actor, kind=new.kind, customer_id=new.customer_id)
    if waiting.filter(subject=new.subject[:200], data=dict(new.data)).exists():
        raise RuleError(_("You asked for this already; it waits for an answer."), "asked_already", status=409)
    request = Request.objects.create(
        kind=new.kind, subject=new.subject[:200], reason=new.reason.strip(), customer_id=new.customer_id,
        data=dict(new.data), asked_by=actor, asked_at=now,
    )  # fmt: skip
    record(actor, "request.asked", at=now, customer_id=new.customer_id, subject_id=request.pk, what=new.kind)
    return request


@transaction.atomic
def decide(actor: User, request: Request, *, grant: bool, answer: str = "", now: datetime) -> Request:
    """Grant or decline a request of somebody one leads; the deed itself is the caller's, in the same transaction.

    Raises RuleError `own_request` (403), `request_closed` (409), `answer_missing` when declining without a word.
    """
    require(actor, Right.APPROVE)
    row = Request.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=request.pk)
    if row.asked_by_id == actor.pk:
        raise RuleError(_("Nobody decides on a request of their own."), "own_request", status=403)
    _refuse_closed(row)
    if not grant and not answer.strip():
        sentence = _("Say why not.")
        raise RuleError(sentence, "answer_missing", fields={"answer": [sentence]})
    return _closed(actor, row, Request.Status.GRANTED if grant else Request.Status.DECLINED, answer, now=now)


@transaction.atomic
def withdraw(actor: User, request: Request, *, now: datetime) -> Request:
    """Take one's own request back. Raises RuleError `not_yours` (403), `request_closed` (409)."""
    row = Request.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=request.pk)
    if row.asked_by_id != actor.pk:
        raise RuleError(_("Only who asked takes a request back."), "not_yours", status=403)
    _refuse_closed(row)
    return _closed(actor, row, Request.Status.WITHDRAWN, "", now=now)


def _refuse_closed(row: Request) -> None:
    if row.status != Request.Status.OPEN:
        raise RuleError(_("This request is closed already."), "request_closed", status=409)


def _closed(actor: User, row: Request, status: str, answer: str, *, now: datetime) -> Request:
    row.status, row.decided_by, row.decided_at, row.answer = status, actor, now, answer.strip()
    row.save(update_fields=["status", "decided_by", "decided_at", "answer"])
    record(actor, f"request.{status}", at=now, customer_id=row.customer_id, subject_id=row.pk, what=row.kind)
    return row
