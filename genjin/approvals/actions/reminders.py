"""Requests that wait too long: signers are reminded once, then who leads them is told; nobody absent holds anything up."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from genjin.accounts.models import User
from genjin.accounts.queries import absent_on, company_zone, local_day, work_calendar
from genjin.approvals.actions.answers import pass_seat
from genjin.approvals.actions.steps import seat_anew, still_read
from genjin.approvals.models import Request, Signer, Step
from genjin.approvals.queries.signers import stand_ins, superiors
from genjin.approvals.rules.flows import Needs
from genjin.notices.actions import tell
from genjin.notices.rules import NoticeKind

REMIND, RAISE = timedelta(hours=24), timedelta(hours=72)  # on working days, nights included
SLICE = 500


def watch_requests(now: datetime) -> int:
    """Let requests find who answers them, and remind of those unanswered; returns how many people were told.

    Each request is looked at under its own lock, in a transaction of its own; two workers share the work.
    """
    return move_on(now) + remind_signers(now)


def move_on(now: datetime) -> int:
    """Pass on the seats of people who are away or gone, and fill steps at which nobody is asked; returns how many."""
    waiting = Signer.objects.asked().values_list("step__request_id", "user_id", "user__is_active")
    away = absent_on({user for _request, user, _active in waiting}, local_day(now))
    stuck = {request for request, user, is_active in waiting if user in away or not is_active}
    seated = Signer.objects.asked().values("step_id")
    empty = Step.objects.filter(status=Step.Status.OPEN, request__status=Request.Status.OPEN).exclude(
        pk__in=seated
    )
    stuck |= set(empty.values_list("request_id", flat=True))
    return sum(_unstick(pk, now) for pk in sorted(stuck))


@transaction.atomic
def _unstick(request_id: int, now: datetime) -> int:
    rows = Request.objects.open().select_related("asked_by").filter(pk=request_id)
    row = rows.select_for_update(of=("self",), skip_locked=True).first()
    step = row.steps.filter(status=Step.Status.OPEN).first() if row else None
    if row is None or step is None:
        return 0
    seats = list(step.signers.filter(status=Signer.Status.WAITING).select_related("user"))
    if not seats:
        return seat_anew(row, step, now=now)
    away = absent_on({seat.user_id for seat in seats}, local_day(now))
    there = [seat for seat in seats if seat.user.is_active and seat.user_id not in away]
    return sum(_pass_on(row, seat, bool(there), now) for seat in seats if seat not in there)


def _pass_on(row: Request, seat: Signer, others_answer: bool, now: datetime) -> int:
    if others_answer and seat.step.wants == Needs.ANY:
        if not seat.user.is_active:
            seat.status = Signer.Status.MOOT
            seat.save(update_fields=["status"])
            still_read(row.pk, [seat.user_id], now=now)
        return 0
    found = stand_ins(seat.user, row.asked_by, local_day(now))
    if not found and not seat.user.is_active:
        found = superiors(row.asked_by)
    if found:
        pass_seat(row, seat, found, came=Signer.Came.ABSENCE, now=now)
    return len(found)


def remind_signers(now: datetime) -> int:
    """Remind who has not answered for 24 hours of working days, and after 72 tell who leads them; once each."""
    calendar, zone = work_calendar(), company_zone()
    unheard = Q(reminded_at=None, asked_at__lte=now - REMIND) | Q(asked_at__lte=now - RAISE)
    late = Signer.objects.asked().filter(unheard, raised_at=None).order_by("asked_at")
    told = 0
    for pk, asked_at, reminded_at in late.values_list("pk", "asked_at", "reminded_at"):
        waited = calendar.time_on_working_days(asked_at, now, zone=zone)
        if waited >= RAISE:
            told += _raise(pk, now)
        elif waited >= REMIND and reminded_at is None:
            told += _remind(pk, now)
        if told >= SLICE:  # the next look goes on
            break
    return told


@transaction.atomic
def _remind(pk: int, now: datetime) -> int:
    if not Signer.objects.asked().filter(pk=pk, reminded_at=None).update(reminded_at=now):
        return 0  # another worker was faster, or it was answered meanwhile
    return _tell(pk, None, NoticeKind.REQUEST_REMINDED, now)


@transaction.atomic
def _raise(pk: int, now: datetime) -> int:
    if not Signer.objects.asked().filter(pk=pk, raised_at=None).update(raised_at=now):
        return 0
    seat = Signer.objects.select_related("user", "step__request").get(pk=pk)
    asker_id = seat.step.request.asked_by_id
    leads = [lead for lead in superiors(seat.user) if lead.pk != asker_id]
    return _tell(pk, leads, NoticeKind.REQUEST_UNANSWERED, now)


def _tell(pk: int, people: list[User] | None, kind: str, now: datetime) -> int:
    seat = Signer.objects.select_related("user", "step__request__asked_by").get(pk=pk)
    row = seat.step.request
    return tell(
        [seat.user] if people is None else people, kind, key=f"request:{row.pk}:{kind}:{seat.pk}", at=now,
        customer_id=row.customer_id, subject_id=row.pk, who=row.asked_by.name, what=row.subject, signer=seat.user.name,
    )  # fmt: skip
