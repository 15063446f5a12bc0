"""Recording contacts, and the list of things to do."""

from typing import Any

from django.db.models import Case, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.models import Customer
from genjin.customers.queries.find import search
from genjin.customers.queries.sight import said, shown_name
from genjin.followups.actions import tasks
from genjin.followups.actions.asks import answer_task
from genjin.followups.actions.contact import record_contact
from genjin.followups.models import FollowUp, Task
from genjin.followups.queries.workbench import Days
from genjin.followups.rules import Method, TaskKind
from genjin.followups.rules.quality import GOOD, in_words
from genjin.library.queries.entries import materials_of
from genjin.web.customers.views.detail import customer_of
from genjin.web.followups.composer import ComposerForm, as_new, composer_context, prompts_of
from genjin.web.followups.forms import (
    HandOnForm,
    MaterialsForm,
    OutcomeForm,
    PostponeForm,
    ReasonForm,
    TaskForm,
)
from genjin.web.followups.tabs import work_tabs
from genjin.web.shell.pages import attempt, back, form_page, is_fragment, leave, user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import due, due_class, exact


@require_POST
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a contact; answers with the new timeline, or with the form and what to mend."""
    customer, user, now = customer_of(request, pk), user_of(request), timezone.now()
    require(user, Right.FOLLOW_UP)
    form = ComposerForm(request.POST, customer=customer, user=user)
    files = request.FILES.getlist("files")
    made: list[FollowUp] = []

    def save() -> None:
        made.append(record_contact(user, customer, as_new(form, files, now), now=now))

    if form.is_valid() and attempt(form, save):
        return leave(request, back(request, reverse("customers:detail", args=[pk])), _saved(made[0]))
    _point_to_next_step(form)
    context = composer_context(user, customer, form) | {
        "customer": customer,
        "name": shown_name(user, customer),
    }
    template = "followups/composer.html#answer" if is_fragment(request) else "followups/composer.html"
    return render(request, template, context, status=422)


def _saved(followup: FollowUp) -> str:
    """Say softly how good the record is, and what would make it better."""
    if followup.quality is None or followup.quality >= GOOD:
        return _("Follow-up saved.")
    hints = "；".join(in_words(followup.quality_notes)[:2])
    return _("Follow-up saved. Quality %(percent)d: better with %(hints)s.") % {
        "percent": followup.quality,
        "hints": hints,
    }


@require_GET
def prompts(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a record should tell when one was in touch by `?method=`."""
    method = request.GET.get("method", "")
    found = prompts_of(customer_of(request, pk), method if method in Method.values else "")
    return render(request, "followups/prompts.html", {"prompts": found})


def _point_to_next_step(form: ComposerForm) -> None:
    """A missing next step shows at its own field."""
    for sentence in form.non_field_errors():
        form.add_error("next_at", sentence)


@require_GET
def quick(request: HttpRequest) -> HttpResponse:
    """Choose whom a follow-up is about: recent customers first, any by search."""
    user, text = user_of(request), request.GET.get("q", "").strip()[:100]
    rows = Customer.objects.visible_to(user).select_related("owner")
    rows = (
        search(rows, text, user).order_by("-id")
        if text
        else rows.filter(owner=user).order_by("next_action_at", "-id")
    )
    found = [{"url": reverse("customers:detail", args=[row.pk]), "name": shown_name(user, row), "grade": row.grade,
              "due": due(row.next_action_at)} for row in rows[:12]]  # fmt: skip
    template = "followups/quick.html#panel" if is_fragment(request) else "followups/quick.html"
    return render(request, template, {"found": found, "query": text})


@require_GET
def task_list(request: HttpRequest) -> HttpResponse:
    """Show things to do: one's own by day, the team's, what comes later, what is closed."""
    user, tab = user_of(request), request.GET.get("tab", "mine")
    rows = _narrowed(request, user, _tasks(user, tab)).select_related(
        "customer", "assignee", "customer__owner"
    )
    shown = paged(request, rows)
    context = {"title": _("Tasks"), "tabs": work_tabs(tab), "rows": [_task_row(task, user) for task in shown.rows], "columns": _columns(),
               "empty": {"icon": "checklist", "title": _("Nothing to do here"), "text": _("Plan the next step when you record a contact.")}}  # fmt: skip
    return render(request, "followups/tasks.html", shown.context() | context)


def _columns() -> list[dict[str, Any]]:
    return [{"key": key, "label": label} for key, label in
            (("what", pgettext("task", "What")), ("customer", _("Customer")), ("who", pgettext("task", "Who")), ("due", _("Due")), ("status", _("Status")))]  # fmt: skip


def _tasks(user: User, tab: str) -> Any:
    rows = Task.objects.visible_to(user)
    if tab == "team":
        return rows.open().of_people(user).exclude(assignee=user).order_by("due_at", "id")
    if tab == "later":
        return rows.open().filter(created_by=user).exclude(assignee=user).order_by("due_at", "id")
    if tab == "closed":
        return Task.objects.of(user).exclude(status="open").order_by("-closed_at", "-id")
    if tab == "asked":
        # What waits for a word of one's own first, then what is open, then what was answered last.
        asked = Task.objects.asked_by(user).filter(kind=TaskKind.TODO)
        return asked.order_by(Case(When(question="", then=1), default=0), "-closed_at", "due_at", "id")
    return Task.objects.of(user).open().order_by("due_at", "id")


def _narrowed(request: HttpRequest, user: User, rows: Any) -> Any:
    """Cut the list to one person's tasks and to those overdue, due today or due tomorrow, as figures ask for them."""
    days = Days.of(timezone.now())
    spans = {
        "overdue": (None, days.today),
        "today": (days.today, days.tomorrow),
        "tomorrow": (days.tomorrow, days.day_after),
    }
    who, due_in = request.GET.get("who", ""), request.GET.get("due", "")
    if who.isdecimal():
        rows = rows.filter(assignee=User.objects.all().led_by(user).get(pk=int(who)))
    if due_in in spans:
        since, until = spans[due_in]
        rows = (
            rows.filter(due_at__lt=until)
            if since is None
            else rows.filter(due_at__gte=since, due_at__lt=until)
        )
    return rows


def _task_row(task: Task, user: User) -> dict[str, Any]:
    is_open = task.status == "open"
    return {
        "id": task.pk, "what": said(user, task.customer, task.objective), "customer": shown_name(user, task.customer), "method": task.get_method_display(),
        "customer_url": reverse("customers:detail", args=[task.customer_id]), "who": task.assignee.name,
        "due": due(task.due_at) if is_open else timezone.localtime(task.due_at).strftime("%Y-%m-%d"),
        "tone": {"is-overdue": "is-red", "is-today": "is-orange"}.get(due_class(task.due_at), "") if is_open else "",
        "status": task.get_status_display(), "outcome": said(user, task.customer, task.outcome), "is_open": is_open, "grade": task.customer.grade,
        "exact": exact(task.due_at), "question": said(user, task.customer, task.question),
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan a thing to do for oneself or a colleague in any department."""
    customer, user = customer_of(request, pk), user_of(request)
    tasks.require_hand_in(user, customer, Right.MANAGE_TASKS)
    form = TaskForm(
        request.POST or None, initial={"assignee": user, "due_at": Days.of(timezone.now()).tomorrow}
    )

    def save(data: dict[str, Any]) -> None:
        entries = list(data.pop("entries"))
        tasks.add_task(user, customer, tasks.NewTask(**data, entries=entries), now=timezone.now())

    return form_page(
        request,
        form,
        title=_("New task"),
        save=save,
        message=_("Planned."),
        done=reverse("customers:detail", args=[pk]),
    )


def _task_of(request: HttpRequest, pk: int) -> Task:
    return Task.objects.visible_to(user_of(request)).select_related("customer").get(pk=pk)


@require_http_methods(["GET", "POST"])
def materials(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what to bring to a task, in words and from the library."""
    task, user = _task_of(request, pk), user_of(request)
    initial = {"materials": task.materials, "entries": materials_of([task.pk]).get(task.pk, [])}
    return form_page(
        request, MaterialsForm(request.POST or None, initial=initial), title=task.objective, message=_("Saved."),
        save=lambda data: tasks.prepare_task(user, task, materials=data["materials"], entries=list(data["entries"]), now=timezone.now()),
        done=back(request, reverse("followups:tasks")),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a task with its outcome."""
    task = _task_of(request, pk)
    return form_page(
        request, OutcomeForm(request.POST or None, request.FILES or None), title=task.objective, submit_label=pgettext("button", "Done"), message=_("Done."),
        save=lambda data: answer_task(
            user_of(request), task, outcome=data["outcome"], files=[data["file"]] if data["file"] else [], now=timezone.now(),
        ),
        done=back(request, reverse("followups:tasks")),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def postpone(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a task to another day, with a reason."""
    task = _task_of(request, pk)
    return form_page(
        request, PostponeForm(request.POST or None), title=task.objective, submit_label=_("Postpone"), message=_("Postponed."),
        save=lambda data: tasks.postpone_task(user_of(request), task, **data, now=timezone.now()),
        done=back(request, reverse("followups:tasks")),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def hand_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a task to a colleague."""
    task = _task_of(request, pk)
    return form_page(
        request, HandOnForm(request.POST or None), title=task.objective, submit_label=_("Hand on"), message=_("Handed on."),
        save=lambda data: tasks.hand_on_task(user_of(request), task, data["assignee"], now=timezone.now()),
        done=back(request, reverse("followups:tasks")),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a task as no longer needed."""
    task = _task_of(request, pk)
    return form_page(
        request, ReasonForm(request.POST or None), title=task.objective, submit_label=_("No longer needed"), message=_("Closed."),
        save=lambda data: tasks.cancel_task(user_of(request), task, **data, now=timezone.now()),
        done=back(request, reverse("followups:tasks")),
    )  # fmt: skip
