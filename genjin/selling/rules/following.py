"""The customer's stage follows its purchases: one function, and what a move of the customer asks of them. Pure."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from genjin.customers.rules import JOURNEY, Stage
from genjin.selling.rules.words import OPEN_STAGES, OpportunityKind, OpportunityStage

LATER_KINDS = (OpportunityKind.REPEAT, OpportunityKind.UPSELL)
FOLLOWING = (Stage.QUALIFIED, Stage.NEGOTIATION, Stage.WON, Stage.REPEAT)  # the stages that follow purchases


@dataclass(frozen=True, slots=True)
class Purchase:
    """What the function looks at of an opportunity; `id` 0 is one that is to be opened.

    `counts` is False for one that was won before its customer was lost or set back; `is_set_back` for one that was
    closed with its customer and not given up: it opens again with it.
    """

    id: int
    stage: str
    opened_at: datetime
    kind: str = OpportunityKind.FIRST
    counts: bool = True
    on_new_need: bool = False
    is_set_back: bool = False

    @property
    def is_open(self) -> bool:
        return self.stage in OPEN_STAGES

    @property
    def is_won(self) -> bool:
        return self.stage == OpportunityStage.WON and self.counts


def stage_of(purchases: Collection[Purchase]) -> Stage | None:
    """Return the stage a customer's purchases give it, from `qualified` on; None without any (model.md).

    None won: the furthest open one. Won: won, and repeat once a later repeat purchase or upsell was opened on a new
    need and is not lost. All lost: lost.
    """
    if any(one.is_won for one in purchases):
        return Stage.REPEAT if _again(purchases) else Stage.WON
    for stage in (Stage.NEGOTIATION, Stage.QUALIFIED):
        if any(one.stage == stage for one in purchases):
            return stage
    return Stage.LOST if purchases else None


def _again(purchases: Collection[Purchase]) -> list[Purchase]:
    """Return the later purchases that make a repeat customer."""
    return [one for one in _later(purchases) if one.on_new_need]


def _later(purchases: Collection[Purchase]) -> list[Purchase]:
    """Return repeat purchases and upsells, not lost, opened when another one was won or pursued before."""
    won = [one for one in purchases if one.is_won]
    return [
        one
        for one in purchases
        if one.kind in LATER_KINDS
        and (one.is_open or one.is_won)
        and any(other is not one and other.opened_at <= one.opened_at for other in won)
    ]


def path(origin: Stage, target: Stage) -> tuple[Stage, ...]:
    """Return the stages a customer goes through from one stage to another, each a single move; a loss is one move."""
    if Stage.LOST in {origin, target} or origin == target:
        return (target,) if origin != target else ()
    here, there = JOURNEY.index(origin), JOURNEY.index(target)
    if here < there:
        return JOURNEY[here + 1 : there + 1]
    return tuple(reversed(JOURNEY[there:here]))


def aligned(stage: Stage, purchases: Sequence[Purchase], at: datetime) -> list[Purchase]:
    """Return the purchases that change, as they are to be, after their customer moved to `stage` at `at`.

    Afterwards `stage_of` gives `stage`, or nothing is open and nothing counts for stages before `qualified` and after
    a loss. Nothing to do is an empty list.
    """
    if stage not in FOLLOWING:
        return _ended(purchases, is_set_back=stage != Stage.LOST)
    found = list(purchases)
    if stage_of(found) != stage:
        steps: dict[Stage, Callable[[list[Purchase], datetime], list[Purchase]]] = {
            Stage.QUALIFIED: _to_qualified,
            Stage.NEGOTIATION: _to_negotiation,
            Stage.WON: _to_won,
            Stage.REPEAT: _to_repeat,
        }
        found = steps[stage](found, at)
    return [
        one for at_index, one in enumerate(found) if at_index >= len(purchases) or one != purchases[at_index]
    ]


def _ended(purchases: Sequence[Purchase], *, is_set_back: bool) -> list[Purchase]:
    lost = [
        replace(one, stage=OpportunityStage.LOST, is_set_back=is_set_back, on_new_need=False)
        for one in purchases
        if one.is_open
    ]
    return lost + [replace(one, counts=False, on_new_need=False) for one in purchases if one.is_won]


def _plain(found: list[Purchase]) -> list[Purchase]:
    return [replace(one, on_new_need=False) if one.on_new_need else one for one in found]


def _reopened(found: list[Purchase], stage: Stage, at: datetime) -> list[Purchase]:
    """Let purchases that were won be pursued again, the last of them in `stage`; without any, open one."""
    won = [index for index, one in enumerate(found) if one.is_won]
    for index in won[:-1]:
        found[index] = replace(found[index], counts=False)
    if won:
        found[won[-1]] = replace(found[won[-1]], stage=stage)
    elif not any(one.is_open for one in found):
        back = [index for index, one in enumerate(found) if one.is_set_back]
        if back:
            found[back[-1]] = replace(found[back[-1]], stage=stage, is_set_back=False)
        else:
            found.append(Purchase(0, stage, at, _kind_of_new(found)))
    return found


def _kind_of_new(found: Collection[Purchase]) -> OpportunityKind:
    """Return the kind of the next purchase: the first, unless one was won before."""
    has_bought = any(one.stage == OpportunityStage.WON for one in found)
    return OpportunityKind.REPEAT if has_bought else OpportunityKind.FIRST


def _to_qualified(found: list[Purchase], at: datetime) -> list[Purchase]:
    found = _reopened(_plain(found), Stage.QUALIFIED, at)
    return [replace(one, stage=OpportunityStage.QUALIFIED) if one.is_open else one for one in found]


def _to_negotiation(found: list[Purchase], at: datetime) -> list[Purchase]:
    found = _reopened(_plain(found), Stage.NEGOTIATION, at)
    if not any(one.stage == OpportunityStage.NEGOTIATION for one in found):
        first = next(index for index, one in enumerate(found) if one.is_open)
        found[first] = replace(found[first], stage=OpportunityStage.NEGOTIATION)
    return found


def _to_won(found: list[Purchase], at: datetime) -> list[Purchase]:
    found = _plain(found)
    if any(one.is_won for one in found):
        return found
    ranked = sorted(
        (index for index, one in enumerate(found) if one.is_open),
        key=lambda index: found[index].stage != OpportunityStage.NEGOTIATION,
    )
    before = [index for index, one in enumerate(found) if one.stage == OpportunityStage.WON]
    if ranked:
        found[ranked[0]] = replace(found[ranked[0]], stage=OpportunityStage.WON)
    elif before:
        found[before[-1]] = replace(found[before[-1]], counts=True)
    else:
        found.append(Purchase(0, OpportunityStage.WON, at))
    return found


def _to_repeat(found: list[Purchase], at: datetime) -> list[Purchase]:
    if not any(one.is_won for one in found):
        found = _to_won(found, at)
    later = [one for one in _later(found) if one.is_open] or _later(found)
    if later:
        return [replace(one, on_new_need=True) if one is later[-1] else one for one in found]
    last = max([at, *(one.opened_at for one in found if one.is_won)])
    return [*found, Purchase(0, OpportunityStage.QUALIFIED, last, OpportunityKind.REPEAT, on_new_need=True)]
