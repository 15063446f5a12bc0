"""Collecting money: a task for the owner when a milestone comes up, other tactics while something is unsolved (idea 12)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.queries import company_zone, local_day
from genjin.contracts.actions.access import lock_row
from genjin.contracts.models import CollectionHold, Contract, Milestone
from genjin.contracts.queries.money import paid_by_milestone
from genjin.customers.queries.responsible import responsible_for
from genjin.events.actions import record
from genjin.followups.actions.next_step import refresh_next_steps
from genjin.followups.actions.tasks import NewTask, open_tasks, settle
from genjin.followups.models import Task
from genjin.followups.rules import TaskKind, TaskStatus
from genjin.kit.money import show_money
from genjin.kit.text import clean
from genjin.notices.actions import tell
from genjin.notices.rules import NoticeKind

AHEAD = timedelta(days=3)  # a task is there so long before its day
BY_NOON = time(12)
LONGEST = 300  # what a task says at most


def is_held(customer_id: int) -> CollectionHold | None:
    """Return why a customer is not dunned at present; None when nothing is in the way."""
    return CollectionHold.objects.open().filter(customer=customer_id).first()


def words_of(milestone: Milestone, contract: Contract, left: object, held: CollectionHold | None) -> str:
    """Return what the task of collecting says: to collect, or first to solve what the customer complains about, and which."""
    words = {"number": contract.number, "name": milestone.name, "amount": left}
    if held is None:
        return (_("Collect %(number)s %(name)s %(amount)s") % words)[:LONGEST]
    first = _("Solve the complaint first, then talk about the money: %(number)s %(name)s %(amount)s") % words
    return f"{first} · {held.why}"[:LONGEST]


@transaction.atomic
def collect(contract: Contract, milestones: Sequence[Milestone], *, now: datetime) -> int:
    """Open the task of collecting for what is due within three days and not paid, and tell finance; each once.

    Tasks go to who looks after the customer. Returns how many were opened.
    """
    today = local_day(now)
    near = [one for one in milestones if _wants_task(one) and one.due_on and one.due_on <= today + AHEAD]
    if not near:
        return 0
    who = responsible_for(contract.customer, otherwise=contract.owner)
    paid, held = paid_by_milestone([one.pk for one in near]), is_held(contract.customer_id)
    for one in near:
        left = show_money(one.amount - paid[one.pk])
        if who is not None:
            due_at = max(
                datetime.combine(one.due_on or today, BY_NOON, company_zone()), now + timedelta(hours=4)
            )
            new = NewTask(words_of(one, contract, left, held), due_at, who, kind=TaskKind.COLLECTION)
            one.task = open_tasks(None, contract.customer, [new], now=now)[0]
            one.save(update_fields=["task"])
        if contract.finance_id:
            tell(
                [contract.finance_id], NoticeKind.MILESTONE_DUE, key=f"milestone:{one.pk}:{one.due_on}", at=now,
                customer_id=contract.customer_id, subject_id=contract.pk, number=contract.number, what=one.name,
                amount=left, day=str(one.due_on),
            )  # fmt: skip
    refresh_next_steps([contract.customer_id], now)
    return len(near)


def _wants_task(one: Milestone) -> bool:
    return one.settled_on is None and (one.task is None or one.task.status != TaskStatus.OPEN)


def collect_all(now: datetime) -> int:
    """Open the tasks of collecting that have come near since; each once. Returns how many. For the daily job.

    A transaction per contract, which is locked and read again: a receipt or an amendment meanwhile is not overlooked.
    """
    near = Milestone.objects.of_running().filter(
        settled_on=None, task=None, due_on__lte=local_day(now) + AHEAD
    )
    return sum(
        _collect_one(pk, now)
        for pk in near.order_by("contract").values_list("contract", flat=True).distinct()
    )


@transaction.atomic
def _collect_one(pk: int, now: datetime) -> int:
    row = lock_row(Contract.objects.get(pk=pk))
    return collect(row, list(row.milestones.of_running().filter(task=None)), now=now)


def drop_collection(
    actor: User | None, milestones: Iterable[Milestone], outcome: str, *, now: datetime
) -> None:
    """Close the tasks of collecting of milestones that were paid or are due no longer."""
    ids = [one.task_id for one in milestones if one.task_id]
    tasks = list(Task.objects.open().filter(pk__in=ids).select_for_update(of=("self",)))
    if tasks:
        settle(actor, tasks, status=TaskStatus.DONE, outcome=outcome, now=now)
        refresh_next_steps(sorted({task.customer_id for task in tasks}), now)
    Milestone.objects.filter(task__in=ids).update(task=None)


@transaction.atomic
def hold_collection(customer_id: int, why: str, *, now: datetime) -> CollectionHold:
    """Change the tactics of collecting while a complaint is open or a rating is bad: tasks and pages say so (idea 12).

    A second reason while one stands takes its place. Clocks of payments run on.
    """
    held = CollectionHold.objects.open().filter(customer=customer_id).select_for_update().first()
    if held is None:
        held = CollectionHold.objects.create(customer_id=customer_id, why=clean(why)[:300], began_at=now)
        record(
            None,
            "collection.held",
            at=now,
            customer_id=customer_id,
            subject_id=held.pk,
            name="",
            note=held.why,
        )
    elif held.why != clean(why)[:300]:
        held.why = clean(why)[:300]
        held.save(update_fields=["why"])
    reword_collection(customer_id)
    return held


@transaction.atomic
def release_collection(customer_id: int, *, now: datetime) -> int:
    """Collect as usual again; returns how many holds ended."""
    ended = CollectionHold.objects.open().filter(customer=customer_id).update(ended_at=now)
    if ended:
        record(None, "collection.released", at=now, customer_id=customer_id, name="", note="")
        reword_collection(customer_id)
    return ended


def reword_collection(customer_id: int) -> None:
    """Let open tasks of collecting say what is left, and what is to be done first; what was asked and answered stays."""
    held = is_held(customer_id)
    rows = Milestone.objects.filter(contract__customer=customer_id, task__status=TaskStatus.OPEN)
    rows = rows.select_related("contract", "task")
    paid = paid_by_milestone([one.pk for one in rows])
    changed = []
    for one in rows:
        objective = words_of(one, one.contract, show_money(one.amount - paid[one.pk]), held)
        if one.task is not None and one.task.objective != objective:
            one.task.objective = objective
            changed.append(one.task)
    Task.objects.bulk_update(changed, ["objective"])
