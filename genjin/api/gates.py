"""Evidence, the gates it opens, exceptions and the weekly look at stages."""

from datetime import datetime, time, timedelta

from django.utils import timezone
from ninja import File, Query, Router, Status, UploadedFile

from genjin.api.customers import seen
from genjin.api.paging import Cut, Order, Page, page
from genjin.api.references import named, word
from genjin.api.schemas.customers import Asked
from genjin.api.schemas.gates import (
    EvidenceIn,
    EvidenceOut,
    ExceptionIn,
    ExceptionOut,
    FileOut,
    Gate,
    GateAsked,
    Moved,
    StageConfirm,
    StageMoves,
    Withdraw,
    show_evidence,
    show_exception,
    show_file,
    show_gate,
)
from genjin.api.wire import Call, Id
from genjin.customers.models import Choice, Customer
from genjin.customers.queries.scores import current_rules
from genjin.followups.actions.evidence import NewEvidence, add_evidence, withdraw_evidence
from genjin.followups.actions.exceptions import NewException, ask_for_exception
from genjin.followups.actions.files import attach_file
from genjin.followups.actions.stages import Move, confirm_stages
from genjin.followups.models import Attachment, Evidence, EvidenceQuerySet, FollowUp, GateException
from genjin.followups.queries.gates import checklist
from genjin.followups.rules.evidence import ContractFacts
from genjin.selling.actions.stages import move_customers

router = Router(tags=["gates"])


def visible(request: Call) -> EvidenceQuerySet:
    """Return the evidence in sight with what its answer shows."""
    return Evidence.objects.visible_to(request.auth).select_related("file", "author", "withdrawn_by")


def as_new(request: Call, customer: Customer, body: EvidenceIn) -> NewEvidence:
    """Return a body as the action takes it, every row it names looked up at this customer."""
    files = Attachment.objects.visible_to(request.auth).filter(customer=customer)
    records = FollowUp.objects.visible_to(request.auth).filter(customer=customer)
    return NewEvidence(
        kind=body.kind, proves=body.proves, text=body.text, occurred_at=body.occurred_at,
        attachment=None if body.file is None else named(files, body.file, "file"),
        followup=None if body.followup is None else named(records, body.followup, "followup"),
        facts=body.facts.as_facts() if body.facts else ContractFacts(),
    )  # fmt: skip


def lost_word(given: int | str | None) -> Choice | None:
    """Return the reason for a loss a body names."""
    return None if given is None else word(Choice.Kind.LOST_REASON, given, "lost_reason")


@router.get(
    "/customers/{customer_id}/evidence", response=Page[EvidenceOut], summary="List a customer's evidence"
)
def list_evidence(request: Call, customer_id: Id, asked: Query[Cut]) -> Page[EvidenceOut]:
    rows = visible(request).filter(customer=seen(request, customer_id))
    return page(request, rows, asked, order=Order("id", descending=True), show=show_evidence)


@router.post(
    "/customers/{customer_id}/evidence", response={201: EvidenceOut}, summary="Put evidence on record"
)
def post_evidence(request: Call, customer_id: Id, body: EvidenceIn) -> Status[EvidenceOut]:
    row = seen(request, customer_id)
    evidence = add_evidence(request.auth, row, as_new(request, row, body), now=timezone.now())
    return Status(201, show_evidence(visible(request).get(pk=evidence.pk)))


@router.post("/evidence/{evidence_id}/withdraw", response=EvidenceOut, summary="Withdraw evidence")
def withdraw(request: Call, evidence_id: Id, body: Withdraw) -> EvidenceOut:
    withdraw_evidence(
        request.auth, visible(request).get(pk=evidence_id), reason=body.reason, now=timezone.now()
    )
    return show_evidence(visible(request).get(pk=evidence_id))


@router.post("/customers/{customer_id}/files", response={201: FileOut}, summary="Keep a file with a customer")
def post_file(request: Call, customer_id: Id, file: File[UploadedFile]) -> Status[FileOut]:
    row = attach_file(request.auth, seen(request, customer_id), file, now=timezone.now())
    return Status(201, show_file(row))


@router.get("/customers/{customer_id}/gate", response=Gate, summary="See what a stage asks for")
def read_gate(request: Call, customer_id: Id, asked: Query[GateAsked]) -> Gate:
    row = seen(request, customer_id)
    return show_gate(asked.stage, checklist(row, asked.stage, current_rules().pass_mark, timezone.now()))


@router.post("/stages/move", response=Moved, summary="Move many customers, all or none")
def move_many(request: Call, body: StageMoves) -> Moved:
    move = Move(body.stage, body.reason, lost_word(body.lost_reason))
    return Moved(count=move_customers(request.auth, body.customers, move, now=timezone.now()))


@router.post("/stages/confirm", response=Moved, summary="Say that customers are still in their stage")
def confirm(request: Call, body: StageConfirm) -> Moved:
    return Moved(count=confirm_stages(request.auth, body.customers, note=body.note, now=timezone.now()))


@router.post(
    "/customers/{customer_id}/exception",
    response={202: Asked},
    summary="Ask to pass a gate without its evidence",
)
def ask_exception(request: Call, customer_id: Id, body: ExceptionIn) -> Status[Asked]:
    row = seen(request, customer_id)
    end = timezone.make_aware(datetime.combine(body.until + timedelta(days=1), time.min))
    move = Move(body.stage, body.reason, lost_word(body.lost_reason))
    asked = ask_for_exception(request.auth, row, NewException(move, body.reason, end), now=timezone.now())
    return Status(202, Asked(request=asked.pk, status=asked.status))


@router.get(
    "/customers/{customer_id}/exceptions",
    response=Page[ExceptionOut],
    summary="List what a customer owes or owed",
)
def list_exceptions(request: Call, customer_id: Id, asked: Query[Cut]) -> Page[ExceptionOut]:
    rows = GateException.objects.visible_to(request.auth).filter(customer=seen(request, customer_id))
    rows = rows.select_related("asked_by", "approver")
    return page(request, rows, asked, order=Order("id", descending=True), show=show_exception)
