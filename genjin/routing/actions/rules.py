"""Keeping the rules by which customers are given and taken; every version stays in the trail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.events.actions import record
from genjin.followups.queries.conditions import Condition, in_words, written
from genjin.kit.errors import RuleError, wrong_at
from genjin.routing.models import AssignmentRule, AssignmentShare, RecycleRule
from genjin.routing.rules.recycling import check_recycle_days

AnyRule = AssignmentRule | RecycleRule


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody's part in an assignment rule, as asked for."""

    person: User
    weight: int = 1
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule as asked for: fields by name, for whom it is, and who shares in it."""

    values: Mapping[str, Any]
    conditions: Sequence[Condition] = ()
    match: str = "all"
    parts: Sequence[Part] = ()


@transaction.atomic
def save_rule(actor: User, rule: AnyRule, draft: Draft, *, now: datetime) -> AnyRule:
    """Add or change a rule. Raises RuleError `fields_invalid`, `days_invalid`, `shares_missing`, `limit_invalid`."""
    require(actor, Right.MANAGE_SETTINGS)
    for name, value in draft.values.items():
        setattr(rule, name, value)
    rule.conditions, rule.match = written(draft.conditions), draft.match
    if isinstance(rule, RecycleRule):
        check_recycle_days(rule.policy.days, rule.no_deal_days)
    elif not draft.parts:
        raise RuleError(_("Name at least one person who gets the customers."), "shares_missing")
    if not 1 <= rule.limit_per_run <= 100_000:
        sentence = _("Write a number from 1 to 100,000.")
        raise wrong_at("limit_per_run", sentence, "limit_invalid")
    try:
        rule.clean_fields()
    except ValidationError as error:
        raise RuleError(
            _("Please correct the marked fields."), "fields_invalid", fields=error.message_dict
        ) from error
    rule.save()
    if isinstance(rule, AssignmentRule):
        _share_out(rule, draft.parts)
    record(
        actor, f"{_kind(rule)}.saved", at=now, subject_id=rule.pk, name=rule.name, is_active=rule.is_active,
        conditions=in_words(draft.conditions, actor), values={name: str(value) for name, value in draft.values.items()},
        people=[f"{part.person.name} x{part.weight}" for part in draft.parts],
    )  # fmt: skip
    return rule


def _kind(rule: AnyRule) -> str:
    return "recycle_rule" if isinstance(rule, RecycleRule) else "assignment_rule"


def _share_out(rule: AssignmentRule, parts: Sequence[Part]) -> None:
    """Write everybody's part; the turn of who stays is kept."""
    rule.shares.exclude(person__in=[part.person for part in parts]).delete()
    for part in parts:
        AssignmentShare.objects.update_or_create(
            rule=rule, person=part.person, defaults={"weight": part.weight, "capacity": part.capacity}
        )


@transaction.atomic
def remove_rule(actor: User, rule: AnyRule, *, now: datetime) -> None:
    """Remove a rule; what it did stays in its runs."""
    require(actor, Right.MANAGE_SETTINGS)
    pk, kind = rule.pk, _kind(rule)
    rule.delete()
    record(actor, f"{kind}.removed", at=now, subject_id=pk, name=rule.name)
