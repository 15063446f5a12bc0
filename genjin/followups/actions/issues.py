"""Open points of earlier records: settled with one click, or in the record that settles them (S0-20)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.models import Customer
from genjin.events.actions import record
from genjin.followups.actions.tasks import require_hand_in
from genjin.followups.models import FollowUp
from genjin.followups.rules.issues import ISSUES, check_issue


@transaction.atomic
def settle_issue(actor: User, followup: FollowUp, name: str, *, now: datetime) -> FollowUp:
    """Mark one open point of a record as settled; settled before, it stays with who was first.

    Raises RuleError `issue_unknown` (404), `not_yours` (403).
    """
    row = FollowUp.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=followup.pk)
    require_hand_in(actor, row.customer, Right.FOLLOW_UP)
    _settle(actor, row, name, now)
    return row


def settle_issues(
    actor: User, customer: Customer, points: Iterable[tuple[int, str]], *, now: datetime
) -> None:
    """Settle open points of one customer's records, each as (record, field). A step of recording a contact."""
    points = list(points)
    ids = [pk for pk, _name in points]
    rows = {
        row.pk: row
        for row in FollowUp.objects.select_for_update(of=("self",)).filter(customer=customer, pk__in=ids)
    }
    for pk, name in points:
        if pk in rows:
            _settle(actor, rows[pk], name, now)


def _settle(actor: User, row: FollowUp, name: str, now: datetime) -> None:
    text = getattr(row, name, "") if name in ISSUES else ""
    check_issue(name, text)
    if name in row.settled:
        return
    row.settled[name] = [actor.pk, now.isoformat()]
    row.save(update_fields=["settled"])
    record(
        actor, "issue.settled", at=now, customer_id=row.customer_id, subject_id=row.pk, field=name, text=text[:300]
    )  # fmt: skip
