"""Handing in a report, and a lead's word to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.accounts.queries import leads_of, local_day
from genjin.events.actions import record
from genjin.followups.models import WorkReport
from genjin.followups.rules import Period, PeriodKind, period_of
from genjin.kit.errors import RuleError, wrong_at
from genjin.kit.text import clean
from genjin.notices.actions import tell
from genjin.notices.rules import NoticeKind

type Counting = Callable[[User, Period, date], dict[str, int]]


@dataclass(frozen=True, slots=True)
class ReportTexts:
    """What a person writes beside the figures."""

    done: str = ""
    plan: str = ""
    support: str = ""


@transaction.atomic
def hand_in_report(
    actor: User, kind: str, day: date, texts: ReportTexts, *, count: Counting, now: datetime
) -> WorkReport:
    """Hand in one's report of the period `day` lies in, with the figures as they stand; again until it has a comment.

    `count` tells the figures: the catalogue of them lies above.

    Raises RuleError `period_unknown`, `period_not_begun`, `report_empty`, `report_commented` (409).
    """
    require(actor, Right.MANAGE_TASKS)
    if kind not in PeriodKind.values:
        raise RuleError(_("Choose day, week or month."), "period_unknown")
    period = period_of(kind, day)
    if period.first > local_day(now):
        raise RuleError(_("This period has not begun yet."), "period_not_begun")
    if not any(text.strip() for text in (texts.done, texts.plan, texts.support)):
        sentence = _("Write what was done.")
        raise wrong_at("done", sentence, "report_empty")
    User.objects.select_for_update().get(pk=actor.pk)  # a double click hands in once
    row = WorkReport.objects.filter(person=actor, kind=kind, first=period.first).first()
    if row is not None and row.commented_at is not None:
        raise RuleError(
            _("Your lead has answered this report; it stays as it is."), "report_commented", status=409
        )
    row = row or WorkReport(person=actor, kind=kind, first=period.first)
    row.figures = count(actor, period, local_day(now))
    row.done, row.plan, row.support, row.written_at = (
        clean(texts.done),
        clean(texts.plan),
        clean(texts.support),
        now,
    )
    row.save()
    record(actor, "report.handed_in", at=now, subject_id=row.pk, period=kind, first=period.first.isoformat())
    tell(
        leads_of(actor), NoticeKind.REPORT_HANDED_IN, key=f"report:{row.pk}", at=now, subject_id=row.pk,
        who=actor.name, what=f"{row.get_kind_display()} {period.first.isoformat()}",
    )  # fmt: skip
    return row


@transaction.atomic
def comment_report(actor: User, report: WorkReport, comment: str, *, now: datetime) -> WorkReport:
    """Say a word to the report of somebody one leads. Raises RuleError `own_report` (403), `comment_missing`."""
    require(actor, Right.SEE_TEAM)
    row = WorkReport.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=report.pk)
    if row.person_id == actor.pk:
        raise RuleError(_("Nobody comments on a report of their own."), "own_report", status=403)
    if not comment.strip():
        sentence = _("Write a word on it.")
        raise wrong_at("comment", sentence, "comment_missing")
    row.comment, row.commented_by, row.commented_at = clean(comment), actor, now
    row.save(update_fields=["comment", "commented_by", "commented_at"])
    record(actor, "report.commented", at=now, subject_id=row.pk)
    tell(
        [row.person_id], NoticeKind.REPORT_COMMENTED, key=f"report:{row.pk}:{now.isoformat()}", at=now,
        subject_id=row.pk, who=actor.name, what=f"{row.get_kind_display()} {row.first.isoformat()}",
    )  # fmt: skip
    return row
