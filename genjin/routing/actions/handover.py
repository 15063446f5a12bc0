"""Handing a person's customers on: nothing but whose they are changes, and the receiver says yes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.accounts.queries import leads_of, local_day
from genjin.customers.models import Customer
from genjin.events.actions import record
from genjin.followups.actions.ownership import give_by_rule
from genjin.followups.actions.tasks import move_tasks
from genjin.followups.models import Task
from genjin.kit.errors import RuleError, not_found, wrong_at
from genjin.notices.actions import tell
from genjin.notices.rules import NoticeKind
from genjin.routing.models import Handover, HandoverItem
from genjin.routing.rules.credit import NO_SHARE, CreditSplit, check_split


@dataclass(frozen=True, slots=True)
class NewHandover:
    """Whose customers go to whom: those of `ids`, or all; `at_once` for somebody who has left already."""

    giver: User
    receiver: User
    ids: Sequence[int] | None = None
    note: str = ""
    with_tasks: bool = True  # also what the giver was to do at other people's customers
    at_once: bool = False
    split: CreditSplit = NO_SHARE


@transaction.atomic
def offer_handover(actor: User, new: NewHandover, *, now: datetime) -> Handover:
    """Offer a person's customers, with tasks and clocks, to a colleague, who accepts them (S2-2).

    Raises RuleError `forbidden` (403), `owner_not_led`, `handover_to_self`, `not_found` (404) when one of `ids`
    is not the giver's, `nothing_to_hand_over`, `handed_over_already` (409) while another offer is open, `credit_split`.
    """
    require(actor, Right.ASSIGN)
    _check_people(actor, new)
    check_split(new.split, local_day(now))
    owned = Customer.objects.live().filter(owner=new.giver).select_for_update(of=("self",)).order_by("pk")
    rows = list(owned if new.ids is None else owned.filter(pk__in=new.ids))
    if new.ids is not None and len(rows) != len(set(new.ids)):
        raise not_found()
    ours = [row.pk for row in rows]
    elsewhere = Task.objects.open().filter(assignee=new.giver).exclude(customer__in=ours)
    tasks = list(elsewhere.values_list("pk", flat=True)) if new.with_tasks and new.ids is None else []
    if not rows and not tasks:
        sentence = (
            _("%(name)s has no customers and no open tasks.")
            if new.ids is None
            else _("None of %(name)s's customers meets the conditions.")
        )
        raise RuleError(sentence % {"name": new.giver.name}, "nothing_to_hand_over", status=409)
    _refuse_offered(ours)
    handover = Handover.objects.create(
        giver=new.giver, receiver=new.receiver, made_by=actor, made_at=now, note=new.note.strip(), tasks=tasks,
        giver_percent=new.split.giver_percent, shared_until=new.split.until if new.split.giver_percent else None,
    )  # fmt: skip
    HandoverItem.objects.bulk_create([HandoverItem(handover=handover, customer=row) for row in rows])
    record(
        actor, "handover.offered", at=now, subject_id=handover.pk, giver=new.giver.pk, receiver=new.receiver.pk,
        customers=len(rows), tasks=len(tasks),
    )  # fmt: skip
    if new.at_once:
        _move(actor, handover, now)
    tell(
        [new.receiver], NoticeKind.HANDOVER_OFFERED, key=f"handover:{handover.pk}", at=now, subject_id=handover.pk,
        who=actor.name, giver=new.giver.name, customers=len(rows),
    )  # fmt: skip
    return handover


def _check_people(actor: User, new: NewHandover) -> None:
    if new.giver.pk == new.receiver.pk:
        sentence = _("Choose a colleague as receiver.")
        raise wrong_at("receiver", sentence, "handover_to_self")
    if not actor.scope.covers(new.giver.pk):
        sentence = _("Choose somebody of your own teams.")
        raise wrong_at("giver", sentence, "owner_not_led")
    if not new.receiver.is_active or not actor.scope.covers(new.receiver.pk):
        sentence = _("Choose somebody of your own teams who may sign in.")
        raise wrong_at("receiver", sentence, "owner_not_led")


def _refuse_offered(ids: Sequence[int]) -> None:
    open_items = HandoverItem.objects.filter(
        handover__status=Handover.Status.OFFERED, customer__in=ids, is_moved=False
    )
    if open_items.exists():
        sentence = _(
            "Some of these customers are on offer to somebody already; withdraw that handover first."
        )
        raise RuleError(sentence, "handed_over_already", status=409)


def _move(actor: User, handover: Handover, now: datetime) -> int:
    """Give the customers that are still the giver's to the receiver, and the giver's tasks elsewhere."""
    items = handover.items.filter(is_moved=False).values("customer_id")
    rows = list(
        Customer.objects.live().filter(pk__in=items, owner=handover.giver_id)
        .select_for_update(of=("self",)).order_by("pk")
    )  # fmt: skip
    give_by_rule(rows, handover.receiver, how="handed_over", reason=handover.note[:200], actor=actor, now=now)
    handover.items.filter(customer__in=[row.pk for row in rows]).update(is_moved=True)
    left = Task.objects.open().filter(pk__in=handover.tasks, assignee=handover.giver_id)
    move_tasks(actor, left, handover.receiver, now=now)
    handover.moved_at = now
    handover.save(update_fields=["moved_at"])
    return len(rows)


def _locked(actor: User, handover: Handover) -> Handover:
    row = Handover.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=handover.pk)
    if row.status != Handover.Status.OFFERED:
        raise RuleError(_("This handover is answered already."), "handover_closed", status=409)
    return row


def _require_receiver(actor: User, row: Handover) -> None:
    if row.receiver_id != actor.pk:
        raise RuleError(_("Only the receiver answers a handover."), "not_yours", status=403)


@transaction.atomic
def accept_handover(actor: User, handover: Handover, *, now: datetime) -> int:
    """Accept what one was offered; returns how many customers changed hands now. Raises RuleError `not_yours` (403)."""
    row = _locked(actor, handover)
    _require_receiver(actor, row)
    moved = _move(actor, row, now) if row.moved_at is None else 0
    _answered(actor, row, Handover.Status.ACCEPTED, now=now)
    return moved


@transaction.atomic
def decline_handover(actor: User, handover: Handover, *, answer: str, now: datetime) -> None:
    """Say no, and why. Raises RuleError `answer_missing`, `moved_already` (409) when they are one's own already."""
    row = _locked(actor, handover)
    _require_receiver(actor, row)
    if row.moved_at is not None:
        sentence = _("These customers are yours already; speak to who handed them over.")
        raise RuleError(sentence, "moved_already", status=409)
    if not answer.strip():
        sentence = _("Say why not.")
        raise wrong_at("answer", sentence, "answer_missing")
    _answered(actor, row, Handover.Status.DECLINED, answer.strip(), now=now)


@transaction.atomic
def withdraw_handover(actor: User, handover: Handover, *, now: datetime) -> None:
    """Take an offer back before it is accepted. Raises RuleError `forbidden` (403), `moved_already` (409)."""
    require(actor, Right.ASSIGN)
    row = _locked(actor, handover)
    if row.moved_at is not None:
        raise RuleError(
            _("The customers have changed hands already; assign them anew."), "moved_already", status=409
        )
    _answered(actor, row, Handover.Status.WITHDRAWN, now=now)


def _answered(actor: User, row: Handover, status: str, answer: str = "", *, now: datetime) -> None:
    row.status, row.answer, row.answered_at = status, answer, now
    row.save(update_fields=["status", "answer", "answered_at"])
    record(
        actor, f"handover.{status}", at=now, subject_id=row.pk, giver=row.giver_id, receiver=row.receiver_id
    )
    if status != Handover.Status.WITHDRAWN:
        is_yes = status == Handover.Status.ACCEPTED
        kind = NoticeKind.HANDOVER_ACCEPTED if is_yes else NoticeKind.HANDOVER_DECLINED
        tell(
            {row.made_by_id, row.giver_id} - {actor.pk}, kind, key=f"handover:{row.pk}:{status}", at=now,
            subject_id=row.pk, who=actor.name, giver=row.giver.name, why=answer[:200],
        )  # fmt: skip


@transaction.atomic
def tell_unanswered(now: datetime) -> int:
    """Tell the receiver's leads and who made it of handovers nobody answered within 24 hours; returns how many were told."""
    waiting = Handover.objects.unanswered(now).select_related("giver", "receiver__team", "made_by")
    return sum(
        tell(
            [one.made_by, *leads_of(one.receiver)], NoticeKind.HANDOVER_UNANSWERED, key=f"handover.unanswered:{one.pk}", at=now,
            subject_id=one.pk, giver=one.giver.name, receiver=one.receiver.name,
        )
        for one in waiting.order_by("pk")[:500]
    )  # fmt: skip
