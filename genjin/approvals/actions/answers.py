"""The word of a signer: yes or no, one more to be asked, or somebody else instead."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.approvals.actions.requests import handed_in
from genjin.approvals.actions.steps import (
    close,
    current_step,
    finish_step,
    open_next,
    refuse_closed,
    still_read,
    tell_asked,
)
from genjin.approvals.models import Request, Signer, Step
from genjin.approvals.rules.flows import By, Needs, SignerRule
from genjin.approvals.rules.snapshots import digest_of
from genjin.events.actions import record
from genjin.kit.errors import RuleError, wrong_at
from genjin.notices.actions import tell
from genjin.notices.rules import NoticeKind

MOST_STEPS = 30  # of one request, with those put in


@dataclass(frozen=True, slots=True)
class _Turn:
    """A request under lock, its open step, and the seat of who acts."""

    row: Request
    step: Step
    seat: Signer


@transaction.atomic
def decide(actor: User, request: Request, *, grant: bool, answer: str = "", now: datetime) -> Request:
    """Agree to a request at its open step, or return it (驳回); the deed itself is the caller's, in the same transaction,
    and only when the row that comes back is granted: there may be further steps.

    Raises RuleError `own_request`, `not_a_signer` (403), `request_closed`, `answered_already`, `snapshot_changed` (409),
    `answer_missing` when returning it without a word.
    """
    turn = _turn(actor, request, now)
    row, step, seat = turn.row, turn.step, turn.seat
    if not grant and not answer.strip():
        sentence = _("Say why not.")
        raise wrong_at("answer", sentence, "answer_missing")
    now_says = {**row.snapshot, **handed_in(row)}  # older snapshots also hold what is not compared any more
    if grant and row.digest and row.digest != digest_of(now_says):
        sentence = _("What was handed in has changed since; return it, and let it be asked for anew.")
        raise RuleError(sentence, "snapshot_changed", status=409)
    seat.status = Signer.Status.GRANTED if grant else Signer.Status.RETURNED
    seat.answer, seat.answered_at = answer.strip(), now
    seat.save()
    if not grant:
        close(actor, row, Request.Status.DECLINED, answer, now=now)
    elif _is_agreed(step):
        finish_step(step, now=now)
        if open_next(row, now=now):
            close(actor, row, Request.Status.GRANTED, answer, now=now)
    else:
        still_read(row.pk, [actor.pk], now=now)
    if row.status == Request.Status.OPEN:
        record(actor, "request.signed", at=now, customer_id=row.customer_id, subject_id=row.pk, what=row.kind)
        return row
    kind = NoticeKind.REQUEST_GRANTED if grant else NoticeKind.REQUEST_DECLINED
    tell(
        [row.asked_by_id], kind, key=f"request:{row.pk}:decided", at=now, customer_id=row.customer_id,
        subject_id=row.pk, who=actor.name, what=row.subject, answer=row.answer[:200],
    )  # fmt: skip
    return row


def _is_agreed(step: Step) -> bool:
    return step.wants == Needs.ANY or not step.signers.filter(status=Signer.Status.WAITING).exists()


def _turn(actor: User, request: Request, now: datetime) -> _Turn:
    """Lock a request and find the actor's seat at its open step; who leads the asker takes one where that is enough."""
    row = _locked(actor, request)
    _refuse_own(actor, row)
    refuse_closed(row)
    step = current_step(row)
    seats = list(step.signers.filter(user=actor).order_by("pk"))
    seat = next((one for one in seats if one.status == Signer.Status.WAITING), None)
    if seat is None and any(one.status == Signer.Status.GRANTED for one in seats):
        raise RuleError(_("You have agreed already; others have to, too."), "answered_already", status=409)
    if seat is None and step.is_led and actor.may(Right.APPROVE) and actor.scope.covers(row.asked_by_id):
        seat = Signer.objects.create(step=step, user=actor, came=Signer.Came.LEAD, asked_at=now)
    if seat is None:
        raise RuleError(_("Others are asked at this step."), "not_a_signer", status=403)
    return _Turn(row, step, seat)


def _locked(actor: User, request: Request) -> Request:
    rows = Request.objects.visible_to(actor).select_related("asked_by").select_for_update(of=("self",))
    return rows.get(pk=request.pk)


@transaction.atomic
def add_signer(
    actor: User, request: Request, person: User, *, before: bool, note: str = "", now: datetime
) -> Request:
    """Ask one more (加签), before one's own word or after one's step, always with a step of its own.

    Raises RuleError `own_request`, `not_a_signer` (403), `request_closed`, `answered_already`, `signs_already` (409),
    `signer_unfit`, `too_many_steps`.
    """
    turn = _turn(actor, request, now)
    row, step = turn.row, turn.step
    _check_fit(row, step, person)
    if row.steps.count() >= MOST_STEPS:
        raise RuleError(_("At most %(count)d steps.") % {"count": MOST_STEPS}, "too_many_steps")
    position = step.position + (not before)
    row.steps.filter(position__gte=position).update(position=F("position") + 1)
    Step.objects.create(
        request=row, position=position, needs=Needs.ANY, rule=[str(SignerRule(By.PERSON, str(person.pk)))],
        added_by=actor, note=note.strip()[:300],
    )  # fmt: skip
    if before:
        step.refresh_from_db()
        step.status = Step.Status.WAITING
        step.save(update_fields=["status"])
        still_read(row.pk, now=now)
        open_next(row, now=now)
    record(actor, "request.signer_added", at=now, customer_id=row.customer_id, subject_id=row.pk, what=row.kind, person=person.pk)  # fmt: skip
    return row


@transaction.atomic
def hand_on(
    actor: User, request: Request, to: User, *, of: User | None = None, note: str = "", now: datetime
) -> Request:
    """Let somebody else answer instead of oneself, or instead of `of`, for whom one says yes and no; never oneself for others.

    Raises RuleError `own_request`, `not_a_signer` (403), `request_closed`, `signs_already` (409), `signer_unfit`.
    """
    row = _locked(actor, request)
    _refuse_own(actor, row)
    refuse_closed(row)
    step = current_step(row)
    holder = of or actor
    leads = actor.may(Right.APPROVE) and actor.scope.covers(holder.pk)
    may_act = holder.pk == actor.pk or leads or actor.may(Right.MANAGE_SETTINGS)
    seat = step.signers.filter(user=holder, status=Signer.Status.WAITING).first()
    if seat is None or not may_act:
        raise RuleError(_("Others are asked at this step."), "not_a_signer", status=403)
    if of is not None and to.pk == actor.pk:
        sentence = _("Nobody takes the place of somebody else for oneself.")
        raise wrong_at("person", sentence, "signer_unfit")
    _check_fit(row, step, to)
    new = pass_seat(row, seat, [to], came=Signer.Came.HANDED, now=now)
    Signer.objects.filter(pk__in=[one.pk for one in new]).update(brought_by=actor, note=note.strip()[:300])
    record(actor, "request.handed_on", at=now, customer_id=row.customer_id, subject_id=row.pk, what=row.kind, person=to.pk)  # fmt: skip
    return row


def pass_seat(row: Request, seat: Signer, to: list[User], *, came: str, now: datetime) -> list[Signer]:
    """Put others in the place of a signer, and tell them; returns their seats. The caller holds the request's lock."""
    seat.status, seat.answered_at = Signer.Status.HANDED_ON, now
    seat.save(update_fields=["status", "answered_at"])
    waiting = seat.step.signers.filter(status=Signer.Status.WAITING, user__in=to)
    there = set(waiting.values_list("user_id", flat=True))
    new = [user for user in to if user.pk not in there]
    seats = Signer.objects.bulk_create(
        Signer(step=seat.step, user=user, came=came, stands_for=seat.user, asked_at=now) for user in new
    )
    still_read(row.pk, [seat.user_id], now=now)
    tell_asked(row, seat.step, [user.pk for user in new], now=now, again=True)
    return seats


def _refuse_own(person: User, row: Request) -> None:
    if person.pk == row.asked_by_id:
        raise RuleError(_("Nobody decides on a request of their own."), "own_request", status=403)


def _check_fit(row: Request, step: Step, person: User) -> None:
    _refuse_own(person, row)
    if not person.is_active:
        sentence = _("Choose somebody who may sign in.")
        raise wrong_at("person", sentence, "signer_unfit")
    if step.signers.filter(user=person, status=Signer.Status.WAITING).exists():
        raise RuleError(_("This person is asked already."), "signs_already", status=409)
