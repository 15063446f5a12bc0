"""How projects are shown: rows of lists, tones of days, what a deed is called."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from genjin.accounts.models import User
from genjin.customers.queries.sight import said, shown_name
from genjin.delivery.models import Project
from genjin.delivery.queries.projects import Standing, standings
from genjin.delivery.rules import ProjectState
from genjin.delivery.rules.plan import days_late, days_slipped, is_soon

TONES = {
    ProjectState.PLANNED: "muted", ProjectState.RUNNING: "blue", ProjectState.DELIVERED: "orange",
    ProjectState.ACCEPTED: "green", ProjectState.STOPPED: "line",
}  # fmt: skip


def rows_of(user: User, projects: Iterable[Project], today: date) -> list[dict[str, Any]]:
    """Return projects as rows; two queries for any number."""
    projects = list(projects)
    found = standings(projects, today)
    return [row_of(user, project, found[project.pk], today) for project in projects]


def row_of(user: User, project: Project, standing: Standing, today: date) -> dict[str, Any]:
    """Return a project as a row of a list or a bar of the time line."""
    late = days_late(project.dates, today)
    return {
        "id": project.pk, "name": said(user, project.customer, project.name), "url": reverse("delivery:project", args=[project.pk]),
        "customer": shown_name(user, project.customer), "customer_url": reverse("customers:detail", args=[project.customer_id]),
        "contract": project.contract.number, "state": project.get_state_display(), "tone": TONES[ProjectState(project.state)],
        "lead": project.lead.name if project.lead else "", "owner": project.customer.owner.name if project.customer.owner else "",
        "standing": standing, "planned_end": project.planned_end, "end": project.dates.end, "delivered_on": project.delivered_on,
        "late": late_words(late), "is_late": late > 0, "slipped": slip_words(project), "day_tone": day_tone(project, today),
        "accepted_on": project.accepted_on,
    }  # fmt: skip


def late_words(days: int) -> str:
    """Return by how much something is late."""
    return ngettext("%(count)d day late", "%(count)d days late", days) % {"count": days} if days else ""


def slip_words(project: Project) -> str:
    """Return by how much the end moved away from the plan, with its sign."""
    days = days_slipped(project.dates)
    return _("%(days)+d days") % {"days": days} if days and project.expected_end else ""


def day_tone(project: Project, today: date) -> str:
    """Return the colour class of a project's end."""
    if days_late(project.dates, today):
        return "is-red"
    return "is-orange" if is_soon(project.dates, today) else ""
