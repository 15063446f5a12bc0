"""A lead that turns out to be a customer we know: its need is added to what is known of them, no twin is made (S0-14)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.actions.derive import index, reachable, rerate
from genjin.customers.models import Contact, Customer
from genjin.customers.queries.find import known_under
from genjin.customers.rules.fields import CONTACT_FIELDS, CUSTOMER_FIELDS, read_fields
from genjin.customers.rules.identity import SAME_KINDS, Match, Named, identity_keys
from genjin.events.actions import record
from genjin.followups.actions.next_step import refresh_next_steps
from genjin.followups.actions.tasks import NewTask, plan_for
from genjin.followups.models import Task
from genjin.followups.rules import TaskKind
from genjin.kit.errors import wrong_at

WITHIN = timedelta(hours=24)
LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Lead:
    """What came in: raw values of a customer (name, credit_code, need, source, source_detail, ...) and of its people."""

    fields: Mapping[str, Any]
    contacts: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Attached:
    """Where a need went, and the task its owner got; None where it waits in a pool."""

    customer: Customer
    task: Task | None


@transaction.atomic
def attach_need(actor: User, customer_id: int, lead: Lead, *, now: datetime) -> Attached:
    """Add a lead's need, with day and source, to a customer in sight, or to one that the lead is recognised as.

    New people come along unless somebody else has their number. Raises DoesNotExist, RuleError `need_missing`, `forbidden`.
    """
    require(actor, Right.ADD_CUSTOMER)
    values = read_fields(lead.fields, CUSTOMER_FIELDS)
    people = [Contact(**_person(one)) for one in lead.contacts if any(one.values())]
    row = _recognised(actor, customer_id, values, people)
    need = str(values.get("need") or "").strip()
    if not need:
        sentence = _("Write what is needed this time.")
        raise wrong_at("need", sentence, "need_missing")
    _append(actor, row, need, _source(values), now=now)
    added = _add_people(row, people, now)
    index(row)
    record(
        actor, "customer.need_added", at=now, customer_id=row.pk, need=need, source=_source(values), people=added,
        version=row.version, fields=["need"],
    )  # fmt: skip
    task = None
    if row.owner is not None and row.owner.is_active:
        objective = _("New need: %(need)s") % {"need": need}
        new = NewTask(objective[:300], now + WITHIN, assignee=row.owner, kind=TaskKind.TODO)
        task = plan_for(actor, row, new, now=now)
    refresh_next_steps([row.pk], now)
    return Attached(row, task)


def _person(raw: Mapping[str, Any]) -> dict[str, Any]:
    return read_fields(raw, CONTACT_FIELDS)


def _recognised(
    actor: User, customer_id: int, values: Mapping[str, Any], people: Sequence[Contact]
) -> Customer:
    """Lock the customer: one in sight, or one out of sight that this very lead is known as."""
    locked = Customer.objects.select_for_update(of=("self",)).select_related("owner", "pool")
    row = locked.filter(pk__in=Customer.objects.visible_to(actor).filter(pk=customer_id).values("pk")).first()
    if row is not None:
        return row
    name, code = str(values.get("name") or ""), str(values.get("credit_code") or "")
    keys = identity_keys(name, str(values.get("kind") or "org"), code, reachable(people))
    found = known_under(actor, keys, Named(name, code), top=50)
    if not any(one.id == customer_id and one.level != Match.RELATED for one in found):
        raise Customer.DoesNotExist
    return locked.get(pk=customer_id, deleted_at=None)


def _source(values: Mapping[str, Any]) -> str:
    source = values.get("source")
    return str(source) if source else str(values.get("source_detail") or "")


def _append(actor: User, row: Customer, need: str, source: str, *, now: datetime) -> None:
    """Write the need below what is known, newest last; what no longer fits stays in the history alone."""
    day = timezone.localtime(now, timezone.get_default_timezone()).strftime("%Y-%m-%d")
    line = " ".join(part for part in (day, source) if part) + f": {need}"
    grown = f"{row.need}\n{line}" if row.need else line
    if len(grown) <= LONGEST:
        row.need = grown
    rerate(row, now)
    row.version += 1
    row.updated_at, row.updated_by = now, actor
    row.save()


def _add_people(row: Customer, people: Sequence[Contact], now: datetime) -> int:
    """Add who is new to the customer; a number or mail that anybody has already brings no second person."""
    added = 0
    held = set(row.identity_keys.values_list("key", flat=True))
    for person in people:
        keys = [
            key
            for key in identity_keys("", row.kind, "", reachable([person]))
            if key.partition(":")[0] in SAME_KINDS
        ]
        if not keys or held & set(keys) or known_under(None, keys, besides=row.pk):
            continue
        person.customer, person.created_at, person.updated_at = row, now, now
        person.is_primary = not row.contacts.exists()
        person.save()
        held |= set(keys)
        added += 1
    return added
