"""Setting greetings, and writing down that somebody was greeted."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.events.actions import record
from genjin.kit.errors import RuleError, wrong_at
from genjin.library.models import Greeting, GreetingSettings
from genjin.library.rules.greetings import MOST_DAYS_AHEAD, Festival


@transaction.atomic
def save_greeting_settings(
    actor: User, festivals: Collection[str], *, days_ahead: int, has_birthdays: bool, now: datetime
) -> GreetingSettings:
    """Choose the festivals one greets on and how many days ahead. Raises RuleError `festival_unknown`, `days_invalid`."""
    require(actor, Right.MANAGE_SETTINGS)
    if unknown := sorted(set(festivals) - set(Festival.values)):
        raise RuleError(_("Unknown festival: %(names)s.") % {"names": ", ".join(unknown)}, "festival_unknown")
    if not 1 <= days_ahead <= MOST_DAYS_AHEAD:
        sentence = _("Between 1 and %(most)d days ahead.") % {"most": MOST_DAYS_AHEAD}
        raise wrong_at("days_ahead", sentence, "days_invalid")
    row = GreetingSettings.objects.select_for_update().first() or GreetingSettings()
    row.festivals = [word for word in Festival.values if word in set(festivals)]
    row.days_ahead, row.has_birthdays = days_ahead, has_birthdays
    row.save()
    record(actor, "greetings.set", at=now, festivals=row.festivals, days=days_ahead, birthdays=has_birthdays)
    return row


def note_greeting(
    actor: User, *, contact_id: int, occasion: str, followup_id: int | None, at: datetime
) -> Greeting | None:
    """Write down that a person was greeted or left out; None when that was done before. A step of the actions above."""
    row, is_new = Greeting.objects.get_or_create(
        contact_id=contact_id, occasion=occasion, defaults={"followup_id": followup_id, "by": actor, "at": at}
    )
    return row if is_new else None
