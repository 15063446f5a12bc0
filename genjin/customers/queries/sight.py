"""Who may read a person's number, and how everybody else sees it: one place for every door."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, may
from genjin.customers.models import Alias, Contact, Customer, Participant, Pool
from genjin.customers.rules.fields import HIDEABLE
from genjin.fields.rules import Definition
from genjin.fields.rules.kinds import MAY_NAME_PEOPLE
from genjin.kit.masking import mask_address, mask_email, mask_name, mask_phone, mask_words


def sees_person(user: User, customer: Customer) -> bool:
    """Whether `user` reads this customer's people unmasked: the owner, who leads the owner, the managers.

    So do collaborators who write with them, if their role sells: they cannot call whom they do not see. Pools,
    colleagues who only help, and auditors see them masked (data-conventions, Masking; S3-23).
    """
    if customer.owner_id is None or not may(user, Right.CHANGE_CUSTOMER):
        return False
    return user.scope.covers(customer.owner_id) or customer.pk in writing_with(user)


def writing_with(user: User) -> frozenset[int]:
    """Return the customers on which `user` is a collaborator who writes; one query, kept for the life of the request."""
    if "writing_with" not in user.__dict__:
        rows = Participant.objects.filter(user=user, may_write=True).collaborators().standing()
        user.__dict__["writing_with"] = frozenset(rows.values_list("customer_id", flat=True))
    found: frozenset[int] = user.__dict__["writing_with"]
    return found


def involved_in(user: User, via: str) -> Mapping[int, frozenset[int]]:
    """Return by customer in what `user` is involved by `via`; one query, kept for the life of the request."""
    known: dict[str, Mapping[int, frozenset[int]]] = user.__dict__.setdefault("involved_in", {})
    if via not in known:
        found: dict[int, set[int]] = defaultdict(set)
        rows = Participant.objects.filter(user=user, via=via).standing()
        for pk, subject in rows.values_list("customer_id", "subject_id"):
            found[pk].add(subject or 0)
        known[via] = {pk: frozenset(subjects) for pk, subjects in found.items()}
    return known[via]


def may_reveal(user: User, customer: Customer) -> bool:
    """Whether the click that shows a masked number is offered: never for pools, except to who sees all."""
    if not may(user, Right.REVEAL):
        return False
    return customer.owner_id is not None or user.scope.sees_all


def hidden_fields(user: User, customer: Customer) -> frozenset[str]:
    """Return the fields the customer's pool hides from `user`; none once somebody owns it. One query a person."""
    if customer.owner_id is not None or customer.pool_id is None or user.scope.sees_all:
        return frozenset()
    if "hidden_by_pool" not in user.__dict__:
        pools = Pool.objects.exclude(hidden_fields=[]).exclude(admins=user)
        user.__dict__["hidden_by_pool"] = {
            pk: frozenset(names) & frozenset(HIDEABLE)
            for pk, names in pools.values_list("pk", "hidden_fields")
        }
    found: frozenset[str] = user.__dict__["hidden_by_pool"].get(customer.pool_id, frozenset())
    return found


def veiled(user: User, customer: Customer) -> Customer:
    """Return the customer with the fields its pool hides left empty: a copy to be shown, never saved."""
    hidden = hidden_fields(user, customer)
    if not hidden:
        return customer
    shown = copy(customer)
    for name in hidden:
        setattr(shown, name, "")
    return shown


@dataclass(frozen=True, slots=True)
class ShownContact:
    """A contact as somebody may see it."""

    id: int
    customer_id: int
    name: str
    job_title: str
    role: str
    phone: str
    phone2: str
    wechat: str
    email: str
    is_primary: bool
    is_decider: bool
    do_not_disturb: bool
    preference: str
    birthday: str
    notes: str
    version: int
    is_masked: bool


def show_contact(contact: Contact, *, unmasked: bool) -> ShownContact:
    """Return a contact's fields, masked unless `unmasked`; used by pages, API, search, lists and exports."""
    hide = not unmasked
    return ShownContact(
        id=contact.pk,
        customer_id=contact.customer_id,
        name=mask_name(contact.name) if hide else contact.name,
        job_title=contact.job_title,
        role=contact.role.name if contact.role else "",
        phone=mask_phone(contact.phone) if hide else contact.phone,
        phone2=mask_phone(contact.phone2) if hide else contact.phone2,
        wechat=mask_wechat(contact.wechat) if hide else contact.wechat,
        email=mask_email(contact.email) if hide else contact.email,
        is_primary=contact.is_primary,
        is_decider=contact.is_decider,
        do_not_disturb=contact.do_not_disturb,
        preference=contact.preference,
        birthday="" if hide else contact.birthday,
        notes="" if hide else contact.notes,
        version=contact.version,
        is_masked=hide and bool(contact.phone or contact.email or contact.wechat or contact.name),
    )


def mask_wechat(wechat: str) -> str:
    """Return a WeChat id with all but its first letter hidden."""
    return f"{wechat[0]}***" if wechat else ""


def name_of(customer: Customer, *, unmasked: bool) -> str:
    """Return a customer's name; a person's own is masked unless `unmasked`."""
    return customer.name if unmasked or customer.kind != "person" else mask_name(customer.name)


def address_of(customer: Customer, *, unmasked: bool) -> str:
    """Return the address; a person's is cut to the district unless `unmasked`."""
    return customer.address if unmasked or customer.kind != "person" else mask_address(customer.address)


def shown_name(user: User, customer: Customer) -> str:
    """Return a customer's name; a person's own name is masked where the person is."""
    return name_of(customer, unmasked=customer.kind != "person" or sees_person(user, customer))


def title_of(customer: Customer, words: str, *, unmasked: bool) -> str:
    """Return what something of a customer's is called; a person's own name in it is masked as the person is, and numbers."""
    if unmasked or not words:
        return words
    is_person = customer.kind == "person" and customer.name
    return mask_words(words.replace(customer.name, mask_name(customer.name)) if is_person else words)


def names_seen(user: User, ids: Collection[int]) -> dict[int, str]:
    """Return the names of those customers `user` sees at this moment, as they see them; one query."""
    found = Customer.objects.visible_to(user).filter(pk__in=ids).select_related("owner")
    return {customer.pk: shown_name(user, customer) for customer in found}


def shown_aliases(user: User, customer: Customer) -> list[Alias]:
    """Return a customer's other names; none of a person who is masked."""
    if customer.kind == "person" and not sees_person(user, customer):
        return []
    return list(customer.aliases.all())


def shown_address(user: User, customer: Customer) -> str:
    """Return the address; a person's is cut to the district where the person is masked."""
    return address_of(customer, unmasked=customer.kind != "person" or sees_person(user, customer))


def shown_notes(user: User, customer: Customer) -> str:
    """Return the notes; hidden where the people are masked, as anybody may have written a number there."""
    return customer.notes if sees_person(user, customer) else ""


def said(user: User, customer: Customer, text: str) -> str:
    """Return a text about a customer, or what something of it is called, as `user` may read it."""
    return title_of(customer, text, unmasked=sees_person(user, customer))


def worded[Row: Model](user: User, customer: Customer, row: Row, *names: str) -> Row:
    """Return a row about a customer with its texts `names` as `user` may read them; masked it is a copy, never saved."""
    if sees_person(user, customer):
        return row
    shown = copy(row)
    for name in names:
        setattr(shown, name, title_of(customer, getattr(row, name), unmasked=False))
    return shown


def shown_extra(user: User, customer: Customer) -> dict[str, Any]:
    """Return the further fields; hidden where the people are masked: unreadable phones of an import lie there."""
    return dict(customer.extra) if sees_person(user, customer) else {}


def shown_custom(user: User, customer: Customer, fields: Iterable[Definition]) -> dict[str, Any]:
    """Return the own values by key; what can hold somebody's number is hidden where the people are masked."""
    if sees_person(user, customer):
        return dict(customer.custom)
    open_keys = {field.key for field in fields if field.kind not in MAY_NAME_PEOPLE}
    return {key: value for key, value in customer.custom.items() if key in open_keys}
