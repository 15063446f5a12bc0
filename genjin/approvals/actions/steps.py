"""The way of a request through its steps: laid out, opened one after the other, closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.queries import local_day
from genjin.approvals.models import Request, Signer, Step
from genjin.approvals.queries.signers import Seat, table_of
from genjin.approvals.rules.flows import LED, Needs, StepRule
from genjin.events.actions import record
from genjin.kit.errors import RuleError
from genjin.notices.actions import tell
from genjin.notices.models import Notice
from genjin.notices.rules import NoticeKind

ASKED = (NoticeKind.REQUEST_ASKED, NoticeKind.REQUEST_REMINDED, NoticeKind.REQUEST_UNANSWERED)


def lay_out(row: Request, rules: Sequence[StepRule]) -> None:
    """Write the steps a new request will go through; later changes of the flow do not touch them."""
    Step.objects.bulk_create(
        Step(request=row, position=number, needs=rule.needs, rule=[str(one) for one in rule.signers], is_led=rule.is_led)
        for number, rule in enumerate(rules, 1)
    )  # fmt: skip


def open_next(row: Request, *, now: datetime) -> bool:
    """Open the next step that waits for somebody; True when every step is done. The caller holds the request's lock.

    Who has agreed at an earlier step is not asked the same again; a step put in by a signer is always asked.
    """
    for step in row.steps.filter(status=Step.Status.WAITING).order_by("position"):
        if step.signers.filter(status=Signer.Status.WAITING).exists():
            _resume(row, step, now)
            return False
        if not _opened_and_agreed(row, step, now):
            return False
    return True


def _resume(row: Request, step: Step, now: datetime) -> None:
    """Open a step again that was set aside for a signer before it."""
    step.status = Step.Status.OPEN
    step.save(update_fields=["status"])
    seats = list(step.signers.filter(status=Signer.Status.WAITING))
    Signer.objects.filter(pk__in=[one.pk for one in seats]).update(
        asked_at=now, reminded_at=None, raised_at=None
    )
    _set_led(row, step.is_led)
    tell_asked(row, step, [one.user_id for one in seats], now=now, again=True)


@dataclass(frozen=True, slots=True)
class _Set:
    """Who is asked at a step: those who agreed earlier, the others, and whether the former are enough."""

    known: list[Seat]
    rest: list[Seat]
    is_enough: bool


def _set_table(row: Request, step: Step, now: datetime) -> _Set:
    """Work out who is asked at a step, and write what follows for it; saved only where that is something new.

    What the rule asks stays written: whoever fits it later is asked by it.
    """
    rule = step.as_rule
    table = table_of(rule, row.asked_by, local_day(now))
    is_led = rule.is_led or table.is_stand_in or not table.seats
    follows = {"is_stand_in": table.is_stand_in, "is_led": is_led}
    changed = [name for name, value in follows.items() if getattr(step, name) != value]
    for name in changed:
        setattr(step, name, follows[name])
    if changed:
        step.save(update_fields=changed)
    agreed = set() if step.added_by_id else _agreed(row)
    known = [seat for seat in table.seats if seat.user.pk in agreed]
    rest = [seat for seat in table.seats if seat.user.pk not in agreed]
    return _Set(known, rest, bool(known) and (step.wants == Needs.ANY or not rest))


def _opened_and_agreed(row: Request, step: Step, now: datetime) -> bool:
    """Open a step; True when those who agreed earlier are enough for it."""
    table = _set_table(row, step, now)
    step.status = Step.Status.DONE if table.is_enough else Step.Status.OPEN
    step.save(update_fields=["status"])
    if step.wants == Needs.ALL or table.is_enough:
        _seat(step, table.known, now, Signer.Status.GRANTED)
    if not table.is_enough:
        asked = _seat(step, table.rest, now, Signer.Status.WAITING)
        _set_led(row, step.is_led)
        tell_asked(row, step, [one.user_id for one in asked], now=now)
    return table.is_enough


def seat_anew(row: Request, step: Step, *, now: datetime) -> int:
    """Ask whoever fits an open step nobody is asked at any more; returns how many. The caller holds the lock.

    Who agreed earlier is asked again only where nobody else is left: the deed is done by who says the last word, not here.
    """
    table = _set_table(row, step, now)
    _set_led(row, step.is_led)
    if step.wants == Needs.ALL and not table.is_enough:
        there = set(step.signers.filter(status=Signer.Status.GRANTED).values_list("user_id", flat=True))
        _seat(step, [seat for seat in table.known if seat.user.pk not in there], now, Signer.Status.GRANTED)
    asked = _seat(step, table.known if table.is_enough else table.rest, now, Signer.Status.WAITING)
    tell_asked(row, step, [one.user_id for one in asked], now=now, again=True)
    return len(asked)


def _agreed(row: Request) -> set[int]:
    granted = Signer.objects.filter(step__request=row, status=Signer.Status.GRANTED)
    return set(granted.values_list("user_id", flat=True))


def _seat(step: Step, seats: Sequence[Seat], now: datetime, status: str) -> list[Signer]:
    is_known = status == Signer.Status.GRANTED
    came = Signer.Came.ADDED if step.added_by_id else None
    return Signer.objects.bulk_create(
        Signer(
            step=step, user=seat.user, status=status, stands_for=seat.stands_for, asked_at=now,
            came=Signer.Came.EARLIER if is_known else (came if came and seat.came == Signer.Came.FLOW else seat.came),
            brought_by=step.added_by, note=step.note, answered_at=now if is_known else None,
        )
        for seat in seats
    )  # fmt: skip


def _set_led(row: Request, is_led: bool) -> None:
    if row.is_led != is_led:
        row.is_led = is_led
        row.save(update_fields=["is_led"])


def tell_asked(
    row: Request, step: Step, people: Sequence[int], *, now: datetime, again: bool = False
) -> None:
    """Tell people that their word is asked for at a step."""
    key = f"request:{row.pk}:{step.pk}" + (f":{now.isoformat()}" if again else "")
    tell(
        people, NoticeKind.REQUEST_ASKED, key=key, at=now, customer_id=row.customer_id, subject_id=row.pk,
        who=row.asked_by.name, what=row.subject, why=row.reason[:200],
    )  # fmt: skip


def current_step(row: Request) -> Step:
    """Return the step that waits for an answer; a request without steps gets the one of who leads the asker.

    Proposals made by a rule, and requests from before there were flows, have none until somebody answers.
    """
    step = row.steps.filter(status=Step.Status.OPEN).first()
    if step is None:
        step = Step.objects.create(
            request=row, position=1, needs=LED.needs, rule=[str(one) for one in LED.signers],
            is_led=True, status=Step.Status.OPEN,
        )  # fmt: skip
    return step


def finish_step(step: Step, *, now: datetime) -> None:
    """Close a step that is agreed to; who was asked, too, is not needed any more."""
    step.signers.filter(status=Signer.Status.WAITING).update(status=Signer.Status.MOOT)
    step.status = Step.Status.DONE
    step.save(update_fields=["status"])
    still_read(step.request_id, now=now)


def still_read(request_id: int, people: Sequence[int] | None = None, *, now: datetime) -> None:
    """Mark what asked for an answer as read: of everybody, or of those who are not asked any more."""
    asked = Notice.objects.unread().filter(kind__in=ASKED, subject_id=request_id)
    if people is not None:
        asked = asked.filter(person_id__in=people)
    asked.update(read_at=now)


def refuse_closed(row: Request) -> None:
    """Raise RuleError `request_closed` (409) unless a request waits."""
    if row.status != Request.Status.OPEN:
        raise RuleError(_("This request is closed already."), "request_closed", status=409)


@transaction.atomic
def close(actor: User | None, row: Request, status: str, answer: str, *, now: datetime) -> None:
    """Close a request with all that is open of it. The caller holds its lock."""
    row.status, row.decided_by, row.decided_at, row.answer = status, actor, now, answer.strip()
    row.save(update_fields=["status", "decided_by", "decided_at", "answer"])
    waiting = Signer.objects.filter(step__request=row, status=Signer.Status.WAITING)
    waiting.update(status=Signer.Status.MOOT)
    undone = row.steps.filter(status__in=(Step.Status.WAITING, Step.Status.OPEN))
    undone.update(status=Step.Status.CLOSED)
    record(actor, f"request.{status}", at=now, customer_id=row.customer_id, subject_id=row.pk, what=row.kind)
    still_read(row.pk, now=now)
