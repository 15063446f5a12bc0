"""Planning campaigns: what brings leads, and what it costs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.models import Campaign
from genjin.customers.rules.campaigns import check_cost, check_period
from genjin.events.actions import record
from genjin.kit.errors import RuleError, wrong_at

FIELDS = ("name", "channel", "starts_on", "ends_on", "cost", "notes", "is_active")


@transaction.atomic
def save_campaign(actor: User, campaign: Campaign, values: Mapping[str, Any], *, now: datetime) -> Campaign:
    """Add or change a campaign, from values by field name; what is not named stays (S3-4, S4-3).

    Raises RuleError `fields_invalid`, `period_invalid`, `cost_invalid`, `name_taken`.
    """
    require(actor, Right.MANAGE_CAMPAIGNS)
    row = Campaign.objects.select_for_update().get(pk=campaign.pk) if campaign.pk else campaign
    before = {name: _plain(getattr(row, name)) for name in FIELDS}
    for name in values.keys() & set(FIELDS):
        setattr(row, name, values[name])
    check_period(row.starts_on, row.ends_on)
    try:
        row.clean_fields()
        check_cost(row.cost)
        with transaction.atomic():
            row.save()
    except ValidationError as error:
        raise RuleError(
            _("Please correct the marked fields."), "fields_invalid", fields=error.message_dict
        ) from error
    except IntegrityError as error:
        sentence = _("There is one of this name already.")
        raise wrong_at("name", sentence, "name_taken") from error
    after = {name: _plain(getattr(row, name)) for name in FIELDS}
    changed = [name for name in FIELDS if before[name] != after[name]]
    record(
        actor, "campaign.saved", at=now, subject_id=row.pk, name=row.name,
        before={name: before[name] for name in changed} if campaign.pk else {},
        after={name: after[name] for name in changed},
    )  # fmt: skip
    return row


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool) else str(value)


@transaction.atomic
def remove_campaign(actor: User, campaign: Campaign, *, now: datetime) -> None:
    """Remove a campaign nothing came from. Raises RuleError `entry_in_use` (409)."""
    require(actor, Right.MANAGE_CAMPAIGNS)
    pk, name = campaign.pk, campaign.name
    try:
        with transaction.atomic():
            campaign.delete()
    except ProtectedError as error:
        sentence = _("Customers came from this campaign; end its use instead.")
        raise RuleError(sentence, "entry_in_use", status=409) from error
    record(actor, "campaign.removed", at=now, subject_id=pk, name=name)
