"""Giving out numbers, each once, and changing how they are made."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.accounts.queries import local_day
from genjin.events.actions import record
from genjin.kit.errors import RuleError
from genjin.kit.text import clean
from genjin.selling.models import NumberRule
from genjin.selling.rules.numbers import check_pattern, day_counted, filled, period_of


@transaction.atomic
def next_number(kind: str, *, now: datetime) -> str:
    """Return the next number of a kind; two at once get two, and one given in a transaction that fails is given again."""
    rule = NumberRule.objects.select_for_update().get(pk=kind)
    day = day_counted(rule.reset, local_day(now), rule.period)
    period = period_of(rule.reset, day)
    rule.last = rule.last + 1 if rule.period == period else 1
    rule.period = period
    rule.save(update_fields=["last", "period"])
    return filled(rule.pattern, day, rule.last, rule.digits)


@transaction.atomic
def save_number_rule(
    actor: User, rule: NumberRule, values: Mapping[str, Any], *, now: datetime
) -> NumberRule:
    """Change how something is numbered from the next number on; the counter goes on.

    Raises RuleError `number_pattern` when two numbers could be the same, `fields_invalid`.
    """
    require(actor, Right.MANAGE_SETTINGS)
    row = NumberRule.objects.select_for_update().get(pk=rule.pk)
    before = [row.pattern, row.digits, row.reset]
    row.pattern = clean(str(values["pattern"]))
    row.digits, row.reset = values["digits"], values["reset"]
    check_pattern(row.pattern, row.reset)
    try:
        row.full_clean(validate_unique=False)
    except ValidationError as error:
        words = _("Please correct the marked fields.")
        raise RuleError(words, "fields_invalid", fields=error.message_dict) from error
    if row.reset != before[2]:  # else the next one would be number 1 once more
        row.period = period_of(row.reset, local_day(now))
    row.save(update_fields=["pattern", "digits", "reset", "period"])
    record(actor, "number_rule.saved", at=now, name=row.kind, before=before, after=[row.pattern, row.digits, row.reset])  # fmt: skip
    return row
