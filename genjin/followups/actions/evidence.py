"""Putting on record what shows that something is so, and withdrawing it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.accounts.queries import local_day
from genjin.customers.actions.ownership import lock_one, may_edit
from genjin.customers.models import Contact, Customer
from genjin.customers.rules.axes import Proof
from genjin.events.actions import record
from genjin.followups.actions.debts import owe_withdrawn, settle_debts
from genjin.followups.actions.files import keep_file
from genjin.followups.actions.tasks import require_hand_in
from genjin.followups.models import Attachment, Evidence, FollowUp, GateException
from genjin.followups.rules.evidence import (
    OF_METHOD,
    ContractFacts,
    check_by_hand,
    check_contract,
    check_evidence,
    check_occurred,
    digest_of_text,
)
from genjin.kit.errors import RuleError, not_found, wrong_at
from genjin.kit.text import clean


@dataclass(frozen=True, slots=True)
class NewEvidence:
    """What shows something: in which form, what it shows, in words or as a file (a new one, or one of the customer's)."""

    kind: str
    proves: Sequence[str]
    text: str = ""
    file: "File[bytes] | None" = None
    attachment: Attachment | None = None
    facts: ContractFacts = field(default_factory=ContractFacts)
    followup: FollowUp | None = None
    occurred_at: datetime | None = None  # None: now


@transaction.atomic
def add_evidence(actor: User, customer: Customer, new: NewEvidence, *, now: datetime) -> Evidence:
    """Put evidence on record with its SHA-256; debts it answers are settled (S2-19, S3-22).

    Raises RuleError `contract_by_signing`, `evidence_kind_unknown`, `proof_unknown`, `evidence_proves_nothing`, `evidence_empty`,
    `contract_incomplete`, `contract_in_future`, `happened_in_future`, `file_refused`, `not_yours` (403), `not_found` (404).
    """
    row = lock_one(actor, customer.pk)
    require_hand_in(actor, row, Right.FOLLOW_UP)
    check_by_hand(new.proves)
    evidence = write_evidence(actor, row, new, now)
    settle_debts([row.pk], now)
    return evidence


def write_evidence(actor: User, row: Customer, new: NewEvidence, now: datetime) -> Evidence:
    """Check and write evidence of one locked customer; a step of actions that have asked whether the actor may."""
    text, has_file = clean(new.text), new.file is not None or new.attachment is not None
    occurred_at = new.occurred_at or now
    check_evidence(new.kind, new.proves, text, has_file=has_file)
    check_occurred(occurred_at, now)
    if Proof.CONTRACT in new.proves:
        check_contract(new.kind, new.facts, local_day(now), has_file=has_file)
    _refuse_foreign(row, new)
    attachment = new.attachment
    if new.file is not None:
        attachment = keep_file(actor, row, new.file, followup=new.followup, now=now)
    evidence = Evidence.objects.create(
        customer=row, kind=new.kind, proves=sorted(set(new.proves)), text=text, file=attachment,
        sha256=attachment.sha256 if attachment else digest_of_text(text), facts=new.facts.as_json(), followup=new.followup,
        author=actor, occurred_at=occurred_at, recorded_at=now,
    )  # fmt: skip
    record(
        actor, "evidence.added", at=now, customer_id=row.pk, subject_id=evidence.pk, how=evidence.kind,
        proves=evidence.proves, sha256=evidence.sha256, words=text[:200], file=attachment.name if attachment else "",
    )  # fmt: skip
    return evidence


def _refuse_foreign(row: Customer, new: NewEvidence) -> None:
    """Refuse a file or record of another customer."""
    others = [one for one in (new.attachment, new.followup) if one is not None and one.customer_id != row.pk]
    if others:
        raise not_found()


def note_from_record(
    actor: User, followup: FollowUp, proves: Sequence[str], now: datetime
) -> Evidence | None:
    """Let a contact record just written stand for what was ticked beside it; its first file is the file.

    Ticking the final decider names the person spoken with. `check_noted` was asked before anything was written.
    """
    if not proves:
        return None
    if Proof.DECIDER in proves and followup.contact is not None:
        Contact.objects.filter(pk=followup.contact.pk).update(is_decider=True)
    words = "\n".join(part for part in (followup.summary, followup.feedback, followup.new_needs) if part)
    new = NewEvidence(
        kind=OF_METHOD[followup.method], proves=proves, text=words, attachment=followup.attachments.order_by("pk").first(),
        followup=followup, occurred_at=followup.happened_at,
    )  # fmt: skip
    return write_evidence(actor, followup.customer, new, now)


def check_noted(
    method: str, proves: Sequence[str], summary: str, *, contact: Contact | None, has_file: bool
) -> None:
    """Refuse ticks a contact record cannot stand for: a contract wants its own form, a decider the person's name.

    Raises RuleError `decider_unnamed`, `contract_incomplete`, and those of `check_evidence`.
    """
    if not proves:
        return
    check_evidence(OF_METHOD[method], proves, summary, has_file=has_file)
    if Proof.CONTRACT in proves:
        sentence = _("A signed contract goes on record with its scan and figures, not with a note.")
        raise wrong_at("proves", sentence, "contract_incomplete")
    if Proof.DECIDER in proves and contact is None:
        sentence = _("Choose with whom you spoke: that person becomes the final decider.")
        raise wrong_at("contact", sentence, "decider_unnamed")


@transaction.atomic
def withdraw_evidence(actor: User, evidence: Evidence, *, reason: str, now: datetime) -> list[GateException]:
    """Withdraw evidence; the gate it opened asks again, and what the customer now owes is returned.

    Who wrote it may, and who may edit the customer. Raises RuleError `reason_missing`, `withdrawn_already` (409),
    `not_yours` (403).
    """
    seen = Evidence.objects.visible_to(actor).get(pk=evidence.pk)
    row = lock_one(actor, seen.customer_id)
    require_hand_in(actor, row, Right.FOLLOW_UP)
    held = Evidence.objects.select_for_update(of=("self",)).get(pk=seen.pk)
    if held.author_id != actor.pk and not may_edit(actor, row):
        raise RuleError(
            _("Only who put it on record, the owner and their leads withdraw it."), "not_yours", status=403
        )
    if held.withdrawn_at is not None:
        raise RuleError(_("This evidence was withdrawn already."), "withdrawn_already", status=409)
    words = clean(reason)
    if not words:
        sentence = _("Say why it no longer stands.")
        raise wrong_at("reason", sentence, "reason_missing")
    held.withdrawn_at, held.withdrawn_by, held.withdrawn_reason = now, actor, words
    held.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    record(
        actor,
        "evidence.withdrawn",
        at=now,
        customer_id=row.pk,
        subject_id=held.pk,
        proves=held.proves,
        reason=words,
    )
    return owe_withdrawn(actor, row, held, now)
