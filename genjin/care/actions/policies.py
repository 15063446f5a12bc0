"""How soon tickets are dealt with, and how often customers are asked, as Settings say."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.care.models import SurveySettings, TicketPolicy
from genjin.care.rules.surveys import MOST_A_DAY_EVER
from genjin.care.rules.tickets import Pace, check_pace
from genjin.care.rules.words import AskEvery
from genjin.events.actions import record
from genjin.kit.errors import RuleError, wrong_at


@transaction.atomic
def save_paces(actor: User, paces: Mapping[int, Pace], *, now: datetime) -> int:
    """Set the hours of policies by their ids; tickets opened or reopened from now on follow. Returns how many changed.

    Raises RuleError `pace_invalid`, whose fields are named after the policies (`answer_hours_3`).
    """
    require(actor, Right.MANAGE_SETTINGS)
    changed = 0
    fields: dict[str, list[str]] = {}
    for row in TicketPolicy.objects.filter(pk__in=paces).select_for_update().order_by("pk"):
        pace = paces[row.pk]
        try:
            check_pace(pace)
        except RuleError as refusal:
            fields |= {f"{name}_{row.pk}": sentences for name, sentences in refusal.fields.items()}
            continue
        before = row.as_pace()
        if pace == before:
            continue
        row.answer_hours, row.solve_hours, row.in_working_hours = (
            pace.answer_hours,
            pace.solve_hours,
            pace.in_working_hours,
        )
        row.save(update_fields=["answer_hours", "solve_hours", "in_working_hours"])
        record(
            actor, "ticket_policy.changed", at=now, subject_id=row.pk, name=f"{row.kind}/{row.priority}",
            origin=[before.answer_hours, before.solve_hours, before.in_working_hours],
            target=[pace.answer_hours, pace.solve_hours, pace.in_working_hours],
        )  # fmt: skip
        changed += 1
    if fields:
        raise RuleError(next(iter(fields.values()))[0], "pace_invalid", fields=fields)
    return changed


@transaction.atomic
def save_survey_settings(
    actor: User, *, every_months: int, most_a_day: int | None = None, now: datetime
) -> SurveySettings:
    """Set after how many months customers with a running contract are asked again, 0 never, and how many of them a day.

    Raises RuleError `interval_unknown`, `limit_range`.
    """
    require(actor, Right.MANAGE_SETTINGS)
    if every_months not in AskEvery.values:
        raise wrong_at("every_months", _("Choose how often customers are asked."), "interval_unknown")
    if most_a_day is not None and not 0 < most_a_day <= MOST_A_DAY_EVER:
        raise wrong_at("most_a_day", _("Between 1 and %(most)d.") % {"most": MOST_A_DAY_EVER}, "limit_range")
    row = SurveySettings.objects.select_for_update().first() or SurveySettings()
    before = (row.every_months, row.most_a_day)
    row.every_months, row.most_a_day = every_months, most_a_day or row.most_a_day
    row.save()
    if before != (row.every_months, row.most_a_day):
        record(
            actor, "survey_settings.changed", at=now, subject_id=row.pk, name="", origin=before[0], target=every_months,
            most_a_day=[before[1], row.most_a_day],
        )  # fmt: skip
    return row
