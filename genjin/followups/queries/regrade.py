"""What follows when customers get another grade: which tasks move from when to when, and until when a plan is due."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from genjin.accounts.queries import company_zone, local_day, work_calendar
from genjin.customers.models import Customer
from genjin.customers.rules import Stage
from genjin.followups.models import Task
from genjin.followups.queries.grades import current_policy
from genjin.followups.rules import TaskKind, plan_due, replanned


@dataclass(frozen=True, slots=True)
class Move:
    """A task that moves with the grade."""

    task: Task
    old: datetime
    new: datetime


@dataclass(frozen=True, slots=True)
class Regrade:
    """What grading customers `grade` does besides: shown first, done the same way."""

    grade: str
    customers: int
    changed: int  # how many have another grade now
    moves: Sequence[Move]
    plans: int  # how many get the clock of a plan
    plan_due_at: datetime

    @property
    def earlier(self) -> int:
        """How many tasks move towards today."""
        return sum(move.new < move.old for move in self.moves)

    @property
    def later(self) -> int:
        """How many tasks move away."""
        return sum(move.new > move.old for move in self.moves)

    @property
    def mark(self) -> str:
        """A short text that two previews share only when they say the same."""
        told = [f"{move.task.pk}:{move.old.isoformat()}:{move.new.isoformat()}" for move in self.moves]
        told += [self.grade, str(self.changed), str(self.plans)]
        return hashlib.sha256("|".join(told).encode()).hexdigest()[:16]


def regrade_of(rows: Sequence[Customer], grade: str, now: datetime, *, keep: Collection[int] = ()) -> Regrade:
    """Return what grading `rows` does to their open follow-up tasks and plans; two queries, however many they are.

    Only tasks of kind follow_up move, of customers whose grade changes; those in `keep` (ids) stay where they are.
    """
    policy, calendar, zone, today = current_policy(), work_calendar(), company_zone(), local_day(now)
    changed = {row.pk: row for row in rows if row.grade != grade}
    tasks: dict[int, list[Task]] = defaultdict(list)
    for task in (
        Task.objects.open().filter(customer__in=changed, kind=TaskKind.FOLLOW_UP).select_related("assignee")
    ):
        tasks[task.customer_id].append(task)
    moves = []
    for pk, planned in sorted(tasks.items()):
        row = changed[pk]
        since = local_day(row.last_contact_at) if row.last_contact_at else today
        terms = (policy.of(row.grade), policy.of(grade))
        dues = replanned([task.due_at for task in planned], terms, since, today, calendar, zone)
        moves += [
            Move(task, task.due_at, new)
            for task, new in zip(planned, dues, strict=True)
            if new != task.due_at and task.pk not in keep
        ]
    plans = sum(row.owner_id is not None and row.stage != Stage.LOST for row in rows)
    return Regrade(grade, len(rows), len(changed), moves, plans, plan_due(now, calendar, zone))
