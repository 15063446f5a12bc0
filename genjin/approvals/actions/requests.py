"""Asking for what one may not do alone, and the answer, with word to who decides and to who asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, Role, require
from genjin.accounts.queries import leads_of
from genjin.approvals.models import Request
from genjin.events.actions import record
from genjin.kit.errors import RuleError
from genjin.notices.actions import tell
from genjin.notices.models import Notice
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
    """Ask for something one may not do alone, and tell who may say yes.

    Raises RuleError `reason_missing`, `asked_already` (409).
    """
    if not new.reason.strip():
        sentence = _("Say why it is needed.")
        raise RuleError(sentence, "reason_missing", fields={"reason": [sentence]})
    User.objects.select_for_update().get(pk=actor.pk)  # a double click asks once
    waiting = Request.objects.open().filter(asked_by=actor, kind=new.kind, customer_id=new.customer_id)
    if waiting.filter(subject=new.subject[:200], data=dict(new.data)).exists():
        raise RuleError(_("You asked for this already; it waits for an answer."), "asked_already", status=409)
    request = Request.objects.create(
        kind=new.kind, subject=new.subject[:200], reason=new.reason.strip(), customer_id=new.customer_id,
        data=dict(new.data), amount=new.amount, facts=[list(pair) for pair in new.facts], asked_by=actor, asked_at=now,
    )  # fmt: skip
    record(actor, "request.asked", at=now, customer_id=new.customer_id, subject_id=request.pk, what=new.kind)
    tell(
        deciders(actor), NoticeKind.REQUEST_ASKED, key=f"request:{request.pk}", at=now, customer_id=request.customer_id,
        subject_id=request.pk, who=actor.name, what=request.subject, why=request.reason[:200],
    )  # fmt: skip
    return request


def deciders(person: User) -> list[User]:
    """Return who says yes or no to somebody's requests: the nearest leads, else managers, else administrators."""
    leads = [lead for lead in leads_of(person) if lead.may(Right.APPROVE)]
    if leads:
        return leads
    others = User.objects.active().exclude(pk=person.pk)
    return list(others.filter(role=Role.MANAGER)) or list(others.filter(role=Role.ADMIN))


@transaction.atomic
def decide(actor: User, request: Request, *, grant: bool, answer: str = "", now: datetime) -> Request:
    """Grant or decline a request of somebody one leads; the deed itself is the caller's, in the same transaction,
    and only when the row that comes back is granted: there may be further steps.

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
    _close(actor, row, Request.Status.GRANTED if grant else Request.Status.DECLINED, answer, now=now)
    kind = NoticeKind.REQUEST_GRANTED if grant else NoticeKind.REQUEST_DECLINED
    tell(
        [row.asked_by_id], kind, key=f"request:{row.pk}:decided", at=now, customer_id=row.customer_id,
        subject_id=row.pk, who=actor.name, what=row.subject, answer=row.answer[:200],
    )  # fmt: skip
    return row


@transaction.atomic
def withdraw(actor: User, request: Request, *, now: datetime) -> Request:
    """Take one's own request back. Raises RuleError `not_yours` (403), `request_closed` (409)."""
    row = Request.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=request.pk)
    if row.asked_by_id != actor.pk:
        raise RuleError(_("Only who asked takes a request back."), "not_yours", status=403)
    _refuse_closed(row)
    _close(actor, row, Request.Status.WITHDRAWN, "", now=now)
    return row


@transaction.atomic
def void_requests(kind: str, *, where: Mapping[str, Any], why: str, now: datetime) -> list[Request]:
    """Void what waits or was granted of a kind, where `data` holds all of `where`: what was approved has changed.

    Who asked and who said yes are told; returns the rows voided.
    """
    standing = (Request.Status.OPEN, Request.Status.GRANTED)
    found = Request.objects.filter(kind=kind, status__in=standing, data__contains=dict(where))
    rows = list(found.select_for_update(of=("self",)).order_by("pk"))
    for row in rows:
        signers = [row.decided_by_id] if row.decided_by_id else []
        _close(None, row, Request.Status.VOIDED, why, now=now)
        tell(
            {row.asked_by_id, *signers}, NoticeKind.REQUEST_VOIDED, key=f"request:{row.pk}:voided", at=now,
            customer_id=row.customer_id, subject_id=row.pk, what=row.subject, why=why[:200],
        )  # fmt: skip
    return rows


def _refuse_closed(row: Request) -> None:
    if row.status != Request.Status.OPEN:
        raise RuleError(_("This request is closed already."), "request_closed", status=409)


def _close(actor: User | None, row: Request, status: str, answer: str, *, now: datetime) -> None:
    row.status, row.decided_by, row.decided_at, row.answer = status, actor, now, answer.strip()
    row.save(update_fields=["status", "decided_by", "decided_at", "answer"])
    record(actor, f"request.{status}", at=now, customer_id=row.customer_id, subject_id=row.pk, what=row.kind)
    asked = Notice.objects.unread().filter(kind=NoticeKind.REQUEST_ASKED, key=f"request:{row.pk}")
    asked.update(read_at=now)  # nobody else has to look
