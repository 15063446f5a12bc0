"""复盘: the list of written reviews, and one of them, read like a report."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.accounts.queries import local_day
from genjin.insights.models import Review
from genjin.insights.queries.reviews.audience import may_review, teams_held
from genjin.insights.queries.reviews.reading import Reading
from genjin.insights.queries.reviews.waiting import actions_waiting, drafts_waiting
from genjin.insights.rules.reviews import ReviewKind
from genjin.web.reviews.deeds import ConclusionsForm
from genjin.web.reviews.shown import Shown, action_row
from genjin.web.shell.pages import list_page, user_of


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """List the reviews one may read, the newest first."""
    user, kind = user_of(request), request.GET.get("kind", "")
    rows = Review.objects.visible_to(user).select_related("team", "made_by")
    rows = rows.annotate(decided=Count("actions")).order_by("-first", "-pk")
    words = {"": _("All")} | {key: str(label) for key, label in ReviewKind.choices}
    labels = (pgettext("review", "Review"), _("Team"), pgettext("review", "State"), _("Published"), pgettext("review", "Actions"))  # fmt: skip
    return list_page(
        request, "reviews/list.html", rows.filter(kind=kind) if kind in ReviewKind.values else rows, title=pgettext("menu", "Reviews"),
        tabs=[{"url": f"?kind={key}", "label": word, "active": key == kind} for key, word in words.items()],
        columns=[{"label": label, "number": at == 4} for at, label in enumerate(labels)],
        create={"url": reverse("reviews:new"), "label": _("New review"), "dialog": True} if teams_held(user) or may_review(user, None) else None,
        empty={"icon": "clipboard-text", "title": _("No review yet"), "text": _("Reviews of a week or month are made on Friday afternoon and on the first working morning of a month, or by hand.")},
    )  # fmt: skip


def seen(user: User, pk: int) -> Review:
    """Return a review in sight; out of sight is missing."""
    return Review.objects.visible_to(user).select_related("team", "made_by", "published_by").get(pk=pk)


@require_GET
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a review: what came of the last one's actions, what is to be said, figures part by part."""
    user = user_of(request)
    row = seen(user, pk)
    read = Reading(user, row, local_day(timezone.now()))
    holds = may_review(user, row.team_id)
    context = {
        "review": row, "title": str(row), "is_draft": not row.is_published, "holds": holds and not row.is_published,
        "sentences": read.sentences, "before": read.before, "parts": Shown(read).parts(),
        "results": [action_row(one, user.pk, holds=holds, is_draft=False) for one in read.results],
        "actions": [action_row(one, user.pk, holds=holds, is_draft=not row.is_published) for one in read.decided],
        "form": ConclusionsForm(initial={"conclusions": row.conclusions, "version": row.version}), "draft_key": f"review-{row.pk}",
        "may_export": user.may(Right.EXPORT),
    }  # fmt: skip
    return render(request, "reviews/review.html", context)


def waiting(user: User) -> list[dict[str, Any]]:
    """Return the drafts that wait for this person's conclusions, and what reviews asked of them that is no task."""
    today = local_day(timezone.now())

    drafts = [
        {"url": reverse("reviews:review", args=[row.pk]), "name": str(row), "note": _("to conclude"), "tone": "orange"}
        for row in drafts_waiting(user)
    ]  # fmt: skip
    deeds = [
        {"url": reverse("reviews:settle", args=[row.pk]), "name": row.what, "note": str(row.due_on), "tone": "red" if row.due_on < today else "orange"}
        for row in actions_waiting(user)
    ]  # fmt: skip
    lists = ((_("Reviews to conclude"), "clipboard-text", drafts), (_("Decided in reviews"), "checklist", deeds))  # fmt: skip
    return [
        {"title": title, "icon": icon, "url": reverse("reviews:list"), "rows": rows}
        for title, icon, rows in lists
        if rows
    ]
