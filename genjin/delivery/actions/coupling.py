"""What delivery means for payments: facts of milestones, and when they are expected (idea 12).

Steps of the actions of delivery, in their transaction: a payment that waits for acceptance becomes due by the acceptance
row alone, and a new end moves what the forecast counts with.
"""

from datetime import date, datetime

from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.contracts.actions.milestones import expect_trigger, fire_trigger, unfire_trigger
from genjin.contracts.rules import Trigger
from genjin.delivery.models import Project, ProjectStep
from genjin.delivery.rules import OPEN, ProjectState


def note_acceptance(actor: User, project: Project, *, now: datetime) -> None:
    """Let payments become due that wait for acceptance, once nothing of the contract is still to be accepted."""
    rows = Project.objects.filter(contract=project.contract)
    if rows.filter(state__in=OPEN).exists():
        return
    days = (
        rows.filter(state=ProjectState.ACCEPTED)
        .exclude(accepted_on=None)
        .values_list("accepted_on", flat=True)
    )
    if latest := max(filter(None, days), default=None):
        fire_trigger(actor, project.contract, Trigger.ACCEPTANCE, latest, now=now)


def forget_acceptance(actor: User, project: Project, why: str, *, now: datetime) -> None:
    """Take the fact back: the acceptance was withdrawn, so what waited for it is not due any more."""
    unfire_trigger(actor, project.contract, Trigger.ACCEPTANCE, why=why, now=now)


def note_end(actor: User, project: Project, why: str, *, now: datetime) -> None:
    """Move what the forecast expects to the day the last open project of the contract is expected to end."""
    rows = Project.objects.filter(contract=project.contract).open()
    ends = [row.dates.end for row in rows if row.dates.end is not None]
    if ends:
        expect_trigger(actor, project.contract, Trigger.ACCEPTANCE, max(ends), why=why, now=now)


def note_step(actor: User, step: ProjectStep, *, now: datetime) -> None:
    """Let a finished step be the fact it stands for, once every step of the contract that stands for it is done."""
    days = _days(step)
    if days is not None:
        fire_trigger(actor, step.project.contract, step.trigger, max(days), now=now)


def forget_step(actor: User, step: ProjectStep, *, now: datetime) -> None:
    """Take the fact of a step back that was ticked by mistake."""
    if step.trigger:
        why = _("step “%(step)s” is not done") % {"step": step.name}
        unfire_trigger(actor, step.project.contract, step.trigger, why=why, now=now)


def expect_step(actor: User, step: ProjectStep, why: str, *, now: datetime) -> None:
    """Move what the forecast expects of a fact to the day of its step."""
    if step.trigger and step.due_on is not None and step.done_on is None:
        expect_trigger(actor, step.project.contract, step.trigger, step.due_on, why=why, now=now)


def _days(step: ProjectStep) -> list[date] | None:
    """Return when all steps of one trigger were done; None while one is open, or for none."""
    if not step.trigger:
        return None
    rows = ProjectStep.objects.filter(project__contract=step.project.contract, trigger=step.trigger)
    days = list(rows.exclude(project__state=ProjectState.STOPPED).values_list("done_on", flat=True))
    return None if None in days or not days else [day for day in days if day is not None]
