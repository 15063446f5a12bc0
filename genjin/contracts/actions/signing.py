"""Signing: the one way a contract comes to be evidence and an opportunity is won (S3-15, S2-20)."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.accounts.queries import company_zone, local_day
from genjin.contracts.actions.access import lock_contract, note, require_hand, step
from genjin.contracts.actions.milestones import fire_trigger
from genjin.contracts.models import Contract, ContractFile
from genjin.contracts.rules import ContractState, FileKind, Trigger
from genjin.contracts.rules.states import check_approved
from genjin.customers.queries.responsible import responsible_for
from genjin.customers.rules.axes import Proof
from genjin.followups.actions.debts import settle_debts
from genjin.followups.actions.evidence import NewEvidence, write_evidence
from genjin.followups.actions.subject_clocks import SubjectClock, set_subject_clock
from genjin.followups.models import Evidence
from genjin.followups.rules import DeadlineKind
from genjin.followups.rules.evidence import ContractFacts, EvidenceKind, check_contract
from genjin.kit.money import show_money
from genjin.notices.actions import tell
from genjin.notices.rules import NoticeKind
from genjin.selling.actions.stages import move_opportunity
from genjin.selling.rules import OpportunityStage


@dataclass(frozen=True, slots=True)
class Signature:
    """When both sides signed, and the scan that shows it."""

    signed_on: date | None
    scan: "File[bytes] | None"


@transaction.atomic
def sign_contract(actor: User, contract: Contract, signature: Signature, *, now: datetime) -> Contract:
    """Put the signature of an approved contract on record: evidence with its hash, the opportunity won, clocks started.

    Raises RuleError `contract_not_approved` (409), `contract_incomplete`, `contract_in_future`, `file_refused`,
    `not_yours` (403), and what moving the opportunity raises; then nothing is changed.
    """
    row = lock_contract(actor, contract)
    require_hand(actor, row, Right.CONTRACT)
    check_approved(row.state)
    facts = ContractFacts(row.amount, signature.signed_on, row.product, row.ends_on)
    check_contract(EvidenceKind.CONTRACT, facts, local_day(now), has_file=signature.scan is not None)
    evidence = _write_proof(actor, row, signature, facts, now)
    try:
        _enter_force(actor, row, signature, evidence, now)
    except BaseException:
        if (
            evidence.file is not None
        ):  # a file on the disk does not go away with a transaction that is refused
            evidence.file.file.storage.delete(str(evidence.file.file.name))
        raise
    row.refresh_from_db()
    return row


def _write_proof(  # noqa: PLR0917 (a step of signing)
    actor: User, row: Contract, signature: Signature, facts: ContractFacts, now: datetime
) -> Evidence:
    new = NewEvidence(
        kind=EvidenceKind.CONTRACT, proves=[Proof.CONTRACT], text=f"{row.number} {row.title}", file=signature.scan,
        facts=facts,
    )  # fmt: skip
    evidence = write_evidence(actor, row.customer, new, now)
    settle_debts([row.customer_id], now)
    return evidence


def _enter_force(  # noqa: PLR0917 (a step of signing)
    actor: User, row: Contract, signature: Signature, evidence: Evidence, now: datetime
) -> None:
    row.signed_on, row.evidence = signature.signed_on, evidence
    row.billed_to = row.profile.as_text() if row.profile else {}
    row.save(update_fields=["signed_on", "evidence", "billed_to"])
    step(row, ContractState.SIGNED, now)
    if evidence.file is not None:
        ContractFile.objects.create(contract=row, file=evidence.file, kind=FileKind.SCAN)
    if row.opportunity.stage != OpportunityStage.WON:
        words = _("Contract %(number)s signed") % {"number": row.number}
        move_opportunity(actor, row.opportunity, OpportunityStage.WON, reason=words, now=now)
    note(
        actor,
        row,
        "contract.signed",
        row.title,
        now=now,
        amount=str(row.amount),
        signed_on=str(row.signed_on),
        ends_on=str(row.ends_on),
    )
    start_running(actor, row, now)
    people = {row.owner_id, row.legal_id, row.finance_id, row.customer.owner_id} - {None, actor.pk}
    tell(
        [pk for pk in people if pk is not None], NoticeKind.CONTRACT_SIGNED, key=f"contract:{row.pk}:signed", at=now,
        customer_id=row.customer_id, subject_id=row.pk, number=row.number, amount=show_money(row.amount),
    )  # fmt: skip


def start_running(actor: User, row: Contract, now: datetime) -> None:
    """Let milestones of the signature and of fixed dates fall due, and the clock of the contract's end run."""
    if row.signed_on is not None:
        fire_trigger(actor, row, Trigger.SIGNING, row.signed_on, now=now)
        fire_trigger(actor, row, Trigger.DATE, row.signed_on, now=now)
    watch_end(row, now)


def watch_end(row: Contract, now: datetime) -> None:
    """Let the clock of a contract's end run until its last day is over; a day that moved moves it."""
    if row.ends_on is None:
        return
    due_at = datetime.combine(row.ends_on, time(23, 59, 59), company_zone())
    who = responsible_for(row.customer, otherwise=row.owner)
    set_subject_clock(
        SubjectClock(DeadlineKind.CONTRACT_END, row.customer_id, row.pk, who.pk if who else None, now, due_at)
    )
