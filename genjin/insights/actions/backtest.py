"""Looking at what a draft of the score rules would have been worth; that somebody looked is kept."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.models import ScoreRuleSet
from genjin.customers.queries.scores import LOOKED
from genjin.customers.rules.rescore import fingerprint
from genjin.events.actions import record
from genjin.insights.queries.backtest import backtest
from genjin.insights.rules.backtest import DAYS, BackTest
from genjin.kit.errors import wrong_at


@transaction.atomic
def look_back(actor: User, draft: ScoreRuleSet, *, days: int = DAYS[0], now: datetime) -> BackTest:
    """Try a draft on closed customers and keep that it was looked at, with what it said. Raises `backtest_days`.

    What was kept counts for exactly this draft: its fingerprint stands beside it.
    """
    require(actor, Right.MANAGE_SETTINGS)
    if days not in DAYS:
        raise wrong_at("days", _("Choose 7, 14 or 30 days."), "backtest_days")
    rules = ScoreRuleSet.objects.drafts().get(pk=draft.pk).as_rules()
    found = backtest(actor, rules, days=days, now=now)
    record(
        actor, LOOKED, at=now, subject_id=draft.pk, fingerprint=fingerprint(rules), days=days, closed=found.closed,
        won=found.won, top=found.tried.customers, won_in_top=found.tried.won, changed=found.changed, unknown=found.unknown,
    )  # fmt: skip
    return found
