"""Contact records with their next actions, tasks, deadlines, and the timeline they make."""

from datetime import datetime

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone
from ninja import Query, Router, Status

from genjin.accounts.models import User
from genjin.api.customers import seen
from genjin.api.paging import Cut, Order, Page, orders, page, read_moment, refuse_unknown, seal, unseal
from genjin.api.references import all_named, named, person
from genjin.api.schemas.followups import (
    DeadlineFilter,
    DeadlineOut,
    FollowUpIn,
    FollowUpOut,
    NextAction,
    PromiseFilter,
    PromiseOut,
    Settle,
    TaskCancel,
    TaskDone,
    TaskFilter,
    TaskIn,
    TaskOut,
    TaskPostpone,
    TaskReassign,
    Timeline,
    TimelineFilter,
    show_deadline,
    show_entry,
    show_followup,
    show_promise,
    show_task,
)
from genjin.api.wire import Call, Id
from genjin.customers.models import Customer
from genjin.customers.queries.sight import sees_person
from genjin.followups.actions import tasks as deeds
from genjin.followups.actions.contact import NewFollowUp, record_contact
from genjin.followups.actions.issues import settle_issue
from genjin.followups.models import Deadline, FollowUp, FollowUpQuerySet, Task, TaskQuerySet
from genjin.followups.queries.promises import in_tab, promises
from genjin.followups.queries.timeline import TimelineItem, timeline
from genjin.library.models import Entry

router = Router(tags=["followups"])
PLANNED = Prefetch(
    "next_actions",
    Task.objects.select_related("customer", "customer__pool", "assignee", "promisor", "created_by"),
)
BY_DUE = orders(id=Order("id"), due_at=Order("due_at"))


def with_all(rows: FollowUpQuerySet) -> FollowUpQuerySet:
    """Return contact records with everything their answer shows."""
    return rows.select_related("customer", "customer__pool", "author", "contact").prefetch_related(
        "attachments", PLANNED
    )


def seen_task(request: Call, pk: int) -> Task:
    """Return a task in the caller's sight."""
    return visible_tasks(request.auth).get(pk=pk)


def visible_tasks(user: User) -> TaskQuerySet:
    """Return the tasks in sight with what their answer shows."""
    return Task.objects.visible_to(user).select_related(
        "customer", "customer__pool", "assignee", "promisor", "created_by"
    )


def planned(user: User, customer: Customer, body: NextAction, field: str) -> deeds.NewTask:
    """Return a body as the action takes it."""
    assignee = None if body.assignee is None else person(user, body.assignee, field)
    return deeds.NewTask(
        objective=body.objective, due_at=body.due_at, assignee=assignee, method=body.method,
        materials=body.materials, kind=body.kind, is_confirmed=body.is_confirmed,
        entries=all_named(Entry.objects.active(), body.library, "library"),
        promisor=None if body.promisor is None else named(customer.contacts.all(), body.promisor, "promisor"),
    )  # fmt: skip


def happened(user: User, customer: Customer, body: FollowUpIn, now: datetime) -> NewFollowUp:
    """Return a body as the action takes it, every row it names looked up within sight."""
    open_tasks = Task.objects.visible_to(user).filter(customer=customer)
    return NewFollowUp(
        method=body.method, summary=body.summary, happened_at=body.happened_at or now, feedback=body.feedback,
        got_response=body.got_response, new_needs=body.new_needs, risks=body.risks, mood=body.mood,
        contact=None if body.contact is None else named(customer.contacts.all(), body.contact, "contact"),
        next_actions=[planned(user, customer, one, f"next_actions.{at}.assignee") for at, one in enumerate(body.next_actions)],
        done_tasks=all_named(open_tasks, body.done_tasks, "done_tasks"),
        questions=body.questions, used=all_named(Entry.objects.active(), body.used, "used"), settles=[(one.followup, one.name) for one in body.settles], changes=body.changes, version=body.version, template=body.template,
    )  # fmt: skip


@router.get("/customers/{customer_id}/timeline", response=Timeline, summary="Read a customer's timeline")
def read_timeline(request: Call, customer_id: Id, asked: Query[TimelineFilter]) -> Timeline:
    refuse_unknown(request, TimelineFilter)
    row, user = seen(request, customer_id), request.auth
    before = read_moment(unseal(asked.cursor)[0]) if asked.cursor else None
    found = timeline(
        row, only=asked.only, before=before, limit=asked.page_size + 1, unmasked=sees_person(user, row)
    )
    items, following = cut_between_moments(found, asked.page_size)
    prefetch_related_objects([item.followup for item in items if item.followup], PLANNED)
    return Timeline(items=[show_entry(user, row, item) for item in items], next=following)


def cut_between_moments(found: list[TimelineItem], size: int) -> tuple[list[TimelineItem], str | None]:
    """Return a page and the cursor of the next one; what happened at one moment is not torn apart."""
    if len(found) <= size:
        return found, None
    last = found[size].at
    kept = [item for item in found if item.at > last] or found[:size]
    return kept, seal([kept[-1].at.isoformat(), 0])


@router.get("/customers/{customer_id}/followups", response=Page[FollowUpOut], summary="List contact records")
def list_followups(request: Call, customer_id: Id, asked: Query[Cut]) -> Page[FollowUpOut]:
    rows = with_all(FollowUp.objects.filter(customer=seen(request, customer_id)))
    newest = Order("happened_at", descending=True)
    return page(request, rows, asked, order=newest, show=lambda row: show_followup(request.auth, row))


@router.post("/customers/{customer_id}/followups", response={201: FollowUpOut}, summary="Record a contact")
def add_followup(request: Call, customer_id: Id, body: FollowUpIn) -> Status[FollowUpOut]:
    user, customer, now = request.auth, seen(request, customer_id), timezone.now()
    row = record_contact(user, customer, happened(user, customer, body, now), now=now)
    return Status(201, show_followup(user, with_all(FollowUp.objects.all()).get(pk=row.pk)))


@router.get("/tasks", response=Page[TaskOut], summary="List tasks")
def list_tasks(request: Call, asked: Query[TaskFilter]) -> Page[TaskOut]:
    wanted = {
        "assignee": asked.assignee, "customer": asked.customer, "status": asked.status, "kind": asked.kind,
        "due_at__lt": asked.due_before, "due_at__gte": asked.due_from,
    }  # fmt: skip
    rows = visible_tasks(request.auth).filter(**{k: v for k, v in wanted.items() if v is not None})
    rows = rows.filter(assignee=request.auth) if asked.mine else rows
    rows = rows.filter(created_by=request.auth).exclude(assignee=request.auth) if asked.asked else rows
    return page(
        request, rows, asked, order=BY_DUE[asked.ordering], show=lambda row: show_task(request.auth, row)
    )


@router.get("/promises", response=Page[PromiseOut], summary="List promises")
def list_promises(request: Call, asked: Query[PromiseFilter]) -> Page[PromiseOut]:
    rows = promises(visible_tasks(request.auth), timezone.now())
    rows = in_tab(rows, asked.state) if asked.state else rows
    wanted = {"kind": f"promise_{asked.side}" if asked.side else None, "customer": asked.customer}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    rows = rows.filter(assignee=request.auth) if asked.mine else rows
    return page(request, rows, asked, order=Order("id"), show=lambda row: show_promise(request.auth, row))


@router.post(
    "/followups/{followup_id}/settle", response=FollowUpOut, summary="Settle an open point of a record"
)
def settle_point(request: Call, followup_id: Id, body: Settle) -> FollowUpOut:
    row = with_all(FollowUp.objects.visible_to(request.auth)).get(pk=followup_id)
    settle_issue(request.auth, row, body.name, now=timezone.now())
    return show_followup(request.auth, with_all(FollowUp.objects.all()).get(pk=row.pk))


@router.post("/tasks", response={201: TaskOut}, summary="Plan a task")
def add_task(request: Call, body: TaskIn) -> Status[TaskOut]:
    user = request.auth
    customer = named(Customer.objects.visible_to(user), body.customer, "customer")
    task = deeds.add_task(user, customer, planned(user, customer, body, "assignee"), now=timezone.now())
    return Status(201, show_task(user, task))


@router.post("/tasks/{task_id}/done", response=TaskOut, summary="Close a task as done")
def finish_task(request: Call, task_id: Id, body: TaskDone) -> TaskOut:
    row = seen_task(request, task_id)
    task = deeds.finish_task(request.auth, row, outcome=body.outcome, now=timezone.now())
    return show_task(request.auth, task)


@router.post("/tasks/{task_id}/cancel", response=TaskOut, summary="Close a task as no longer needed")
def cancel_task(request: Call, task_id: Id, body: TaskCancel) -> TaskOut:
    row = seen_task(request, task_id)
    return show_task(
        request.auth, deeds.cancel_task(request.auth, row, reason=body.reason, now=timezone.now())
    )


@router.post("/tasks/{task_id}/reassign", response=TaskOut, summary="Hand a task on")
def reassign_task(request: Call, task_id: Id, body: TaskReassign) -> TaskOut:
    row = seen_task(request, task_id)
    assignee = person(request.auth, body.assignee, "assignee")
    return show_task(request.auth, deeds.hand_on_task(request.auth, row, assignee, now=timezone.now()))


@router.post("/tasks/{task_id}/postpone", response=TaskOut, summary="Move a task to another day")
def postpone_task(request: Call, task_id: Id, body: TaskPostpone) -> TaskOut:
    row = seen_task(request, task_id)
    task = deeds.postpone_task(request.auth, row, due_at=body.due_at, reason=body.reason, now=timezone.now())
    return show_task(request.auth, task)


@router.get("/deadlines", response=Page[DeadlineOut], summary="List deadlines")
def list_deadlines(request: Call, asked: Query[DeadlineFilter]) -> Page[DeadlineOut]:
    wanted = {"kind": asked.kind, "customer": asked.customer, "responsible": asked.responsible}
    rows = Deadline.objects.visible_to(request.auth).in_state(asked.state or "")
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    return page(
        request, rows.select_related("customer", "responsible"), asked, order=BY_DUE[asked.ordering],
        show=lambda row: show_deadline(request.auth, row),
    )  # fmt: skip
