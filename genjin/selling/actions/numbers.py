"""Giving out numbers, each once."""

from datetime import datetime

from django.db import transaction

from genjin.accounts.queries import local_day
from genjin.selling.models import NumberRule
from genjin.selling.rules.numbers import filled, period_of


@transaction.atomic
def next_number(kind: str, *, now: datetime) -> str:
    """Return the next number of a kind; two at once get two, and one given in a transaction that fails is given again."""
    rule = NumberRule.objects.select_for_update().get(pk=kind)
    day = local_day(now)
    period = period_of(rule.reset, day)
    rule.last = rule.last + 1 if rule.period == period else 1
    rule.period = period
    rule.save(update_fields=["last", "period"])
    return filled(rule.pattern, day, rule.last, rule.digits)
