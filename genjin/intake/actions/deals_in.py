"""Opportunities by the sheet: found by their customer, with owner, product, stage and dates as they were."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from genjin.accounts.permissions import Right, require
from genjin.accounts.queries import local_day
from genjin.customers.models import Choice, Customer, Participant
from genjin.customers.rules import JOURNEY, Stage
from genjin.intake.actions.beside import Rows
from genjin.intake.actions.check import Checked
from genjin.intake.actions.deal_homes import Homes
from genjin.intake.actions.deal_stages import follow_deals
from genjin.intake.actions.goods_in import known_products
from genjin.intake.actions.slices import Slice
from genjin.intake.models import ImportBatch, ImportRow
from genjin.intake.rules.sales import LOST, WON, product_key
from genjin.intake.rules.values import Values
from genjin.selling.models import Opportunity, OpportunityChange, OpportunityLine, Product
from genjin.selling.rules import OpportunityKind

FIELD_LABELS = {"deal.owner": "负责人", "deal.product": "产品", "deal.lost_reason": "输单原因"}
UNSAID = "未注明"  # why something was lost, where the sheet does not say


@dataclass(slots=True)
class NewDeal:
    """An opportunity on its way in; without a customer yet it goes to the home called `home`."""

    at: int
    row: Opportunity
    customer: Customer | None
    home: str
    product: Product | None
    values: Values


class Deals(Rows):
    """Opportunities on their way in."""

    def __init__(self, batch: ImportBatch, now: datetime) -> None:
        super().__init__(batch, now)
        require(self.actor, Right.SELL)
        self._products, self._homes = known_products(), Homes(batch, now)
        self._reasons = {row.name: row for row in Choice.objects.of(Choice.Kind.LOST_REASON)}
        self._seen: set[int] = set()
        self._homeless: list[int] = []

    def _one(self, checked: Checked, at: int, found: Any) -> Customer | None:
        values = checked.slice.rows.values[at]
        if not found and not values.get("name") and not {"customer_code", "credit_code"} & values.keys():
            self._homeless.append(at)
            return None
        return super()._one(checked, at, found)

    def check(self, part: Slice) -> Checked:
        """Find customers, owners and products, refuse what is no opportunity, leave out what is on record already."""
        checked, self._homeless = Checked(part), []
        customers: dict[int, Customer | None] = {**self.customers(checked)}
        customers |= dict.fromkeys(self._homeless)
        self.people.ids(text for row in part.rows.values if (text := row.get("deal.owner")))
        homes = {
            at: self._homes.name_for(part.rows.values[at].get("deal.owner", "")) for at in self._homeless
        }
        places = {at: customers[at] or self._homes.find(homes.get(at, "")) for at in customers}
        known = self._on_record(places.values(), part)
        for at in sorted(customers):
            customer, place, values = customers[at], places[at], part.rows.values[at]
            if not self._makes_sense(checked, at, customer, values):
                continue
            mark = self._mark(place.pk if place else homes[at], values)
            if mark in known or hash(mark) in self._seen:
                self.double(checked, at, place or Customer(name=""))
                continue
            if mark[-1]:
                self._seen.add(hash(mark))
            checked.planned.append(self._plan(checked, at, customer, values))
        checked.counts["created"] = len(checked.planned)
        return checked

    def _on_record(self, places: Iterable[Customer | None], part: Slice) -> set[tuple[Any, ...]]:
        """Return the marks of what customers have: the sheet's codes wherever they stand, and name with day."""
        rows = Opportunity.objects.filter(customer__in={row.pk for row in places if row})
        marks: set[tuple[Any, ...]] = {
            (pk, name, local_day(at)) for pk, name, at in rows.values_list("customer_id", "name", "opened_at")
        }
        named = {code for values in part.rows.values if (code := values.get("deal.code"))}
        codes = Opportunity.objects.exclude(code="").filter(code__in=named).values_list("code", flat=True)
        return marks | {("code", code) for code in codes}

    def _mark(self, place: int | str, values: Values) -> tuple[Any, ...]:
        """Return what tells a row from others: its code; else place (a customer's id, or what the one to be is called), name
        and day, where it says both."""
        if code := values.get("deal.code"):
            return ("code", code)
        day = values.get("deal.opened_at")
        return (
            place,
            values.get("deal.name", ""),
            local_day(day) if day and values.get("deal.name") else None,
        )

    def _makes_sense(self, checked: Checked, at: int, customer: Customer | None, values: Values) -> bool:
        stage, closed, opened = (values.get(f"deal.{name}") for name in ("stage", "closed_at", "opened_at"))
        refusal = None
        if stage is None:
            refusal = ("stage_missing", _("Say in which stage it is."))
        elif stage in {WON, LOST} and closed is None:
            refusal = ("close_missing", _("Say when it was won or lost."))
        elif any(
            moment is not None and moment > self.now
            for moment in (opened, closed if stage in {WON, LOST} else None)
        ):
            refusal = ("date_future", _("This lies in the future."))
        elif opened is not None and closed is not None and closed < opened:
            refusal = ("close_before_start", _("It ends before it begins."))
        elif not self._may_move(customer, stage):
            refusal = (
                "stage_needs_lead",
                _(
                    "The customer has not come as far as this; somebody who may grant exceptions lets such rows in."
                ),
            )
        if refusal:
            self.refuse(checked, at, *refusal)
        return refusal is None

    def _may_move(self, customer: Customer | None, stage: str) -> bool:
        """Sheets tell what was; who may grant exceptions brings customers past their gates with it, others do not."""
        if self.actor.may(Right.APPROVE):
            return True
        if customer is None or customer.stage == Stage.LOST or stage == LOST:
            return False
        return JOURNEY.index(Stage(stage)) <= JOURNEY.index(Stage(customer.stage))

    def _plan(self, checked: Checked, at: int, customer: Customer | None, values: Values) -> NewDeal:
        notes = [values.get("deal.notes", "")]
        owner = self._owner(checked, at, values.get("deal.owner", ""), notes) or (
            customer.owner_id if customer else None
        )
        product = self._product(checked, at, values.get("deal.product", ""), notes)
        stage, opened = values["deal.stage"], values.get("deal.opened_at") or self.now
        closed: datetime | None = values.get("deal.closed_at") if stage in {WON, LOST} else None
        expected = None if closed else values.get("deal.expected_close") or values.get("deal.closed_at")
        home = self._home(checked, at, values) if customer is None else ""
        row = Opportunity(
            name=(values.get("deal.name") or (product.name if product else values.get("deal.product") or values.get("name") or home))[:200],
            kind=values.get("deal.kind") or OpportunityKind.FIRST, stage=stage, owner_id=owner, amount=values.get("deal.amount"),
            stage_entered_at=closed or opened, opened_at=min(opened, closed or opened), closed_at=closed, code=values.get("deal.code", "")[:60],
            expected_close=local_day(expected) if expected else None,
            lost_reason=self._reason(values.get("deal.lost_reason", ""), notes) if stage == LOST else None,
            notes="\n".join(part for part in notes if part), created_by=self.actor, import_batch=self.batch.pk,
        )  # fmt: skip
        return NewDeal(at, row, customer, home, product, values)

    def _owner(self, checked: Checked, at: int, text: str, notes: list[str]) -> int | None:
        if not text:
            return None
        pk = self.people.ids([text]).get(text)
        if pk is not None and self.people.may_be_owner(pk):
            return pk
        said = (
            _("No single active person is called %(name)s; the name is kept in the notes.")
            if pk is None
            else _("%(name)s is not in your teams; the name is kept in the notes.")
        )
        self.say(checked, at, "owner_unknown" if pk is None else "owner_not_led", said % {"name": text})
        notes.append(f"{FIELD_LABELS['deal.owner']}：{text}")
        return None

    def _product(self, checked: Checked, at: int, text: str, notes: list[str]) -> Product | None:
        product = self._products.get(product_key(text)) if text else None
        if text and product is None:
            said = _("No product is called %(name)s; the name is kept in the notes.")
            self.say(checked, at, "product_unknown", said % {"name": text})
            notes.append(f"{FIELD_LABELS['deal.product']}：{text}")
        return product

    def _reason(self, text: str, notes: list[str]) -> Choice | None:
        if text and text not in self._reasons:
            notes.append(f"{FIELD_LABELS['deal.lost_reason']}：{text}")
        return self._reasons.get(text)

    def _home(self, checked: Checked, at: int, values: Values) -> str:
        name = self._homes.name_for(values.get("deal.owner", ""))
        said = _("No customer is named; it comes in under “%(name)s”, to be given to the right one later.")
        self.say(checked, at, "customer_blank", said % {"name": name})
        return name

    def write(self, checked: Checked, now: datetime) -> None:
        """Write a slice: opportunities, lines, history, sight of their owners, customers' stages; in the caller's transaction."""
        planned: list[NewDeal] = checked.planned
        if not planned:
            return
        self._give_reasons(planned)
        for one in planned:
            one.row.customer = one.customer or self._homes.get(
                one.home, one.row.owner_id, checked.slice.rows.numbers[one.at]
            )
        first = {one.row.customer_id: one.at for one in reversed(planned)}
        self.hold(checked, first)
        follow_deals(
            self.batch,
            {pk: checked.slice.rows.numbers[at] for pk, at in first.items()},
            now,
            self._insert(planned, checked),
        )

    def _insert(self, planned: list[NewDeal], checked: Checked) -> Any:
        def insert() -> None:
            Opportunity.objects.bulk_create([one.row for one in planned], batch_size=1000)
            OpportunityLine.objects.bulk_create(
                [
                    OpportunityLine(opportunity=one.row, product=one.product, quantity=one.values.get("deal.quantity") or 1,
                                    price=_price(one))
                    for one in planned if one.product
                ], batch_size=1000,
            )  # fmt: skip
            OpportunityChange.objects.bulk_create(
                [OpportunityChange(opportunity=one.row, origin="", target=one.row.stage, at=one.row.stage_entered_at, by=self.actor) for one in planned],
                batch_size=1000,
            )  # fmt: skip
            self.note(checked, ImportRow.Kind.DEAL, [(one.at, one.row.pk) for one in planned])
            Participant.objects.bulk_create(
                [
                    Participant(customer_id=one.row.customer_id, user_id=one.row.owner_id, via="opportunity", subject_id=one.row.pk)
                    for one in planned if one.row.owner_id
                ], ignore_conflicts=True, batch_size=1000,
            )  # fmt: skip

        return insert

    def _give_reasons(self, planned: list[NewDeal]) -> None:
        """A loss without a reason counts as set back with its customer; a sheet's loss is one, so it says that none is known."""
        lost = [one.row for one in planned if one.row.stage == LOST and one.row.lost_reason is None]
        if lost:
            unsaid, _made = Choice.objects.get_or_create(
                kind=Choice.Kind.LOST_REASON, name=UNSAID, defaults={"position": 999}
            )
            for row in lost:
                row.lost_reason = unsaid


def _price(one: NewDeal) -> Any:
    """Return what one piece costs as the amount says; nothing where it does not come out even."""
    quantity = one.values.get("deal.quantity") or 1
    amount = one.row.amount
    if amount is None or not quantity or (amount / quantity).quantize(amount) * quantity != amount:
        return None
    return (amount / quantity).quantize(amount)
