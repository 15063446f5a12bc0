"""Adding a customer beside one that looks alike, where the policy wants a lead's word: asked for, and granted."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.approvals.actions import NewRequest, ask, decide
from genjin.approvals.models import Request
from genjin.customers.actions.derive import reachable
from genjin.customers.actions.records import NewCustomer
from genjin.customers.models import Contact, Customer, Pool
from genjin.customers.queries.find import known_under
from genjin.customers.rules.identity import Named, identity_keys
from genjin.customers.rules.policy import Consequence
from genjin.followups.actions.ownership import add_customer
from genjin.kit.errors import RuleError
from genjin.quality.models import DuplicatePair

KIND = "duplicate"


@transaction.atomic
def ask_to_add(actor: User, new: NewCustomer, *, reason: str, now: datetime) -> Request:
    """Ask who leads to let a customer stand beside one that looks alike.

    Raises what adding it raises, but for `duplicate_needs_approval`; RuleError `approval_not_needed` (409) when it could
    simply be added.
    """
    require(actor, Right.ADD_CUSTOMER)
    try:
        _try_to_add(actor, new, now)
    except RuleError as refusal:
        if refusal.code != "duplicate_needs_approval":
            raise
    return ask(actor, NewRequest(KIND, str(new.fields.get("name", "")), reason, data=_packed(new)), now=now)


@transaction.atomic
def _try_to_add(actor: User, new: NewCustomer, now: datetime) -> None:
    """Refuse in any case: with what stands against adding, or because nothing does; leaves nothing behind."""
    add_customer(actor, new, now=now)
    raise RuleError(_("Nobody has to approve this; just save it."), "approval_not_needed", status=409)


@transaction.atomic
def grant_addition(actor: User, request: Request, *, answer: str = "", now: datetime) -> Customer | None:
    """Say yes and add the customer in the name of who asked; the two are known not to be one.

    None while others have to agree, too.
    """
    row = decide(actor, request, grant=True, answer=answer, now=now)
    if row.status != Request.Status.GRANTED:
        return None
    new = _unpacked(row.data)
    customer = add_customer(row.asked_by, new, now=now)
    keys = identity_keys(
        customer.name, customer.kind, customer.credit_code, reachable(customer.contacts.all())
    )
    ours = Named(customer.name, customer.credit_code)
    for one in known_under(actor, keys, ours, besides=customer.pk, top=20):
        if one.consequence == Consequence.APPROVE:
            DuplicatePair.objects.create(
                first_id=min(one.id, customer.pk), second_id=max(one.id, customer.pk), level=one.level, reasons=list(one.kinds),
                status=DuplicatePair.Status.DIFFERENT, found_at=now, decided_at=now, decided_by=actor, note=answer.strip()[:300],
            )  # fmt: skip
    row.customer_id = customer.pk
    row.save(update_fields=["customer_id"])
    return customer


def _packed(new: NewCustomer) -> dict[str, Any]:
    return {
        "fields": {name: _plain(value) for name, value in new.fields.items()},
        "contacts": [{name: _plain(value) for name, value in person.items()} for person in new.contacts],
        "owner": new.owner.pk if new.owner else None,
        "pool": new.pool.pk if new.pool else None,
        "aliases": [list(alias) for alias in new.aliases],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return {"pk": value.pk}
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    return str(value) if isinstance(value, Decimal | date) else value


def _unpacked(data: Mapping[str, Any]) -> NewCustomer:
    return NewCustomer(
        fields={name: _read(Customer, name, value) for name, value in data["fields"].items()},
        contacts=[
            {name: _read(Contact, name, value) for name, value in person.items()}
            for person in data["contacts"]
        ],
        owner=User.objects.active().filter(pk=data["owner"]).first() if data["owner"] else None,
        pool=Pool.objects.filter(pk=data["pool"]).first() if data["pool"] else None,
        aliases=[(kind, name) for kind, name in data["aliases"]],
        is_approved=True,
    )


def _read(model: type[Model], name: str, value: Any) -> Any:
    if isinstance(value, dict) and value.keys() == {"pk"}:
        related: Any = model._meta.get_field(name).related_model
        return related._default_manager.filter(pk=value["pk"]).first()
    if isinstance(value, dict) and value.keys() == {"moment"}:
        return datetime.fromisoformat(value["moment"])
    return value
