"""How contact records, tasks, deadlines and the timeline look from outside."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from genjin.accounts.models import User
from genjin.api.paging import Cut
from genjin.api.schemas.customers import Given
from genjin.api.schemas.together import CommentOut, show_comment
from genjin.api.wire import Id, In, Moment, Out, Ref, Words, ref
from genjin.customers.models import Customer
from genjin.customers.queries.sight import said, sees_person, shown_name
from genjin.followups.models import Deadline, FollowUp, Task
from genjin.followups.queries.promises import TABS
from genjin.followups.queries.timeline import WORDS, TimelineItem, starred
from genjin.followups.rules import DeadlineKind, Method, Mood, TaskKind, TaskStatus
from genjin.followups.rules.clocks import HIGH_RISK_LEVEL
from genjin.followups.rules.issues import ISSUES
from genjin.followups.rules.promises import Verdict
from genjin.followups.rules.quality import in_words
from genjin.kit.masking import mask_name, mask_words


class TaskFilter(Cut):
    """Which tasks, in which order."""

    ordering: Literal["id", "-id", "due_at", "-due_at"] = "due_at"
    assignee: Id | None = None
    mine: bool | None = Field(None, description="only one's own")
    asked: bool | None = Field(None, description="only what one asked colleagues for")
    customer: Id | None = None
    status: TaskStatus | None = None
    kind: TaskKind | None = None
    due_before: Moment | None = None
    due_from: Moment | None = None


class DeadlineFilter(Cut):
    """Which clocks, in which order."""

    ordering: Literal["id", "-id", "due_at", "-due_at"] = "due_at"
    kind: DeadlineKind | None = None
    customer: Id | None = None
    responsible: Id | None = None
    state: Literal["running", "warned", "breached", "high_risk", "met", "ended"] | None = Field(
        None, description="`running` is in time, warned or not; `high_risk` is breached by a week"
    )


class TimelineFilter(Cut):
    """Which part of a timeline."""

    only: Literal["", "contacts", "comments", "tasks", "changes"] = ""


class NextAction(In):
    """A thing to do; yours unless somebody is named."""

    objective: Words
    due_at: Moment
    assignee: Given | None = Field(None, description="id, login or name")
    method: Literal["", *Method.values] = ""  # type: ignore[valid-type]
    materials: Words = ""
    kind: TaskKind = TaskKind.FOLLOW_UP
    promisor: Id | None = Field(None, description="of a promise: the contact who gave it")
    is_confirmed: bool = Field(False, description="of a promise: the customer said yes to it")
    library: list[Id] = Field([], max_length=20, description="pieces of the library to bring along")


class TaskIn(NextAction):
    """A thing to do for a customer."""

    customer: Id


class OpenPoint(In):
    """Something a record left open."""

    followup: Id
    name: Literal[*ISSUES]  # type: ignore[valid-type]


class Settle(In):
    """Which open point of a record is settled."""

    name: Literal[*ISSUES]  # type: ignore[valid-type]


class PromiseFilter(Cut):
    """Which promises, by how they stand."""

    state: Literal["", *TABS] = Field("", description="overdue are the broken ones that can still be kept")  # type: ignore[valid-type]
    side: Literal["", "ours", "theirs"] = ""
    customer: Id | None = None
    mine: bool | None = Field(None, description="only one's own")


class FollowUpIn(In):
    """A contact that happened, with what comes next in the same request."""

    method: Method
    summary: Words
    happened_at: Moment | None = Field(None, description="now unless given")
    feedback: Words = ""
    got_response: bool = True
    new_needs: Words = ""
    risks: Words = ""
    mood: Literal["", *Mood.values] = ""  # type: ignore[valid-type]
    contact: Id | None = Field(None, description="with whom")
    next_actions: list[NextAction] = Field([], max_length=20)
    done_tasks: list[Id] = Field([], max_length=100, description="open tasks this contact settles")
    questions: Words = Field("", description="what stays open until the next contact")
    used: list[Id] = Field([], max_length=20, description="pieces of the library put into the words")
    settles: list[OpenPoint] = Field([], max_length=100, description="open points of earlier records")
    changes: dict[str, Any] = Field(
        {}, description="what changed about the customer, by field: need, pain_points, budget, purchase_timing, purchase_by, "
        "decision_process, is_authority_clear, competitors",
    )  # fmt: skip
    template: Id | None = Field(
        None, description="version of the record template it was written by; else the one in force"
    )
    version: int | None = Field(None, description="of the customer, as it was read; guards the changes")


class TaskDone(In):
    """What came of it."""

    outcome: Words


class TaskCancel(In):
    """Why it is no longer needed."""

    reason: Words


class AskIn(In):
    """Something asked of a colleague, or of a department, whose least busy one present gets it."""

    objective: Words
    due_at: Moment
    assignee: Given | None = Field(None, description="id, login or name, from any department")
    department: Annotated[str, Field(max_length=40)] = Field(
        "", description="`role:service`, `role:legal`, `team:3`"
    )
    details: Words = ""


class TaskAskBack(In):
    """What the assignee has to know first."""

    question: Words


class TaskExplain(In):
    """What they need to know, and another day where it takes longer."""

    answer: Words
    due_at: Moment | None = None


class TaskReopen(In):
    """What is still missing, and by when."""

    reason: Words
    due_at: Moment


class TaskReassign(In):
    """Who takes it on."""

    assignee: Given


class TaskPostpone(In):
    """Until when it has to wait, and why."""

    due_at: Moment
    reason: Words


class TaskOut(Out):
    """A thing to do, or done."""

    id: int
    customer: Ref
    kind: TaskKind
    assignee: Ref
    due_at: Moment
    method: str
    objective: str
    materials: str
    status: TaskStatus
    outcome: str
    postponed: int
    asked_by: Ref | None
    details: str
    question: str = Field(description="what the assignee has to know first; whoever asked is to answer")
    followup_id: int | None
    created_at: Moment
    closed_at: Moment | None
    promised_for: date | None = Field(description="of a promise: the day first named")
    promisor: Ref | None
    is_confirmed: bool


class PromiseOut(TaskOut):
    """A promise with how it stands."""

    verdict: Verdict


class FollowUpOut(Out):
    """A contact that happened."""

    id: int
    customer: Ref
    contact: Ref | None
    author: Ref
    method: Method
    happened_at: Moment
    recorded_at: Moment
    is_late: bool
    is_effective: bool
    summary: str
    feedback: str
    got_response: bool
    new_needs: str
    risks: str
    mood: str
    questions: str
    settled: list[str] = Field(description="which of questions, new_needs and risks are settled")
    template: int | None = Field(description="version of the record template it was written by")
    quality: int | None = Field(description="0 to 100; null when it was written before records were judged")
    better_with: list[str]
    changes: dict[str, list[Any]] = Field(description="old and new value by field of the customer")
    files: list[Ref]
    next_actions: list[TaskOut]


class DeadlineOut(Out):
    """A clock that only a fact stops."""

    id: int
    customer: Ref
    kind: DeadlineKind
    responsible: Ref | None = Field(description="nobody while the customer is in a pool")
    state: Literal["running", "warned", "breached", "high_risk", "met", "ended"]
    starts_at: Moment
    due_at: Moment
    warned_at: Moment | None
    breached_at: Moment | None = Field(description="the moment nothing was on record by")
    met_at: Moment | None
    ended_at: Moment | None
    level: int = Field(description="the last step of its ladder that was taken; 0 for none")
    next_step_at: Moment | None


class TimelineEntry(Out):
    """A contact record, or an event with the data of its kind."""

    at: Moment
    kind: str = Field(description="`followup`, or an event such as `customer.claimed`")
    by: str
    followup: FollowUpOut | None
    comments: list[CommentOut] = Field(description="on this record; of the kind `comment` the comment itself")
    data: dict[str, Any]


class Timeline(Out):
    """A piece of the timeline, newest first."""

    items: list[TimelineEntry]
    next: str | None


def show_name(user: User, customer: Customer) -> Ref:
    """Return a customer as id and name, a person's name masked where the person is."""
    return Ref(id=customer.pk, name=shown_name(user, customer))


def show_title(user: User, customer: Customer, row: Any) -> Ref | None:
    """Return something of a customer's as id and what it is called, a person's own name in it masked; None for none."""
    return None if row is None else Ref(id=row.pk, name=said(user, customer, str(row)))


TASK_WORDS = ("objective", "details", "materials", "question", "outcome")


def _task_words(user: User, row: Task) -> dict[str, str]:
    """Return the texts of a task; numbers in them are hidden from who sees the customer's people masked."""
    texts = {name: getattr(row, name) for name in TASK_WORDS}
    return (
        texts if sees_person(user, row.customer) else {name: mask_words(text) for name, text in texts.items()}
    )


def show_task(user: User, row: Task) -> TaskOut:
    """Return a task; `row` comes with customer and assignee."""
    return TaskOut(
        id=row.pk, customer=show_name(user, row.customer), kind=TaskKind(row.kind),
        assignee=Ref(id=row.assignee.pk, name=str(row.assignee)), due_at=row.due_at, method=row.method,
        status=TaskStatus(row.status), asked_by=ref(row.created_by), **_task_words(user, row),
        postponed=row.postponed, followup_id=row.origin_id, created_at=row.created_at, closed_at=row.closed_at,
        promised_for=row.promised_for, promisor=_person(user, row), is_confirmed=row.is_confirmed,
    )  # fmt: skip


def _person(user: User, row: Task) -> Ref | None:
    if row.promisor is None:
        return None
    name = str(row.promisor)
    return Ref(id=row.promisor.pk, name=name if sees_person(user, row.customer) else mask_name(name))


def show_promise(user: User, row: Task) -> PromiseOut:
    """Return a promise; `row` comes from `queries.promises`."""
    return PromiseOut(**show_task(user, row).model_dump(), verdict=row.verdict)  # type: ignore[attr-defined]


_COPIED = (
    "happened_at", "recorded_at", "is_late", "is_effective", "summary", "feedback", "got_response", "new_needs",
    "risks", "mood", "questions",
)  # fmt: skip


def show_followup(user: User, row: FollowUp) -> FollowUpOut:
    """Return a contact record; `row` comes with customer, author, contact, attachments and next actions."""
    contact = ref(row.contact)
    if contact is not None and not sees_person(user, row.customer):
        contact = Ref(id=contact.id, name=mask_name(contact.name))
    return FollowUpOut(
        id=row.pk, customer=show_name(user, row.customer), contact=contact,
        author=Ref(id=row.author.pk, name=str(row.author)), method=Method(row.method),
        files=[Ref(id=file.pk, name=file.name) for file in row.attachments.all()],
        next_actions=[show_task(user, task) for task in row.next_actions.all()],
        template=row.template_id, quality=row.quality, better_with=in_words(row.quality_notes),
        settled=sorted(row.settled), changes=row.changes if sees_person(user, row.customer) else starred(row.customer, {"changes": row.changes})["changes"],
        **{name: _copied(user, row, name) for name in _COPIED},
    )  # fmt: skip


def _copied(user: User, row: FollowUp, name: str) -> Any:
    value = getattr(row, name)
    return mask_words(value) if name in WORDS and not sees_person(user, row.customer) else value


def state_of(row: Deadline) -> Literal["running", "warned", "breached", "high_risk", "met", "ended"]:
    """Return how a clock stands."""
    if row.met_at is not None:
        return "met"
    if row.ended_at is not None:
        return "ended"
    if row.kind == DeadlineKind.CONTACT_GAP and row.level >= HIGH_RISK_LEVEL:
        return "high_risk"
    if row.breached_at is not None:
        return "breached"
    return "warned" if row.warned_at is not None else "running"


def show_deadline(user: User, row: Deadline) -> DeadlineOut:
    """Return a clock; `row` comes with customer and responsible."""
    return DeadlineOut(
        id=row.pk, customer=show_name(user, row.customer), kind=DeadlineKind(row.kind), state=state_of(row),
        responsible=ref(row.responsible), starts_at=row.starts_at, due_at=row.due_at, met_at=row.met_at,
        breached_at=row.breached_at, ended_at=row.ended_at, warned_at=row.warned_at, level=row.level, next_step_at=row.acts_at,
    )  # fmt: skip


def show_entry(user: User, customer: Customer, item: TimelineItem) -> TimelineEntry:
    """Return an entry of the timeline; its data was starred by the query where need be."""
    followup = None
    if item.followup is not None:
        item.followup.customer = customer
        followup = show_followup(user, item.followup)
    said = list(item.followup.comments.all()) if item.followup else [item.comment] if item.comment else []
    comments = [show_comment(user, customer, comment) for comment in said]
    return TimelineEntry(
        at=item.at, kind=item.kind, by=item.by, followup=followup, comments=comments, data=item.data
    )
