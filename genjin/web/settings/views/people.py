"""People, teams, and what each role may do."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.actions import NewUser, add_user, change_user, issue_entry, remove_team, save_team
from genjin.accounts.models import Team, User
from genjin.accounts.permissions import RIGHT_WORDS, RIGHTS, Right, Role, require
from genjin.customers.models import Customer
from genjin.web.settings.forms import NewUserForm, TeamForm, UserForm
from genjin.web.shell.account import entry_link
from genjin.web.shell.pages import attempt, confirm_page, form_page, user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import ago

SHOWN_FIELDS = ("name", "role", "team", "email", "is_active")


@require_GET
def users(request: HttpRequest) -> HttpResponse:
    """Show everybody who has an account, those who may sign in first."""
    require(user_of(request), Right.MANAGE_USERS)
    tab, query = request.GET.get("tab", "active"), request.GET.get("q", "").strip()[:60]
    rows = User.objects.filter(is_active=tab != "off").select_related("team").order_by("name", "pk")
    if query:
        rows = rows.filter(
            Q(name__icontains=query) | Q(username__icontains=query) | Q(name_keys__contains=query.lower())
        )
    shown = paged(request, rows)
    words = {"active": _("May sign in"), "off": _("Disabled")}
    headings = (pgettext("person", "Name"), _("Login"), _("Role"), _("Team"), _("Last signed in"))
    context = shown.context() | {
        "title": _("People"), "query": query, "kept": [("tab", tab)], "rows": [_user_row(row) for row in shown.rows],
        "tabs": [{"url": f"?tab={key}", "label": label, "active": key == tab} for key, label in words.items()],
        "columns": [{"label": label} for label in headings],
        "create": {"url": reverse("settings:user_add"), "label": _("Add a person")},
        "empty": {"icon": "users", "title": _("Nobody here")},
    }  # fmt: skip
    return render(request, "settings/entries.html", context)


def _user_row(user: User) -> dict[str, Any]:
    last = ago(user.last_login) if user.last_login else _("never")
    texts = (user.name, user.username, user.get_role_display(), str(user.team or ""), last)
    labels = (pgettext("person", "Name"), _("Login"), _("Role"), _("Team"), _("Last signed in"))
    cells = [{"text": text, "label": label} for text, label in zip(texts, labels, strict=True)]
    return {"url": reverse("settings:user_edit", args=[user.pk]), "cells": cells}


@require_http_methods(["GET", "POST"])
def user_add(request: HttpRequest) -> HttpResponse:
    """Add a person and show the one-time link by which they enter."""
    actor = user_of(request)
    require(actor, Right.MANAGE_USERS)
    form = NewUserForm(request.POST or None, initial={"role": Role.REP})
    made: list[User] = []

    def save() -> None:
        made.append(add_user(actor, NewUser(**form.cleaned_data), now=timezone.now()))

    if request.method == "POST" and form.is_valid() and attempt(form, save):
        return _show_link(request, made[0])
    return form_page(
        request, form, title=_("Add a person"), submit_label=_("Add and show the link"), save=lambda _data: None,
        done=reverse("settings:users"), template="settings/entry.html",
    )  # fmt: skip


def _show_link(request: HttpRequest, person: User) -> HttpResponse:
    context = {"title": _("One-time link"), "person": person, "link": entry_link(person)}
    response = render(request, "settings/link_shown.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
def user_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change name, role, team, or whether somebody may sign in."""
    actor = user_of(request)
    require(actor, Right.MANAGE_USERS)
    person = User.objects.get(pk=pk)
    form = UserForm(request.POST or None, initial={name: getattr(person, name) for name in SHOWN_FIELDS})
    return form_page(
        request, form, title=person.name, message=_("Saved."), done=lambda: _after(person), template="settings/user.html",
        save=lambda data: change_user(actor, person, now=timezone.now(), **data), person=person,
        owned=Customer.objects.live().filter(owner=person).count(),
        owned_url=f"{reverse('customers:list')}?f=owner_id&op=eq&v={person.pk}&v2=",
    )  # fmt: skip


def _after(person: User) -> str:
    """Who was locked out and still owns customers hands them on next."""
    now = User.objects.get(pk=person.pk)
    if not now.is_active and Customer.objects.live().filter(owner=now).exists():
        return f"{reverse('routing:handover_new')}?giver={now.pk}"
    return reverse("settings:users")


@require_http_methods(["GET", "POST"])
def user_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Give somebody a one-time link to choose a new password; asked first, then shown once."""
    actor = user_of(request)
    require(actor, Right.MANAGE_USERS)
    person = User.objects.get(pk=pk)
    if request.method == "POST":
        issue_entry(actor, person, now=timezone.now())
        return _show_link(request, person)
    return confirm_page(
        request, deed=lambda: None, title=_("One-time link"), submit_label=_("Make the link"),
        question=_("Make a link by which %(name)s chooses a new password?") % {"name": person.name},
        consequence=_("It works once, for an hour. Give it to nobody else."), done=reverse("settings:user_edit", args=[pk]),
    )  # fmt: skip


@require_GET
def teams(request: HttpRequest) -> HttpResponse:
    """Show the tree of teams with their leads and how many belong to each."""
    require(user_of(request), Right.MANAGE_USERS)
    rows = Team.objects.annotate(size=Count("members", filter=Q(members__is_active=True), distinct=True))
    children: dict[int | None, list[Any]] = {}
    for team in rows.prefetch_related("leads").order_by("name"):
        children.setdefault(team.parent_id, []).append(team)
    return render(request, "settings/teams.html", {"title": _("Teams"), "rows": _branches(children, None, 0)})


def _branches(children: dict[int | None, list[Any]], parent: int | None, depth: int) -> list[dict[str, Any]]:
    rows = []
    for team in children.get(parent, ()):
        leads = ", ".join(lead.name for lead in team.leads.all())
        rows.append(
            {"pk": team.pk, "name": team.name, "depth": range(depth), "leads": leads, "size": team.size}
        )
        rows += _branches(children, team.pk, depth + 1)
    return rows


@require_http_methods(["GET", "POST"])
def team_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add a team, or change its name, place and leads."""
    actor = user_of(request)
    require(actor, Right.MANAGE_USERS)
    team = Team() if pk is None else Team.objects.get(pk=pk)
    initial = {"name": team.name, "parent": team.parent_id, "leads": list(team.leads.all()) if pk else []}
    form = TeamForm(request.POST or None, initial=initial)

    def save(data: dict[str, Any]) -> None:
        team.name, team.parent = data["name"], data["parent"]
        save_team(actor, team, leads=list(data["leads"]), now=timezone.now())

    remove_url = reverse("settings:team_remove", args=[pk]) if pk else ""
    return form_page(
        request, form, title=initial["name"] or _("New team"), message=_("Saved."), save=save, done=reverse("settings:teams"),
        template="settings/entry.html", remove_url=remove_url,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def team_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a team nobody belongs to."""
    actor = user_of(request)
    require(actor, Right.MANAGE_USERS)
    team = Team.objects.get(pk=pk)
    return confirm_page(
        request, deed=lambda: remove_team(actor, team, now=timezone.now()), level="danger", title=_("Remove"),
        question=_("Remove “%(name)s”?") % {"name": team.name}, submit_label=_("Remove"), done=reverse("settings:teams"),
        message=_("Removed."),
    )  # fmt: skip


@require_GET
def rights(request: HttpRequest) -> HttpResponse:
    """Show the table of rights as it stands in the code."""
    require(user_of(request), Right.MANAGE_USERS)
    rows = [
        {"words": words, "cells": [right in RIGHTS[role] for role in Role]}
        for right, words in RIGHT_WORDS.items()
    ]
    context = {"title": _("Roles and rights"), "roles": [role.label for role in Role], "rows": rows}
    return render(request, "settings/rights.html", context)
