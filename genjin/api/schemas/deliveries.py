"""How delivery projects look from outside."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from genjin.accounts.models import User
from genjin.api.paging import Cut
from genjin.api.schemas.customers import Given
from genjin.api.schemas.followups import show_name
from genjin.api.schemas.money import contract_ref
from genjin.api.wire import Id, In, Out, Ref, Words, ref
from genjin.customers.queries.sight import said, sees_person, show_contact, worded
from genjin.delivery.models import Acceptance, Member, Project, ProjectStep, Risk, Slip
from genjin.delivery.queries.projects import Standing, as_read
from genjin.delivery.rules import Part, ProjectState, RiskLevel, StepTrigger
from genjin.delivery.rules.plan import days_late


class DeliveriesAsked(Cut):
    """Which projects."""

    state: ProjectState | None = None
    customer: Id | None = None
    contract: Id | None = None
    late: bool | None = Field(None, description="true: those not delivered by the day they were to be")


class DeliveryIn(In):
    """A project of a signed contract; what was agreed stays with the contract."""

    contract: Id
    name: str = Field("", max_length=200, description="the contract's title unless given")
    lead: Given | None = None
    starts_on: date | None = None
    planned_end: date | None = None
    notes: Words = ""
    with_usual_steps: bool = False


class DeliveryPatch(In):
    """What changes; fields left out stay. An old `version` is 409."""

    name: str | None = Field(None, max_length=200)
    lead: Given | None = None
    starts_on: date | None = None
    planned_end: date | None = None
    notes: Words | None = None
    version: int | None = Field(None, ge=1)


class Day(In):
    """The day something happened; today unless given."""

    on: date | None = None


class SlipIn(In):
    """A new expected end, and why."""

    expected_end: date
    why: str = Field(max_length=300)


class Why(In):
    """Why something is taken back or called off."""

    reason: str = Field(max_length=300)


class AcceptIn(In):
    """The customer's acceptance: a file of the customer's (see POST /customers/{id}/files), or words."""

    on: date | None = None
    signer: Id | None = Field(None, description="a contact of this customer")
    words: Words = ""
    file: Id | None = None


class KickoffIn(In):
    """The kick-off meeting."""

    on: date
    minutes: str = Field("", max_length=20_000)
    split: Words = ""


class StepIn(In):
    """A step: given to somebody for a day it is a task of theirs."""

    name: str = Field(max_length=200)
    owner: Given | None = None
    due_on: date | None = None
    weight: int = Field(10, ge=1, le=100)
    trigger: StepTrigger | None = None
    why: str = Field(
        "", max_length=200, description="why its day moves; shown beside the payments that wait for it"
    )


class StepPatch(In):
    """What changes of a step; fields left out stay."""

    name: str | None = Field(None, max_length=200)
    owner: Given | None = None
    due_on: date | None = None
    weight: int | None = Field(None, ge=1, le=100)
    trigger: StepTrigger | None = None
    why: str = Field(
        "", max_length=200, description="why its day moves; shown beside the payments that wait for it"
    )


class RiskIn(In):
    """What may go wrong, and what is done about it."""

    text: str = Field(max_length=300)
    level: RiskLevel = RiskLevel.MEDIUM
    owner: Given | None = None
    answer: Words = ""
    closed: bool = False


class RiskPatch(In):
    """What changes of a risk; fields left out stay."""

    text: str | None = Field(None, max_length=300)
    level: RiskLevel | None = None
    owner: Given | None = None
    answer: Words | None = None
    closed: bool | None = None


class MemberIn(In):
    """Somebody of the team and what they do."""

    person: Given
    part: Part = Part.CONSULTANT
    note: str = Field("", max_length=200)


class StepOut(Out):
    """A step as it stands."""

    id: int
    name: str
    owner: Ref | None
    due_on: date | None
    weight: int
    trigger: str
    done_on: date | None
    task: int | None


class RiskOut(Out):
    """A risk as it stands."""

    id: int
    text: str
    level: str
    owner: Ref | None
    answer: str
    closed_at: datetime | None


class MemberOut(Out):
    """Somebody of the team."""

    id: int
    person: Ref | None
    part: str
    note: str


class SlipOut(Out):
    """How the end moved."""

    origin: date | None
    target: date
    why: str
    at: datetime
    by: Ref | None


class AcceptanceOut(Out):
    """The customer's acceptance, standing or withdrawn."""

    id: int
    accepted_on: date
    signer: Ref | None
    words: str
    file: Ref | None
    sha256: str
    recorded_by: Ref | None
    withdrawn_at: datetime | None
    withdrawn_reason: str


class DeliveryOut(Out):
    """A project as lists show it."""

    id: int
    name: str
    state: str
    customer: Ref
    contract: Ref | None
    lead: Ref | None
    progress: int
    steps_done: int
    steps: int
    open_risks: int
    starts_on: date | None
    started_on: date | None
    planned_end: date | None
    expected_end: date | None
    days_late: int
    delivered_on: date | None
    accepted_on: date | None
    version: int


class DeliveryDetail(DeliveryOut):
    """A project whole."""

    notes: str
    kickoff_on: date | None
    kickoff_minutes: str
    kickoff_split: str
    stop_reason: str
    team: list[MemberOut]
    plan: list[StepOut]
    risks: list[RiskOut]
    slips: list[SlipOut]
    acceptances: list[AcceptanceOut]


def show_delivery(user: User, row: Project, standing: Standing, today: date) -> DeliveryOut:
    """Return a project as a list shows it."""
    return DeliveryOut(**_facts(user, row, standing, today))


def _facts(user: User, row: Project, standing: Standing, today: date) -> dict[str, Any]:
    names = (
        "state",
        "starts_on",
        "started_on",
        "planned_end",
        "expected_end",
        "delivered_on",
        "accepted_on",
        "version",
    )
    return {name: getattr(row, name) for name in names} | {
        "id": row.pk, "name": said(user, row.customer, row.name), "customer": show_name(user, row.customer),
        "contract": contract_ref(user, row.customer, row.contract),
        "lead": ref(row.lead), "progress": standing.percent, "steps_done": standing.done, "steps": standing.steps,
        "open_risks": standing.risks, "days_late": days_late(row.dates, today),
    }  # fmt: skip


def show_detail(user: User, row: Project, standing: Standing, today: date) -> DeliveryDetail:
    """Return a project whole; people and texts are masked as on its page."""
    customer, row = row.customer, as_read(user, row)
    unmasked = sees_person(user, customer)
    return DeliveryDetail(
        **_facts(user, row, standing, today), notes=row.notes, kickoff_on=row.kickoff_on, kickoff_minutes=row.kickoff_minutes,
        kickoff_split=row.kickoff_split, stop_reason=row.stop_reason,
        team=[show_member(worded(user, customer, one, "note")) for one in row.members.select_related("user")],
        plan=[show_step(worded(user, customer, one, "name")) for one in row.steps.select_related("owner")],
        risks=[show_risk(worded(user, customer, one, "text", "answer")) for one in row.risks.select_related("owner")],
        slips=[show_slip(worded(user, customer, one, "why")) for one in row.slips.select_related("by")],
        acceptances=[
            show_acceptance(worded(user, customer, one, "words", "withdrawn_reason"), unmasked=unmasked)
            for one in row.acceptances.select_related("signer__role", "file", "recorded_by")
        ],
    )  # fmt: skip


def show_step(one: ProjectStep) -> StepOut:
    """Return a step."""
    return StepOut(
        id=one.pk, name=one.name, owner=ref(one.owner), due_on=one.due_on, weight=one.weight, trigger=one.trigger,
        done_on=one.done_on, task=one.task_id,
    )  # fmt: skip


def show_risk(one: Risk) -> RiskOut:
    """Return a risk."""
    return RiskOut(
        id=one.pk,
        text=one.text,
        level=one.level,
        owner=ref(one.owner),
        answer=one.answer,
        closed_at=one.closed_at,
    )


def show_member(one: Member) -> MemberOut:
    """Return somebody of the team."""
    return MemberOut(id=one.pk, person=ref(one.user), part=one.part, note=one.note)


def show_slip(one: Slip) -> SlipOut:
    """Return how the end moved once."""
    return SlipOut(origin=one.origin, target=one.target, why=one.why, at=one.at, by=ref(one.by))


def show_acceptance(one: Acceptance, *, unmasked: bool) -> AcceptanceOut:
    """Return an acceptance; who signed is masked unless `unmasked`."""
    signer = (
        Ref(id=one.signer.pk, name=show_contact(one.signer, unmasked=unmasked).name) if one.signer else None
    )
    file = Ref(id=one.file.pk, name=one.file.name) if one.file else None
    return AcceptanceOut(
        id=one.pk, accepted_on=one.accepted_on, signer=signer, words=one.words, file=file, sha256=one.file.sha256 if one.file else "",
        recorded_by=ref(one.recorded_by), withdrawn_at=one.withdrawn_at, withdrawn_reason=one.withdrawn_reason,
    )  # fmt: skip
