"""The one way from stage to stage for every door: customers with their purchases, purchases with their customer.

Doors call this, not the floor below: gates, tasks and clocks are asked there, purchases follow here, in one transaction.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.models import Choice, Customer
from genjin.customers.queries.scores import current_rules
from genjin.customers.rules import Stage
from genjin.customers.rules.axes import check_stage_move
from genjin.events.actions import record
from genjin.followups.actions import stages as below
from genjin.followups.actions.debts import settle_debts
from genjin.followups.actions.evidence import NewEvidence, write_evidence
from genjin.followups.actions.stages import Move, move_locked
from genjin.followups.rules.evidence import check_by_hand
from genjin.kit.errors import RuleError
from genjin.selling.actions.following import Cause, align, purchase_of, purchases_of
from genjin.selling.actions.writing import hold, require_version, require_write
from genjin.selling.models import Opportunity, OpportunityChange
from genjin.selling.queries.gates import standing_of
from genjin.selling.rules.following import FOLLOWING, path, stage_of
from genjin.selling.rules.moves import check_opportunity_move, is_step_up
from genjin.selling.rules.words import OPEN_STAGES, OpportunityStage


@transaction.atomic
def move_stage(
    actor: User,
    customer: Customer,
    target: str,
    *,
    reason: str = "",
    lost_reason: Choice | None = None,
    now: datetime,
) -> Customer:
    """Move a customer and its purchases to another stage; raises what `followups.actions.stages.move_stage` raises."""
    row = below.move_stage(actor, customer, target, reason=reason, lost_reason=lost_reason, now=now)
    align([row], _cause(actor, Move(target, reason, lost_reason)), now)
    return row


@transaction.atomic
def move_customers(actor: User | None, ids: Sequence[int], move: Move, *, now: datetime) -> int:
    """Move many customers with their purchases, all of them or none; returns how many."""
    count = below.move_customers(actor, ids, move, now=now)
    rows = Customer.objects.filter(pk__in=ids).select_related("lost_reason").order_by("pk")
    align(list(rows), _cause(actor, move), now)
    return count


@transaction.atomic
def prove_and_move(
    actor: User, customer: Customer, move: Move, evidence: NewEvidence, *, now: datetime
) -> Customer:
    """Put evidence on record and move customer and purchases at once, or neither."""
    row = below.prove_and_move(actor, customer, move, evidence, now=now)
    align([row], _cause(actor, move), now)
    return row


def _cause(actor: User | None, move: Move) -> Cause:
    return Cause(actor, move.words, move.lost_reason)


@transaction.atomic
def move_opportunity(  # noqa: PLR0913
    actor: User,
    opportunity: Opportunity,
    target: str,
    *,
    reason: str = "",
    lost_reason: Choice | None = None,
    evidence: NewEvidence | None = None,
    version: int | None = None,
    now: datetime,
) -> Opportunity:
    """Move a purchase; its customer's stage follows in the same transaction (model.md).

    The gates are those of the customer's stages; a second purchase wants evidence of its own. With `evidence` that goes
    on record first, or neither. Raises RuleError `stage_unknown`, `stage_same`, `stage_not_reachable`,
    `lost_reason_missing`, `stage_reason_missing`, `stage_gate_closed`, `customer_not_there` (409), `too_few_touches`,
    `version_conflict` (409), `forbidden`, `not_yours` (403).
    """
    row = hold(actor, opportunity, now)
    require_write(actor, row, Right.SELL)
    require_version(row, version)
    move = Move(target, reason, lost_reason)
    check_opportunity_move(row.stage, target, reason=move.words, has_lost_reason=lost_reason is not None)
    if evidence is not None:
        check_by_hand(evidence.proves)
        write_evidence(actor, row.customer, evidence, now)
    carry_opportunity(actor, row, move, now=now)
    if evidence is not None:
        settle_debts([row.customer_id], now)
    row.refresh_from_db()
    return row


def carry_opportunity(actor: User | None, row: Opportunity, move: Move, *, now: datetime) -> None:
    """Move a purchase held by `hold`, or one whose customer is locked; a step of actions that asked whether the actor may."""
    customer, target = row.customer, OpportunityStage(move.target)
    if customer.stage not in FOLLOWING:
        sentence = _("The customer is in the stage %(stage)s; bring it back first.")
        raise RuleError(sentence % {"stage": Stage(customer.stage).label}, "customer_not_there", status=409)
    check_opportunity_move(row.stage, target, reason=move.words, has_lost_reason=move.lost_reason is not None)
    _ask_gate(row, target, move, now)
    others = [purchase_of(one) for one in purchases_of([customer.pk])[customer.pk] if one.pk != row.pk]
    stays_new = row.on_new_need and target != OpportunityStage.LOST
    moved = replace(purchase_of(row), stage=target, on_new_need=stays_new, is_set_back=False, counts=True)
    found = stage_of([*others, moved]) or Stage.LOST
    for step in path(Stage(customer.stage), found):
        words = move.reason or (row.name if step != Stage.LOST else "")
        move_locked(actor, [customer], Move(step, words, move.lost_reason), now)
        customer.refresh_from_db()
    _write(actor, row, move, now, on_new_need=stays_new)


def _ask_gate(row: Opportunity, target: OpportunityStage, move: Move, now: datetime) -> None:
    """Ask the gate of the stage for this purchase; a loss asks it only when the customer is lost with it."""
    if not is_step_up(row.stage, target):
        return
    check_stage_move(standing_of(row, current_rules().pass_mark, now), Stage(target), reason=move.words)


def _write(actor: User | None, row: Opportunity, move: Move, now: datetime, *, on_new_need: bool) -> None:
    origin, target = row.stage, OpportunityStage(move.target)
    row.stage, row.stage_entered_at = target, now
    row.closed_at = None if target in OPEN_STAGES else now
    row.lost_reason = move.lost_reason if target == OpportunityStage.LOST else None
    row.counts, row.on_new_need, row.version = True, on_new_need, row.version + 1
    row.save(
        update_fields=[
            "stage", "stage_entered_at", "closed_at", "lost_reason", "counts", "on_new_need", "version",
        ]
    )  # fmt: skip
    OpportunityChange.objects.create(
        opportunity=row, origin=origin, target=target, at=now, by=actor, reason=move.words
    )
    record(
        actor, "opportunity.moved", at=now, customer_id=row.customer_id, subject_id=row.pk, origin=origin, target=target, name=row.name,
        note=move.words,
    )  # fmt: skip
