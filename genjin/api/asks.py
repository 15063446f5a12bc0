"""Asking colleagues: the loop of a to-do until its answer does."""

from django.utils import timezone
from ninja import Router, Status

from genjin.accounts.permissions import Right, require
from genjin.api.customers import seen
from genjin.api.followups import seen_task
from genjin.api.references import person
from genjin.api.schemas.followups import AskIn, TaskAskBack, TaskExplain, TaskOut, TaskReopen, show_task
from genjin.api.wire import Call, Id
from genjin.followups.actions import asks

router = Router(tags=["followups"])


@router.get("/tasks/{task_id}", response=TaskOut, summary="Read a task")
def read_task(request: Call, task_id: Id) -> TaskOut:
    return show_task(request.auth, seen_task(request, task_id))


@router.post(
    "/customers/{customer_id}/asks", response={201: TaskOut}, summary="Ask a colleague or a department"
)
def ask(request: Call, customer_id: Id, body: AskIn) -> Status[TaskOut]:
    row, user = seen(request, customer_id), request.auth
    require(user, Right.MANAGE_TASKS)
    assignee = None if body.assignee is None else person(user, body.assignee, "assignee")
    wanted = asks.Ask(body.objective, body.due_at, assignee, body.department, body.details)
    task = asks.ask_colleague(user, row, wanted, now=timezone.now())
    return Status(201, show_task(user, seen_task(request, task.pk)))


@router.post("/tasks/{task_id}/ask-back", response=TaskOut, summary="Say what one has to know first")
def ask_back(request: Call, task_id: Id, body: TaskAskBack) -> TaskOut:
    asks.ask_back(request.auth, seen_task(request, task_id), question=body.question, now=timezone.now())
    return show_task(request.auth, seen_task(request, task_id))


@router.post("/tasks/{task_id}/explain", response=TaskOut, summary="Give the assignee what they need to know")
def explain(request: Call, task_id: Id, body: TaskExplain) -> TaskOut:
    row = seen_task(request, task_id)
    asks.explain_task(request.auth, row, answer=body.answer, due_at=body.due_at, now=timezone.now())
    return show_task(request.auth, seen_task(request, task_id))


@router.post(
    "/tasks/{task_id}/reopen", response=TaskOut, summary="Open a to-do again whose answer does not do"
)
def reopen(request: Call, task_id: Id, body: TaskReopen) -> TaskOut:
    row = seen_task(request, task_id)
    asks.reopen_task(request.auth, row, reason=body.reason, due_at=body.due_at, now=timezone.now())
    return show_task(request.auth, seen_task(request, task_id))
