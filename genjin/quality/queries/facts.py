"""How a customer's facts stand, and which want to be confirmed again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.queries import local_day
from genjin.customers.models import Contact, Customer, CustomerQuerySet
from genjin.customers.queries.sight import hidden_fields, sees_person
from genjin.events.models import Event
from genjin.kit.dates import months_back
from genjin.kit.money import show_money
from genjin.quality.models import FactCheck, FactTerms
from genjin.quality.rules.facts import (
    BY_KEY,
    FACTS,
    OF_CUSTOMER,
    OF_PERSON,
    PERSON,
    Fact,
    FactState,
    fingerprint,
    is_empty,
    state_of,
)

CONTACTS = "contacts"  # stands for every fact of the main contact in lists
HIDDEN_OF_PEOPLE = frozenset({"name", "address"})  # where the customer is a person and masked


def months_in_force() -> dict[str, int]:
    """Return how many months a check of each fact holds; what ships with Genjin until a table is published."""
    newest = FactTerms.objects.first()
    return {fact.key: fact.months for fact in FACTS} | (newest.months if newest else {})


def values_of(fact: Fact, row: Customer | Contact) -> list[Any]:
    """Return the stored values a fact is made of."""
    return [getattr(row, name) for name in fact.fields]


def text_of(fact: Fact, row: Customer | Contact) -> str:
    """Return a fact in words, "" when there is nothing to show."""
    parts = [_part(row, name) for name in fact.fields]
    return ("–" if fact.key in {"budget", "revenue"} else " ").join(
        dict.fromkeys(part for part in parts if part)
    )


def _part(row: Customer | Contact, name: str) -> str:
    value = getattr(row, name)
    if isinstance(value, bool):
        words = {"is_authority_clear": _("clear"), "is_decider": _("final decider")}
        return words[name] if value else ""
    if isinstance(value, Decimal):
        return show_money(value)
    if name == "employee_count" and value is not None:
        return _("%(count)d people") % {"count": value}
    shown = getattr(row, f"get_{name}_display", None)
    return str(shown() if shown else value or "")


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact of a customer as it stands; `state` is None while there is nothing to check."""

    fact: Fact
    contact: Contact | None
    text: str
    current: str  # fingerprint of the value now
    state: FactState | None
    last: FactCheck | None
    history: Sequence[FactCheck]
    months: int

    @property
    def key(self) -> str:
        """How forms name the fact: with the contact's number where it is about a person."""
        return f"{self.fact.key}-{self.contact.pk}" if self.contact else self.fact.key


def fact_lines(user: User, customer: Customer, contacts: Sequence[Contact], now: datetime) -> list[FactLine]:
    """Return every fact of a customer and its people with its state and checks; two queries.

    Facts of people, and a person's own name and address, are left out where they are masked.
    """
    checks = FactCheck.objects.filter(customer=customer).select_related("checked_by")
    return lines_from(user, customer, contacts, Known(checks, months_in_force(), local_day(now)))


@dataclass(frozen=True, slots=True)
class Known:
    """The checks of some customers, newest first, and what they are measured by."""

    checks: Iterable[FactCheck]
    months: Mapping[str, int]
    today: date


def lines_from(user: User, customer: Customer, contacts: Sequence[Contact], known: Known) -> list[FactLine]:
    """Return the facts of one customer from checks that were read already; no query."""
    checks: dict[tuple[str, int | None], list[FactCheck]] = {}
    for check in known.checks:
        if check.customer_id == customer.pk:
            checks.setdefault((check.fact, check.contact_id), []).append(check)
    unmasked = sees_person(user, customer)
    hidden = HIDDEN_OF_PEOPLE if customer.kind == "person" and not unmasked else frozenset()
    veil = hidden_fields(user, customer)
    wanted: list[tuple[Fact, Contact | None]] = [
        (fact, None) for fact in OF_CUSTOMER if fact.key not in hidden and veil.isdisjoint(fact.fields)
    ]
    if unmasked:
        wanted += [(fact, contact) for contact in contacts for fact in OF_PERSON]
    return [
        _line(fact, customer, contact, checks.get((fact.key, contact.pk if contact else None), []),
              months=known.months[fact.key], today=known.today)
        for fact, contact in wanted
    ]  # fmt: skip


def _line(
    fact: Fact,
    customer: Customer,
    contact: Contact | None,
    history: Sequence[FactCheck],
    *,
    months: int,
    today: date,
) -> FactLine:
    row = contact or customer
    values = values_of(fact, row)
    current, last = fingerprint(values), history[0] if history else None
    state = None
    if last is not None or not is_empty(values):
        state = state_of(
            current,
            last.seen_hash if last else None,
            local_day(last.checked_at) if last else None,
            months=months,
            today=today,
        )
    return FactLine(fact, contact, text_of(fact, row), current, state, last, history, months)


def moment_of(day: date) -> datetime:
    """Return the first moment of a day in the company's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())


def has_value(fact: Fact) -> Q:
    """Return the condition that a customer has this fact on record."""
    found = Q()
    for name in fact.fields:
        field: Any = Customer._meta.get_field(name)
        if field.get_internal_type() == "BooleanField":
            found |= Q(**{name: True})
        elif field.null:
            found |= Q(**{f"{name}__isnull": False})
        else:
            found |= ~Q(**{name: ""})
    return found


def wants_confirmation(fact: str, now: datetime, months: Mapping[str, int]) -> Q:
    """Return the condition that nobody wrote or confirmed a dynamic fact within its months (S1-12).

    `fact` is a key, or "contacts" for the main contact of the customer.
    """
    since = moment_of(months_back(local_day(now), _months(fact, months)))
    checks = FactCheck.objects.filter(customer=OuterRef("pk"), checked_at__gte=since)
    if fact == CONTACTS:
        people = Contact.objects.filter(customer=OuterRef("pk"), is_primary=True, updated_at__lt=since)
        return Exists(people) & ~Exists(checks.filter(fact__startswith=PERSON))
    known = BY_KEY[fact]
    written = Event.objects.filter(
        customer_id=OuterRef("pk"), kind="customer.changed", at__gte=since, data__changes__has_any_keys=list(known.fields)
    )  # fmt: skip
    is_old = Q(created_at__lt=since) & has_value(known)
    return is_old & ~Exists(checks.filter(fact=fact)) & ~Exists(written)


def _months(fact: str, months: Mapping[str, int]) -> int:
    return min(months[one.key] for one in OF_PERSON) if fact == CONTACTS else months[fact]


def dynamic_facts() -> list[str]:
    """Return what the owner is asked to confirm again: the dynamic facts, people's as one."""
    return [fact.key for fact in OF_CUSTOMER if fact.is_dynamic] + [CONTACTS]


def to_confirm(rows: CustomerQuerySet, now: datetime, *, fact: str = "") -> CustomerQuerySet:
    """Narrow `rows` to customers in work of which a dynamic fact, or this one, wants confirmation (S1-12)."""
    months, found = months_in_force(), Q(pk__in=[])
    for key in [fact] if fact else dynamic_facts():
        found |= wants_confirmation(key, now, months)
    return rows.in_work().filter(found)


def facts_to_confirm(rows: Sequence[Customer], now: datetime) -> dict[int, list[str]]:
    """Return for each of these customers which dynamic facts want confirmation; two queries."""
    months, keys = months_in_force(), dynamic_facts()
    asked = {
        f"asks_{key}": ExpressionWrapper(wants_confirmation(key, now, months), output_field=BooleanField())
        for key in keys
    }
    found = Customer.objects.filter(pk__in=[row.pk for row in rows]).annotate(**asked)
    return {
        row["pk"]: [key for key in keys if row[f"asks_{key}"]]
        for row in found.values("pk", *asked)
    }  # fmt: skip
