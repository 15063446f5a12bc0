"""Against whom one competes, and what one answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.customers.actions.ownership import lock_one
from genjin.customers.models import Customer
from genjin.events.actions import record
from genjin.kit.errors import RuleError, not_found, wrong_at
from genjin.kit.text import clean
from genjin.selling.actions.needs import require_note
from genjin.selling.models import Competitor

FIELDS = ("name", "price", "strengths", "weaknesses", "answer", "is_current", "opportunity")


@transaction.atomic
def save_rival(
    actor: User,
    customer: Customer,
    values: Mapping[str, Any],
    *,
    rival: Competitor | None = None,
    now: datetime,
) -> Competitor:
    """Note a competitor at a customer, or for one of its opportunities, or change what is known of one (S0-15).

    Raises RuleError `name_missing`, `field_unknown`, `not_found` (404) for an opportunity of another customer, `not_yours` (403).
    """
    held = lock_one(actor, customer.pk)
    require_note(actor, held)
    row = Competitor(customer=held) if rival is None else Competitor.objects.get(pk=rival.pk, customer=held)
    unknown = sorted(set(values) - set(FIELDS))
    if unknown:
        raise RuleError(_("Unknown: %(codes)s.") % {"codes": ", ".join(unknown)}, "field_unknown")
    for name, value in values.items():
        setattr(row, name, clean(value) if isinstance(value, str) else value)
    row.name, row.price = row.name[:120], row.price[:120]
    if not row.name:
        sentence = _("Write who it is.")
        raise wrong_at("name", sentence, "name_missing")
    if row.opportunity is not None and row.opportunity.customer_id != held.pk:
        raise not_found()
    row.updated_at, row.updated_by = now, actor
    kind = "rival.noted" if row.pk is None else "rival.changed"
    row.save()
    record(actor, kind, at=now, customer_id=held.pk, subject_id=row.pk, name=row.name, note=row.answer[:200])
    return row


@transaction.atomic
def remove_rival(actor: User, rival: Competitor, *, now: datetime) -> None:
    """Take a competitor off the list."""
    seen = Competitor.objects.visible_to(actor).get(pk=rival.pk)
    held = lock_one(actor, seen.customer_id)
    require_note(actor, held)
    Competitor.objects.filter(pk=seen.pk).delete()
    record(actor, "rival.removed", at=now, customer_id=held.pk, subject_id=seen.pk, name=seen.name, note="")
