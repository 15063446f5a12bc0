"""Facts that make milestones due, facts that are withdrawn, and facts that are expected on another day (S3-15, idea 12)."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.accounts.queries import company_zone, local_day, work_calendar
from genjin.contracts.actions.access import lock_contract, lock_row, require_hand
from genjin.contracts.actions.collection import collect, drop_collection
from genjin.contracts.models import Contract, Milestone
from genjin.contracts.queries.money import with_open
from genjin.contracts.rules import ContractState, Trigger
from genjin.contracts.rules.milestones import due_day
from genjin.contracts.rules.states import IN_FORCE
from genjin.contracts.rules.words import BY_HAND
from genjin.customers.queries.responsible import responsible_for
from genjin.events.actions import record
from genjin.followups.actions.subject_clocks import SubjectClock, end_subject_clocks, set_subject_clock
from genjin.followups.rules import DeadlineKind
from genjin.kit.errors import RuleError, wrong_at
from genjin.kit.text import clean


@transaction.atomic
def fire_trigger(
    actor: User | None, contract: Contract, trigger: str, on: date, *, now: datetime
) -> list[Milestone]:
    """Take down that something happened `on` a day: milestones that waited for it are due, clocks start, people are told.

    A step of actions that have asked whether the actor may. A second fact of the same kind changes nothing; a
    contract that is not in force has no milestones to fire. Returns the milestones that are due now.
    """
    row = lock_row(contract)
    if row.state not in IN_FORCE:
        return []
    waiting = list(row.milestones.filter(trigger=trigger, triggered_on=None).select_for_update())
    calendar = work_calendar()
    for one in waiting:
        one.triggered_on = one.fixed_on or on
        one.due_on = due_day(
            one.triggered_on, one.offset_days, to_working_day=one.to_working_day, calendar=calendar
        )
        one.expected_on, one.expected_why = one.due_on, ""
        one.save(update_fields=["triggered_on", "due_on", "expected_on", "expected_why"])
        note = _("%(name)s is due on %(day)s") % {"name": one.name, "day": one.due_on}
        _note(actor, row, one, "milestone.due", now, note)
    start_clocks(row, waiting, now)
    collect(row, waiting, now=now)
    if trigger not in {Trigger.SIGNING, Trigger.DATE}:
        begin_fulfilment(row, now)
    return waiting


@transaction.atomic
def unfire_trigger(
    actor: User | None,
    contract: Contract,
    trigger: str,
    *,
    days: Collection[date],
    why: str = "",
    now: datetime,
) -> list[Milestone]:
    """Take back a fact that was said for one of `days`: what waited for it and is not paid yet is due no longer.

    Its clock and task end. What is paid, wholly or in part, and what another day was said for stays due. Returns the milestones that wait again.
    """
    row = lock_row(contract)
    fired = row.milestones.filter(trigger=trigger, triggered_on__in=days).select_for_update(of=("self",))
    back = [one for one in with_open(fired) if one.paid == 0]
    for one in back:
        one.expected_on, one.triggered_on, one.due_on = one.due_on, None, None
        one.expected_why = clean(why)[:200]
        one.save(update_fields=["triggered_on", "due_on", "expected_on", "expected_why"])
        note = " · ".join(part for part in (one.name, clean(why)) if part)
        _note(actor, row, one, "milestone.waits", now, note)
    end_subject_clocks(DeadlineKind.PAYMENT, [one.pk for one in back], now)
    drop_collection(actor, back, _("No longer due"), now=now)
    return back


@transaction.atomic
def expect_trigger(
    actor: User | None, contract: Contract, trigger: str, on: date, *, why: str, now: datetime
) -> list[Milestone]:
    """Move the expected day of what waits for a fact that will come `on` another day, with the reason (idea 12).

    In the caller's transaction: a delivery that slips and the cash forecast are never apart. Returns what moved.
    """
    row = lock_row(contract)
    waiting = row.milestones.filter(trigger=trigger, triggered_on=None).select_for_update(of=("self",))
    calendar, words, moved = work_calendar(), clean(why)[:200], []
    for one in waiting:
        before = one.expected_on
        after = due_day(on, one.offset_days, to_working_day=one.to_working_day, calendar=calendar)
        if before == after:
            continue
        one.expected_on, one.expected_why = after, words
        one.save(update_fields=["expected_on", "expected_why"])
        moved.append(one)
        days = {"name": one.name, "before": before or "—", "after": after}
        note = " · ".join(part for part in (_("%(name)s: %(before)s → %(after)s") % days, words) if part)
        more = {"origin": before.isoformat() if before else "", "target": after.isoformat(), "why": words}
        _note(actor, row, one, "milestone.moved", now, note, **more)
    return moved


@transaction.atomic
def mark_trigger(
    actor: User, contract: Contract, trigger: str, on: date, *, now: datetime
) -> list[Milestone]:
    """Say by hand that goods were shipped, arrived, went live, or the warranty ended.

    Signing and acceptance have records of their own that say so (idea 12). Raises RuleError `trigger_by_record`,
    `trigger_in_future`, `trigger_not_waited_for`, `contract_state` (409), `not_yours` (403).
    """
    row = lock_contract(actor, contract)
    require_hand(actor, row, Right.CONTRACT, Right.RECORD_MONEY)
    if trigger not in BY_HAND:
        sentence = _(
            "Signing and acceptance are not ticked off: the signed contract and the acceptance record say so."
        )
        raise wrong_at("trigger", sentence, "trigger_by_record")
    if on > local_day(now):
        sentence = _("Only what has happened makes a milestone due: today or earlier.")
        raise wrong_at("on", sentence, "trigger_in_future")
    if row.state not in IN_FORCE:
        sentence = _("Milestones of a contract are due only once it is signed.")
        raise RuleError(sentence, "contract_state", status=409)
    fired = fire_trigger(actor, row, trigger, on, now=now)
    if not fired:
        sentence = _("No milestone of this contract waits for that.")
        raise wrong_at("trigger", sentence, "trigger_not_waited_for")
    return fired


@transaction.atomic
def expect_by_hand(
    actor: User, contract: Contract, trigger: str, on: date, *, why: str, now: datetime
) -> list[Milestone]:
    """Say when something milestones wait for is expected, where no delivery says so. Raises RuleError `trigger_not_waited_for`."""
    row = lock_contract(actor, contract)
    require_hand(actor, row, Right.CONTRACT)
    moved = expect_trigger(actor, row, trigger, on, why=why, now=now)
    if not moved:
        sentence = _("No milestone of this contract waits for that, or it is expected then already.")
        raise wrong_at("on", sentence, "trigger_not_waited_for")
    return moved


def start_clocks(contract: Contract, milestones: Sequence[Milestone], now: datetime) -> None:
    """Let a clock run until the end of the day each unpaid milestone is due."""
    looks_after = responsible_for(contract.customer, otherwise=contract.owner)
    responsible = looks_after.pk if looks_after else None
    for one in milestones:
        if one.due_on is None or one.settled_on is not None:
            continue
        due_at = datetime.combine(one.due_on, time(23, 59, 59), company_zone())
        clock = SubjectClock(DeadlineKind.PAYMENT, contract.customer_id, one.pk, responsible, now, due_at)
        set_subject_clock(clock)


def begin_fulfilment(contract: Contract, now: datetime) -> None:
    """Let a signed contract be in fulfilment from the first fact after its signature on."""
    signed = Contract.objects.filter(pk=contract.pk, state=ContractState.SIGNED)
    if signed.update(state=ContractState.ACTIVE, state_at=now):
        contract.state = ContractState.ACTIVE


def _note(  # noqa: PLR0917 (a step of the actions here)
    actor: User | None, contract: Contract, one: Milestone, kind: str, now: datetime, note: str, **more: Any
) -> None:
    record(
        actor, kind, at=now, customer_id=contract.customer_id, subject_id=contract.pk, name=contract.number,
        note=note, milestone=one.pk, contract=contract.pk, **more,
    )  # fmt: skip
