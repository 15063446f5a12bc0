"""Passing a gate before the evidence is there: asked for with a reason and a term, granted by who leads."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.approvals.actions import NewRequest, ask, decide
from genjin.approvals.models import Request
from genjin.customers.actions.ownership import lock_one, require_edit
from genjin.customers.models import Choice, Customer
from genjin.customers.queries.scores import current_rules
from genjin.customers.rules import Stage
from genjin.customers.rules.axes import Condition, check_stage_move, lacking
from genjin.events.actions import record
from genjin.followups.actions.debts import refresh_debts
from genjin.followups.actions.stages import Move, move_locked
from genjin.followups.models import GateException
from genjin.followups.queries.gates import standings
from genjin.followups.rules.evidence import check_term
from genjin.kit.errors import RuleError

KIND = "gate"


@dataclass(frozen=True, slots=True)
class NewException:
    """Which move is to pass without its evidence, why, and until when the evidence will be there."""

    move: Move
    reason: str
    until: datetime


@transaction.atomic
def ask_for_exception(actor: User, customer: Customer, new: NewException, *, now: datetime) -> Request:
    """Ask who leads to let a customer pass a gate without all of its evidence (S3-22).

    Raises RuleError `gate_open` (409) when nothing is missing, `exception_term`, `reason_missing`, `stage_not_reachable`.
    """
    row = lock_one(actor, customer.pk)
    require_edit(actor, row, Right.MOVE_STAGE)
    check_term(new.until, now)
    missing = _missing(row, new.move, now)
    if not missing:
        raise RuleError(_("Nothing is missing; move the customer."), "gate_open", status=409)
    move, stage = new.move, Stage(new.move.target)
    return ask(
        actor,
        NewRequest(
            KIND, _("To %(stage)s without: %(missing)s") % {"stage": stage.label, "missing": _("; ").join(line.sentence for line in missing)},
            new.reason, customer_id=row.pk,
            data={
                "owner": row.owner_id, "origin": row.stage, "target": stage, "missing": [line.code for line in missing], "words": move.reason,
                "lost_reason": move.lost_reason.pk if move.lost_reason else None, "until": new.until.isoformat(),
            },
        ),
        now=now,
    )  # fmt: skip


def _missing(row: Customer, move: Move, now: datetime) -> tuple[Condition, ...]:
    """Return what a move lacks, after asking everything but the gate itself."""
    known = standings([row], current_rules().pass_mark, now)[row.pk]
    try:
        check_stage_move(known, Stage(move.target), reason=move.words)
    except RuleError as refusal:
        if refusal.code != "stage_gate_closed":
            raise
    return lacking(known, Stage(move.target))


@transaction.atomic
def grant_exception(actor: User, request: Request, *, answer: str = "", now: datetime) -> Customer:
    """Grant an exception: the customer moves now, in the name of who asked, and owes what is still missing.

    Raises RuleError `owner_changed` (409), `stage_moved` (409) when the customer stands elsewhere by now,
    `exception_over` (409) when its term passed before anybody answered, `stage_gate_closed` when more is missing by now.
    """
    row = lock_one(actor, request.customer_id or 0)
    data = request.data
    if row.owner_id != data["owner"]:
        sentence = _("The customer has another owner by now; decline the request.")
        raise RuleError(sentence, "owner_changed", status=409)
    if row.stage != data["origin"]:
        raise RuleError(
            _("The customer is in another stage by now; decline the request."), "stage_moved", status=409
        )
    until = datetime.fromisoformat(data["until"])
    if until <= now:
        raise RuleError(_("The asked-for term is over; decline the request."), "exception_over", status=409)
    closed = decide(actor, request, grant=True, answer=answer, now=now)
    if closed.status != Request.Status.GRANTED:
        return row
    lost = Choice.objects.filter(pk=data["lost_reason"]).first() if data["lost_reason"] else None
    move = Move(data["target"], data["words"], lost)
    missing = [
        line.code for line in _missing(row, move, now) if line.code in data["missing"]
    ]  # what was agreed to
    asker = closed.asked_by
    require_edit(asker, row, Right.MOVE_STAGE)
    move_locked(asker, [row], move, now, excepted=frozenset(missing), is_agreed=True)
    if missing:
        debt = GateException.objects.create(
            customer=row, cause=GateException.Cause.GRANTED, target=move.target, missing=missing, reason=closed.reason,
            asked_by=asker, approver=actor, made_at=now, expires_at=until,
        )  # fmt: skip
        refresh_debts([row.pk])
        record(
            actor, "gate_exception.granted", at=now, customer_id=row.pk, subject_id=debt.pk, target=move.target, missing=missing,
            until=until.isoformat(), reason=closed.reason,
        )  # fmt: skip
    row.refresh_from_db()
    return row
