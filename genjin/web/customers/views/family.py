"""What else a customer is called, whose branch it is, and which branches it has."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.actions import records
from genjin.customers.actions.aliases import add_alias, remove_alias
from genjin.customers.actions.ownership import require_edit
from genjin.customers.models import Alias, Customer
from genjin.customers.queries.family import by_full_name, parent_of
from genjin.customers.queries.sight import shown_name
from genjin.web.customers.forms import AliasForm, ParentForm
from genjin.web.customers.views.detail import customer_of
from genjin.web.shell.pages import back, confirm_page, form_page, user_of


def _info_url(pk: int) -> str:
    return f"{reverse('customers:detail', args=[pk])}?tab=info"


@require_http_methods(["GET", "POST"])
def alias_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down another name of a customer."""
    user, customer = user_of(request), customer_of(request, pk)
    require_edit(user, customer, Right.CHANGE_CUSTOMER)
    return form_page(
        request, AliasForm(request.POST or None, initial={"kind": Alias.Kind.SHORT}), title=_("Another name"), message=_("Saved."), done=_info_url(pk),
        save=lambda data: add_alias(user, customer, data["name"], kind=data["kind"], now=timezone.now()),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def alias_remove(request: HttpRequest, pk: int, alias_pk: int) -> HttpResponse:
    """Take another name away."""
    user, customer = user_of(request), customer_of(request, pk)
    require_edit(user, customer, Right.CHANGE_CUSTOMER)
    alias = Alias.objects.get(pk=alias_pk, customer=customer)
    return confirm_page(
        request, deed=lambda: remove_alias(user, alias, now=timezone.now()), level="danger", title=_("Remove name"),
        question=_("Is this customer not called %(name)s?") % {"name": alias.name}, done=_info_url(pk), message=_("Removed."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def parent(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whose branch a customer is, or that it is nobody's."""
    user, customer = user_of(request), customer_of(request, pk)
    require_edit(user, customer, Right.CHANGE_CUSTOMER)
    now_parent = parent_of(user, customer)
    form = ParentForm(
        request.POST or None, initial={"parent": shown_name(user, now_parent) if now_parent else ""}
    )
    return form_page(
        request, form, title=_("Parent company"), message=_("Saved."), done=back(request, _info_url(pk)),
        save=lambda data: _set_parent(user, customer, data["parent"]),
    )  # fmt: skip


def _set_parent(user: User, customer: Customer, text: str) -> None:
    wanted = by_full_name(user, text, "parent") if text else None
    records.change_customer(user, customer, {"parent": wanted}, version=customer.version, now=timezone.now())
