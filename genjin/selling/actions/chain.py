"""Who decides at a customer: placing people, verifying that it is still so."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.customers.actions.ownership import lock_one
from genjin.customers.models import Contact, Customer
from genjin.events.actions import record
from genjin.followups.actions.debts import settle_debts
from genjin.kit.errors import RuleError, not_found
from genjin.kit.text import clean
from genjin.selling.actions.needs import require_note
from genjin.selling.models import ChainMember
from genjin.selling.rules import Attitude, ChainRole, Influence
from genjin.selling.rules.chain import check_reports_to


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A person's part in the decision."""

    role: str
    attitude: str = Attitude.UNKNOWN
    influence: int = Influence.SOME
    reports_to: ChainMember | None = None
    position: int = 0
    notes: str = ""


@transaction.atomic
def place_person(actor: User, contact: Contact, new: NewPlace, *, now: datetime) -> ChainMember:
    """Give a contact its part in the decision, or another one; it counts as verified now (S0-15, S3-13).

    The final decider's contact is marked as such, which the gate to negotiation asks for. Raises RuleError
    `chain_role_unknown`, `chain_circle`, `not_found` (404) for people of another customer, `not_yours` (403).
    """
    customer = _held(actor, contact.customer_id)
    person = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk, customer=customer)
    if (
        new.role not in ChainRole.values
        or new.attitude not in Attitude.values
        or new.influence not in Influence.values
    ):
        raise RuleError(_("Choose part, attitude and influence from the lists."), "chain_role_unknown")
    if new.reports_to is not None and new.reports_to.customer_id != customer.pk:
        raise not_found()
    known = {
        "role": new.role, "attitude": new.attitude, "influence": new.influence, "reports_to": new.reports_to,
        "position": new.position, "notes": clean(new.notes)[:300], "verified_at": now, "verified_by": actor,
    }  # fmt: skip
    row, _made = ChainMember.objects.get_or_create(
        contact=person, defaults={"customer": customer, **known, "reports_to": None}
    )
    leaders = dict(ChainMember.objects.filter(customer=customer).values_list("pk", "reports_to"))
    check_reports_to(row.pk, new.reports_to.pk if new.reports_to else None, leaders)
    was_decider = row.role == ChainRole.DECIDER and not _made
    for name, value in known.items():
        setattr(row, name, value)
    row.save()
    _mark(person, is_decider=new.role == ChainRole.DECIDER, was_decider=was_decider)
    settle_debts([customer.pk], now)
    record(
        actor, "chain.placed", at=now, customer_id=customer.pk, subject_id=row.pk, contact=person.pk, role=row.role, attitude=row.attitude,
    )  # fmt: skip
    return row


def _held(actor: User, customer_id: int) -> Customer:
    customer = lock_one(actor, customer_id)
    require_note(actor, customer)
    return customer


def _mark(person: Contact, *, is_decider: bool, was_decider: bool) -> None:
    """Let the contact say that it decides; a decider who no longer does, loses the mark."""
    if is_decider != person.is_decider and (is_decider or was_decider):
        Contact.objects.filter(pk=person.pk).update(is_decider=is_decider, version=F("version") + 1)


@transaction.atomic
def remove_from_chain(actor: User, member: ChainMember, *, now: datetime) -> None:
    """Take a person out of the picture; the contact stays, no longer as final decider."""
    seen = ChainMember.objects.visible_to(actor).get(pk=member.pk)
    customer = _held(actor, seen.customer_id)
    row = ChainMember.objects.select_for_update(of=("self",)).select_related("contact").get(pk=seen.pk)
    _mark(row.contact, is_decider=False, was_decider=row.role == ChainRole.DECIDER)
    record(
        actor,
        "chain.removed",
        at=now,
        customer_id=customer.pk,
        subject_id=row.pk,
        contact=row.contact_id,
        role=row.role,
    )
    row.delete()


@transaction.atomic
def verify_chain(actor: User, customer: Customer, *, now: datetime) -> int:
    """Say that titles and parts are still so (S3-13, S3-21); returns of how many people."""
    row = _held(actor, customer.pk)
    count = ChainMember.objects.filter(customer=row).update(verified_at=now, verified_by=actor)
    if count:
        record(actor, "chain.verified", at=now, customer_id=row.pk, count=count)
    return count
