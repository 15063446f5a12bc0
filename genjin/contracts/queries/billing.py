"""What a contract says of a customer, and who reads it whole: its billing profile, who pays, and what somebody wrote."""

from collections.abc import Callable, Mapping
from copy import copy
from functools import partial
from typing import Any

from django.db.models import Model

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, may
from genjin.contracts.models import Contract
from genjin.customers.models import Customer
from genjin.customers.queries.sight import involved_in, sees_person, title_of
from genjin.customers.rules.axes import Kind
from genjin.kit.masking import mask_address, mask_name, mask_phone

CLAUSES = ("payment_terms", "liability_terms", "scope_terms", "other_terms")
LAST_SHOWN = 4


def sees_billing(user: User, customer: Customer) -> bool:
    """Whether `user` reads bank accounts whole: who sees the customer's people, and who a contract names to bill it."""
    if sees_person(user, customer):
        return True
    if not (may(user, Right.CONTRACT) or may(user, Right.RECORD_MONEY)):
        return False
    return user.scope.sees_all or customer.pk in involved_in(user, "contract")


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


def payer_seen(user: User, customer: Customer, payer: str) -> str:
    """Return who paid as `user` may see it: of a person masked where its billing profile is."""
    return payer if customer.kind != Kind.PERSON or sees_billing(user, customer) else mask_name(payer)


def reads(user: User, customer: Customer) -> Callable[[str], str]:
    """Return how `user` reads what somebody wrote of a contract: whole who bills or reviews it, else numbers masked.

    So is a person's own name: contracts are called after whom they are with.
    """
    return str if sees_billing(user, customer) else partial(title_of, customer, unmasked=False)


def words_seen[Row: Model](user: User, customer: Customer, row: Row, *names: str) -> Row:
    """Return something of a contract with its texts `names` as `user` may read them; masked it is a copy, never saved."""
    if sees_billing(user, customer):
        return row
    shown, read = copy(row), reads(user, customer)
    for name in names:
        setattr(shown, name, read(getattr(row, name)))
    return shown


def contract_seen(user: User, contract: Contract) -> Contract:
    """Return a contract with its title and texts as `user` may read them; masked it is a copy, never saved."""
    return words_seen(user, contract.customer, contract, "title", *CLAUSES, "answer", "void_reason")


def side_seen(user: User, customer: Customer, side: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an amendment keeps of one side with its title and texts as `user` may read them."""
    read = reads(user, customer)
    return {
        name: read(value) if value and name in {"title", *CLAUSES} else value for name, value in side.items()
    }


def _ending(text: str) -> str:
    return f"****{text[-LAST_SHOWN:]}" if len(text) > 2 * LAST_SHOWN else "****" if text else ""
