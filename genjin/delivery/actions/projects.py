"""Opening a project for a signed contract, changing it, starting, slipping, stopping and resuming it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.accounts.queries import local_day
from genjin.contracts.models import Contract
from genjin.contracts.rules.states import IN_FORCE
from genjin.customers.actions.ownership import require_edit
from genjin.customers.actions.people import involve, release_participants
from genjin.customers.models import Customer
from genjin.delivery.actions.clocks import keep_clock
from genjin.delivery.actions.coupling import fire_fact, note_end, take_back_fact, triggers_of
from genjin.delivery.actions.standing import concerned, hold
from genjin.delivery.actions.steps import write_usual_steps
from genjin.delivery.models import Project, Slip
from genjin.delivery.rules import Deed
from genjin.delivery.rules.plan import check_dates, check_happened, check_slip
from genjin.delivery.rules.states import after
from genjin.events.actions import record
from genjin.followups.actions.files import keep_file
from genjin.kit.errors import RuleError, version_conflict, wrong_at
from genjin.kit.masking import mask_words
from genjin.kit.text import clean
from genjin.notices.actions import tell
from genjin.notices.rules import NoticeKind

CHANGEABLE = ("name", "lead", "starts_on", "planned_end", "notes")


@dataclass(frozen=True, slots=True)
class NewProject:
    """What a project begins with; an empty name is that of the contract."""

    name: str = ""
    lead: User | None = None
    starts_on: date | None = None
    planned_end: date | None = None
    notes: str = ""
    with_usual_steps: bool = False


@dataclass(frozen=True, slots=True)
class Kickoff:
    """The first meeting: when, what was agreed, who does what; in words and as a file."""

    on: date
    minutes: str = ""
    split: str = ""
    file: "File[bytes] | None" = None


@transaction.atomic
def open_project(actor: User, contract: Contract, new: NewProject, *, now: datetime) -> Project:
    """Open the project of a signed contract; what was agreed stays with the contract and is linked (S3-16).

    Raises RuleError `contract_not_signed` (409), `project_dates`, `person_inactive`, `not_yours` (403).
    """
    seen = Contract.objects.visible_to(actor).get(pk=contract.pk)
    customer = Customer.objects.select_for_update(of=("self",)).get(pk=seen.customer_id)
    require_edit(actor, customer, Right.DELIVER)
    held = Contract.objects.select_for_update(of=("self",)).get(pk=seen.pk)
    if held.state not in IN_FORCE:
        sentence = _("Only a signed contract is delivered; this one is: %(state)s.")
        raise RuleError(sentence % {"state": held.get_state_display()}, "contract_not_signed", status=409)
    check_dates(new.starts_on, new.planned_end)
    _check_person(new.lead)
    project = Project.objects.create(
        customer=customer, contract=held, name=(clean(new.name) or held.title)[:200], lead=new.lead, starts_on=new.starts_on,
        planned_end=new.planned_end, notes=clean(new.notes), created_at=now, created_by=actor,
    )  # fmt: skip
    record(
        actor, "delivery.planned", at=now, customer_id=customer.pk, subject_id=project.pk, name=project.name,
        note=_days(project.starts_on, project.planned_end),
    )  # fmt: skip
    _involve_lead(actor, project, now)
    if new.with_usual_steps:
        write_usual_steps(actor, project, now=now)
    keep_clock(project, now)
    note_end(actor, project, _("planned end of %(project)s") % {"project": project.name}, now=now)
    return project


def _days(*days: date | None) -> str:
    return " – ".join(day.isoformat() if day else "…" for day in days) if any(days) else ""


def _check_person(person: User | None) -> None:
    if person is not None and not person.is_active:
        sentence = _("%(name)s may no longer sign in; choose somebody else.") % {"name": person.name}
        raise wrong_at("lead", sentence, "person_inactive")


def _involve_lead(actor: User, project: Project, now: datetime) -> None:
    """Let who is in charge see the customer, and tell them."""
    if project.lead is None:
        return
    if project.lead_id != project.customer.owner_id:
        involve(project.customer_id, [project.lead], via="delivery", subject_id=project.pk)
    tell(
        {project.lead.pk} - {actor.pk}, NoticeKind.DELIVERY_GIVEN, key=f"delivery:{project.pk}:lead:{now.isoformat()}", at=now,
        customer_id=project.customer_id, subject_id=project.pk, who=actor.name, what=mask_words(project.name),
    )  # fmt: skip


@transaction.atomic
def change_project(
    actor: User, project: Project, values: Mapping[str, Any], *, version: int | None = None, now: datetime
) -> Project:
    """Change name, person in charge, planned days or notes (`CHANGEABLE`).

    A version others have overtaken is refused. Raises RuleError `version_conflict` (409), `project_dates`, `person_inactive`.
    """
    row = hold(actor, project)
    after(row.state, Deed.WORK)
    if version is not None and version != row.version:
        raise version_conflict(row.version)
    before = {name: getattr(row, name) for name in CHANGEABLE}
    for name in CHANGEABLE:
        if name in values:
            value = values[name]
            setattr(row, name, clean(value) if isinstance(value, str) else value)
    changed = [name for name in CHANGEABLE if getattr(row, name) != before[name]]
    if not row.name:
        sentence = _("Give the project a name.")
        raise wrong_at("name", sentence, "name_missing")
    if not changed:
        return row
    check_dates(row.starts_on, row.planned_end)
    row.version += 1
    if "lead" in changed:
        _check_person(row.lead)
        _swap_lead(actor, row, before["lead"], now)
    row.save(update_fields=[*changed, "version"])
    keep_clock(row, now)
    if "planned_end" in changed and row.expected_end is None:
        note_end(actor, row, _("planned end of %(project)s") % {"project": row.name}, now=now)
    record(
        actor, "delivery.changed", at=now, customer_id=row.customer_id, subject_id=row.pk, name=row.name,
        note=_days(row.starts_on, row.planned_end), fields=changed,
    )  # fmt: skip
    return row


def _swap_lead(actor: User, row: Project, former: User | None, now: datetime) -> None:
    if former is not None and not row.members.filter(user=former).exists():
        _release(row, [former.pk])
    _involve_lead(actor, row, now)


def _release(row: Project, people: Sequence[int]) -> None:
    """End the sight of people no longer at work on the project; of the others it stays."""
    stay = {row.lead_id, *row.members.values_list("user_id", flat=True)} - set(people) - {None}
    release_participants(via="delivery", subject_ids=[row.pk])
    involve(row.customer_id, User.objects.filter(pk__in=stay).exclude(pk=row.customer.owner_id), via="delivery", subject_id=row.pk)  # fmt: skip


@transaction.atomic
def note_kickoff(actor: User, project: Project, kickoff: Kickoff, *, now: datetime) -> Project:
    """Put the kick-off meeting on record, with its minutes and the split of work (S3-16).

    Raises RuleError `kickoff_empty`, `happened_in_future`, `file_refused`.
    """
    row = hold(actor, project)
    after(row.state, Deed.WORK)
    check_happened(kickoff.on, local_day(now), since=row.contract.signed_on, field="on")
    minutes, split = clean(kickoff.minutes), clean(kickoff.split)
    if not minutes and kickoff.file is None and row.kickoff_file is None:
        sentence = _("Write the minutes, or add the file that holds them.")
        raise wrong_at("minutes", sentence, "kickoff_empty")
    row.kickoff_on, row.kickoff_minutes, row.kickoff_split = kickoff.on, minutes, split
    if kickoff.file is not None:
        row.kickoff_file = keep_file(actor, row.customer, kickoff.file, now=now)
    row.version += 1
    row.save(update_fields=["kickoff_on", "kickoff_minutes", "kickoff_split", "kickoff_file", "version"])
    record(
        actor, "delivery.kicked_off", at=now, customer_id=row.customer_id, subject_id=row.pk, name=row.name,
        note=mask_words(minutes[:120]),
    )  # fmt: skip
    return row


@transaction.atomic
def start_project(actor: User, project: Project, *, on: date, now: datetime) -> Project:
    """Begin the work on a day. Raises RuleError `project_state` (409), `happened_in_future`, `happened_too_early`."""
    row = hold(actor, project)
    state = after(row.state, Deed.START)
    check_happened(on, local_day(now), since=row.contract.signed_on, field="on")
    row.state, row.started_on = state, on
    _save(row, "state", "started_on")
    keep_clock(row, now)
    record(
        actor,
        "delivery.started",
        at=now,
        customer_id=row.customer_id,
        subject_id=row.pk,
        name=row.name,
        note=on.isoformat(),
    )
    return row


@transaction.atomic
def slip_project(actor: User, project: Project, *, expected_end: date, why: str, now: datetime) -> Project:
    """Move the expected end, earlier or later, with a reason; what the forecast expects moves in the same transaction (idea 12).

    Raises RuleError `reason_missing`, `end_same`, `project_dates`, `project_state` (409).
    """
    row = hold(actor, project)
    after(row.state, Deed.SLIP)
    words = clean(why)[:300]
    before = row.dates.end
    check_slip(before, expected_end, words, row.started_on or row.starts_on)
    row.expected_end = expected_end
    _save(row, "expected_end")
    Slip.objects.create(project=row, origin=before, target=expected_end, why=words, at=now, by=actor)
    record(
        actor, "delivery.slipped", at=now, customer_id=row.customer_id, subject_id=row.pk, name=row.name,
        note=f"{before or '…'} → {expected_end} · {words}", origin=before.isoformat() if before else None,
        target=expected_end.isoformat(), reason=words,
    )  # fmt: skip
    keep_clock(row, now)
    note_end(actor, row, words, now=now)
    tell(
        concerned(row, but=actor), NoticeKind.DELIVERY_SLIPPED, at=now,
        key=f"delivery:{row.pk}:slip:{now.isoformat()}", customer_id=row.customer_id, subject_id=row.pk, who=actor.name,
        what=mask_words(row.name), day=expected_end.isoformat(), why=mask_words(words),
    )  # fmt: skip
    return row


@transaction.atomic
def stop_project(actor: User, project: Project, *, reason: str, now: datetime) -> Project:
    """Call a project off, with a reason; its clock ends and nothing more is expected of it. Raises RuleError `reason_missing`."""
    row = hold(actor, project)
    after(row.state, Deed.STOP)
    if not clean(reason):
        sentence = _("Say why the project is called off.")
        raise wrong_at("reason", sentence, "reason_missing")
    call_off(actor, row, reason, now=now)
    return row


def call_off(actor: User | None, row: Project, reason: str, *, now: datetime) -> None:
    """Call a locked project off; a step of stopping it, and of following a contract that is void."""
    state, words = after(row.state, Deed.STOP), clean(reason)[:300]
    row.state, row.stopped_on, row.stop_reason, row.delivered_on = state, local_day(now), words, None
    _save(row, "state", "stopped_on", "stop_reason", "delivered_on")
    keep_clock(row, now)
    note_end(actor, row, words, now=now)
    for trigger in triggers_of(row):  # nothing else may be left to wait for
        fire_fact(actor, row.contract, trigger, now=now)
    record(
        actor,
        "delivery.stopped",
        at=now,
        customer_id=row.customer_id,
        subject_id=row.pk,
        name=row.name,
        note=words,
    )


@transaction.atomic
def resume_project(actor: User, project: Project, *, now: datetime) -> Project:
    """Take up a project that was called off. Raises RuleError `project_state` (409)."""
    row = hold(actor, project)
    row.state, row.stopped_on, row.stop_reason = after(row.state, Deed.RESUME), None, ""
    row.started_on = row.started_on or local_day(now)
    _save(row, "state", "stopped_on", "stop_reason", "started_on")
    keep_clock(row, now)
    why = _("%(project)s goes on") % {"project": row.name}
    for trigger in triggers_of(row):
        take_back_fact(actor, row.contract, trigger, why=why, now=now)
    note_end(actor, row, why, now=now)
    record(actor, "delivery.resumed", at=now, customer_id=row.customer_id, subject_id=row.pk, name=row.name)
    return row


def _save(row: Project, *names: str) -> None:
    row.version += 1
    row.save(update_fields=[*names, "version"])
