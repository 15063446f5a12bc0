"""As what a customer stands in contracts and invoices, and who reads its account and phone whole."""

from collections.abc import Mapping

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, may
from genjin.contracts.models import Contract
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
    return user.scope.sees_all or customer.pk in _named_of(user)


def _named_of(user: User) -> frozenset[int]:
    """Return the customers a contract names `user` for; one query, kept for the life of the request."""
    if "billing_with" not in user.__dict__:
        rows = Participant.objects.filter(user=user, via="contract").standing()
        user.__dict__["billing_with"] = frozenset(rows.values_list("customer_id", flat=True))
    found: frozenset[int] = user.__dict__["billing_with"]
    return found


def as_seen(user: User, customer: Customer, said: Mapping[str, str]) -> dict[str, str]:
    """Return as what a customer stands somewhere, by field, as `user` may see it; {} stays {}."""
    return dict(said) if sees_billing(user, customer) else masked(customer, said)


def masked(customer: Customer, said: Mapping[str, str]) -> dict[str, str]:
    """Return as what a customer stands somewhere with account and phone masked, of a person also name, tax number and address."""
    if not said:
        return {}
    shown = {**said, "account": _ending(said["account"]), "phone": mask_phone(said["phone"])}
    if customer.kind == Kind.PERSON:
        shown |= {"name": mask_name(said["name"]), "tax_number": _ending(said["tax_number"])}
        shown["address"] = mask_address(said["address"])
    return shown


def billed_to(user: User, contract: Contract) -> dict[str, str]:
    """Return as what the customer stands in a contract: as it was signed, else as its profile says today; {} for none."""
    kept: dict[str, str] = contract.billed_to
    said = kept or (contract.profile.as_text() if contract.profile else {})
    return as_seen(user, contract.customer, said)


def _ending(text: str) -> str:
    return f"****{text[-LAST_SHOWN:]}" if len(text) > 2 * LAST_SHOWN else "****" if text else ""
