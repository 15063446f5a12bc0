"""Choosing what happens to a new record that looks like one we know."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.models import MatchPolicy
from genjin.customers.queries.policy import current_policy
from genjin.customers.rules.policy import POLICY_KINDS, Consequence, Policy
from genjin.events.actions import record
from genjin.kit.errors import wrong_at


@transaction.atomic
def set_policy(actor: User, chosen: Mapping[str, str], *, now: datetime) -> Policy:
    """Choose by kind of key: forbid, needs approval, warn or allow. Raises RuleError `policy_unknown`."""
    require(actor, Right.MANAGE_SETTINGS)
    list(MatchPolicy.objects.select_for_update())
    before = current_policy()
    for kind, consequence in chosen.items():
        if kind not in POLICY_KINDS or consequence not in Consequence.values:
            sentence = _("Choose one of the offered answers.")
            raise wrong_at(kind, sentence, "policy_unknown")
    changed = {kind: value for kind, value in chosen.items() if before.of(kind) != value}
    for kind, value in changed.items():
        MatchPolicy.objects.update_or_create(kind=kind, defaults={"consequence": value})
    if changed:
        record(
            actor, "match_policy.changed", at=now, before={kind: before.of(kind).value for kind in changed},
            after=dict(changed),
        )  # fmt: skip
    return current_policy()
