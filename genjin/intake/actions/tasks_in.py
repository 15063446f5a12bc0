"""Tasks by the sheet: open ones with their day and person, and those long done or called off."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from genjin.customers.actions.people import involve
from genjin.customers.models import Customer
from genjin.followups.actions.next_step import refresh_next_steps
from genjin.followups.models import Task
from genjin.followups.rules import TaskStatus
from genjin.intake.actions.beside import Rows
from genjin.intake.actions.check import Checked
from genjin.intake.actions.slices import Slice
from genjin.intake.models import ImportBatch, ImportRow
from genjin.intake.rules.values import Values


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task on its way in."""

    at: int
    customer: Customer
    row: Task


class Tasks(Rows):
    """Tasks on their way in."""

    def __init__(self, batch: ImportBatch, now: datetime) -> None:
        super().__init__(batch, now)
        self._seen: set[int] = set()

    def check(self, part: Slice) -> Checked:
        """Find customers and assignees, refuse what is no task, leave out what is planned already."""
        checked = Checked(part)
        customers = self.customers(checked)
        self.people.ids(text for row in part.rows.values if (text := row.get("task.assignee")))
        stored = Task.objects.filter(customer__in={row.pk for row in customers.values()})
        known = set(stored.values_list("customer_id", "due_at", "objective"))
        for at, customer in customers.items():
            values = part.rows.values[at]
            if not values.get("task.objective"):
                self.refuse(checked, at, "objective_missing", _("Write what the next step is for."))
                continue
            if values.get("task.due_at") is None:
                self.refuse(checked, at, "due_missing", _("Say by when this is to be done."))
                continue
            mark = (customer.pk, values["task.due_at"], values["task.objective"][:300])
            if mark in known or hash(mark) in self._seen:
                self.double(checked, at, customer)
                continue
            self._seen.add(hash(mark))
            checked.planned.append(NewTask(at, customer, self._plan(checked, at, customer, values)))
        checked.counts["created"] = len(checked.planned)
        return checked

    def _plan(self, checked: Checked, at: int, customer: Customer, values: Values) -> Task:
        assignee = customer.owner_id or self.actor.pk
        if text := values.get("task.assignee"):
            found = self.people.ids([text]).get(text)
            if found is None:
                said = _("No single active person is called %(name)s; the customer's owner gets the task.")
                self.say(checked, at, "assignee_unknown", said % {"name": text})
            assignee = found or assignee
        status = values.get("task.status") or TaskStatus.OPEN
        due = values["task.due_at"]
        is_closed = status != TaskStatus.OPEN
        return Task(
            customer=customer, assignee_id=assignee, due_at=due, method=values.get("method") or "",
            objective=values["task.objective"][:300], materials=values.get("task.materials", "")[:300], status=status,
            outcome=values.get("task.outcome", "") if is_closed else "", created_by=self.actor, created_at=self.now,
            closed_at=min(due, self.now) if is_closed else None, closed_by_id=assignee if is_closed else None,
        )  # fmt: skip

    def write(self, checked: Checked, now: datetime) -> None:
        """Write a slice: tasks, sight of who has to do them, next steps; inside the caller's transaction."""
        planned: list[NewTask] = checked.planned
        if not planned:
            return
        ids = sorted({one.customer.pk for one in planned})
        self.hold(checked, {one.customer.pk: one.at for one in planned})
        Task.objects.bulk_create([one.row for one in planned], batch_size=1000)
        self.note(checked, ImportRow.Kind.TASK, [(one.at, one.row.pk) for one in planned])
        helpers = [
            one.row
            for one in planned
            if one.row.status == TaskStatus.OPEN and one.row.assignee_id != one.customer.owner_id
        ]
        people = self.users(task.assignee_id for task in helpers)
        for task in helpers:
            involve(task.customer_id, [people[task.assignee_id]], via="task", subject_id=task.pk)
        refresh_next_steps(ids, now)
