"""Whose is it: assign, claim, release. Set-based; a single customer is a set of one.

The floor above wraps these to carry tasks along; doors call the wrappers (followups.actions.ownership).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.models import Customer, OwnerChange, Participant, Pool
from genjin.customers.rules import Stage
from genjin.events.actions import record
from genjin.kit.errors import RuleError, not_found, wrong_at
from genjin.kit.masking import mask_name


def lock_one(actor: User, pk: int) -> Customer:
    """Return one customer locked; who is out of sight raises the same `DoesNotExist` as who does not exist."""
    return Customer.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=pk)


def lock_visible(actor: User, ids: Sequence[int]) -> list[Customer]:
    """Return the customers `ids` locked in id order; refuses all of them when one is out of sight (404)."""
    rows = list(
        Customer.objects.visible_to(actor).filter(pk__in=ids).select_for_update(of=("self",)).order_by("pk")
    )
    if len(rows) != len(set(ids)):
        raise not_found()
    return rows


@dataclass(frozen=True, slots=True)
class Handover:
    """Who gets customers, or which pool, how and why."""

    how: str  # assigned, claimed, released, recycled, handed_over, imported, created
    owner: User | None = None
    pool: Pool | None = None
    reason: str = ""


def hand_over(rows: Sequence[Customer], handover: Handover, now: datetime) -> None:
    """Write owner or pool to locked rows in one UPDATE that keeps every owned customer accounted for."""
    owner, pool = handover.owner, handover.pool
    waiting = Case(
        When(Q(stage=Stage.LOST) | Q(next_action_at__isnull=False), then=Value(None)),
        default=Coalesce(F("no_next_step_since"), Value(now)),
    )
    Customer.objects.filter(pk__in=[row.pk for row in rows]).update(
        previous_owner=Coalesce(F("owner"), F("previous_owner")),
        owner=owner,
        pool=pool,
        owned_since=now if owner else None,
        no_next_step_since=waiting if owner else None,
        version=F("version") + 1,
        updated_at=now,
    )


def note_handover(actor: User | None, rows: Sequence[Customer], handover: Handover, now: datetime) -> None:
    """Write history rows and events of a change of owner; `rows` still carry the former owner."""
    owner, pool = handover.owner, handover.pool
    OwnerChange.objects.bulk_create(
        [
            OwnerChange(
                customer=row, at=now, by=actor, origin_id=row.owner_id, target=owner, pool=pool,
                how=handover.how, reason=handover.reason,
            )
            for row in rows
        ]
    )  # fmt: skip
    for row in rows:
        record(
            actor, f"customer.{handover.how}", at=now, customer_id=row.pk, origin=row.owner_id,
            target=owner.pk if owner else None, pool=pool.pk if pool else None, reason=handover.reason,
        )  # fmt: skip


@transaction.atomic
def assign_customers(
    actor: User, ids: Sequence[int], owner: User, *, reason: str = "", now: datetime
) -> list[Customer]:
    """Give customers of a pool, or of people `actor` leads, to `owner`, who must be active and among them.

    To help with a customer is not to give it away. Who runs a pool gives its customers to any of its members. Raises RuleError `forbidden`,
    `not_yours` (403), `not_found` (404), `owner_not_led`, `owner_same` (409).
    """
    require(actor, Right.ASSIGN)
    found = lock_visible(actor, ids)
    if any(row.owner_id is not None and not actor.scope.covers(row.owner_id) for row in found):
        raise RuleError(
            _("Only who leads the owner gives a customer to somebody else."), "not_yours", status=403
        )
    is_theirs = actor.scope.covers(owner.pk) or _runs_pools_of(actor, found, owner)
    if not owner.is_active or not is_theirs:
        sentence = _("Choose somebody of your own teams who may sign in.")
        raise wrong_at("owner", sentence, "owner_not_led")
    rows = [row for row in found if row.owner_id != owner.pk]
    if not rows:
        raise RuleError(_("Already owned by %(name)s.") % {"name": owner.name}, "owner_same", status=409)
    handover = Handover("assigned", owner=owner, reason=reason)
    hand_over(rows, handover, now)
    note_handover(actor, rows, handover, now)
    return rows


def _runs_pools_of(actor: User, rows: Sequence[Customer], owner: User) -> bool:
    """Whether all these customers lie in pools that `actor` runs and `owner` is a member of."""
    pools = {row.pool_id for row in rows}
    run = Pool.objects.run_by(actor).filter(pk__in=Pool.objects.visible_to(owner).values("pk"))
    return None not in pools and pools <= set(run.values_list("pk", flat=True))


@transaction.atomic
def claim_customer(actor: User, customer: Customer, *, now: datetime) -> Customer:
    """Take a customer out of its pool; of several who try, exactly one wins.

    Raises RuleError `claim_lost` (409) naming the winner, `cooldown` or `pool_hold` (409), `claim_limit` or
    `hold_cap` (429).
    """
    require(actor, Right.CLAIM)
    User.objects.select_for_update().get(pk=actor.pk)  # one person's claims are counted one after another
    pool = Pool.objects.visible_to(actor).filter(customers=customer.pk).first()
    if pool is not None:
        _check_limits(actor, pool, now)
        _check_cooldown(actor, customer, pool, now)
        _check_hold(customer, pool, now)
    won = Customer.objects.visible_to(actor).filter(pk=customer.pk, owner=None, pool=pool).exclude(pool=None).update(
        owner=actor, pool=None, owned_since=now, version=F("version") + 1, updated_at=now,
        no_next_step_since=Case(
            When(Q(stage=Stage.LOST) | Q(next_action_at__isnull=False), then=Value(None)), default=Value(now)
        ),
    )  # fmt: skip
    if not won:
        raise _claim_lost(customer)
    note_handover(actor, [customer], Handover("claimed", owner=actor), now)
    customer.refresh_from_db()
    return customer


def _check_limits(actor: User, pool: Pool, now: datetime) -> None:
    midnight = timezone.make_aware(datetime.combine(timezone.localtime(now).date(), time.min))
    today = OwnerChange.objects.filter(
        target=actor, how="claimed", at__gte=midnight, at__lt=midnight + timedelta(days=1)
    ).count()
    if today >= pool.daily_claims:
        sentence = _("You have claimed %(count)d customers today; that is the limit. Try again tomorrow.")
        raise RuleError(sentence % {"count": today}, "claim_limit", status=429)
    held = (
        Customer.objects.live()
        .filter(owner=actor)
        .exclude(stage__in=[Stage.WON, Stage.REPEAT, Stage.LOST])
        .count()
    )
    if held >= pool.hold_cap:
        sentence = _("You hold %(count)d open customers; return some before you claim more.")
        raise RuleError(sentence % {"count": held}, "hold_cap", status=429)


def _check_cooldown(actor: User, customer: Customer, pool: Pool, now: datetime) -> None:
    """Who gave a customer back, or let it be recycled, lets others have it first."""
    back = OwnerChange.objects.filter(customer=customer.pk, origin=actor, how__in=["released", "recycled"])
    given_back = back.first()
    if given_back is None:
        return
    until = given_back.at + timedelta(days=pool.cooldown_days)
    if now < until:
        sentence = _("You gave this customer back; you may claim it again from %(moment)s on.")
        raise RuleError(sentence % {"moment": _local(until)}, "cooldown", status=409)


def _check_hold(customer: Customer, pool: Pool, now: datetime) -> None:
    """What is new in a pool is looked at by everybody before the fastest takes it."""
    entered = OwnerChange.objects.filter(customer=customer.pk, pool=pool).first()
    if not pool.hold_hours or entered is None:
        return
    until = entered.at + timedelta(hours=pool.hold_hours)
    if now < until:
        sentence = _("This customer is new in the pool; it may be claimed from %(moment)s on.")
        raise RuleError(sentence % {"moment": _local(until)}, "pool_hold", status=409)


def _local(moment: datetime) -> str:
    return timezone.localtime(moment, timezone.get_default_timezone()).strftime("%Y-%m-%d %H:%M")


def _claim_lost(customer: Customer) -> RuleError:
    winner = User.objects.filter(customers=customer.pk).first()
    if winner is None:
        return RuleError(_("This customer is no longer in a pool of yours."), "not_found", status=404)
    sentence = _("%(name)s was faster and has claimed this customer.") % {"name": mask_name(winner.name)}
    return RuleError(sentence, "claim_lost", status=409)


@transaction.atomic
def release_customers(
    actor: User, ids: Sequence[int], pool: Pool, *, reason: str, now: datetime
) -> list[Customer]:
    """Return owned customers to a pool, or move those of a pool one runs to another, with a reason.

    Raises RuleError `reason_missing`, `not_found` (404), `pool_unknown`, `forbidden` (403).
    """
    require(actor, Right.RELEASE)
    if not reason.strip():
        sentence = _("Say why the customer goes back to the pool.")
        raise wrong_at("reason", sentence, "reason_missing")
    if not Pool.objects.visible_to(actor).filter(pk=pool.pk).exists():
        raise RuleError(_("Choose one of your pools."), "pool_unknown")
    rows = lock_visible(actor, ids)
    run = set(Pool.objects.run_by(actor).values_list("pk", flat=True))
    if any(not may_edit(actor, row) and row.pool_id not in run for row in rows):
        raise RuleError(
            _("Only the owner or who leads the owner returns a customer."), "forbidden", status=403
        )
    handover = Handover("released", pool=pool, reason=reason)
    hand_over(rows, handover, now)
    note_handover(actor, rows, handover, now)
    return rows


@transaction.atomic
def lock_customers(actor: User, ids: Sequence[int], *, locked: bool, reason: str = "", now: datetime) -> int:
    """Keep customers from being recycled, or let the rules have them again; returns how many changed.

    Raises RuleError `forbidden` (403), `reason_missing` when locking without one.
    """
    rows = lock_visible(actor, ids)
    for row in rows:
        require_edit(actor, row, Right.ASSIGN)
    if locked and not reason.strip():
        sentence = _("Say why it must not be recycled.")
        raise wrong_at("reason", sentence, "reason_missing")
    changed = [row for row in rows if row.is_locked != locked]
    Customer.objects.filter(pk__in=[row.pk for row in changed]).update(
        is_locked=locked, version=F("version") + 1, updated_at=now, updated_by=actor
    )
    for row in changed:
        kind = "customer.locked" if locked else "customer.unlocked"
        record(actor, kind, at=now, customer_id=row.pk, reason=reason.strip())
    return len(changed)


def may_edit(actor: User, customer: Customer) -> bool:
    """Whether the row itself lets `actor` write: the owner and who leads the owner; pools only from above."""
    return actor.scope.covers(customer.owner_id) or (customer.owner_id is None and actor.scope.sees_all)


def require_edit(actor: User, customer: Customer, right: Right) -> None:
    """Refuse with 403 unless `actor` holds `right` and this row is theirs to change."""
    require(actor, right)
    if not may_edit(actor, customer):
        sentence = _(
            "Only the owner or who leads the owner may do this. Claim the customer, or ask for help."
        )
        raise RuleError(sentence, "not_yours", status=403)


def may_work_on(actor: User, customer: Customer) -> bool:
    """Whether `actor` may write fields and people: who may edit, and collaborators who write while somebody owns it."""
    return customer.pk in workable(actor, [customer])


def workable(actor: User, customers: Iterable[Customer]) -> set[int]:
    """Return which of these customers `may_work_on` holds for; at most one query for any number."""
    rows = list(customers)
    edited = {row.pk for row in rows if may_edit(actor, row)}
    asked = {row.pk for row in rows if row.owner_id is not None} - edited
    if not asked:
        return edited
    writers = Participant.objects.collaborators().standing().filter(may_write=True)
    return edited | set(writers.filter(user=actor, customer__in=asked).values_list("customer", flat=True))


def require_work(actor: User, customer: Customer, right: Right) -> None:
    """Refuse with 403 unless `actor` holds `right` and may write on this customer (S0-3)."""
    require(actor, right)
    if not may_work_on(actor, customer):
        sentence = _("Only the owner, who leads the owner and collaborators who write may do this.")
        raise RuleError(sentence, "not_yours", status=403)
