"""Rows of a sheet that are customers we have, as new needs of theirs: no twin is made, nothing is overwritten (S0-14)."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.bulk_write import as_json
from genjin.customers.actions.derive import RATED
from genjin.customers.models import Customer, KeptChange
from genjin.followups.actions.needs import Lead, attach_need
from genjin.intake.actions.check import Checked, Met
from genjin.intake.actions.updates import origin_of
from genjin.intake.models import ImportBatch
from genjin.intake.rules.rows import Finding
from genjin.intake.rules.values import Values
from genjin.kit.errors import RuleError


def attach_needs(batch: ImportBatch, checked: Checked, now: datetime) -> None:
    """Add the needs of a slice's rows to the customers they are; what cannot be added is said, and comes in no other way."""
    for met in checked.attached:
        values = checked.slice.rows.values[met.at]
        try:
            with transaction.atomic():
                _attach(batch, met, values, now)
        except (ObjectDoesNotExist, RuleError) as refusal:
            said = refusal.message if isinstance(refusal, RuleError) else _("This customer is gone by now.")
            number = checked.slice.rows.numbers[met.at]
            finding = Finding(
                number, "", "need_not_attached", met.name, said, "rejected", met.customer_id, met.name
            )
            checked.slice.rows.findings.append(finding)
            checked.counts["updated"] -= 1
            checked.counts["rejected"] += 1


def _attach(batch: ImportBatch, met: Met, values: Values, now: datetime) -> None:
    """Attach one need, and keep what was there before, so that the batch can be taken back."""
    kept = ("need", *RATED)
    before = Customer.objects.values(*kept).get(pk=met.customer_id)
    found = attach_need(batch.created_by, met.customer_id, lead_of(values), now=now).customer
    KeptChange.objects.create(
        origin=origin_of(batch.pk), customer_id=found.pk, version=found.version, before=as_json(before),
        after=as_json({name: getattr(found, name) for name in kept}),
    )  # fmt: skip


def lead_of(values: Values) -> Lead:
    """Return a row as a lead that came in."""
    fields: dict[str, Any] = {
        name: values[name]
        for name in ("name", "kind", "credit_code", "need", "source_detail")
        if values.get(name)
    }
    person = {
        name.removeprefix("contact."): value
        for name, value in values.items()
        if name.startswith("contact.") and value
    }
    return Lead(fields, [person] if person else ())
