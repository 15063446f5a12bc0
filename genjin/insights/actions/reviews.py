"""Making, writing and publishing a review."""

from datetime import date, datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import Team, User
from genjin.accounts.permissions import Right, require
from genjin.accounts.queries import company_zone, local_day, work_calendar
from genjin.events.actions import record
from genjin.followups.rules import Period
from genjin.insights.models import Review, ReviewSettings
from genjin.insights.queries.reviews.audience import (
    counts_for,
    may_review,
    readers_of,
    review_settings,
    reviewed_by_itself,
)
from genjin.insights.queries.reviews.making import counted
from genjin.insights.queries.reviews.results import frozen_results
from genjin.insights.rules.reviews import LONGEST, ReviewState, check_open, days_of, due_reviews
from genjin.kit.errors import RuleError, not_found, version_conflict
from genjin.kit.text import clean
from genjin.notices.actions import tell
from genjin.notices.rules import NoticeKind


def require_review(actor: User, team_id: int | None) -> None:
    """Refuse with 403 who does not hold the reviews of a team."""
    require(actor, Right.SEE_TEAM)
    require(actor, Right.MANAGE_TASKS)
    if team_id is None:
        require(actor, Right.SEE_ALL)
    if not may_review(actor, team_id):
        raise RuleError(_("Only who leads this team may do this."), "not_your_team", status=403)


def lock_review(actor: User, review: Review) -> Review:
    """Return a review of the actor's, locked; 404 out of sight, 403 where others hold it."""
    row = Review.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=review.pk).first()
    if row is None:
        raise not_found()
    require_review(actor, row.team_id)
    return row


@transaction.atomic
def make_review(actor: User, kind: str, day: date, team: Team | None, *, now: datetime) -> Review:
    """Make the review of the week or month `day` lies in, with the figures as they stand now, as a draft (S2-21).

    Raises RuleError `review_kind_unknown`, `period_not_begun`, `review_exists` (409).
    """
    require_review(actor, team.pk if team else None)
    period = days_of(kind, day, local_day(now))
    row = _make(actor, kind, period, team, now=now)
    if row is None:
        raise RuleError(_("There is a review of these days already."), "review_exists", status=409)
    return row


def _make(actor: User, kind: str, period: Period, team: Team | None, *, now: datetime) -> Review | None:
    """Write a draft and tell who may see it; None where there is one already, whoever was faster."""
    row = Review(kind=kind, first=period.first, last=period.last, team=team, made_at=now, made_by=actor)
    Review.objects.bulk_create([row], ignore_conflicts=True)
    kept = Review.objects.select_for_update(of=("self",)).get(kind=kind, first=period.first, team=team)
    if kept.figures:
        return None
    kept.figures = counted(counts_for(actor, team), period, team, now)
    kept.save(update_fields=["figures"])
    record(actor, "review.made", at=now, subject_id=kept.pk, period=kind, first=period.first.isoformat())
    _tell(kept, NoticeKind.TEAM_REVIEW_MADE, actor, now)
    return kept


def _tell(row: Review, kind: NoticeKind, actor: User, now: datetime) -> None:
    people = [pk for pk in readers_of(row) if pk != actor.pk or kind == NoticeKind.TEAM_REVIEW_MADE]
    tell(people, kind, key=f"team_review:{row.pk}:{row.state}", at=now, subject_id=row.pk, who=actor.name, what=str(row))  # fmt: skip


@transaction.atomic
def count_anew(actor: User, review: Review, *, now: datetime) -> Review:
    """Count the figures of a draft anew, as they stand now; what was written stays. Raises RuleError `review_published`."""
    row = lock_review(actor, review)
    check_open(row.state)
    row.figures = counted(counts_for(actor, row.team), Period(row.first, row.last), row.team, now)
    row.made_at, row.made_by, row.version = now, actor, row.version + 1
    row.save(update_fields=["figures", "made_at", "made_by", "version"])
    record(actor, "review.counted", at=now, subject_id=row.pk)
    return row


@transaction.atomic
def write_conclusions(actor: User, review: Review, text: str, version: int, *, now: datetime) -> Review:
    """Write what follows from a draft (S2-22). Raises RuleError `review_published`, `version_conflict` (409)."""
    row = lock_review(actor, review)
    check_open(row.state)
    if row.version != version:
        raise version_conflict(row.version)
    row.conclusions, row.version = clean(text)[:LONGEST], row.version + 1
    row.save(update_fields=["conclusions", "version"])
    record(actor, "review.written", at=now, subject_id=row.pk)
    return row


@transaction.atomic
def publish_review(actor: User, review: Review, *, now: datetime) -> Review:
    """Publish a draft: from now on it stays as it is, and the team may read it. Raises RuleError `review_published`."""
    row = lock_review(actor, review)
    check_open(row.state)
    row.figures = {**row.figures, "results": frozen_results(row, local_day(now))}
    row.state, row.published_at, row.published_by = ReviewState.PUBLISHED, now, actor
    row.version += 1
    row.save(update_fields=["figures", "state", "published_at", "published_by", "version"])
    record(actor, "review.published", at=now, subject_id=row.pk)
    _tell(row, NoticeKind.TEAM_REVIEW_PUBLISHED, actor, now)
    return row


def make_due_reviews(now: datetime) -> int:
    """Make what is due by itself for each team with a lead and for the company, one transaction each; returns how many there are anew."""
    made, chosen = 0, review_settings()
    if not chosen.is_automatic:
        return 0
    for kind, day in due_reviews(now.astimezone(company_zone()), work_calendar(), chosen.week_at, chosen.month_at):  # fmt: skip
        period = days_of(kind, day, local_day(now))
        there = set(Review.objects.filter(kind=kind, first=period.first).values_list("team_id", flat=True))
        for team, holder in reviewed_by_itself():
            if (team.pk if team else None) not in there:
                with transaction.atomic():
                    made += _make(holder, kind, period, team, now=now) is not None
    return made


@transaction.atomic
def save_review_settings(actor: User, *, is_automatic: bool, week_at: time, month_at: time, now: datetime) -> ReviewSettings:  # fmt: skip
    """Say whether and when reviews are made by themselves."""
    require(actor, Right.MANAGE_SETTINGS)
    row = ReviewSettings.objects.select_for_update().first() or ReviewSettings()
    row.is_automatic, row.week_at, row.month_at = is_automatic, week_at, month_at
    row.save()
    record(actor, "review_settings.changed", at=now, subject_id=row.pk, is_automatic=is_automatic, week_at=f"{week_at:%H:%M}", month_at=f"{month_at:%H:%M}")  # fmt: skip
    return row


@transaction.atomic
def note_export(actor: User, review: Review, form: str, *, now: datetime) -> None:
    """Note that somebody took a review along as a file. Raises RuleError `forbidden` (403) and 404 out of sight."""
    require(actor, Right.EXPORT)
    if not Review.objects.visible_to(actor).filter(pk=review.pk).exists():
        raise not_found()
    record(actor, "review.exported", at=now, subject_id=review.pk, form=form)
