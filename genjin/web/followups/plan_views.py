"""Plans for customers: filing one, and what waits for whom."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.actions.ownership import require_edit
from genjin.customers.models import Customer
from genjin.customers.queries.sight import shown_name
from genjin.followups.actions.plans import NewPlan, acknowledge_plan, file_plan, return_plan
from genjin.followups.models import Deadline, FollowUpPlan
from genjin.followups.queries.grades import terms_of
from genjin.followups.queries.plans import (
    current_plan,
    may_answer,
    plans_of,
    plans_owed,
    plans_to_acknowledge,
)
from genjin.followups.rules import Method
from genjin.web.customers.views.detail import customer_of
from genjin.web.followups.plan_card import shown_plan
from genjin.web.shell.forms import Form
from genjin.web.shell.pages import back, form_page, user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import ago, due, due_class


class FollowUpPlanForm(Form):
    """How a customer is to be followed up; the grade's terms stand there at first."""

    goal = forms.CharField(
        label=gettext_lazy("Goal"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("What is to be reached, and by when."),
    )  # fmt: skip
    cadence_days = forms.IntegerField(
        label=gettext_lazy("A contact every (days)"), min_value=1, max_value=365
    )
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Ways of contact"), choices=Method.choices,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    content = forms.CharField(
        label=gettext_lazy("Line of content"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channels"].widget.attrs["class"] = "check-list"


class AcknowledgeForm(Form):
    comment = forms.CharField(
        label=gettext_lazy("A word to it"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReturnForm(Form):
    comment = forms.CharField(
        label=gettext_lazy("What is to be better"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


@require_http_methods(["GET", "POST"])
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """File the plan of a customer with the team lead."""
    user, customer = user_of(request), customer_of(request, pk)
    require_edit(user, customer, Right.MANAGE_TASKS)
    form = FollowUpPlanForm(request.POST or None, initial=_initial(customer))
    return form_page(
        request, form, title=_("Follow-up plan"), submit_label=pgettext("plan", "File"), message=_("Filed."),
        save=lambda data: file_plan(user, customer, NewPlan(**data), now=timezone.now()),
        done=back(request, reverse("customers:detail", args=[pk])),
    )  # fmt: skip


def _initial(customer: Customer) -> dict[str, Any]:
    terms, plan = terms_of(customer.grade), current_plan(customer)
    known = {
        "cadence_days": terms.max_gap_days,
        "channels": list(terms.channels),
        "content": terms.content,
    }
    if plan is not None:
        known["goal"] = plan.goal
        if plan.grade == customer.grade:  # of another grade only the goal still holds
            known |= {
                "cadence_days": plan.cadence_days,
                "channels": plan.channels,
                "content": plan.content,
            }
    return known


def _plan_of(request: HttpRequest, pk: int) -> tuple[User, FollowUpPlan]:
    user = user_of(request)
    require(user, Right.APPROVE)
    return user, FollowUpPlan.objects.visible_to(user).select_related("customer", "submitted_by").get(pk=pk)


def _words(form: Form, plan: FollowUpPlan) -> Form:
    """Let who answers read the plan."""
    shown = shown_plan(plan)
    form.fields["comment"].help_text = " · ".join(
        part for part in (plan.goal, _("every %(days)d days") % {"days": plan.cadence_days}, shown["channels"], plan.content) if part
    )  # fmt: skip
    return form


@require_http_methods(["GET", "POST"])
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Take note of a plan."""
    user, plan = _plan_of(request, pk)
    return form_page(
        request, _words(AcknowledgeForm(request.POST or None), plan), title=_("Acknowledge the plan"), submit_label=_("Acknowledge"),
        message=_("Acknowledged."), done=back(request, reverse("followups:plans")),
        save=lambda data: acknowledge_plan(user, plan, comment=data["comment"], now=timezone.now()),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return a plan with a comment."""
    user, plan = _plan_of(request, pk)
    return form_page(
        request, _words(ReturnForm(request.POST or None), plan), title=_("Return the plan"), submit_label=pgettext("plan", "Return"),
        message=pgettext("plan", "Returned."), done=back(request, reverse("followups:plans")),
        save=lambda data: return_plan(user, plan, comment=data["comment"], now=timezone.now()),
    )  # fmt: skip


@require_GET
def plans(request: HttpRequest) -> HttpResponse:
    """Show the plans that wait for one's word, those of one's own customers, and those that are owed."""
    user = user_of(request)
    tab = request.GET.get("tab") or ("waiting" if user.may(Right.APPROVE) else "owed")
    rows: Any = {"mine": plans_of, "owed": plans_owed}.get(tab, plans_to_acknowledge)(user)
    shown = paged(request, rows)
    words = {"waiting": _("To acknowledge"), "owed": _("Owed"), "mine": _("Mine")}
    context = {
        "title": _("Follow-up plans"),
        "tabs": [{"url": f"?tab={key}", "label": word, "active": key == tab} for key, word in words.items()
                 if key != "waiting" or user.may(Right.APPROVE)],
        "columns": [{"label": label} for label in (_("Customer"), _("Goal"), pgettext("plan", "How"), _("Owner"), _("Status"))],
        "rows": [_owed(user, row) if isinstance(row, Deadline) else _line(user, row) for row in shown.rows],
        "empty": {"icon": "clipboard-text", "title": _("No plan waits here"),
                  "text": _("Three working days after a customer was graded its plan is due; the team lead takes note of it.")},
    }  # fmt: skip
    return render(request, "followups/plans.html", shown.context() | context)


def _base(user: User, customer: Customer) -> dict[str, Any]:
    return {
        "name": shown_name(user, customer), "url": reverse("customers:detail", args=[customer.pk]), "grade": customer.grade,
        "owner": customer.owner.name if customer.owner else "", "file_url": "", "answer": False,
    }  # fmt: skip


def _line(user: User, plan: FollowUpPlan) -> dict[str, Any]:
    return (
        _base(user, plan.customer)
        | shown_plan(plan)
        | {"answer": may_answer(user, plan), "when": ago(plan.submitted_at)}
    )


def _owed(user: User, clock: Deadline) -> dict[str, Any]:
    tone = {"is-overdue": "red", "is-today": "orange"}.get(due_class(clock.due_at), "muted")
    return _base(user, clock.customer) | {
        "goal": "", "content": "", "channels": "", "status": _("due %(when)s") % {"when": due(clock.due_at)}, "tone": tone,
        "file_url": reverse("followups:file_plan", args=[clock.customer_id]) if user.may(Right.MANAGE_TASKS) else "",
    }  # fmt: skip
