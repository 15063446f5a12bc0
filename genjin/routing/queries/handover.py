"""What a handover holds: the packet its receiver reads, and who left with customers still theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q

from genjin.accounts.models import User
from genjin.customers.models import Contact, Customer
from genjin.customers.rules import Stage
from genjin.followups.models import Attachment, FollowUp, Task
from genjin.followups.queries.gates import proofs_of
from genjin.routing.models import HandoverItem
from genjin.routing.rules.credit import shares


@dataclass(frozen=True, slots=True)
class PacketLine:
    """One customer of the packet: what is promised and open, what to watch, whom one speaks to, what is on file."""

    customer: Customer
    is_moved: bool
    tasks: Sequence[Task]
    people: Sequence[Contact]
    risk: str
    files: Sequence[Attachment]
    evidence: Sequence[str]  # codes of what stands on record


def packet(rows: Sequence[tuple[Customer, bool]]) -> list[PacketLine]:
    """Return the lines of some customers of a handover, each with whether it moved; five queries whatever their number."""
    ids = [customer.pk for customer, _is_moved in rows]
    tasks: dict[int, list[Task]] = {pk: [] for pk in ids}
    for task in Task.objects.open().filter(customer__in=ids).order_by("due_at"):
        tasks[task.customer_id].append(task)
    people: dict[int, list[Contact]] = {pk: [] for pk in ids}
    for person in Contact.objects.filter(customer__in=ids).order_by("-is_decider", "-is_primary", "id"):
        people[person.customer_id].append(person)
    risks: dict[int, str] = {}
    for pk, text in (
        FollowUp.objects.filter(customer__in=ids)
        .exclude(risks="")
        .order_by("-happened_at")
        .values_list("customer_id", "risks")
    ):
        risks.setdefault(pk, text)
    files: dict[int, list[Attachment]] = {pk: [] for pk in ids}
    for file in Attachment.objects.filter(customer__in=ids):
        files[file.customer_id].append(file)
    proofs = proofs_of(ids)
    return [
        PacketLine(
            customer, is_moved, tasks[customer.pk], people[customer.pk], risks.get(customer.pk, ""), files[customer.pk], sorted(proofs[customer.pk])
        )
        for customer, is_moved in rows
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Holdings:
    """What somebody has in hand."""

    customers: int
    by_stage: dict[str, int]
    by_grade: dict[str, int]
    tasks: int
    tasks_elsewhere: int
    files: int


def holdings(person: User) -> Holdings:
    """Return what a person would leave behind."""
    owned = Customer.objects.live().filter(owner=person)
    stages = dict(owned.order_by().values_list("stage").annotate(count=Count("id")))
    grades = dict(owned.order_by().values_list("grade").annotate(count=Count("id")))
    mine = Task.objects.open().filter(assignee=person, customer__deleted_at=None)
    return Holdings(
        customers=sum(stages.values()),
        by_stage={str(Stage(stage).label): count for stage, count in stages.items()},
        by_grade=dict(sorted(grades.items())),
        tasks=mine.count(),
        tasks_elsewhere=mine.exclude(customer__owner=person).count(),
        files=Attachment.objects.filter(customer__in=owned.values("pk")).count(),
    )


def left_behind(user: User) -> list[User]:
    """Return the people one leads who may no longer sign in and still own customers or have open tasks."""
    owns = Customer.objects.live().filter(owner=OuterRef("pk"))
    does = Task.objects.open().filter(assignee=OuterRef("pk"), customer__deleted_at=None)
    rows = User.objects.led_by(user).filter(Q(Exists(owns)) | Q(Exists(does)), is_active=False)
    return list(rows.order_by("name")[:100])


def credit_of(customer: Customer, day: date) -> dict[int, int]:
    """Return whose credit a deal of `day` with this customer is, in percent by person; {} for one in a pool.

    The latest handover that moved it decides; a later owner takes the receiver's part.
    """
    if customer.owner_id is None:
        return {}
    moved = HandoverItem.objects.filter(customer=customer, is_moved=True, handover__moved_at__isnull=False)
    item = moved.select_related("handover").order_by("-handover__moved_at", "-id").first()
    if item is None:
        return {customer.owner_id: 100}
    return shares(customer.owner_id, item.handover.giver_id, item.handover.split, day)
