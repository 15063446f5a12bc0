"""Taking what is due, so that no two workers send the same, and writing down what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, Role, require
from genjin.events.actions import record
from genjin.kit.errors import RuleError
from genjin.notices.actions.tell import tell
from genjin.notices.models import Delivery, Robot
from genjin.notices.rules import Channel, NoticeKind
from genjin.notices.rules.delivery import LEASE, next_try, spend
from genjin.notices.rules.robots import Verdict

AT_A_TIME = 8
MOST_IN_ONE = 50
_LOOKED_AT = 400


@dataclass(frozen=True, slots=True)
class Parcel:
    """Rows that go out as one message to one person's mailbox or one robot."""

    message: UUID
    robot: Robot | None
    rows: list[Delivery]


@transaction.atomic
def claim(now: datetime, *, without_mail: bool = False) -> list[Parcel]:
    """Take up to eight messages that are due, each to another endpoint; rows others hold are skipped.

    What waits for the same endpoint goes out together, unless it went out before: then with what it was with.
    """
    parcels = _robots(now)
    if not without_mail:
        parcels += _mails(now, AT_A_TIME - len(parcels))
    return parcels


def _robots(now: datetime) -> list[Parcel]:
    waiting = Delivery.objects.due(now).filter(robot=OuterRef("pk"))
    free = Robot.objects.in_use().filter(Q(not_before=None) | Q(not_before__lte=now), Exists(waiting))
    parcels = []
    for robot in free.select_for_update(skip_locked=True).order_by(F("used_at").asc(nulls_first=True))[:AT_A_TIME]:  # fmt: skip
        left = spend(robot.tokens, robot.tokens_at, now)
        if left is None:
            continue
        rows = _together(Delivery.objects.due(now).filter(robot=robot).order_by("next_at", "pk"))
        if rows:
            Robot.objects.filter(pk=robot.pk).update(tokens=left, tokens_at=now, not_before=now + LEASE)
            parcels.append(_taken(rows, robot, now))
    return parcels


def _mails(now: datetime, most: int) -> list[Parcel]:
    due = Delivery.objects.due(now).filter(channel=Channel.MAIL).order_by("next_at", "pk")
    groups: dict[UUID | int, list[int]] = {}
    for pk, message, person in due.values_list("pk", "message", "person_id")[:_LOOKED_AT]:
        if message in groups or person in groups or len(groups) < most:
            groups.setdefault(message or person, []).append(pk)
    parcels = []
    for key, pks in groups.items():
        same = due.filter(message=key) if isinstance(key, UUID) else due.filter(pk__in=pks, message=None)
        rows = _together(same)
        if rows:
            parcels.append(_taken(rows, None, now))
    return parcels


def _together(rows: "models.QuerySet[Delivery]") -> list[Delivery]:
    """Lock the rows of one message: those that went out together before, else all that never did."""
    locked = rows.select_for_update(of=("self",), skip_locked=True).select_related("notice__person", "person")
    again = rows.exclude(message=None).values_list("message", flat=True).first()
    return list(locked.filter(message=again)) if again else list(locked.filter(message=None)[:MOST_IN_ONE])


def _taken(rows: list[Delivery], robot: Robot | None, now: datetime) -> Parcel:
    message = rows[0].message or uuid4()
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
        message=message, leased_until=now + LEASE, attempts=F("attempts") + 1,
        first_tried_at=Coalesce("first_tried_at", now),
    )  # fmt: skip
    return Parcel(message, robot, rows)


@transaction.atomic
def drop(ids: Sequence[int], parcel: Parcel, *, is_empty: bool, now: datetime) -> None:
    """Set aside rows nobody needs any more; a robot left without a message is free again."""
    Delivery.objects.waiting().filter(pk__in=ids).update(
        status=Delivery.Status.DROPPED, done_at=now, leased_until=None
    )
    if is_empty and parcel.robot is not None:
        Robot.objects.filter(pk=parcel.robot.pk).update(not_before=None)


@transaction.atomic
def mark(
    parcel: Parcel,
    judged: Verdict,
    words: str,
    *,
    asked: timedelta = timedelta(),
    dice: float = 0.5,
    now: datetime,
) -> None:
    """Write down what became of an attempt: sent, tried again by the table of waits, or given up."""
    rows = Delivery.objects.waiting().filter(message=parcel.message)
    robot = Robot.objects.filter(pk=parcel.robot.pk) if parcel.robot else Robot.objects.none()
    if judged == Verdict.SENT:
        rows.update(status=Delivery.Status.SENT, done_at=now, leased_until=None, error="")
        robot.update(not_before=None, used_at=now, problem="")
        return
    robot.update(problem=words[:300], used_at=now)
    if judged == Verdict.GONE and parcel.robot is not None:
        _stop(parcel.robot, parcel.message, words, now)
        return
    row = rows.order_by("pk").first()
    if row is None:
        robot.update(not_before=None)
        return
    again = next_try(row.attempts, row.first_tried_at or now, now, dice=dice, asked=asked)
    robot.update(not_before=again)
    if again is None:
        rows.update(status=Delivery.Status.FAILED, done_at=now, leased_until=None, error=words[:300])
    else:
        rows.update(next_at=again, leased_until=None, error=words[:300])


def _stop(robot: Robot, message: UUID, words: str, now: datetime) -> None:
    """Set a robot aside that says it is gone, with all that waits for it, and tell the administrators."""
    Robot.objects.filter(pk=robot.pk).update(is_active=False, not_before=None)
    Delivery.objects.waiting().filter(robot=robot).update(
        status=Delivery.Status.FAILED, done_at=now, leased_until=None, error=words[:300]
    )
    record(None, "robot.stopped", at=now, subject_id=robot.pk, name=robot.name, why=words)
    tell(
        User.objects.active().filter(role=Role.ADMIN), NoticeKind.ROBOT_STOPPED, key=f"robot:{robot.pk}:{message}",
        at=now, subject_id=robot.pk, name=robot.name, why=words,
    )  # fmt: skip


@transaction.atomic
def send_again(actor: User, delivery: Delivery, *, now: datetime) -> Delivery:
    """Let a message that was given up, or that waits for its next try, go out now, under the id it had.

    Raises RuleError `forbidden` (403), `delivered_already`, `robot_stopped` (409).
    """
    require(actor, Right.MANAGE_SETTINGS)
    row = Delivery.objects.select_for_update(of=("self",)).select_related("robot").get(pk=delivery.pk)
    if row.status not in {Delivery.Status.FAILED, Delivery.Status.WAITING}:
        raise RuleError(_("This message has gone out or is not needed."), "delivered_already", status=409)
    if row.robot is not None and not row.robot.is_active:
        raise RuleError(_("This robot is not in use; mend it first."), "robot_stopped", status=409)
    same = Delivery.objects.filter(message=row.message) if row.message else Delivery.objects.filter(pk=row.pk)
    same.filter(status=row.status).update(
        status=Delivery.Status.WAITING, next_at=now, attempts=0, first_tried_at=None, done_at=None, leased_until=None
    )  # fmt: skip
    if row.robot is not None:
        Robot.objects.filter(pk=row.robot.pk).update(not_before=None)
    record(actor, "delivery.sent_again", at=now, subject_id=row.pk)
    row.refresh_from_db()
    return row
