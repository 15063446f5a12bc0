"""Adding and changing customers and their people."""

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.actions.aliases import keep_former_names, write_aliases
from genjin.customers.actions.completeness import refresh_completeness
from genjin.customers.actions.derive import index, lock_keys, rate, reachable, rerate
from genjin.customers.actions.family import check_parent, check_referrer
from genjin.customers.actions.own import keys_written, own_changes, put_own, settle_template
from genjin.customers.actions.ownership import Handover, lock_one, note_handover, require_edit, require_work
from genjin.customers.models import Contact, Customer, GradeChange, Pool, StageChange
from genjin.customers.queries.conflicts import conflicts_of, contact_conflicts_of, plain
from genjin.customers.queries.find import Candidate, known_under
from genjin.customers.queries.policy import current_policy
from genjin.customers.queries.scores import current_rules
from genjin.customers.rules import Stage
from genjin.customers.rules.fields import CONTACT_FIELDS, CUSTOMER_FIELDS, PROTECTED_IN_LOG, read_fields
from genjin.customers.rules.identity import Named, identity_keys
from genjin.customers.rules.policy import Consequence
from genjin.customers.rules.score import check_budget
from genjin.events.actions import record
from genjin.kit.errors import RuleError, not_found

MOST_KNOWN = 50


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """A customer to be added: raw field values by name (own ones in `custom` by key), its people, and who gets it."""

    fields: Mapping[str, Any]
    contacts: Sequence[Mapping[str, Any]] = ()
    owner: User | None = None
    pool: Pool | None = None
    aliases: Sequence[tuple[str, str]] = ()  # kind (short, former) and name
    is_approved: bool = False  # who leads the actor has granted that it stands beside one that looks alike


@transaction.atomic
def add_customer(actor: User | None, new: NewCustomer, *, now: datetime) -> Customer:
    """Add a customer with its people; the actor owns it unless an owner or a pool is named (S0-6, S2-4).

    Without an actor (a form filled in by a visitor) an owner or a pool must be named. Raises RuleError `fields_invalid`, `field_demanded`, `duplicate_same` (409, with candidates in `details`), `forbidden`.
    """
    if actor is not None:
        require(actor, Right.ADD_CUSTOMER)
    customer = Customer(
        stage=Stage.LEAD,
        stage_entered_at=now,
        created_at=now,
        created_by=actor,
        updated_at=now,
        updated_by=actor,
    )
    _apply(customer, read_fields(new.fields, CUSTOMER_FIELDS))
    put_own(customer, own_changes(customer, new.fields.get("custom")))
    people = [
        _person(Contact(created_at=now, updated_at=now), values)
        for values in new.contacts
        if any(values.values())
    ]
    if actor is not None:  # a visitor names none
        check_parent(actor, customer, customer.parent_id)
        check_referrer(actor, customer, customer.referrer_id)
    _refuse_known(actor, customer, people, is_approved=new.is_approved)
    _place(actor, customer, new, now)
    rate(customer, current_rules(), now)
    # A visitor cannot be asked for what only we know.
    settle_template(customer, people, demanded=None if actor else frozenset())
    _full_clean(customer, exclude={"created_by", "updated_by"})  # nobody, when a visitor filled in a form
    customer.save()
    for at, person in enumerate(people):
        person.customer, person.is_primary = customer, at == 0
        _full_clean(person, exclude={"customer"})
        person.save()
    write_aliases(actor, customer, new.aliases, now=now)
    index(customer)
    StageChange.objects.create(customer=customer, at=now, by=actor, target=customer.stage)
    GradeChange.objects.create(
        customer=customer,
        at=now,
        by=None,
        target=customer.grade,
        reason=customer.grade_reason,
        is_proposal=True,
    )
    row = Customer(pk=customer.pk)  # as it was: without an owner
    note_handover(actor, [row], Handover("created", owner=customer.owner, pool=customer.pool), now)
    return customer


def _place(actor: User | None, customer: Customer, new: NewCustomer, now: datetime) -> None:
    if new.pool is not None:
        if actor is not None and not Pool.objects.visible_to(actor).filter(pk=new.pool.pk).exists():
            raise RuleError(_("Choose one of your pools."), "pool_unknown")
        customer.pool = new.pool
        return
    owner = new.owner or actor
    if actor is not None and owner != actor:
        require(actor, Right.ASSIGN)
    is_led = owner is not None and (actor is None or owner == actor or actor.scope.covers(owner.pk))
    if owner is None or not owner.is_active or not is_led:
        raise RuleError(_("Choose somebody of your own teams who may sign in."), "owner_not_led")
    customer.owner, customer.owned_since, customer.no_next_step_since = owner, now, now


def _refuse_known(
    actor: User | None,
    customer: Customer,
    people: Iterable[Contact],
    *,
    held: Set[str] = frozenset(),
    is_approved: bool = False,
) -> None:
    """Refuse what makes `customer` another one we know, as the policy has it; keys it has `held` all along are no news."""
    keys = identity_keys(customer.name, customer.kind, customer.credit_code, reachable(people))
    blocking = [key for key in current_policy().blocking(keys) if key not in held]
    if not blocking:
        return
    lock_keys(blocking)
    ours = Named(customer.name, customer.credit_code)
    known = known_under(actor, blocking, ours, besides=customer.pk, top=MOST_KNOWN)
    found = [one for one in known if one.consequence == Consequence.FORBID]
    code = "duplicate_same"
    if not found and not is_approved:
        found, code = (
            [one for one in known if one.consequence == Consequence.APPROVE],
            "duplicate_needs_approval",
        )
    if found:
        raise _known_already(found, code)


def _known_already(found: Sequence[Candidate], code: str) -> RuleError:
    first = found[0]
    sentence = _("%(name)s is known already (%(reason)s), followed by %(owner)s.") % {
        "name": first.name,
        "reason": first.reason,
        "owner": first.owner or first.pool or "—",
    }
    if code == "duplicate_needs_approval":
        sentence += " " + _("Adding it needs approval: say why and ask.")
    return RuleError(sentence, code, status=409, details={"candidates": [one.id for one in found]})


def _held_keys(customer: Customer) -> Set[str]:
    return frozenset(customer.identity_keys.values_list("key", flat=True))


def _apply(row: Customer | Contact, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _person(contact: Contact, values: Mapping[str, Any]) -> Contact:
    _apply(contact, read_fields(values, CONTACT_FIELDS))
    return contact


def _full_clean(row: Customer | Contact, exclude: set[str] | None = None) -> None:
    if isinstance(row, Customer):
        check_budget(row.budget_min, row.budget_max)
    try:
        row.clean_fields(exclude=exclude)
    except ValidationError as error:
        fields = {name: list(sentences) for name, sentences in error.message_dict.items()}
        raise RuleError(_("Please correct the marked fields."), "fields_invalid", fields=fields) from error


@transaction.atomic
def change_customer(
    actor: User,
    customer: Customer,
    changes: Mapping[str, Any],
    *,
    version: int,
    asked: Collection[str] = (),
    now: datetime,
) -> Customer:
    """Change fields of a customer as seen at `version`.

    Own fields are given in `custom` by key; `asked` names fields that were shown, changed or not. Changes of others to *other* fields are kept beside; to the same field raise
    RuleError `version_conflict` (409) whose `details["conflicts"]` holds both values per field. Nothing is lost.
    A name or code of another customer raises `duplicate_same` (409), an emptied field that must be there `field_demanded`, and those of `check_parent` and `check_referrer`.
    """
    row = lock_one(actor, customer.pk)
    require_work(actor, row, Right.CHANGE_CUSTOMER)
    values = read_fields(changes, CUSTOMER_FIELDS)
    before = {name: getattr(row, name) for name in values}
    changed = {name: value for name, value in values.items() if before[name] != value}
    own = own_changes(row, changes.get("custom"))
    kept = {name: before[name] if name in before else row.custom.get(name) for name in changed | own}
    if both := conflicts_of(row, changed | own, kept, version):
        raise _conflict(both, row.version)
    if not changed and not own:
        return row
    _apply(row, changed)
    log = {name: [plain(before[name]), plain(value)] for name, value in changed.items()} | put_own(row, own)
    _check_kin(actor, row, {name: before[name] for name in changed})
    is_other_identity = bool(changed.keys() & {"name", "kind", "credit_code"})
    if is_other_identity:
        _refuse_known(actor, row, row.contacts.all(), held=_held_keys(row))
    rerate(row, now)
    written = keys_written([*changes, *(changes.get("custom") or {}), *asked])
    settle_template(row, list(row.contacts.all()), demanded=written)
    row.version += 1
    row.updated_at, row.updated_by = now, actor
    _full_clean(row)
    row.save()
    if "name" in changed:
        keep_former_names(actor, [(row, before["name"])], now=now)
    if is_other_identity or own:
        index(row)
    record(actor, "customer.changed", at=now, customer_id=row.pk, version=row.version, changes=log)
    return row


def _check_kin(actor: User, row: Customer, before: Mapping[str, Any]) -> None:
    """Ask whether a changed parent or referrer may stand; `before` holds what changed, as it was."""
    if "parent" in before:
        check_parent(actor, row, row.parent_id)
    if "referrer" in before:
        former = before["referrer"]
        check_referrer(actor, row, row.referrer_id, before=former.pk if former else None)


def _conflict(both: Mapping[str, Mapping[str, Any]], version: int) -> RuleError:
    sentence = _("Somebody else changed the same fields meanwhile; nothing was saved. Choose per field.")
    return RuleError(
        sentence, "version_conflict", status=409, details={"conflicts": dict(both), "version": version},
        fields={name: [_("Changed by %(name)s.") % {"name": one["by"]}] for name, one in both.items()},
    )  # fmt: skip


@transaction.atomic
def save_contact(
    actor: User,
    customer: Customer,
    values: Mapping[str, Any],
    *,
    contact: Contact | None = None,
    version: int | None = None,
    now: datetime,
) -> Contact:
    """Add a person to a customer, or change one, as seen at `version` when it is given.

    Raises RuleError `fields_invalid`, `contact_empty`, `version_conflict` (409) when others changed the same
    fields since, `duplicate_same` (409) when a number or mail belongs to another customer.
    """
    row = lock_one(actor, customer.pk)
    require_work(actor, row, Right.CHANGE_CUSTOMER)
    # Read under the lock: what another saved meanwhile in other fields must stay.
    stored = None if contact is None else row.contacts.get(pk=contact.pk)
    before = {} if stored is None else {name: getattr(stored, name) for name in CONTACT_FIELDS}
    person = _person(stored or Contact(customer=row, created_at=now), values)
    names = sorted(name for name in CONTACT_FIELDS if before.get(name) != getattr(person, name))
    if stored is not None and not names:
        return stored
    if stored is not None and version is not None and version < stored.version:
        theirs = {name: before[name] for name in names}
        if both := contact_conflicts_of(person, theirs, version):
            raise _conflict(both, person.version)
    if not (person.name or person.phone or person.email or person.wechat):
        raise RuleError(_("Write a name or a way to reach the person."), "contact_empty")
    _refuse_known(actor, row, [person], held=_held_keys(row))
    person.updated_at = now
    if stored is not None:
        person.version += 1
    elif not row.contacts.exists():
        person.is_primary = True
    _full_clean(person)
    if person.is_primary:
        row.contacts.exclude(pk=person.pk).update(is_primary=False)
    person.save()
    index(row)
    refresh_completeness([row.pk])
    _log_contact(actor, person, before, names)
    return person


def _log_contact(actor: User, person: Contact, before: Mapping[str, Any], names: Sequence[str]) -> None:
    log = {
        name: [plain(before.get(name)), plain(getattr(person, name))]
        for name in names
        if name not in PROTECTED_IN_LOG and (before or getattr(person, name))
    }
    record(
        actor, "contact.changed" if before else "contact.added", at=person.updated_at, customer_id=person.customer_id,
        subject_id=person.pk, version=person.version, fields=[name for name in names if before or getattr(person, name)],
        changes=log,
    )  # fmt: skip


@transaction.atomic
def remove_contact(actor: User, contact: Contact, *, now: datetime) -> None:
    """Take a person off a customer; the next one becomes the main contact. History rows keep it."""
    row = lock_one(actor, contact.customer_id)
    require_edit(actor, row, Right.CHANGE_CUSTOMER)
    pk = contact.pk
    contact.delete()
    following = row.contacts.first()
    if following is not None and not following.is_primary:
        row.contacts.filter(pk=following.pk).update(is_primary=True)
    index(row)
    refresh_completeness([row.pk])
    record(actor, "contact.removed", at=now, customer_id=row.pk, subject_id=pk)


@transaction.atomic
def delete_customers(actor: User, ids: Sequence[int], *, now: datetime) -> int:
    """Move customers to the recycle bin, from where they can be taken back; returns how many."""
    require(actor, Right.DELETE_CUSTOMER)
    rows = (
        Customer.objects.visible_to(actor).filter(pk__in=ids).select_for_update(of=("self",)).order_by("pk")
    )
    found = list(rows)
    if len(found) != len(set(ids)):
        raise not_found()
    for row in found:
        require_edit(actor, row, Right.DELETE_CUSTOMER)
    Customer.objects.filter(pk__in=ids).update(deleted_at=now)
    for row in found:
        record(actor, "customer.deleted", at=now, customer_id=row.pk, name=row.name)
    return len(found)


@transaction.atomic
def restore_customer(actor: User, pk: int, *, now: datetime) -> Customer:
    """Take a customer out of the recycle bin; refuses when its keys were taken meanwhile (409)."""
    require(actor, Right.DELETE_CUSTOMER)
    row = Customer.objects.select_for_update(of=("self",)).exclude(deleted_at=None).filter(pk=pk).first()
    if row is None or not (actor.scope.sees_all or actor.scope.covers(row.owner_id)):
        raise not_found()
    if row.merges_into.standing().exists():
        raise RuleError(
            _("This customer was merged into another; take the merge back instead."), "merged", status=409
        )
    _refuse_known(actor, row, list(row.contacts.all()))
    Customer.objects.filter(pk=pk).update(deleted_at=None)
    refresh_completeness([pk])
    record(actor, "customer.restored", at=now, customer_id=pk)
    row.deleted_at = None
    return row
