"""What delivery means for payments: facts of milestones, and when they are expected (idea 12).

Steps of the actions of delivery, in their transaction: a payment that waits for acceptance becomes due by the acceptance
row alone, and a new end moves what the forecast counts with.
"""

from datetime import date, datetime

from genjin.accounts.models import User
from genjin.contracts.actions.milestones import expect_trigger, fire_trigger, unfire_trigger
from genjin.contracts.models import Contract
from genjin.contracts.rules import Trigger
from genjin.delivery.models import Project, ProjectStep
from genjin.delivery.rules import ProjectState


def fire_fact(actor: User | None, contract: Contract, trigger: str, *, now: datetime) -> int:
    """Let payments become due by a fact once all that stands for it is done; takes nothing back. Returns how many.

    Asked after what was done, and after what leaves less to wait for: a step taken out, a project called off, a
    milestone added later.
    """
    said = _said(contract, trigger)
    days = [day for day in said if day is not None]
    if not days or len(days) < len(said):
        return 0
    return len(fire_trigger(actor, contract, trigger, max(days), now=now))


def take_back_fact(
    actor: User | None,
    contract: Contract,
    trigger: str,
    *,
    undone: date | None = None,
    why: str,
    now: datetime,
) -> None:
    """Let payments wait again for a fact that something done stood for and that is open now.

    Only a day that delivery itself has said is taken back: that of something still done, or `undone`, of what is taken
    back just now. What somebody marked by hand on the contract, of another day, holds.
    """
    if None in _said(contract, trigger):
        days = _own_days(contract, trigger) | ({undone} if undone else set())
        unfire_trigger(actor, contract, trigger, days=days, why=why, now=now)


def triggers_of(project: Project) -> list[str]:
    """Return the facts a project stands for: its acceptance and those of its steps."""
    of_steps = set(project.steps.exclude(trigger="").values_list("trigger", flat=True))
    return [Trigger.ACCEPTANCE, *sorted(of_steps)]


def note_end(actor: User | None, project: Project, why: str, *, now: datetime) -> None:
    """Move what the forecast expects to the day the last open project of the contract is expected to end."""
    rows = Project.objects.filter(contract=project.contract).open()
    ends = [row.dates.end for row in rows if row.dates.end is not None]
    if ends:
        expect_trigger(actor, project.contract, Trigger.ACCEPTANCE, max(ends), why=why, now=now)


def expect_step(actor: User, step: ProjectStep, why: str, *, now: datetime) -> None:
    """Move what the forecast expects of a fact to the day of its step."""
    if step.trigger and step.due_on is not None and step.done_on is None:
        expect_trigger(actor, step.project.contract, step.trigger, step.due_on, why=why, now=now)


def _own_days(contract: Contract, trigger: str) -> set[date]:
    """Return the days on which steps or projects that stand for a fact were done, also of those called off since."""
    if trigger == Trigger.ACCEPTANCE:
        projects = Project.objects.filter(contract=contract)
        return {row.accepted_on for row in projects if row.accepted_on is not None}
    steps = ProjectStep.objects.filter(project__contract=contract, trigger=trigger)
    return {step.done_on for step in steps if step.done_on is not None}


def _said(contract: Contract, trigger: str) -> list[date | None]:
    """Return the day of each step or project that stands for a fact, None while it is open; without those called off."""
    if trigger == Trigger.ACCEPTANCE:
        projects = Project.objects.filter(contract=contract).exclude(state=ProjectState.STOPPED)
        return [row.accepted_on if row.state == ProjectState.ACCEPTED else None for row in projects]
    steps = ProjectStep.objects.filter(project__contract=contract, trigger=trigger)
    return list(steps.exclude(project__state=ProjectState.STOPPED).values_list("done_on", flat=True))
