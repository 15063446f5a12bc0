"""Asking and deciding, with word to who decides and to who asked. Doors and the floors above call these."""

from datetime import datetime

from django.db import transaction

from genjin.accounts.actions import NewRequest
from genjin.accounts.actions import ask as ask_below
from genjin.accounts.actions import decide as decide_below
from genjin.accounts.models import Request, User
from genjin.accounts.permissions import Right, Role
from genjin.accounts.queries import leads_of
from genjin.notices.actions.tell import tell
from genjin.notices.models import Notice
from genjin.notices.rules import NoticeKind


@transaction.atomic
def ask(actor: User, new: NewRequest, *, now: datetime) -> Request:
    """Ask for something one may not do alone, and tell who may say yes. Raises what the floor below raises."""
    request = ask_below(actor, new, now=now)
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
    """Grant or decline a request, and tell who asked. Raises what the floor below raises."""
    row = decide_below(actor, request, grant=grant, answer=answer, now=now)
    asked = Notice.objects.unread().filter(kind=NoticeKind.REQUEST_ASKED, key=f"request:{row.pk}")
    asked.update(read_at=now)  # nobody else has to look
    kind = NoticeKind.REQUEST_GRANTED if grant else NoticeKind.REQUEST_DECLINED
    tell(
        [row.asked_by_id], kind, key=f"request:{row.pk}:decided", at=now, customer_id=row.customer_id,
        subject_id=row.pk, who=actor.name, what=row.subject, answer=row.answer[:200],
    )  # fmt: skip
    return row
