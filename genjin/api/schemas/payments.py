"""How the payment plan of all contracts and its ages look from outside."""

from collections.abc import Container, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from genjin.accounts.models import User
from genjin.api.paging import Cut
from genjin.api.schemas.contracts import MilestoneOut, milestone_facts
from genjin.api.schemas.followups import show_name
from genjin.api.schemas.money import Searched, contract_ref
from genjin.api.wire import Id, In, Money, Out, Ref, ref
from genjin.contracts.rules.milestones import Age


class PaymentsAsked(Cut):
    """Which milestones of running contracts; those that are due stand first, the oldest at the top."""

    state: Literal["open", "soon", "waiting", "overdue", "paid"] = Field(
        "open",
        description="`open`: still to come; `soon`: due within 30 days or overdue; `waiting`: for a fact",
    )
    age: Literal[Age.D30, Age.D60, Age.D90, Age.OVER] | None = Field(
        None, description="of what is overdue: 1-30, 31-60, 61-90, over 90 days; instead of `state`"
    )
    contract: Id | None = None
    customer: Id | None = None
    q: Searched = Field("", description="part of number, title or company")


class AgeingAsked(In):
    """Of whom."""

    customer: Id | None = None
    q: Searched = Field("", description="part of number, title or company")


class PaymentOut(MilestoneOut):
    """A milestone with its contract; `is_held`: collecting waits until a complaint is solved."""

    contract: Ref | None
    customer: Ref
    owner: Ref | None
    is_held: bool


class Band(Out):
    """What is overdue within a band of age."""

    age: Age
    label: str
    amount: Money
    count: int


class AgeingOut(Out):
    """What is overdue, by age; together the bands are the total."""

    bands: list[Band]
    total: Money


def show_payment(user: User, one: Any, held: Container[int], today: date) -> PaymentOut:
    """Return a planned milestone; comes with its contract and what is paid of it."""
    return PaymentOut(
        **milestone_facts(user, one, one.paid, today), contract=contract_ref(user, one.contract.customer, one.contract), customer=show_name(user, one.contract.customer),
        owner=ref(one.contract.owner), is_held=one.contract.customer_id in held,
    )  # fmt: skip


def show_ageing(found: Mapping[Age, tuple[Decimal, int]]) -> AgeingOut:
    """Return the bands of age with their sum."""
    bands = [
        Band(age=age, label=str(age.label), amount=amount, count=count)
        for age, (amount, count) in found.items()
    ]
    return AgeingOut(bands=bands, total=sum((band.amount for band in bands), Decimal(0)))
