"""Billing profiles and files of contracts."""

from collections.abc import Mapping
from datetime import datetime

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, may, require
from genjin.contracts.actions.access import VIA, lock_contract, require_hand
from genjin.contracts.actions.drafts import back_to_draft
from genjin.contracts.models import BillingProfile, Contract, ContractFile
from genjin.contracts.rules import ContractState, FileKind
from genjin.customers.actions.ownership import lock_one, may_edit
from genjin.customers.models import Customer, Participant
from genjin.customers.queries.sight import involved_in
from genjin.customers.rules.axes import Kind
from genjin.events.actions import record
from genjin.followups.actions.files import keep_file
from genjin.kit.credit_code import parse_credit_code
from genjin.kit.errors import RuleError, ValueRefused, not_found, wrong_at
from genjin.kit.masking import mask_name
from genjin.kit.text import clean

FIELDS = ("name", "tax_number", "bank", "account", "address", "phone")


@transaction.atomic
def save_profile(
    actor: User,
    customer: Customer,
    values: Mapping[str, str],
    *,
    profile: BillingProfile | None = None,
    now: datetime,
) -> BillingProfile:
    """Add or change as what a customer stands in contracts and invoices (工商抬头); the first is the default.

    Owner, leads and who is involved in the customer's contracts may. Raises RuleError `profile_invalid`, `not_yours` (403).
    """
    row = lock_one(actor, customer.pk)
    require_profile(actor, row)
    known = {name: clean(values.get(name, "")) for name in FIELDS}
    fields = {}
    if not known["name"]:
        fields["name"] = [_("Write the full name as it stands on invoices.")]
    if known["tax_number"]:
        try:
            known["tax_number"] = parse_credit_code(known["tax_number"]).value
        except ValueRefused as refusal:
            if len(known["tax_number"]) not in {15, 20}:  # of before 2015, and of persons
                fields["tax_number"] = [refusal.message]
    if fields:
        raise RuleError(next(iter(fields.values()))[0], "profile_invalid", fields=fields)
    held = profile or BillingProfile(customer=row, is_default=not row.billing_profiles.exists())
    if held.customer_id != row.pk:
        raise not_found()
    for name, value in known.items():
        setattr(held, name, value)
    held.save()
    is_person = row.kind == Kind.PERSON
    record(
        actor,
        "profile.saved",
        at=now,
        customer_id=row.pk,
        subject_id=held.pk,
        name=mask_name(held.name) if is_person else held.name,
        note="" if is_person else held.tax_number,
    )
    return held


def may_bill(actor: User, customer: Customer) -> bool:
    """Whether `actor` may write billing profiles of a customer: who may edit it, and who is named on a contract of it.

    For what pages offer: who is named is read once a request. Actions ask `require_profile`.
    """
    if not (may(actor, Right.CONTRACT) or may(actor, Right.RECORD_MONEY)):
        return False
    return may_edit(actor, customer) or customer.pk in involved_in(actor, VIA)


def require_profile(actor: User, row: Customer) -> None:
    """Refuse with 403 unless `actor` may write billing profiles of a customer, as it stands at this moment."""
    if not (may(actor, Right.CONTRACT) or may(actor, Right.RECORD_MONEY)):
        require(actor, Right.CONTRACT)
    named = Participant.objects.filter(user=actor, customer=row, via=VIA).standing()
    if not may_edit(actor, row) and not named.exists():
        sentence = _("Only the owner, their leads and the people named on a contract may do this.")
        raise RuleError(sentence, "not_yours", status=403)


@transaction.atomic
def add_contract_file(
    actor: User, contract: Contract, file: "File[bytes]", *, kind: str = FileKind.TEXT, now: datetime
) -> ContractFile:
    """Keep a file with a contract, with its SHA-256; a new text of what was handed in makes it a draft again.

    The scan comes with signing. Raises RuleError `file_kind`, `file_refused`, `contract_state` (409), `not_yours` (403).
    """
    row = lock_contract(actor, contract)
    require_hand(actor, row, Right.CONTRACT, Right.RECORD_MONEY)
    if kind not in {FileKind.TEXT, FileKind.OTHER}:
        sentence = _("The signed scan is added by signing, a supplementary agreement by an amendment.")
        raise wrong_at("kind", sentence, "file_kind")
    if kind == FileKind.TEXT and row.state in {
        ContractState.REVIEW,
        ContractState.APPROVED,
        ContractState.REJECTED,
    }:
        back_to_draft(actor, row, now)
        row.version += 1
        row.save()
    return ContractFile.objects.create(
        contract=row, file=keep_file(actor, row.customer, file, now=now), kind=kind
    )
