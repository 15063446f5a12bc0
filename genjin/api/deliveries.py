"""Delivery projects: opened, worked on, slipped, delivered, accepted."""

from dataclasses import replace
from typing import Any

from django.utils import timezone
from ninja import Query, Router, Status

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.api.paging import Order, Page, page
from genjin.api.references import named, person
from genjin.api.schemas.deliveries import (
    AcceptIn,
    Day,
    DeliveriesAsked,
    DeliveryDetail,
    DeliveryIn,
    DeliveryOut,
    DeliveryPatch,
    KickoffIn,
    MemberIn,
    RiskIn,
    RiskPatch,
    SlipIn,
    StepIn,
    StepPatch,
    Why,
    show_delivery,
    show_detail,
)
from genjin.api.wire import Call, Id
from genjin.contracts.models import Contract
from genjin.customers.models import Contact
from genjin.delivery.actions import acceptance, projects, risks, steps, team
from genjin.delivery.models import Member, Project, ProjectStep, Risk
from genjin.delivery.queries.projects import Standing, projects_of, standings
from genjin.followups.models import Attachment

router = Router(tags=["deliveries"])


def seen(request: Call, pk: int) -> Project:
    """Return a project in the caller's sight."""
    return projects_of(request.auth).get(pk=pk)


def shown(request: Call, pk: int) -> DeliveryDetail:
    """Return a project read anew, as the caller may see it."""
    row, today = seen(request, pk), timezone.localdate()
    return show_detail(request.auth, row, standings([row], today)[row.pk], today)


def who(request: Call, given: Any, field: str) -> User | None:
    """Return the colleague a body names; None for nobody."""
    return None if given is None else person(request.auth, given, field)


@router.get("/deliveries", response=Page[DeliveryOut], summary="List delivery projects")
def list_deliveries(request: Call, asked: Query[DeliveriesAsked]) -> Page[DeliveryOut]:
    rows, today = projects_of(request.auth), timezone.localdate()
    if asked.state is not None:
        rows = rows.filter(state=asked.state)
    if asked.customer is not None:
        rows = rows.filter(customer=asked.customer)
    if asked.contract is not None:
        rows = rows.filter(contract=asked.contract)
    if asked.late is not None:
        late = Project.objects.late(today).values("pk")
        rows = rows.filter(pk__in=late) if asked.late else rows.exclude(pk__in=late)
    cut = page(request, rows, asked, order=Order("id", descending=True), show=lambda row: row)
    found = standings(cut.items, today)
    items = [show_delivery(request.auth, row, found.get(row.pk, Standing()), today) for row in cut.items]
    return Page(items=items, next=cut.next)


@router.post("/deliveries", response={201: DeliveryDetail}, summary="Open the project of a signed contract")
def open_delivery(request: Call, body: DeliveryIn) -> Status[DeliveryDetail]:
    require(request.auth, Right.DELIVER)
    contract = named(Contract.objects.visible_to(request.auth), body.contract, "contract")
    values = body.model_dump(exclude={"contract", "lead"})
    new = projects.NewProject(**values, lead=who(request, body.lead, "lead"))
    row = projects.open_project(request.auth, contract, new, now=timezone.now())
    return Status(201, shown(request, row.pk))


@router.get("/deliveries/{delivery_id}", response=DeliveryDetail, summary="Read a delivery project")
def read_delivery(request: Call, delivery_id: Id) -> DeliveryDetail:
    return shown(request, delivery_id)


@router.patch("/deliveries/{delivery_id}", response=DeliveryDetail, summary="Change a delivery project")
def change_delivery(request: Call, delivery_id: Id, body: DeliveryPatch) -> DeliveryDetail:
    row = seen(request, delivery_id)
    values = body.model_dump(exclude_unset=True, exclude={"version"})
    if "lead" in values:
        values["lead"] = who(request, body.lead, "lead")
    values = {
        name: value for name, value in values.items() if value is not None or name not in {"name", "notes"}
    }
    projects.change_project(request.auth, row, values, version=body.version, now=timezone.now())
    return shown(request, delivery_id)


@router.post("/deliveries/{delivery_id}/start", response=DeliveryDetail, summary="Begin the work")
def start(request: Call, delivery_id: Id, body: Day) -> DeliveryDetail:
    on = body.on or timezone.localdate()
    projects.start_project(request.auth, seen(request, delivery_id), on=on, now=timezone.now())
    return shown(request, delivery_id)


@router.post(
    "/deliveries/{delivery_id}/kickoff", response=DeliveryDetail, summary="Put the kick-off on record"
)
def kickoff(request: Call, delivery_id: Id, body: KickoffIn) -> DeliveryDetail:
    new = projects.Kickoff(body.on, body.minutes, body.split)
    projects.note_kickoff(request.auth, seen(request, delivery_id), new, now=timezone.now())
    return shown(request, delivery_id)


@router.post(
    "/deliveries/{delivery_id}/slip", response=DeliveryDetail, summary="Move the expected end, with a reason"
)
def slip(request: Call, delivery_id: Id, body: SlipIn) -> DeliveryDetail:
    row = seen(request, delivery_id)
    projects.slip_project(request.auth, row, expected_end=body.expected_end, why=body.why, now=timezone.now())
    return shown(request, delivery_id)


@router.post(
    "/deliveries/{delivery_id}/deliver", response=DeliveryDetail, summary="Say that everything is delivered"
)
def deliver(request: Call, delivery_id: Id, body: Day) -> DeliveryDetail:
    on = body.on or timezone.localdate()
    acceptance.deliver_project(request.auth, seen(request, delivery_id), on=on, now=timezone.now())
    return shown(request, delivery_id)


@router.post(
    "/deliveries/{delivery_id}/accept",
    response=DeliveryDetail,
    summary="Put the customer's acceptance on record",
)
def accept(request: Call, delivery_id: Id, body: AcceptIn) -> DeliveryDetail:
    row = seen(request, delivery_id)
    files = Attachment.objects.visible_to(request.auth).filter(customer=row.customer)
    people = Contact.objects.filter(customer=row.customer)
    new = acceptance.NewAcceptance(
        body.on or timezone.localdate(), None if body.signer is None else named(people, body.signer, "signer"), body.words,
        attachment=None if body.file is None else named(files, body.file, "file"),
    )  # fmt: skip
    acceptance.accept_project(request.auth, row, new, now=timezone.now())
    return shown(request, delivery_id)


@router.post(
    "/deliveries/{delivery_id}/reopen", response=DeliveryDetail, summary="Take delivery and acceptance back"
)
def reopen(request: Call, delivery_id: Id, body: Why) -> DeliveryDetail:
    acceptance.reopen_project(
        request.auth, seen(request, delivery_id), reason=body.reason, now=timezone.now()
    )
    return shown(request, delivery_id)


@router.post("/deliveries/{delivery_id}/stop", response=DeliveryDetail, summary="Call a project off")
def stop(request: Call, delivery_id: Id, body: Why) -> DeliveryDetail:
    projects.stop_project(request.auth, seen(request, delivery_id), reason=body.reason, now=timezone.now())
    return shown(request, delivery_id)


@router.post(
    "/deliveries/{delivery_id}/resume",
    response=DeliveryDetail,
    summary="Take up a project that was called off",
)
def resume(request: Call, delivery_id: Id) -> DeliveryDetail:
    projects.resume_project(request.auth, seen(request, delivery_id), now=timezone.now())
    return shown(request, delivery_id)


@router.post("/deliveries/{delivery_id}/team", response=DeliveryDetail, summary="Take somebody into the team")
def add_member(request: Call, delivery_id: Id, body: MemberIn) -> DeliveryDetail:
    row, colleague = seen(request, delivery_id), person(request.auth, body.person, "person")
    team.add_member(request.auth, row, colleague, body.part, note=body.note, now=timezone.now())
    return shown(request, delivery_id)


@router.api_operation(
    ["DELETE"],
    "/deliveries/members/{member_id}",
    response={204: None},
    summary="Let somebody out of the team",
)
def remove_member(request: Call, member_id: Id) -> Status[None]:
    rows = Member.objects.filter(project__in=Project.objects.visible_to(request.auth)).select_related(
        "project"
    )
    team.remove_member(request.auth, rows.get(pk=member_id), now=timezone.now())
    return Status(204, None)


def step_of(request: Call, pk: int) -> ProjectStep:
    """Return a step of a project in the caller's sight."""
    rows = ProjectStep.objects.filter(project__in=Project.objects.visible_to(request.auth))
    return rows.select_related("project", "owner").get(pk=pk)


def new_step(request: Call, body: StepIn) -> steps.NewStep:
    """Return a body as the action takes it."""
    return steps.NewStep(
        body.name, who(request, body.owner, "owner"), body.due_on, body.weight, body.trigger or ""
    )


@router.post("/deliveries/{delivery_id}/steps", response=DeliveryDetail, summary="Plan a step")
def add_step(request: Call, delivery_id: Id, body: StepIn) -> DeliveryDetail:
    row = seen(request, delivery_id)
    steps.add_step(request.auth, row, new_step(request, body), now=timezone.now())
    return shown(request, delivery_id)


@router.patch(
    "/deliveries/steps/{step_id}", response=DeliveryDetail, summary="Change a step that is not done"
)
def change_step(request: Call, step_id: Id, body: StepPatch) -> DeliveryDetail:
    step = step_of(request, step_id)
    present = steps.NewStep(step.name, step.owner, step.due_on, step.weight, step.trigger)
    values = _sent(request, body, but={"why"})
    if "trigger" in values:
        values["trigger"] = values["trigger"] or ""
    steps.change_step(request.auth, step, replace(present, **values), why=body.why, now=timezone.now())
    return shown(request, step.project_id)


@router.post("/deliveries/steps/{step_id}/done", response=DeliveryDetail, summary="Tick a step")
def tick_step(request: Call, step_id: Id, body: Day) -> DeliveryDetail:
    step = step_of(request, step_id)
    steps.tick_step(request.auth, step, on=body.on, now=timezone.now())
    return shown(request, step.project_id)


@router.post("/deliveries/steps/{step_id}/undone", response=DeliveryDetail, summary="Take a tick back")
def untick_step(request: Call, step_id: Id) -> DeliveryDetail:
    step = step_of(request, step_id)
    steps.untick_step(request.auth, step, now=timezone.now())
    return shown(request, step.project_id)


@router.api_operation(
    ["DELETE"], "/deliveries/steps/{step_id}", response={204: None}, summary="Take a step out"
)
def remove_step(request: Call, step_id: Id) -> Status[None]:
    steps.remove_step(request.auth, step_of(request, step_id), now=timezone.now())
    return Status(204, None)


def _sent(request: Call, body: StepPatch | RiskPatch, *, but: set[str]) -> dict[str, Any]:
    """Return what a body says of a step or a risk; what it leaves out stays as it is. Only owner, day and trigger may be null."""
    empty = {"owner", "due_on", "trigger"}
    sent = body.model_dump(exclude_unset=True, exclude=but)
    values = {name: value for name, value in sent.items() if value is not None or name in empty}
    return values | ({"owner": who(request, values["owner"], "owner")} if "owner" in values else {})


def new_risk(request: Call, body: RiskIn) -> risks.NewRisk:
    """Return a body as the action takes it."""
    return risks.NewRisk(body.text, body.level, who(request, body.owner, "owner"), body.answer)


@router.post("/deliveries/{delivery_id}/risks", response=DeliveryDetail, summary="Put a risk on record")
def add_risk(request: Call, delivery_id: Id, body: RiskIn) -> DeliveryDetail:
    risks.raise_risk(request.auth, seen(request, delivery_id), new_risk(request, body), now=timezone.now())
    return shown(request, delivery_id)


@router.patch(
    "/deliveries/risks/{risk_id}", response=DeliveryDetail, summary="Change, answer or close a risk"
)
def change_risk(request: Call, risk_id: Id, body: RiskPatch) -> DeliveryDetail:
    rows = Risk.objects.filter(project__in=Project.objects.visible_to(request.auth))
    risk = rows.select_related("project", "owner").get(pk=risk_id)
    present = risks.NewRisk(risk.text, risk.level, risk.owner, risk.answer)
    closed = risk.closed_at is not None if body.closed is None else body.closed
    new = replace(present, **_sent(request, body, but={"closed"}))
    risks.change_risk(request.auth, risk, new, closed=closed, now=timezone.now())
    return shown(request, risk.project_id)
