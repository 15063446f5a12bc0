"""Naming colleagues of any department as collaborators of a customer."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.accounts.queries import company_zone
from genjin.customers.actions.collaborators import NewCollaborator, add_collaborator, remove_collaborator
from genjin.customers.actions.ownership import require_edit
from genjin.customers.models import Customer, Participant
from genjin.customers.rules.together import last_day_of
from genjin.web.customers.views.detail import customer_of
from genjin.web.shell.forms import DateInput, Form
from genjin.web.shell.pages import confirm_page, form_page, user_of


class CollaboratorForm(Form):
    """Who helps, and how."""

    person = forms.ModelChoiceField(
        label=pgettext_lazy("collaborator", "Who"),
        queryset=User.objects.none(),
        widget=forms.Select(attrs={"data-picker": ""}),
        help_text=gettext_lazy("From any department; the name or its pinyin."),
    )
    may_write = forms.ChoiceField(
        label=pgettext_lazy("collaborator", "May"),
        choices=[("", gettext_lazy("Read only")), ("1", gettext_lazy("Read and write"))],
        required=False,
        help_text=gettext_lazy("Who writes records contacts, plans tasks and edits fields, as far as the role allows; everybody comments."),
    )  # fmt: skip
    part = forms.CharField(
        label=gettext_lazy("As what"), max_length=40, required=False,
        help_text=gettext_lazy("Such as technical support, legal, delivery."),
    )  # fmt: skip
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=DateInput(),
        help_text=gettext_lazy("Empty: until somebody ends it."),
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = User.objects.active().exclude(pk=customer.owner_id)  # type: ignore[attr-defined]
        self.fields["person"].label_from_instance = _words  # type: ignore[attr-defined]


def _words(person: User) -> str:
    return f"{person.name} · {person.get_role_display()}"


def _save(request: HttpRequest, customer: Customer, data: dict[str, Any]) -> None:
    new = NewCollaborator(data["person"], data["may_write"] == "1", data["part"], data["ends_on"])
    add_collaborator(user_of(request), customer, new, now=timezone.now())


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Name a collaborator."""
    customer = customer_of(request, pk)
    require_edit(user_of(request), customer, Right.CHANGE_CUSTOMER)
    form = CollaboratorForm(request.POST or None, customer=customer)
    return form_page(
        request, form, title=_("Add collaborator"), message=_("Added and told."), save=lambda data: _save(request, customer, data),
        done=reverse("customers:detail", args=[pk]),
    )  # fmt: skip


def _helper(customer: Customer, pk: int) -> Participant:
    return Participant.objects.collaborators().select_related("user").get(pk=pk, customer=customer)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int, helper_pk: int) -> HttpResponse:
    """Change what a collaborator may do, and until when."""
    customer = customer_of(request, pk)
    require_edit(user_of(request), customer, Right.CHANGE_CUSTOMER)
    helper = _helper(customer, helper_pk)
    ends_on = last_day_of(helper.ends_at, company_zone()) if helper.ends_at else None
    initial = {
        "person": helper.user_id,
        "may_write": "1" if helper.may_write else "",
        "part": helper.part,
        "ends_on": ends_on,
    }
    form = CollaboratorForm(request.POST or None, customer=customer, initial=initial)
    form.fields["person"].disabled = True
    return form_page(
        request, form, title=helper.user.name, message=_("Saved."), save=lambda data: _save(request, customer, data),
        done=reverse("customers:detail", args=[pk]),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, pk: int, helper_pk: int) -> HttpResponse:
    """End a collaboration; also one's own."""
    customer, user = customer_of(request, pk), user_of(request)
    helper = _helper(customer, helper_pk)
    is_me = helper.user_id == user.pk
    if not is_me:
        require_edit(user, customer, Right.CHANGE_CUSTOMER)
    return confirm_page(
        request, deed=lambda: remove_collaborator(user, helper, now=timezone.now()),
        title=pgettext("collaborator", "End collaboration"), message=_("Ended."),
        question=_("Leave this customer?") if is_me else _("End the collaboration of %(name)s?") % {"name": helper.user.name},
        consequence=_("From then on the customer is out of sight, unless something else shows it."),
        done=reverse("customers:list") if is_me else reverse("customers:detail", args=[pk]),
    )  # fmt: skip
