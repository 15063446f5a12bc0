"""Deciding about a pair that a scan found; merging and taking a merge back settle the pairs they touch."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.actions.records import change_customer
from genjin.customers.models import Customer, Merge
from genjin.events.actions import record
from genjin.followups.actions import merge as merging
from genjin.kit.errors import RuleError, wrong_at
from genjin.quality.models import DuplicatePair

Status = DuplicatePair.Status


def _locked(actor: User, pair: DuplicatePair) -> DuplicatePair:
    require(actor, Right.DELETE_CUSTOMER)
    rows = DuplicatePair.objects.editable_by(actor).select_related("first", "second")
    return rows.select_for_update(of=("self",)).get(pk=pair.pk)


def _locked_open(actor: User, pair: DuplicatePair) -> DuplicatePair:
    row = _locked(actor, pair)
    if row.status != Status.OPEN:
        raise RuleError(_("This pair has been decided meanwhile."), "pair_decided", status=409)
    return row


def _decide(actor: User, row: DuplicatePair, status: str, note: str, *, now: datetime) -> DuplicatePair:
    row.status, row.note, row.decided_at, row.decided_by = status, note.strip()[:300], now, actor
    row.save(update_fields=["status", "note", "decided_at", "decided_by"])
    return row


@transaction.atomic
def tell_apart(actor: User, pair: DuplicatePair, *, note: str = "", now: datetime) -> DuplicatePair:
    """Say that the two are two customers; no scan asks again. Raises RuleError `pair_decided` (409)."""
    row = _decide(actor, _locked_open(actor, pair), Status.DIFFERENT, note, now=now)
    for one, other in ((row.first, row.second), (row.second, row.first)):
        record(
            actor, "customer.told_apart", at=now, customer_id=one.pk, subject_id=row.pk, name=other.code,
            note=row.note,
        )  # fmt: skip
    return row


@transaction.atomic
def relate(actor: User, pair: DuplicatePair, parent_id: int, *, now: datetime) -> DuplicatePair:
    """Say that one of the two is the other's parent. Raises RuleError `pair_decided` (409), `parent_unknown`, `parent_circle`."""
    row = _locked_open(actor, pair)
    sides = {row.first_id: row.first, row.second_id: row.second}
    if parent_id not in sides:
        sentence = _("Say which of the two is the parent.")
        raise wrong_at("parent", sentence, "parent_unknown")
    parent = sides.pop(parent_id)
    (child,) = sides.values()
    change_customer(actor, child, {"parent": parent}, version=child.version, now=now)
    return _decide(actor, row, Status.RELATED, "", now=now)


@transaction.atomic
def reopen_pair(actor: User, pair: DuplicatePair, *, now: datetime) -> DuplicatePair:
    """Take a decision back, so that the pair is looked at again. Raises RuleError `pair_open` (409)."""
    row = _locked(actor, pair)
    if row.status == Status.OPEN:
        raise RuleError(_("This pair is still to be looked at."), "pair_open", status=409)
    row.status, row.note, row.decided_at, row.decided_by = Status.OPEN, "", None, None
    row.save(update_fields=["status", "note", "decided_at", "decided_by"])
    record(actor, "duplicates.reopened", at=now, subject_id=row.pk, name=f"{row.first} / {row.second}")
    return row


@transaction.atomic
def merge_customers(
    actor: User, kept: Customer, others: Sequence[Customer], *, take: Mapping[str, int], now: datetime
) -> list[Merge]:
    """Merge as `followups.actions.merge.merge_customers` does, and settle the pairs of those that became one."""
    merges = merging.merge_customers(actor, kept, others, take=take, now=now)
    ids = [kept.pk, *(row.pk for row in others)]
    DuplicatePair.objects.filter(first__in=ids, second__in=ids).update(
        status=Status.MERGED, decided_at=now, decided_by=actor
    )
    return merges


@transaction.atomic
def unmerge(actor: User, merge: Merge, *, now: datetime) -> Customer:
    """Take a merge back as `followups.actions.merge.unmerge` does; the pair is to be looked at again."""
    other = merging.unmerge(actor, merge, now=now)
    sides = Q(first=merge.kept_id, second=other.pk) | Q(first=other.pk, second=merge.kept_id)
    DuplicatePair.objects.filter(sides, status=Status.MERGED).update(
        status=Status.OPEN, decided_at=None, decided_by=None
    )
    return other
