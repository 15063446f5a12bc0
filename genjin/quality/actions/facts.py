"""Making sure of facts, and how long that holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.actions.ownership import lock_one, require_edit
from genjin.customers.actions.records import change_customer, save_contact
from genjin.customers.models import Contact, Customer
from genjin.events.actions import record
from genjin.kit.errors import RuleError
from genjin.quality.models import FactCheck, FactTerms
from genjin.quality.queries.facts import text_of, values_of
from genjin.quality.rules.facts import (
    Fact,
    check_method,
    check_months,
    fact_named,
    fingerprint,
    is_empty,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """One fact somebody made sure of: as it stands, or with new raw `values` by field.

    `was` is the fingerprint of what the person saw; None takes the value as it stands.
    """

    fact: str
    contact: Contact | None = None
    values: Mapping[str, Any] | None = None
    was: str | None = None


@dataclass(frozen=True, slots=True)
class NewCheck:
    """What was made sure of in one go, how, and who or what said so."""

    seen: Sequence[Seen]
    method: str
    source: str = ""
    note: str = ""


@transaction.atomic
def check_facts(actor: User, customer: Customer, new: NewCheck, *, now: datetime) -> list[FactCheck]:
    """Keep that facts were checked; what turned out different is changed in the same go (S1-11, S3-21).

    New values take the way of every change: `change_customer`, `save_contact`. Raises RuleError `facts_missing`,
    `fact_unknown`, `fact_empty`, `check_method_unknown`, `fact_moved_on` (409), and what those two raise.
    """
    row = lock_one(actor, customer.pk)
    require_edit(actor, row, Right.CHANGE_CUSTOMER)
    check_method(new.method)
    if not new.seen:
        raise RuleError(_("Choose at least one fact you made sure of."), "facts_missing")
    wanted = [(fact_named(one.fact), _person_of(row, one), one) for one in new.seen]
    _refuse_moved_on(row, wanted)
    for fact, contact, one in wanted:
        if one.values:
            _write(actor, row, contact, _values(fact, one.values), now)
    row.refresh_from_db()
    checks = [_check(actor, row, new, fact=fact, one=one, now=now) for fact, _contact, one in wanted]
    FactCheck.objects.bulk_create(checks)
    record(
        actor, "fact.checked", at=now, customer_id=row.pk, facts=[fact.key for fact, _contact, _one in wanted],
        method=new.method,
    )  # fmt: skip
    return checks


def _values(fact: Fact, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the new values that belong to a fact: its fields, or the words of a range under its own name."""
    known = {*fact.fields, *({fact.key} & {"budget", "revenue"})}
    return {name: value for name, value in values.items() if name in known}


def _person_of(row: Customer, one: Seen) -> Contact | None:
    """Return the contact a fact is about, read anew; one of this customer."""
    if not fact_named(one.fact).of_person:
        return None
    contact = row.contacts.filter(pk=one.contact.pk).first() if one.contact else None
    if contact is None:
        raise RuleError(_("Choose a contact of this customer."), "contact_unknown")
    return contact


def _refuse_moved_on(row: Customer, wanted: Sequence[tuple[Fact, Contact | None, Seen]]) -> None:
    moved = [
        fact for fact, contact, one in wanted
        if one.was is not None and one.was != fingerprint(values_of(fact, contact or row))
    ]  # fmt: skip
    if moved:
        sentence = _("Somebody changed this meanwhile: %(facts)s. Look at it again, then verify.")
        words = {"facts": ", ".join(str(fact.label) for fact in moved)}
        raise RuleError(sentence % words, "fact_moved_on", status=409)


def _write(  # noqa: PLR0917
    actor: User, row: Customer, contact: Contact | None, values: dict[str, Any], now: datetime
) -> None:
    if contact is not None:
        save_contact(actor, row, values, contact=contact, now=now)
        return
    if values.get("employee_count") not in {None, ""}:
        values.pop("size", None)  # the head count says which band it is
    version = Customer.objects.values_list("version", flat=True).get(pk=row.pk)
    change_customer(actor, row, values, version=version, now=now)


def _check(actor: User, row: Customer, new: NewCheck, *, fact: Fact, one: Seen, now: datetime) -> FactCheck:
    contact = row.contacts.get(pk=one.contact.pk) if one.contact and fact.of_person else None
    values = values_of(fact, contact or row)
    if is_empty(values):
        sentence = _("%(fact)s is empty; write the value first.") % {"fact": fact.label}
        raise RuleError(sentence, "fact_empty")
    return FactCheck(
        customer=row, contact=contact, fact=fact.key, seen_hash=fingerprint(values),
        seen=text_of(fact, contact or row)[:120], is_corrected=bool(one.values), method=new.method,
        source=new.source.strip()[:200], note=new.note.strip()[:500], checked_at=now, checked_by=actor,
    )  # fmt: skip


@transaction.atomic
def publish_fact_terms(actor: User, months: Mapping[str, int], *, now: datetime) -> FactTerms:
    """Publish the next table of months; the one before stays in the history (S1-12). Raises RuleError `months_invalid`."""
    require(actor, Right.MANAGE_SETTINGS)
    check_months(months)
    newest = FactTerms.objects.select_for_update().first()
    version = (newest.version if newest else 0) + 1
    published = FactTerms.objects.create(
        version=version, months=dict(months), published_at=now, published_by=actor
    )
    record(actor, "fact_terms.published", at=now, subject_id=published.pk, version=version)
    return published
