"""How evidence, gates and exceptions look from outside."""

from datetime import date
from decimal import Decimal

from pydantic import Field

from genjin.api.schemas.customers import Given
from genjin.api.wire import Id, In, Moment, Out, Ref, Words, ref
from genjin.customers.rules import Stage
from genjin.customers.rules.axes import Condition, Proof
from genjin.followups.models import Attachment, Evidence, GateException
from genjin.followups.rules.evidence import ContractFacts, EvidenceKind


class Contract(In):
    """What is known of a signed contract; evidence of `contract` needs all of it, and the scan."""

    amount: Decimal | None = None
    signed_on: date | None = None
    product: Words = ""
    expires_on: date | None = None

    def as_facts(self) -> ContractFacts:
        """Return it as the action takes it."""
        return ContractFacts(self.amount, self.signed_on, self.product, self.expires_on)


class EvidenceIn(In):
    """What shows something: in words, or by a file of the customer's."""

    kind: EvidenceKind
    proves: list[Proof] = Field(
        min_length=1, max_length=9, description="the lines of the gates it stands for"
    )
    text: Words = ""
    file: Id | None = Field(None, description="a file of this customer, see POST /customers/{id}/files")
    facts: Contract | None = Field(None, description="of a signed contract")
    followup: Id | None = Field(None, description="the contact record it came from")
    occurred_at: Moment | None = Field(None, description="now unless given")


class EvidenceOut(Out):
    """Evidence on record; it is never rewritten."""

    id: int
    kind: str
    proves: list[str]
    text: str
    file: Ref | None
    sha256: str
    facts: dict[str, str]
    followup: int | None
    author: Ref | None
    occurred_at: Moment
    recorded_at: Moment
    withdrawn_at: Moment | None
    withdrawn_by: Ref | None
    withdrawn_reason: str


class Withdraw(In):
    """Why evidence no longer stands."""

    reason: Words


class GateAsked(In):
    """Which stage a customer is to enter."""

    stage: Stage


class GateLine(Out):
    """One line of a gate: what it asks for, and of what kind the missing part is."""

    code: str
    is_met: bool
    sentence: str
    lacks: list[str]


class Gate(Out):
    """What a stage asks for, as this customer stands."""

    stage: str
    is_open: bool
    lines: list[GateLine]


class StageConfirm(In):
    """That customers are still in their stage."""

    customers: list[Id] = Field(min_length=1, max_length=200)
    note: Words = ""


class StageMoves(In):
    """Many customers to one stage, all of them or none."""

    customers: list[Id] = Field(min_length=1, max_length=1000)
    stage: Stage
    reason: Words = ""
    lost_reason: Given | None = None


class Moved(Out):
    """How many it was."""

    count: int


class ExceptionIn(In):
    """A move that is to pass without its evidence; who leads decides."""

    stage: Stage
    reason: Words
    until: date = Field(description="the day by which the evidence will be there, at most 90 days away")
    lost_reason: Given | None = None


class ExceptionOut(Out):
    """What a customer owes, or owed: an exception somebody granted, or evidence that was withdrawn."""

    id: int
    customer: int
    cause: str = Field(description="granted or withdrawn")
    stage: str
    missing: list[str]
    reason: str
    asked_by: Ref | None
    approver: Ref | None
    made_at: Moment
    expires_at: Moment
    settled_at: Moment | None
    outcome: str


class FileOut(Out):
    """A file kept with a customer."""

    id: int
    name: str
    size: int
    sha256: str
    uploaded_at: Moment


def show_evidence(row: Evidence) -> EvidenceOut:
    """Return evidence as it is answered."""
    return EvidenceOut(
        id=row.pk, kind=row.kind, proves=row.proves, text=row.text, sha256=row.sha256, facts=row.facts, followup=row.followup_id,
        file=Ref(id=row.file.pk, name=row.file.name) if row.file else None, author=ref(row.author), occurred_at=row.occurred_at,
        recorded_at=row.recorded_at, withdrawn_at=row.withdrawn_at, withdrawn_by=ref(row.withdrawn_by), withdrawn_reason=row.withdrawn_reason,
    )  # fmt: skip


def show_gate(stage: str, lines: tuple[Condition, ...]) -> Gate:
    """Return a checklist as it is answered."""
    shown = [
        GateLine(code=one.code, is_met=one.is_met, sentence=one.sentence, lacks=list(one.lacks))
        for one in lines
    ]
    return Gate(stage=stage, is_open=all(one.is_met for one in lines), lines=shown)


def show_exception(row: GateException) -> ExceptionOut:
    """Return a gate debt as it is answered."""
    return ExceptionOut(
        id=row.pk, customer=row.customer_id, cause=row.cause, stage=row.target, missing=row.missing, reason=row.reason,
        asked_by=ref(row.asked_by), approver=ref(row.approver), made_at=row.made_at, expires_at=row.expires_at,
        settled_at=row.settled_at, outcome=row.outcome,
    )  # fmt: skip


def show_file(row: Attachment) -> FileOut:
    """Return a file as it is answered."""
    return FileOut(id=row.pk, name=row.name, size=row.size, sha256=row.sha256, uploaded_at=row.uploaded_at)
