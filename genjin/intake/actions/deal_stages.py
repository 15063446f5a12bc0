"""Customers stand where the purchases of a sheet put them, and go back when it is taken back."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.customers.actions.stages import Entering, enter_stage
from genjin.customers.models import Choice, Customer
from genjin.customers.rules import Stage
from genjin.followups.actions.keeping import keep_clocks
from genjin.followups.actions.next_step import refresh_next_steps
from genjin.intake.models import ImportBatch, ImportChange
from genjin.selling.actions.following import Cause, align, purchase_of, purchases_of
from genjin.selling.models import Opportunity
from genjin.selling.rules.following import stage_of


def follow_deals(
    batch: ImportBatch, rows: Mapping[int, int], now: datetime, insert: Callable[[], None]
) -> None:
    """Insert opportunities of customers (each with the sheet's row that names it) and let the customers' stages follow.

    What the customers have is brought into line first, so that the sheet adds to it. The caller's transaction.
    """
    held = list(
        Customer.objects.filter(pk__in=rows).select_related("lost_reason").select_for_update(of=("self",)).order_by("pk")
    )  # fmt: skip
    align(held, Cause(batch.created_by), now)
    insert()
    found = purchases_of([row.pk for row in held])
    wanted = {row.pk: stage_of([purchase_of(one) for one in found[row.pk]]) for row in held}
    moved = [row for row in held if wanted[row.pk] not in (None, row.stage)]
    ImportChange.objects.bulk_create(
        ImportChange(
            batch=batch, row=rows[row.pk], customer_id=row.pk, what=ImportChange.What.STAGE, before=_standing(row), after={"stage": wanted[row.pk]},
        )
        for row in moved
        if row.import_batch != batch.pk
    )  # fmt: skip
    reasons = {row.pk: _reason(found[row.pk]) if wanted[row.pk] == Stage.LOST else None for row in moved}
    for stage, lost in {(wanted[row.pk], reasons[row.pk]) for row in moved}:
        group = [row for row in moved if (wanted[row.pk], reasons[row.pk]) == (stage, lost)]
        enter_stage(
            batch.created_by, group, Entering(Stage(stage or ""), _("Import of opportunities"), lost), now
        )
    # Placeholders of this very batch are as it left them, so that taking it back takes them along.
    Customer.objects.filter(pk__in=[row.pk for row in moved], import_batch=batch.pk).update(version=1)
    refresh_next_steps([row.pk for row in moved], now)
    keep_clocks([row.pk for row in moved], now)


def _reason(purchases: Sequence[Opportunity]) -> Choice | None:
    """Return why the purchase was lost that closed last."""
    lost = [one for one in purchases if one.stage == Stage.LOST and one.closed_at]
    return max(lost, key=lambda one: (one.closed_at, one.pk)).lost_reason if lost else None


def _standing(row: Customer) -> dict[str, object]:
    return {
        "stage": row.stage, "stage_entered_at": row.stage_entered_at.isoformat(), "lost_reason": row.lost_reason_id,
    }  # fmt: skip


def restore_stage(actor: User, change: ImportChange, now: datetime) -> list[str]:
    """Put a customer back where it stood before a sheet of opportunities, if nobody moved it since; returns what stays."""
    row = Customer.objects.select_for_update(of=("self",)).filter(pk=change.customer_id).first()
    if row is None or row.stage != change.after["stage"]:
        return list(change.after)
    left = stage_of([purchase_of(one) for one in purchases_of([row.pk])[row.pk]])
    if left == row.stage:  # what came in later, or stays, keeps it here
        return list(change.after)
    lost = Choice.objects.filter(pk=change.before["lost_reason"] or 0).first()
    entering = Entering(Stage(change.before["stage"]), _("The import was taken back."), lost)
    enter_stage(actor, [row], entering, now)
    since = parse_datetime(change.before["stage_entered_at"])
    Customer.objects.filter(pk=row.pk).update(stage_entered_at=since)
    refresh_next_steps([row.pk], now)
    return []
