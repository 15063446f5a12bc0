"""Robots of groups, what left the page, and what is urgent."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from genjin.accounts.permissions import Right
from genjin.notices.actions.claiming import send_again
from genjin.notices.actions.outbox import mail_is_on
from genjin.notices.actions.reading import set_urgent_kinds
from genjin.notices.actions.robots import remove_robot, save_robot, try_robot
from genjin.notices.models import Delivery, Robot
from genjin.notices.queries import urgent_kinds
from genjin.notices.rules import Channel, label_of
from genjin.web.settings.robot_form import RobotForm, UrgentForm
from genjin.web.shell.pages import confirm_page, form_page, leave, user_with
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import ago

TONES = {"waiting": "orange", "sent": "green", "failed": "red", "dropped": "muted"}


@require_GET
def robots(request: HttpRequest) -> HttpResponse:
    """Show the robots, how they fare, and what is urgent."""
    user_with(request, Right.MANAGE_SETTINGS)
    rows = Robot.objects.prefetch_related("people", "teams")
    urgent = sorted(label_of(kind) for kind in urgent_kinds())
    context = {"title": _("Robots"), "rows": [_row(row) for row in rows], "urgent": urgent, "mail_is_on": mail_is_on()}  # fmt: skip
    return render(request, "settings/robots.html", context)


def _row(row: Robot) -> dict[str, Any]:
    reached = [team.name for team in row.teams.all()] + [person.name for person in row.people.all()]
    return {
        "pk": row.pk, "name": row.name, "kind": row.get_kind_display(), "host": row.host, "is_active": row.is_active,
        "problem": row.problem, "used_at": row.used_at, "reached": "、".join(reached[:12]),
        "kinds": "、".join(label_of(kind) for kind in row.kinds),
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def robot_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add a robot or change one; its address is never shown."""
    user = user_with(request, Right.MANAGE_SETTINGS)
    row = Robot.objects.get(pk=pk) if pk else Robot()
    initial: dict[str, Any] = {}
    if pk:
        initial = {name: getattr(row, name) for name in ("name", "kind", "kinds", "is_active")}
        initial |= {"people": list(row.people.all()), "teams": list(row.teams.all())}
    form = RobotForm(request.POST or None, initial=initial, is_new=not pk)
    return form_page(
        request, form, title=row.name if pk else pgettext("deed", "New robot"), message=_("Saved."),
        save=lambda values: save_robot(user, row, values, now=timezone.now()), done=reverse("settings:robots"),
        template="settings/entry.html", remove_url=reverse("settings:robot_remove", args=[pk]) if pk else "",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def robot_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a robot."""
    user = user_with(request, Right.MANAGE_SETTINGS)
    row = Robot.objects.get(pk=pk)
    return confirm_page(
        request, deed=lambda: remove_robot(user, row, now=timezone.now()), level="danger", title=_("Remove"),
        question=_("Remove “%(name)s”?") % {"name": row.name}, submit_label=_("Remove"), done=reverse("settings:robots"),
        consequence=_("What still waits for it is not sent, and the log of what it said goes."), message=_("Removed."),
    )  # fmt: skip


@require_POST
def robot_try(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a robot say that it works."""
    user = user_with(request, Right.MANAGE_SETTINGS)
    problem = try_robot(user, Robot.objects.get(pk=pk), now=timezone.now())
    if problem:
        messages.error(request, _("It did not work: %(why)s") % {"why": problem})
        return redirect("settings:robots")
    return leave(request, reverse("settings:robots"), _("Sent. Please look into the group."))


@require_http_methods(["GET", "POST"])
def urgent(request: HttpRequest) -> HttpResponse:
    """Say which kinds wait for nobody's morning."""
    user = user_with(request, Right.MANAGE_SETTINGS)
    return form_page(
        request, UrgentForm(request.POST or None, initial={"kinds": sorted(urgent_kinds())}), title=_("Urgent notices"),
        save=lambda data: set_urgent_kinds(user, data["kinds"], now=timezone.now()), done=reverse("settings:robots"),
        message=_("Saved."), template="settings/entry.html",
    )  # fmt: skip


@require_GET
def deliveries(request: HttpRequest) -> HttpResponse:
    """Show what left the page and what did not arrive; of each its kind and way, never its words."""
    user_with(request, Right.MANAGE_SETTINGS)
    status, way = request.GET.get("status", ""), request.GET.get("way", "")
    rows = Delivery.objects.select_related("person", "robot", "notice")
    if status in Delivery.Status.values:
        rows = rows.filter(status=status)
    if way in Channel.values:
        rows = rows.filter(channel=way)
    shown = paged(request, rows)
    tabs = [("", _("All")), *Delivery.Status.choices]
    headings = (_("Notice"), _("For"), _("Way"), _("When"), _("Status"), _("Tries"), _("Error"), _("Actions"))
    context = shown.context() | {
        "title": _("Sent messages"), "columns": [{"label": label} for label in headings], "ways": Channel.choices, "way": way, "status": status,
        "rows": [_delivery(row) for row in shown.rows],
        "tabs": [{"url": f"?status={key}&way={way}", "label": label, "active": key == status} for key, label in tabs],
        "empty": {"icon": "send", "title": _("Nothing left the page yet"), "text": _("Mails and messages of robots appear here, with what went wrong.")},
    }  # fmt: skip
    return render(request, "settings/deliveries.html", context)


def _delivery(row: Delivery) -> dict[str, Any]:
    local = timezone.localtime(row.done_at or row.next_at)
    may_again = row.status in {Delivery.Status.FAILED, Delivery.Status.WAITING}
    return {
        "id": row.pk, "what": label_of(row.notice.kind), "person": row.person.name, "way": row.robot.name if row.robot else row.get_channel_display(),
        "when": ago(row.done_at) if row.done_at else _("next try %(time)s") % {"time": local.strftime("%m-%d %H:%M")},
        "exact": local.strftime("%Y-%m-%d %H:%M:%S"), "status": row.get_status_display(), "tone": TONES[row.status],
        "tries": row.attempts, "error": row.error, "mark": row.message.hex[:8] if row.message else "",
        "again_url": reverse("settings:delivery_again", args=[row.pk]) if may_again else "",
    }  # fmt: skip


@require_POST
def delivery_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a message go out now."""
    user = user_with(request, Right.MANAGE_SETTINGS)
    send_again(user, Delivery.objects.get(pk=pk), now=timezone.now())
    return leave(
        request, reverse("settings:deliveries"), _("It goes out within a minute, under the same id.")
    )
