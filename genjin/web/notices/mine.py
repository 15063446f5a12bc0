"""How one wants to be told, and the calendar for one's phone."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.notices.actions.feeds import make_feed, revoke_feed
from genjin.notices.actions.outbox import mail_is_on
from genjin.notices.actions.reading import save_habits
from genjin.notices.models import Feed, Habits, Robot
from genjin.notices.queries import audiences
from genjin.notices.rules import NoticeKind
from genjin.web.notices.forms import HabitsForm
from genjin.web.shell.pages import attempt, confirm_page, leave, user_of

# Kinds that reach only who holds a right.
_ONLY = {
    NoticeKind.REQUEST_ASKED: Right.APPROVE,
    NoticeKind.TEAM_BRIEF: Right.SEE_TEAM,
    NoticeKind.IMPORT_DONE: Right.IMPORT,
    NoticeKind.IMPORT_FAILED: Right.IMPORT,
    NoticeKind.EXPORT_READY: Right.EXPORT,
    NoticeKind.EXPORT_FAILED: Right.EXPORT,
    NoticeKind.MAILBOX_FAILING: Right.MANAGE_SETTINGS,
    NoticeKind.BACKUP_FAILED: Right.MANAGE_SETTINGS,
    NoticeKind.ROBOT_STOPPED: Right.MANAGE_SETTINGS,
}


def _kinds(user: User) -> list[NoticeKind]:
    kinds = [kind for kind in NoticeKind if kind not in _ONLY or user.may(_ONLY[kind])]
    hidden = NoticeKind.DAILY_BRIEF if user.may(Right.SEE_TEAM) else None
    return [kind for kind in kinds if kind != hidden]


@require_http_methods(["GET", "POST"])
def habits(request: HttpRequest) -> HttpResponse:
    """Show and choose how one is told."""
    user = user_of(request)
    row = Habits.objects.filter(person=user).first() or Habits(person=user)
    form = HabitsForm(request.POST or None, habits=row, kinds=_kinds(user))
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and attempt(form, lambda: save_habits(user, form.values(), now=timezone.now())):
        return leave(request, reverse("my_notices"), _("Saved."))
    feed = Feed.objects.filter(person=user).first()
    context: dict[str, Any] = {"title": _("How I am told"), "form": form, "ways": _ways(user), "feed": feed}
    return render(request, "notices/mine.html", context, status=422 if form.errors else 200)


@require_POST
def feed_make(request: HttpRequest) -> HttpResponse:
    """Make the address of one's calendar and show it this one time."""
    secret = make_feed(user_of(request), now=timezone.now())
    link = settings.ENVIRONMENT.public_url + reverse("public:calendar", args=[secret])
    context = {"title": _("Your calendar"), "link": link, "webcal": f"webcal://{link.partition('://')[2]}"}
    response = render(request, "notices/feed_shown.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
def feed_end(request: HttpRequest) -> HttpResponse:
    """End the address of one's calendar."""
    user = user_of(request)
    return confirm_page(
        request, deed=lambda: revoke_feed(user, now=timezone.now()), level="danger", title=_("End the calendar"),
        question=_("End the address of your calendar?"), submit_label=_("End it"), done=reverse("my_notices"),
        consequence=_("Phones that subscribed get nothing any more."), message=_("Ended."),
    )  # fmt: skip


def _ways(user: User) -> list[str]:
    """Say which ways lead to this person at present."""
    robots = list(Robot.objects.in_use())
    reached = audiences(robots) if robots else {}
    ways = [str(robot) for robot in robots if user.pk in reached[robot.pk]]
    if user.email and mail_is_on():
        ways.insert(0, user.email)
    return ways
