"""What counts as evidence, what a signed contract must say, and how long an exception may stand. Pure."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from genjin.customers.rules.axes import Proof, Stage
from genjin.kit.errors import RuleError, wrong_at
from genjin.kit.text import fold


class EvidenceKind(TextChoices):
    """In which form something is known (S2-19)."""

    VERBAL = "verbal", gettext_lazy("Verbal confirmation")
    EMAIL = "email", pgettext_lazy("evidence", "E-mail")
    CHAT = "chat", gettext_lazy("Chat message")
    MINUTES = "minutes", gettext_lazy("Minutes")
    PROPOSAL = "proposal", gettext_lazy("Proposal sent out")
    FEEDBACK = "feedback", gettext_lazy("Feedback on a proposal")
    CONTRACT = "contract", gettext_lazy("Signed contract")
    RECEIPT = "receipt", gettext_lazy("Receipt")
    SURVEY = "survey", gettext_lazy("Survey")
    OTHER = "other", gettext_lazy("Other")


OF_METHOD: Mapping[str, str] = {  # how one was in touch -> in which form it is known
    "phone": EvidenceKind.VERBAL, "visit": EvidenceKind.VERBAL, "meeting": EvidenceKind.MINUTES, "wechat": EvidenceKind.CHAT,
    "sms": EvidenceKind.CHAT, "email": EvidenceKind.EMAIL, "event": EvidenceKind.VERBAL, "other": EvidenceKind.OTHER,
}  # fmt: skip
USUAL_KIND: Mapping[str, str] = {  # the form in which a thing is usually known; preset by the dialog
    Proof.NEED: EvidenceKind.VERBAL, Proof.BUDGET: EvidenceKind.VERBAL, Proof.AUTHORITY: EvidenceKind.VERBAL,
    Proof.PROPOSAL_SENT: EvidenceKind.PROPOSAL, Proof.PROPOSAL_FEEDBACK: EvidenceKind.FEEDBACK,
    Proof.DECIDER: EvidenceKind.MINUTES, Proof.CONTRACT: EvidenceKind.CONTRACT, Proof.REFUSAL: EvidenceKind.VERBAL,
    Proof.NEW_NEED: EvidenceKind.VERBAL,
}  # fmt: skip
EVIDENCE_LETTERS = 4
MOST_AMOUNT = Decimal(10) ** 12
LONGEST_EXCEPTION = timedelta(days=90)
WITHDRAWN_TERM = timedelta(days=7)  # so long a customer may owe what was withdrawn before it shows red


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """What must be known of a signed contract, until contracts have rows of their own (S2-20)."""

    amount: Decimal | None = None
    signed_on: date | None = None
    product: str = ""
    expires_on: date | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the known facts as they are kept."""
        found = {
            "amount": str(self.amount) if self.amount is not None else None,
            "signed_on": self.signed_on.isoformat() if self.signed_on else None,
            "product": self.product.strip(),
            "expires_on": self.expires_on.isoformat() if self.expires_on else None,
        }
        return {name: value for name, value in found.items() if value}


def read_facts(kept: Mapping[str, Any]) -> ContractFacts:
    """Return facts as they were kept."""
    signed, expires = kept.get("signed_on"), kept.get("expires_on")
    return ContractFacts(
        amount=Decimal(kept["amount"]) if kept.get("amount") else None,
        signed_on=date.fromisoformat(signed) if signed else None,
        product=str(kept.get("product", "")),
        expires_on=date.fromisoformat(expires) if expires else None,
    )


def digest_of_text(text: str) -> str:
    """Return the SHA-256 of a text as UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def check_evidence(kind: str, proves: Collection[str], text: str, *, has_file: bool) -> None:
    """Refuse evidence that says nothing, or of a form or for a thing we do not know (S2-19).

    Raises RuleError `evidence_kind_unknown`, `proof_unknown`, `evidence_proves_nothing`, `evidence_empty`.
    """
    if kind not in EvidenceKind.values:
        raise wrong_at("kind", _("Choose in which form it is known."), "evidence_kind_unknown")
    unknown = sorted(set(proves) - set(Proof.values))
    if unknown:
        raise wrong_at("proves", _("Unknown: %(codes)s.") % {"codes": ", ".join(unknown)}, "proof_unknown")
    if not proves:
        raise wrong_at("proves", _("Say what it shows."), "evidence_proves_nothing")
    if not has_file and len(fold(text)) < EVIDENCE_LETTERS:
        raise wrong_at(
            "text", _("Write what was said or agreed, or add the file that shows it."), "evidence_empty"
        )


def check_contract(kind: str, facts: ContractFacts, today: date, *, has_file: bool) -> None:
    """Refuse a signed contract without its scan, amount, dates or product (S2-20, S3-15).

    Raises RuleError `contract_incomplete` with a sentence for each field, `contract_in_future`.
    """
    asked = _("A signed contract needs this.")
    needed = {
        "file": has_file,
        "amount": facts.amount is not None and 0 < facts.amount < MOST_AMOUNT,
        "signed_on": facts.signed_on is not None,
        "product": bool(facts.product.strip()),
        "expires_on": facts.expires_on is not None,
        "kind": kind == EvidenceKind.CONTRACT,
    }
    fields = {name: [asked] for name, is_there in needed.items() if not is_there}
    if facts.signed_on and facts.expires_on and facts.expires_on < facts.signed_on:
        fields["expires_on"] = [_("The contract would end before it was signed.")]
    if fields:
        sentence = _(
            "A signed contract needs its scan, amount, date of signing, product or service, and expiry date."
        )
        raise RuleError(sentence, "contract_incomplete", fields=fields, details={"missing": sorted(fields)})
    if facts.signed_on is not None and facts.signed_on > today:
        raise wrong_at("signed_on", _("A contract is signed today or earlier."), "contract_in_future")


def check_by_hand(proves: Collection[str]) -> None:
    """Refuse to put a signed contract on record by hand: signing it under Contracts does (S2-20, S3-14).

    Raises RuleError `contract_by_signing`.
    """
    if Proof.CONTRACT in proves:
        sentence = _(
            "A signed contract goes on record by signing it under Contracts, with its approval and scan."
        )
        raise wrong_at("proves", sentence, "contract_by_signing")


def check_occurred(occurred_at: datetime, now: datetime) -> None:
    """Refuse evidence of what has not happened yet. Raises RuleError `happened_in_future`."""
    if occurred_at > now + timedelta(minutes=5):
        raise wrong_at("occurred_at", _("Evidence is of what has happened already."), "happened_in_future")


def check_term(until: datetime, now: datetime) -> None:
    """Refuse an exception without an end in sight: one to 90 days. Raises RuleError `exception_term`."""
    if not now < until <= now + LONGEST_EXCEPTION:
        sentence = _("Choose a day from tomorrow on, at most %(days)d days away.")
        raise wrong_at("until", sentence % {"days": LONGEST_EXCEPTION.days}, "exception_term")


def proofs_offered(stage: str, shown: Collection[str], owed: Collection[str] = ()) -> list[str]:
    """Return what the form of a contact record asks for at this stage: what is `owed`, then the next gate; short by design.

    What evidence stands for already is left out, and so is a contract, which wants a form of its own.
    """
    by_stage: Mapping[str, tuple[str, ...]] = {
        Stage.LEAD: (Proof.NEED, Proof.BUDGET, Proof.AUTHORITY),
        Stage.PROSPECT: (Proof.NEED, Proof.BUDGET, Proof.AUTHORITY),
        Stage.QUALIFIED: (Proof.PROPOSAL_SENT, Proof.PROPOSAL_FEEDBACK, Proof.DECIDER),
        Stage.NEGOTIATION: (Proof.PROPOSAL_FEEDBACK, Proof.DECIDER),
        Stage.WON: (Proof.NEW_NEED,),
        Stage.REPEAT: (Proof.NEW_NEED,),
    }
    due = [code for code in Proof.values if code in owed and code != Proof.CONTRACT]
    offered = [
        str(code) for code in dict.fromkeys((*due, *by_stage.get(Stage(stage), ()))) if code not in shown
    ]
    return list(dict.fromkeys([*offered, str(Proof.REFUSAL)])) if stage != Stage.LOST else offered
