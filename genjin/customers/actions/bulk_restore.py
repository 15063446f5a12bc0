"""Taking back what a set-based change made of many customers, as far as nobody changed it since."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.actions.aliases import forget_present_names
from genjin.customers.actions.bulk import (
    Plan,
    lock_editable,
    plan_values,
    put,
    save_changes,
    tell_changes,
)
from genjin.customers.actions.derive import RATED, rerate_rows
from genjin.customers.models import Customer, GradeChange, KeptChange

MOST_RESTORED = 1000


@dataclass(frozen=True, slots=True)
class Restored:
    """What an undo did: customers back as they were, and those of which something stays as it is now."""

    restored: int
    left: int
    more: bool  # whether there is more to take back


@transaction.atomic
def restore_changes(actor: User, origin: str, *, now: datetime, most: int = MOST_RESTORED) -> Restored:
    """Take back up to `most` changes of `origin`, newest first; call again while there are `more`.

    A value returns where it is still what the change made of it; fields others have changed since stay and are
    listed in `left` of the kept row, as are customers no longer in sight, not the actor's, or whose old name was
    taken meanwhile. Where nobody touched the customer, score, label and proposed grade return to the letter, too.
    Raises RuleError `forbidden` (403).
    """
    require(actor, Right.CHANGE_CUSTOMER)
    kept = list(KeptChange.objects.of(origin).standing().select_for_update().order_by("-pk")[: most + 1])
    more, kept = len(kept) > most, kept[:most]
    if len({one.customer_id for one in kept}) < len(kept):  # changed twice: newest first, one at a time
        kept, more = kept[:1], True
    rows, out = lock_editable(actor, [one.customer_id for one in kept], leave_out=True)
    by_id = {row.pk: row for row in rows}
    ways = {
        one.customer_id: _way_back(one, by_id[one.customer_id]) for one in kept if one.customer_id in by_id
    }
    wanted = {pk: values for pk, (values, _left) in ways.items()}
    untouched = {
        one.customer_id
        for one in kept
        if one.customer_id in by_id and by_id[one.customer_id].version == one.version
    }
    # Backwards, so that a name one gave up and the next took finds its way home.
    plan = plan_values(actor, [row for row in reversed(rows) if wanted[row.pk]], wanted)
    _write_back(actor, plan, {one.customer_id: one for one in kept}, untouched, origin=origin, now=now)
    refused = {one.customer_id: one.message for one in [*out, *plan.refused]}
    done = {change.row.pk for change in plan.changes}
    for one in kept:
        one.undone_at = now
        one.left = ways[one.customer_id][1] if one.customer_id in done else _names(one)
        one.why_left = refused.get(one.customer_id, _("Changed by somebody since.") if one.left else "")[:300]
    KeptChange.objects.bulk_update(kept, ["undone_at", "left", "why_left"], batch_size=500)
    left = sum(bool(one.left) for one in kept)
    return Restored(len(kept) - left, left, more)


def _way_back(one: KeptChange, row: Customer) -> tuple[dict[str, Any], list[str]]:
    """Return the values that return to a row, and the names of those that somebody changed since."""
    fields = {field.attname: field for field in Customer._meta.concrete_fields}
    values: dict[str, Any] = {}
    left: list[str] = []
    for name, value in one.after.items():
        if name == "custom":
            own, others = _own_back(one, row.custom)
            values |= {"custom": own} if own != row.custom else {}
            left += others
        elif getattr(row, name) == fields[name].to_python(value):
            values[name] = fields[name].to_python(one.before[name])
        else:
            left.append(name)
    return values, left


def _own_keys(one: KeptChange) -> list[str]:
    before, after = one.before["custom"], one.after["custom"]
    return [key for key in before | after if before.get(key) != after.get(key)]


def _own_back(one: KeptChange, now: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return own values with those put back that are still what the change made of them, each field by itself."""
    before, after = one.before["custom"], one.after["custom"]
    stay = [key for key in _own_keys(one) if now.get(key) != after.get(key)]
    back = {key: before.get(key) for key in _own_keys(one) if key not in stay}
    return {key: value for key, value in (dict(now) | back).items() if value is not None}, stay


def _names(one: KeptChange) -> list[str]:
    names = [name for name in one.after if name != "custom"]
    return names + (_own_keys(one) if "custom" in one.after else [])


def _write_back(
    actor: User,
    plan: Plan,
    kept: Mapping[int, KeptChange],
    untouched: set[int],
    *,
    origin: str,
    now: datetime,
) -> None:
    if not plan.changes:
        return
    exact = [change for change in plan.changes if change.row.pk in untouched]
    rerate_rows([change.row for change in plan.changes if change.row.pk not in untouched], now)
    for change in exact:
        before = kept[change.row.pk].before
        put(change.row, {name: before[name] for name in RATED if name in before})
    proposals = [kept[change.row.pk].graded for change in exact]
    GradeChange.objects.filter(
        pk__in=[pk for pk in proposals if pk]
    ).delete()  # the trail keeps that they were
    forget_present_names([change.row for change in plan.changes if "name" in change.before])
    save_changes(actor, plan.changes, now)
    tell_changes(actor, plan.changes, origin, now)
