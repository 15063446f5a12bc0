"""As what a customer stands in contracts and invoices, and who reads its account and phone whole."""

from collections.abc import Mapping

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, may
from genjin.contracts.models import BillingProfile, Contract
from genjin.customers.models import Customer, Participant
from genjin.customers.queries.sight import sees_person
from genjin.customers.rules.axes import Kind
from genjin.kit.masking import mask_address, mask_name, mask_phone

LAST_SHOWN = 4


def sees_billing(user: User, customer: Customer) -> bool:
    """Whether `user` reads bank accounts whole: who sees the customer's people, and who a contract names to bill it."""
    if sees_person(user, customer):
        return True
    if not (may(user, Right.CONTRACT) or may(user, Right.RECORD_MONEY)):
        return False
    if user.scope.sees_all:
        return True
    return Participant.objects.filter(user=user, customer=customer, via="contract").standing().exists()


def show_profile(profile: BillingProfile, *, is_person: bool, unmasked: bool) -> dict[str, str]:
    """Return a billing profile by field as somebody may see it."""
    return _shown(profile.as_text(), is_person=is_person, unmasked=unmasked)


def billed_to(user: User, contract: Contract) -> dict[str, str]:
    """Return as what the customer stands in a contract: as it was signed, else as its profile says today; {} for none."""
    kept: dict[str, str] = contract.billed_to
    said = kept or (contract.profile.as_text() if contract.profile else {})
    customer = contract.customer
    is_person = customer.kind == Kind.PERSON
    return _shown(said, is_person=is_person, unmasked=sees_billing(user, customer)) if said else {}


def _shown(said: Mapping[str, str], *, is_person: bool, unmasked: bool) -> dict[str, str]:
    if unmasked:
        return dict(said)
    shown = {**said, "account": _ending(said["account"]), "phone": mask_phone(said["phone"])}
    if is_person:
        shown |= {"name": mask_name(said["name"]), "tax_number": _ending(said["tax_number"])}
        shown["address"] = mask_address(said["address"])
    return shown


def _ending(text: str) -> str:
    return f"****{text[-LAST_SHOWN:]}" if len(text) > 2 * LAST_SHOWN else "****" if text else ""
