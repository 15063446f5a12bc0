"""The one way from stage to stage, for every door, with the tasks and clocks that follow. Doors call this, not the floor below."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.actions.ownership import lock_one, lock_visible, require_edit
from genjin.customers.actions.stages import Entering, enter_stage
from genjin.customers.models import Choice, Customer
from genjin.customers.queries.scores import current_rules
from genjin.customers.rules import Stage
from genjin.customers.rules.axes import GATES, check_stage_move, following
from genjin.events.actions import record_many
from genjin.followups.actions.deadlines import end_clocks
from genjin.followups.actions.debts import close_moot, settle_debts
from genjin.followups.actions.dormancy import forget_proposals
from genjin.followups.actions.evidence import NewEvidence, write_evidence
from genjin.followups.actions.keeping import keep_clocks
from genjin.followups.actions.next_step import refresh_next_steps
from genjin.followups.actions.tasks import settle
from genjin.followups.actions.touches import require_touches
from genjin.followups.models import Task
from genjin.followups.queries.gates import CONFIRMED, proofs_of, standings
from genjin.followups.rules import TaskStatus
from genjin.followups.rules.evidence import check_by_hand
from genjin.kit.errors import RuleError, wrong_at
from genjin.kit.text import clean

SHOWN_REFUSALS = 50


@dataclass(frozen=True, slots=True)
class Move:
    """Where customers are to go, and what is said to it."""

    target: str
    reason: str = ""
    lost_reason: Choice | None = None

    @property
    def words(self) -> str:
        """What history keeps: the reason for a loss, and what else was said."""
        said = (self.lost_reason.name if self.lost_reason else "", clean(self.reason))
        return " · ".join(part for part in said if part)


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
    """Move a customer to another stage; losing it settles its tasks and clocks (S2-18, S2-19, S3-22).

    Raises RuleError `stage_unknown`, `lost_reason_missing`, `stage_same`, `stage_not_reachable`, `stage_gate_closed`,
    `stage_reason_missing`, `forbidden`, `not_yours` (403), `too_few_touches` for a loss before the grade's contacts.
    """
    row = lock_one(actor, customer.pk)
    require_edit(actor, row, Right.MOVE_STAGE)
    move_locked(actor, [row], Move(target, reason, lost_reason), now)
    row.refresh_from_db()
    return row


@transaction.atomic
def move_customers(actor: User | None, ids: Sequence[int], move: Move, *, now: datetime) -> int:
    """Move many customers, all of them or none; returns how many. `actor` None is a rule that acts by itself.

    Raises what `move_stage` raises; `details["refused"]` names who is refused and why.
    """
    if actor is None:
        rows = list(Customer.objects.live().filter(pk__in=ids).select_for_update(of=("self",)).order_by("pk"))
    else:
        rows = lock_visible(actor, ids)
        for row in rows:
            require_edit(actor, row, Right.MOVE_STAGE)
    move_locked(actor, rows, move, now)
    return len(rows)


@transaction.atomic
def prove_and_move(
    actor: User, customer: Customer, move: Move, evidence: NewEvidence, *, now: datetime
) -> Customer:
    """Put evidence on record and move at once, or neither: what the checklist of a refused move asks for."""
    row = lock_one(actor, customer.pk)
    require_edit(actor, row, Right.MOVE_STAGE)
    check_by_hand(evidence.proves)
    if evidence.file is not None:  # a file on the disk does not go away with a transaction that is refused
        would = {code: [0] for code in evidence.proves} | proofs_of([row.pk])[row.pk]
        if move.target == Stage.LOST and move.lost_reason is not None:
            require_touches(actor, [row], move.lost_reason)
        require_passage([row], move, now, {row.pk: would})
    write_evidence(actor, row, evidence, now)
    move_locked(actor, [row], move, now)
    settle_debts([row.pk], now)
    row.refresh_from_db()
    return row


def move_locked(  # noqa: PLR0917 (a step of the actions here and of exceptions)
    actor: User | None,
    rows: Sequence[Customer],
    move: Move,
    now: datetime,
    excepted: frozenset[str] = frozenset(),
    *,
    is_agreed: bool = False,
) -> None:
    """Ask the gate for locked rows and move them, all or none; `excepted` lines somebody answers for.

    `is_agreed`: whoever is asked said yes, so a loss asks for no more contacts.
    """
    proofs = proofs_of([row.pk for row in rows])
    if move.target == Stage.LOST and move.lost_reason is not None and not is_agreed:
        require_touches(actor, rows, move.lost_reason)
    stage = require_passage(rows, move, now, proofs, excepted)
    enter_stage(actor, rows, Entering(stage, move.words, move.lost_reason, _stood(rows, stage, proofs)), now)
    ids = [row.pk for row in rows]
    if stage == Stage.LOST:
        still_open = Task.objects.open().filter(customer__in=ids).select_for_update()
        outcome = move.lost_reason.name if move.lost_reason else ""
        settle(actor, still_open, status=TaskStatus.CANCELLED, outcome=outcome, now=now)
        end_clocks(ids, now)
        forget_proposals(ids)
    refresh_next_steps(ids, now)
    keep_clocks(ids, now)
    close_moot(dict.fromkeys(ids, stage), now)


def require_passage(  # noqa: PLR0917 (a step of the two above)
    rows: Sequence[Customer],
    move: Move,
    now: datetime,
    proofs: dict[int, dict[str, list[int]]] | None = None,
    excepted: frozenset[str] = frozenset(),
) -> Stage:
    """Return the stage all of `rows` may enter; refuses all of them when one may not."""
    if move.target not in Stage.values:
        raise RuleError(_("Unknown stage: %(stage)s.") % {"stage": move.target[:40]}, "stage_unknown")
    stage = Stage(move.target)
    if stage == Stage.LOST and move.lost_reason is None:
        sentence = _("Choose why the customer was lost.")
        raise wrong_at("lost_reason", sentence, "lost_reason_missing")
    known = standings(rows, current_rules().pass_mark, now, proofs)
    refusals: list[tuple[Customer, RuleError]] = []
    for row in rows:
        try:
            check_stage_move(replace(known[row.pk], excepted=excepted), stage, reason=move.words)
        except RuleError as refusal:
            refusals.append((row, refusal))
    if refusals:
        raise refusals[0][1] if len(rows) == 1 else _all_refused(rows, refusals)
    return stage


def _all_refused(rows: Sequence[Customer], refusals: Sequence[tuple[Customer, RuleError]]) -> RuleError:
    """Return the refusal of many: under the code of the first, with a line for each who may not."""
    lines = [f"{row.name}: {refusal.message}" for row, refusal in refusals[:SHOWN_REFUSALS]]
    said = ngettext(
        "None was moved: %(count)d of %(total)d may not.", "None was moved: %(count)d of %(total)d may not.", len(refusals)
    )  # fmt: skip
    first = refusals[0][1]
    details = {
        "refused": [
            {
                "id": row.pk,
                "name": row.name,
                "code": refusal.code,
                "message": refusal.message,
                **refusal.details,
            }
            for row, refusal in refusals[:SHOWN_REFUSALS]
        ]
    }
    sentence = said % {"count": len(refusals), "total": len(rows)}
    return RuleError(
        "\n".join([sentence, *lines]), first.code, fields={"stage": [sentence, *lines]}, details=details
    )


def _stood(
    rows: Sequence[Customer], stage: Stage, proofs: dict[int, dict[str, list[int]]]
) -> dict[int, list[int]]:
    """Return by customer which evidence the move to `stage` stands on; none on the way back."""
    return {
        row.pk: sorted({pk for code in GATES.get(stage, ()) for pk in proofs[row.pk].get(code, ())})
        for row in rows
        if following(Stage(row.stage)) == stage or stage == Stage.LOST
    }


@transaction.atomic
def confirm_stages(
    actor: User, ids: Sequence[int], *, note: str = "", evidence: NewEvidence | None = None, now: datetime
) -> int:
    """Say that customers are still in their stage: the weekly look (S2-17). Returns how many.

    Evidence belongs to one customer. Raises RuleError `not_found` (404), `not_yours` (403), `evidence_of_many`.
    """
    rows = lock_visible(actor, ids)
    for row in rows:
        require_edit(actor, row, Right.MOVE_STAGE)
    if evidence is not None and len(rows) != 1:
        raise RuleError(
            _("Evidence belongs to one customer; confirm the others without."), "evidence_of_many"
        )
    if evidence is not None:
        check_by_hand(evidence.proves)
        write_evidence(actor, rows[0], evidence, now)
        settle_debts([rows[0].pk], now)
    said = ((row.pk, {"stage": row.stage, "note": clean(note)}) for row in rows)
    record_many(actor, CONFIRMED, said, at=now)
    keep_clocks([row.pk for row in rows], now)
    return len(rows)
