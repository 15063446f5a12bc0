"""How likely a purchase of each stage is."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.events.actions import record
from genjin.kit.errors import RuleError, wrong_at
from genjin.selling.models import Chance
from genjin.selling.queries.pipeline import chances
from genjin.selling.rules.words import OPEN_STAGES


@transaction.atomic
def set_chances(actor: User, percents: Mapping[str, int], *, now: datetime) -> dict[str, int]:
    """Set the probability of the open stages; opportunities with one of their own keep it.

    Raises RuleError `forbidden` (403), `stage_unknown`, `probability_out_of_range`.
    """
    require(actor, Right.MANAGE_SETTINGS)
    before = chances()
    for stage, percent in percents.items():
        if stage not in OPEN_STAGES:
            raise RuleError(_("Unknown stage: %(stage)s.") % {"stage": stage[:40]}, "stage_unknown")
        if not 0 <= percent <= 100:
            sentence = _("A probability is between 0 and 100.")
            raise wrong_at(stage, sentence, "probability_out_of_range")
        Chance.objects.update_or_create(stage=stage, defaults={"percent": percent})
    changed = {
        stage: [before[stage], percent] for stage, percent in percents.items() if before[stage] != percent
    }
    if changed:
        record(actor, "chances.changed", at=now, changes=changed)
    return chances()
