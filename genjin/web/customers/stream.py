"""The timeline as the customer page shows it: entries by day, comments under what they are about."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.accounts.queries import local_day
from genjin.customers.actions.derive import facts_of
from genjin.customers.models import Customer, Override
from genjin.customers.queries.scores import current_rules
from genjin.customers.queries.sight import sees_person
from genjin.customers.rules.score import score_lines
from genjin.followups.models import Comment
from genjin.followups.queries.timeline import PAGE, TimelineItem, timeline
from genjin.followups.rules.comments import may_change
from genjin.web.customers.moments import moments
from genjin.web.shell.pages import user_of
from genjin.web.shell.templatetags.genjin import days_since

KINDS = ("contacts", "comments", "tasks", "changes")


def timeline_context(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """Return the stream grouped by day, with the address of what is older; `?comment=` begins where it stands."""
    user = user_of(request)
    only = request.GET.get("only", "")
    only = only if only in KINDS else ""
    before = parse_before(request.GET.get("before", ""))
    unmasked = sees_person(user, customer)
    items = timeline(customer, only=only, before=before, unmasked=unmasked)
    wanted = _asked_for(request, customer)
    if wanted is not None and wanted.pk not in {comment.pk for comment in comments_in(items)}:
        at = (wanted.followup.happened_at if wanted.followup else wanted.at) + timedelta(microseconds=1)
        items = timeline(customer, before=at, unmasked=unmasked)
    dress_comments(user, customer, comments_in(items))
    shown = moments(items)
    days = [
        {"label": day, "moments": list(group)}
        for day, group in groupby(shown, key=lambda moment: moment["day"])
    ]
    url = reverse("customers:stream", args=[customer.pk])
    more = f"{url}?only={only}&before={items[-1].at.timestamp()}" if len(items) >= PAGE else ""
    return {
        "days": days, "more_url": more, "comment_now": wanted.pk if wanted else None,
        "comment_url": reverse("customers:comment_add", args=[customer.pk]) if user.may(Right.COMMENT) else "",
    }  # fmt: skip


def parse_before(text: str) -> Any:
    """Read the moment an older part of the timeline begins at; None when it is none."""
    try:
        return datetime.fromtimestamp(float(text), UTC) if text else None
    except (ValueError, OverflowError, OSError):
        return None


def _asked_for(request: HttpRequest, customer: Customer) -> Comment | None:
    text = request.GET.get("comment", "")
    if not text.isdecimal() or len(text) > 18:
        return None
    return Comment.objects.filter(customer=customer, pk=int(text)).select_related("followup").first()


def comments_in(items: Iterable[TimelineItem]) -> list[Comment]:
    """Return every comment of some entries."""
    found: list[Comment] = []
    for item in items:
        found += (
            list(item.followup.comments.all()) if item.followup else [item.comment] if item.comment else []
        )
    return found


def dress_comments(user: User, customer: Customer, comments: Sequence[Comment]) -> None:
    """Give comments what a page shows beside them: mentioned names set off, and what their author may do."""
    ids = {pk for comment in comments for pk in comment.mentioned}
    people = dict(User.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    may_comment, now = user.may(Right.COMMENT), timezone.now()
    for comment in comments:
        row: Any = comment
        row.parts = parts_of(comment.text, [people[pk] for pk in comment.mentioned if pk in people])
        is_own = may_comment and comment.author_id == user.pk
        place = [customer.pk, comment.pk]
        row.edit_url = (
            reverse("customers:comment_change", args=place) if is_own and may_change(comment.at, now) else ""
        )
        row.remove_url = reverse("customers:comment_remove", args=place) if is_own else ""


def parts_of(text: str, names: Iterable[str]) -> list[dict[str, Any]]:
    """Cut a text where it mentions one of `names`, so that the page can set them off; all of it stays text."""
    longest_first = sorted(filter(None, names), key=len, reverse=True)
    if not longest_first:
        return [{"text": text, "mentioned": False}]
    pattern = "([@＠](?:" + "|".join(map(re.escape, longest_first)) + "))"
    return [
        {"text": part, "mentioned": bool(at % 2)} for at, part in enumerate(re.split(pattern, text)) if part
    ]


def standing_words(customer: Customer) -> list[Override]:
    """Return what stands above the rules; asks only where something may."""
    if customer.score_override is None and not customer.is_grade_confirmed:
        return []
    return list(Override.objects.standing().filter(customer=customer).select_related("by"))


def score_context(customer: Customer) -> dict[str, Any]:
    """Return the score row by row with what would make it pass."""
    rules = current_rules()
    lines = score_lines(facts_of(customer), rules, local_day(timezone.now()))
    return {
        "points": customer.score, "by_hand": standing_words(customer), "pass_mark": rules.pass_mark, "lines": lines, "version": rules.version,
        "grade_reason": customer.grade_reason, "is_confirmed": customer.is_grade_confirmed,
        "days": days_since(customer.stage_entered_at),
    }  # fmt: skip
