"""What is done to a project as a whole."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.contracts.models import Contract
from genjin.customers.actions.ownership import require_edit
from genjin.customers.queries.find import contacts_of
from genjin.customers.queries.sight import sees_person, show_contact
from genjin.delivery.actions import acceptance, projects
from genjin.delivery.actions.standing import require_run
from genjin.delivery.models import Project
from genjin.web.delivery import forms
from genjin.web.shell.pages import confirm_page, form_page, user_of


def project_of(request: HttpRequest, pk: int) -> Project:
    """Return a project in sight; a stranger's raises the same DoesNotExist as a missing one."""
    rows = Project.objects.visible_to(user_of(request)).select_related(
        "customer__owner", "customer__pool", "contract", "lead", "kickoff_file"
    )
    return rows.get(pk=pk)


def mine(request: HttpRequest, pk: int) -> tuple[User, Project, str]:
    """Return who asks, the project they work on, and the address of its page; refuses who does not work on it."""
    user, project = user_of(request), project_of(request, pk)
    require_run(user, project)
    return user, project, reverse("delivery:project", args=[pk])


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Open the project of a signed contract (`?contract=`)."""
    user, given = user_of(request), request.GET.get("contract", "")
    contract = Contract.objects.visible_to(user).select_related("customer__owner").get(pk=int(given) if given.isdecimal() and len(given) < 19 else 0)  # fmt: skip
    require_edit(user, contract.customer, Right.DELIVER)
    initial = {
        "name": contract.title,
        "starts_on": timezone.localdate(),
        "planned_end": None,
        "with_usual_steps": True,
    }
    form = forms.NewProjectForm(request.POST or None, initial=initial)
    made: list[Project] = []

    def save(data: dict[str, Any]) -> None:
        data.pop("version")
        made.append(projects.open_project(user, contract, projects.NewProject(**data), now=timezone.now()))

    return form_page(
        request, form, title=_("Project of contract %(number)s") % {"number": contract.number}, submit_label=_("Open the project"),
        message=_("The project is open."), save=save, done=lambda: reverse("delivery:project", args=[made[0].pk]),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change name, person in charge, planned days, notes."""
    user, project, url = mine(request, pk)
    initial = {name: getattr(project, name) for name in projects.CHANGEABLE} | {"version": project.version}
    form = forms.ProjectForm(request.POST or None, initial=initial)

    def save(data: dict[str, Any]) -> None:
        version = data.pop("version")
        projects.change_project(user, project, data, version=version, now=timezone.now())

    return form_page(request, form, title=_("Change the project"), save=save, message=_("Saved."), done=url)


@require_http_methods(["GET", "POST"])
def kickoff(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the kick-off meeting on record."""
    user, project, url = mine(request, pk)
    initial = {
        "on": project.kickoff_on or timezone.localdate(),
        "minutes": project.kickoff_minutes,
        "split": project.kickoff_split,
    }
    form = forms.KickoffForm(request.POST or None, request.FILES or None, initial=initial)
    return form_page(
        request, form, title=_("Kick-off meeting"), message=_("On record."), done=url,
        save=lambda data: projects.note_kickoff(user, project, projects.Kickoff(**data), now=timezone.now()),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the work."""
    user, project, url = mine(request, pk)
    return form_page(
        request, forms.DayForm(request.POST or None), title=_("Start the project"), submit_label=pgettext("project", "Start"), done=url,
        message=_("Under way."), save=lambda data: projects.start_project(user, project, on=data["on"], now=timezone.now()),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def slip(request: HttpRequest, pk: int) -> HttpResponse:
    """Move the expected end, with a reason."""
    user, project, url = mine(request, pk)
    form = forms.SlipForm(request.POST or None, initial={"expected_end": project.dates.end})
    return form_page(
        request, form, title=_("Move the expected end"), submit_label=pgettext("date", "Move"), done=url,
        message=_("Moved; what the forecast expects moved with it."),
        save=lambda data: projects.slip_project(user, project, **data, now=timezone.now()),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def deliver(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that everything is delivered."""
    user, project, url = mine(request, pk)
    return form_page(
        request, forms.DayForm(request.POST or None), title=_("Everything is delivered"), submit_label=_("Delivered"), done=url,
        message=_("Delivered; now the customer's acceptance."),
        save=lambda data: acceptance.deliver_project(user, project, on=data["on"], now=timezone.now()),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the customer's acceptance on record, with what shows it."""
    user, project, url = mine(request, pk)
    unmasked = sees_person(user, project.customer)
    shown = [show_contact(one, unmasked=unmasked) for one in contacts_of(project.customer)]
    people = [(one.id, " · ".join(part for part in (one.name, one.job_title) if part)) for one in shown]
    form = forms.AcceptForm(request.POST or None, request.FILES or None, people=people)
    return form_page(
        request, form, title=_("Acceptance by the customer"), submit_label=_("Accepted"), done=url,
        message=_("Accepted; payments that waited for it are due now."),
        save=lambda data: acceptance.accept_project(user, project, acceptance.NewAcceptance(**data), now=timezone.now()),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take delivery and acceptance back, with a reason."""
    user, project, url = mine(request, pk)
    return form_page(
        request, forms.ReasonForm(request.POST or None), title=_("Work goes on: take delivery or acceptance back"), done=url,
        submit_label=pgettext("project", "Reopen"), message=_("Reopened; payments that became due by the acceptance wait again."),
        save=lambda data: acceptance.reopen_project(user, project, **data, now=timezone.now()),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Call the project off, with a reason."""
    user, project, url = mine(request, pk)
    return form_page(
        request, forms.ReasonForm(request.POST or None), title=_("Call the project off"), submit_label=pgettext("project", "Call off"),
        message=_("Called off."), done=url, save=lambda data: projects.stop_project(user, project, **data, now=timezone.now()),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Take up a project that was called off."""
    user, project, url = mine(request, pk)
    return confirm_page(
        request, title=_("Resume the project"), question=_("Resume “%(name)s”?") % {"name": project.name}, done=url,
        submit_label=pgettext("project", "Resume"), message=_("Under way."), deed=lambda: projects.resume_project(user, project, now=timezone.now()),
    )  # fmt: skip
