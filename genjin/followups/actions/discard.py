"""Giving a customer up before its grade's number of contacts: asked for by its owner, granted by who leads."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.approvals.actions import NewRequest, ask, decide
from genjin.approvals.models import Request
from genjin.customers.actions.ownership import lock_one, require_edit
from genjin.customers.models import Choice, Customer, Pool
from genjin.customers.rules import Stage
from genjin.followups.actions.ownership import release_agreed
from genjin.followups.actions.stages import Move, move_locked
from genjin.followups.actions.touches import require_touches
from genjin.kit.errors import RuleError

KIND = "discard"


@dataclass(frozen=True, slots=True)
class Discard:
    """How a customer is to be given up: to a pool, or lost without one; the reason from the list, more in words."""

    choice: Choice
    words: str = ""
    pool: Pool | None = None


@transaction.atomic
def ask_to_discard(actor: User, customer: Customer, wish: Discard, *, reason: str, now: datetime) -> Request:
    """Ask who leads to let a customer go before its grade's number of contacts.

    Raises what giving it up raises, but for `too_few_touches`; RuleError `approval_not_needed` (409) when it could
    simply be given up, `reason_missing`.
    """
    row = lock_one(actor, customer.pk)
    require_edit(actor, row, Right.RELEASE if wish.pool else Right.MOVE_STAGE)
    try:
        _try(actor, row, wish, now)
    except RuleError as refusal:
        if refusal.code != "too_few_touches":
            raise
    subject = _("To the pool: %(name)s") if wish.pool else _("Lost: %(name)s")
    new = NewRequest(
        KIND, subject % {"name": wish.choice.name}, reason, customer_id=row.pk,
        data={
            "owner": row.owner_id, "choice": wish.choice.pk, "words": wish.words, "pool": wish.pool.pk if wish.pool else None,
        },
    )  # fmt: skip
    return ask(actor, new, now=now)


@transaction.atomic
def _try(actor: User, row: Customer, wish: Discard, now: datetime) -> None:
    """Refuse in any case: with what stands against it, or because nothing does; leaves nothing behind."""
    _give_up(actor, row, wish, now, is_agreed=False)
    raise RuleError(_("Nobody has to approve this; just do it."), "approval_not_needed", status=409)


def _give_up(actor: User, row: Customer, wish: Discard, now: datetime, *, is_agreed: bool) -> None:
    if wish.pool is None:
        require_edit(actor, row, Right.MOVE_STAGE)
        move_locked(actor, [row], Move(Stage.LOST, wish.words, wish.choice), now, is_agreed=is_agreed)
        return
    if not is_agreed:
        require_touches(actor, [row], wish.choice)
    reason = " · ".join(part for part in (wish.choice.name, wish.words) if part)
    release_agreed(actor, [row.pk], wish.pool, reason=reason, now=now)


@transaction.atomic
def grant_discard(actor: User, request: Request, *, answer: str = "", now: datetime) -> Customer:
    """Say yes: the customer goes to the pool, or is lost, in the name of who asked; no contacts are asked for any more.

    Raises RuleError `owner_changed` (409) when it has another owner by now, and what giving it up raises for the asker.
    """
    row = lock_one(actor, request.customer_id or 0)
    if row.owner_id != request.data["owner"]:
        sentence = _("The customer has another owner by now; decline the request.")
        raise RuleError(sentence, "owner_changed", status=409)
    closed = decide(actor, request, grant=True, answer=answer, now=now)
    if closed.status != Request.Status.GRANTED:
        return row
    pool = Pool.objects.get(pk=request.data["pool"]) if request.data["pool"] else None
    choice = Choice.objects.get(pk=request.data["choice"])
    _give_up(closed.asked_by, row, Discard(choice, request.data["words"], pool), now, is_agreed=True)
    row.refresh_from_db()
    return row
