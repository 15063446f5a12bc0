"""Team, steps and risks of a project."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from genjin.delivery.actions import risks, steps, team
from genjin.delivery.models import ProjectStep
from genjin.web.delivery import forms
from genjin.web.delivery.views.deeds import mine
from genjin.web.delivery.views.project import project_context
from genjin.web.shell.pages import confirm_page, form_page, is_fragment, leave


@require_http_methods(["GET", "POST"])
def member_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Take somebody into the team, or change their part."""
    user, project, url = mine(request, pk)
    form = forms.MemberForm(request.POST or None)
    return form_page(
        request, form, title=_("Into the team"), message=_("Saved."), done=url,
        save=lambda data: team.add_member(user, project, data["user"], data["part"], note=data["note"], now=timezone.now()),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def member_remove(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """Let somebody out of the team."""
    user, project, url = mine(request, pk)
    row = project.members.select_related("user", "project").get(pk=member)
    return confirm_page(
        request, title=_("Out of the team"), question=_("Take %(name)s out of the team?") % {"name": row.user.name}, done=url,
        consequence=_("Their sight of this customer through the project ends."), submit_label=_("Take out"), message=_("Saved."),
        deed=lambda: team.remove_member(user, row, now=timezone.now()),
    )  # fmt: skip


def _new_step(data: dict[str, Any]) -> steps.NewStep:
    return steps.NewStep(data["name"], data["owner"], data["due_on"], data["weight"], data["trigger"])


@require_http_methods(["GET", "POST"])
def step_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan a step."""
    user, project, url = mine(request, pk)
    form = forms.StepForm(request.POST or None)
    del form.fields["why"]
    return form_page(
        request, form, title=_("New step"), message=_("Planned."), done=url,
        save=lambda data: steps.add_step(user, project, _new_step(data), now=timezone.now()),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def step_edit(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """Change a step that is not done."""
    user, project, url = mine(request, pk)
    row = _step(project, step)
    initial = {name: getattr(row, name) for name in ("name", "owner", "due_on", "weight", "trigger")}
    form = forms.StepForm(request.POST or None, initial=initial)
    if not row.trigger:
        del form.fields["why"]
    return form_page(
        request, form, title=_("Change the step"), message=_("Saved."), done=url,
        save=lambda data: steps.change_step(user, row, _new_step(data), why=data.get("why", ""), now=timezone.now()),
    )  # fmt: skip


def _step(project: Any, pk: int) -> ProjectStep:
    row: ProjectStep = project.steps.select_related("project", "owner").get(pk=pk)
    return row


@require_POST
def step_tick(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """Say that a step is done today; one touch on a phone."""
    user, project, url = mine(request, pk)
    steps.tick_step(user, _step(project, step), now=timezone.now())
    return _again(request, pk, url)


@require_POST
def step_untick(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """Take a tick back."""
    user, project, url = mine(request, pk)
    steps.untick_step(user, _step(project, step), now=timezone.now())
    return _again(request, pk, url)


@require_POST
def step_up(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """Move a step one place up."""
    user, project, url = mine(request, pk)
    steps.move_step(user, _step(project, step), up=True, now=timezone.now())
    return _again(request, pk, url)


def _again(request: HttpRequest, pk: int, url: str) -> HttpResponse:
    """Answer with the body of the page as it is now; without htmx lead back to it."""
    if not is_fragment(request):
        return leave(request, url)
    return render(request, "delivery/project.html#work", project_context(request, pk))


@require_http_methods(["GET", "POST"])
def step_remove(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """Take a step out."""
    user, project, url = mine(request, pk)
    row = _step(project, step)
    return confirm_page(
        request, title=_("Remove the step"), question=_("Remove “%(name)s”?") % {"name": row.name}, done=url, level="danger",
        consequence=_("Its task is cancelled, too."), submit_label=_("Remove"), message=_("Removed."),
        deed=lambda: steps.remove_step(user, row, now=timezone.now()),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def risk_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a risk on record."""
    user, project, url = mine(request, pk)
    form = forms.RiskForm(request.POST or None)
    del form.fields["closed"]
    return form_page(
        request, form, title=_("New risk"), message=_("On record."), done=url,
        save=lambda data: risks.raise_risk(user, project, risks.NewRisk(**data), now=timezone.now()),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def risk_edit(request: HttpRequest, pk: int, risk: int) -> HttpResponse:
    """Change a risk, answer it, close it."""
    user, project, url = mine(request, pk)
    row = project.risks.select_related("project", "owner").get(pk=risk)
    initial = {name: getattr(row, name) for name in ("text", "level", "owner", "answer")} | {
        "closed": row.closed_at is not None
    }
    form = forms.RiskForm(request.POST or None, initial=initial)

    def save(data: dict[str, Any]) -> None:
        closed = data.pop("closed")
        risks.change_risk(user, row, risks.NewRisk(**data), closed=closed, now=timezone.now())

    return form_page(request, form, title=_("Risk"), message=_("Saved."), save=save, done=url)
