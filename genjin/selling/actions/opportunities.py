"""Opening and changing purchases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, may
from genjin.customers.actions.ownership import require_edit
from genjin.customers.actions.people import involve, release_participants
from genjin.customers.models import Customer
from genjin.customers.rules import Stage
from genjin.customers.rules.axes import Proof
from genjin.events.actions import record
from genjin.followups.actions.stages import Move, move_locked
from genjin.followups.actions.tasks import require_hand_in
from genjin.followups.models import Evidence
from genjin.kit.errors import RuleError, wrong_at
from genjin.kit.text import clean
from genjin.selling.actions.following import Cause, align, name_of
from genjin.selling.actions.writing import hold, require_version, require_write
from genjin.selling.models import Opportunity, OpportunityChange, OpportunityLine, Product
from genjin.selling.rules import Forecast, OpportunityKind, OpportunityStage
from genjin.selling.rules.following import LATER_KINDS
from genjin.selling.rules.values import check_values

VIA = "opportunity"


@dataclass(frozen=True, slots=True)
class NewLine:
    """A product that is wanted."""

    product: Product
    quantity: Decimal = Decimal(1)
    price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class NewOpportunity:
    """A purchase to be pursued; an empty kind is the first purchase, or a repeat one of who has bought."""

    name: str = ""
    kind: str = ""
    amount: Decimal | None = None
    expected_close: date | None = None
    owner: User | None = None  # None: the customer's
    probability: int | None = None  # None: that of its stage
    forecast: str = Forecast.PIPELINE
    notes: str = ""
    lines: Sequence[NewLine] = field(default_factory=tuple)
    code: str = ""


@transaction.atomic
def open_opportunity(
    actor: User | None, customer: Customer, new: NewOpportunity, *, now: datetime
) -> Opportunity:
    """Open a purchase of a customer, and move a prospect through the gate to `qualified` with it.

    A repeat purchase or upsell of a customer that has won, opened on a new need on record, makes it a repeat customer
    (S2-18). `actor` None is a rule. Raises RuleError `opportunity_too_early`, `customer_lost` (409),
    `opportunity_not_first`, `stage_gate_closed`, those of `check_values`, `owner_inactive`, `not_yours` (403).
    """
    seen = Customer.objects.live() if actor is None else Customer.objects.visible_to(actor)
    row = seen.select_for_update(of=("self",)).get(pk=customer.pk)
    kind = new.kind or _usual_kind(row)
    if actor is not None:
        _require_open(actor, row, kind)
    align([row], Cause(), now)
    _check_stage(row, kind)
    values = {
        "name": clean(new.name)[:200] or name_of(row), "amount": new.amount, "probability": new.probability, "forecast": new.forecast,
        "kind": kind,
    }  # fmt: skip
    check_values(values)
    owner = _owner(new.owner or row.owner or actor)
    is_new_need = kind in LATER_KINDS and _enter(actor, row, now)
    opportunity = Opportunity.objects.create(
        customer=row, owner=owner, expected_close=new.expected_close, notes=clean(new.notes), code=new.code[:60], opened_at=now,
        stage_entered_at=now, created_by=actor, on_new_need=is_new_need, **values,
    )  # fmt: skip
    if row.stage == Stage.PROSPECT:
        move_locked(actor, [row], Move(Stage.QUALIFIED, opportunity.name), now)
    _set_lines(opportunity, new.lines)
    _involve(row, opportunity)
    OpportunityChange.objects.create(opportunity=opportunity, target=opportunity.stage, at=now, by=actor)
    record(
        actor, "opportunity.opened", at=now, customer_id=row.pk, subject_id=opportunity.pk, origin="", target=opportunity.stage,
        name=opportunity.name, note=str(opportunity.get_kind_display()),
    )  # fmt: skip
    return opportunity


def _usual_kind(row: Customer) -> str:
    has_bought = Opportunity.objects.filter(customer=row, stage=OpportunityStage.WON).exists()
    return OpportunityKind.REPEAT if has_bought else OpportunityKind.FIRST


def _require_open(actor: User, row: Customer, kind: str) -> None:
    """Sellers open what is theirs; who serves a customer and takes part in it opens what comes after the first sale."""
    if kind != OpportunityKind.FIRST and not may(actor, Right.SELL) and may(actor, Right.SERVE):
        require_hand_in(actor, row, Right.SERVE)
        return
    require_edit(actor, row, Right.SELL)


def _check_stage(row: Customer, kind: str) -> None:
    if row.stage == Stage.LEAD:
        sentence = _("A lead becomes a prospect first; opportunities open with the stage Qualified.")
        raise RuleError(sentence, "opportunity_too_early")
    if row.stage == Stage.LOST:
        raise RuleError(_("The customer was lost; bring it back first."), "customer_lost", status=409)
    if row.stage in {Stage.WON, Stage.REPEAT} and kind == OpportunityKind.FIRST:
        sentence = _("This customer has bought already; choose another kind.")
        raise wrong_at("kind", sentence, "opportunity_not_first")


def _enter(actor: User | None, row: Customer, now: datetime) -> bool:
    """Move a customer that has won to `repeat` when a new need is on record; returns whether the purchase is on one."""
    if row.stage not in {Stage.WON, Stage.REPEAT}:
        return False
    shown = Evidence.objects.standing().filter(customer=row, proves__contains=[Proof.NEW_NEED])
    if not shown.exists():
        return False
    if row.stage == Stage.WON:
        move_locked(actor, [row], Move(Stage.REPEAT), now)
        row.refresh_from_db()
    return True


def _owner(person: User | None) -> User | None:
    if person is not None and not person.is_active:
        sentence = _("%(name)s may no longer sign in; choose somebody else.") % {"name": person.name}
        raise wrong_at("owner", sentence, "owner_inactive")
    return person


def _involve(customer: Customer, opportunity: Opportunity) -> None:
    """Let the owner see the customer, also when the customer is handed to somebody else one day."""
    release_participants(via=VIA, subject_ids=[opportunity.pk])
    if opportunity.owner is not None:
        involve(customer.pk, [opportunity.owner], via=VIA, subject_id=opportunity.pk)


def _set_lines(opportunity: Opportunity, lines: Sequence[NewLine]) -> None:
    opportunity.lines.all().delete()
    OpportunityLine.objects.bulk_create(
        OpportunityLine(opportunity=opportunity, product=one.product, quantity=one.quantity, price=one.price)
        for one in lines
    )


CHANGEABLE = (
    "name", "amount", "expected_close", "owner", "probability", "forecast", "notes", "code",
)  # fmt: skip


@transaction.atomic
def change_opportunity(
    actor: User,
    opportunity: Opportunity,
    values: Mapping[str, Any],
    *,
    version: int | None = None,
    now: datetime,
) -> Opportunity:
    """Change fields of a purchase, and its `lines`; the trail keeps old and new.

    Raises RuleError `field_unknown`, those of `check_values`, `version_conflict` (409), `owner_inactive`, `not_yours` (403).
    """
    row = hold(actor, opportunity, now)
    require_write(actor, row, Right.SELL)
    require_version(row, version)
    unknown = sorted(set(values) - {*CHANGEABLE, "lines"})
    if unknown:
        raise RuleError(_("Unknown: %(codes)s.") % {"codes": ", ".join(unknown)}, "field_unknown")
    wanted: dict[str, Any] = {
        name: clean(value) if isinstance(value, str) else value for name, value in values.items()
    }
    check_values(wanted)
    old = {name: getattr(row, name) for name in wanted if name != "lines"}
    changed = [name for name, value in old.items() if value != wanted[name]]
    if "owner" in changed:
        _owner(wanted["owner"])
    lines = wanted.get("lines")
    if lines is not None and _same_lines(row, lines):
        lines = None
    if not changed and lines is None:
        return row
    for name in changed:
        setattr(row, name, wanted[name])
    row.version += 1
    row.save(update_fields=[*changed, "version"])
    if lines is not None:
        _set_lines(row, lines)
    if "owner" in changed:
        _involve(row.customer, row)
    record(
        actor, "opportunity.changed", at=now, customer_id=row.customer_id, subject_id=row.pk, name=row.name, note="",
        changes={name: [_kept(old[name]), _kept(wanted[name])] for name in changed} | ({"lines": [None, len(lines)]} if lines is not None else {}),
    )  # fmt: skip
    return row


def _same_lines(row: Opportunity, lines: Sequence[NewLine]) -> bool:
    there = list(row.lines.values_list("product_id", "quantity", "price"))
    return there == [(one.product.pk, one.quantity, one.price) for one in lines]


def _kept(value: Any) -> Any:
    """Return a value as the trail keeps it."""
    if isinstance(value, User):
        return value.name
    return value if value is None or isinstance(value, int) else str(value)
