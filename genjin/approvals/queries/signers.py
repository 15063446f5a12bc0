"""Who signs: people behind the words of a flow, on a day, for somebody who asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, Role
from genjin.accounts.queries import absent_on, leads_of
from genjin.approvals.models import Flow, Signer
from genjin.approvals.rules.flows import USUAL, By, Needs, SignerRule, StepRule, steps_for

Came = Signer.Came


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody to be asked, why, and for whom they stand in."""

    user: User
    came: Came
    stands_for: User | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Who is asked at a step; `is_stand_in` where nobody fits its rule and it went to who leads the asker."""

    seats: tuple[Seat, ...]
    is_stand_in: bool


def steps_of(kind: str) -> tuple[StepRule, ...]:
    """Return the steps in force for a kind: the flow somebody set, else the usual one, else none."""
    flow = Flow.objects.current().filter(kind=kind).first()
    return USUAL.get(kind, ()) if flow is None else flow.rules


def superiors(person: User) -> list[User]:
    """Return who says yes or no for somebody: the nearest leads, else managers, else administrators; never the person."""
    leads = [lead for lead in leads_of(person) if lead.may(Right.APPROVE)]
    if leads:
        return leads
    others = User.objects.active().exclude(pk=person.pk)
    return list(others.filter(role=Role.MANAGER)) or list(others.filter(role=Role.ADMIN))


def table_of(rule: StepRule, asker: User, day: date) -> Table:
    """Return who is asked at a step on a day.

    Nobody is asked about their own request: a step that names only the asker, or nobody who is here, goes to who leads
    the asker. Who is away that day is left out where one yes is enough and somebody else is there, and else stood in
    for by who leads them.
    """
    named = {user.pk: user for one in rule.signers for user in _named(one, asker) if user.pk != asker.pk}
    came = Came.FLOW
    if not named:
        came, named = Came.STAND_IN, {user.pk: user for user in superiors(asker)}
    away = absent_on(named, day)
    present = [user for pk, user in named.items() if pk not in away]
    if rule.needs == Needs.ANY and present:
        return Table(tuple(Seat(user, came) for user in present), came == Came.STAND_IN)
    seats = {user.pk: Seat(user, came) for user in present}
    for pk in sorted(away):
        for user in stand_ins(named[pk], asker, day) or [named[pk]]:
            is_other = user.pk != pk
            seats.setdefault(
                user.pk, Seat(user, Came.ABSENCE if is_other else came, named[pk] if is_other else None)
            )
    return Table(tuple(seats.values()), came == Came.STAND_IN)


def stand_ins(person: User, asker: User, day: date) -> list[User]:
    """Return who stands in for somebody who is away: the nearest above them who are there and did not ask; or nobody."""
    seen, level = {person.pk, asker.pk}, [person]
    while level:
        above = {user.pk: user for one in level for user in superiors(one) if user.pk not in seen}
        away = absent_on(above, day)
        found = [user for pk, user in above.items() if pk not in away]
        if found:
            return found
        seen |= set(above)
        level = list(above.values())
    return []


def _named(one: SignerRule, asker: User) -> list[User]:
    if one.by == By.PERSON:
        return list(User.objects.active().filter(pk=int(one.value)))
    if one.by == By.ROLE:
        return list(User.objects.active().filter(role=one.value).order_by("pk"))
    level = [asker]
    for _step in range(int(one.value)):
        level = list({user.pk: user for person in level for user in superiors(person)}.values())
    return level


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A step as it would be asked now."""

    rule: StepRule
    table: Table


def preview(steps: Sequence[StepRule], amount: Decimal | None, asker: User, day: date) -> list[Foreseen]:
    """Return who would sign what somebody asks for, step by step, on a day."""
    return [Foreseen(rule, table_of(rule, asker, day)) for rule in steps_for(steps, amount)]
