"""What one does with customers: claim, assign, release, grade, tag, move, delete; one or many at once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.forms import CharField, HiddenInput
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.actions.axes import tag_by_words
from genjin.customers.actions.ownership import require_edit
from genjin.customers.actions.records import delete_customers
from genjin.customers.models import Customer
from genjin.customers.queries.sight import shown_name
from genjin.followups.actions import ownership
from genjin.followups.actions.discard import Discard, ask_to_discard
from genjin.followups.actions.plan import plan_customers
from genjin.followups.queries.lists import rows_of
from genjin.kit.errors import RuleError
from genjin.web.customers import forms
from genjin.web.customers.menu import read_pool_mark
from genjin.web.customers.views.detail import customer_of
from genjin.web.shell.pages import back, confirm_page, form_page, user_of

MOST_AT_ONCE = 10_000


def chosen_ids(user: User, data: QueryDict) -> list[int]:
    """Return the customers a batch deed is for: ids, or all that match a list's address (at most 10,000)."""
    if matching := data.get("matching", ""):
        ids = list(
            rows_of(user, QueryDict(matching)).order_by().values_list("pk", flat=True)[: MOST_AT_ONCE + 1]
        )
        if len(ids) > MOST_AT_ONCE:
            raise RuleError(_("More than 10,000 customers match; narrow the list first."), "too_many_rows")
        return ids
    texts = [text for value in data.getlist("ids") for text in value.split(",")]
    return [int(text) for text in texts if text.isdecimal() and len(text) < 19]


def whom(user: User, customer: Customer | None, ids: list[int]) -> str:
    """Return whom a deed is for: the one customer, or how many."""
    if customer is not None:
        return shown_name(user, customer)
    return ngettext("%(count)d customer", "%(count)d customers", len(ids)) % {"count": len(ids)}


def batch_dialog(
    request: HttpRequest, pk: int | None, right: Right, form_of: Callable[..., forms.BulkForm], *,
    title: str, deed: Callable[[User, list[int], dict[str, Any]], Any],
) -> HttpResponse:  # fmt: skip
    """Ask for what a deed needs, for the customer `pk` or for the chosen ones, and do it."""
    user = user_of(request)
    require(user, right)
    customer = customer_of(request, pk) if pk is not None else None
    if customer is not None:
        require_edit(user, customer, right)
    ids = [pk] if pk is not None else chosen_ids(user, request.POST)
    opened = request.method == "POST" and "csrfmiddlewaretoken" in request.POST and "asked" in request.POST
    hidden = {
        "ids": "" if request.POST.get("matching") else ",".join(map(str, ids)),
        "matching": request.POST.get("matching", ""),
    }
    form = form_of(request.POST if opened else None, initial=hidden)
    form.fields["asked"] = CharField(widget=HiddenInput, initial="1")
    if not ids:
        raise RuleError(_("Choose at least one customer."), "nothing_chosen")
    if not opened:
        request.method = "GET"  # the batch bar opens the dialog by POST, so that many ids fit
    home = reverse("customers:detail", args=[pk]) if pk is not None else reverse("customers:list")
    return form_page(
        request, form, title=f"{title} · {whom(user, customer, ids)}", save=lambda data: deed(user, ids, data),
        done=back(request, home), message=_said(request, _("Done.")), action=request.path,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def assign(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Give customers to somebody of one's teams."""

    def deed(user: User, ids: list[int], data: dict[str, Any]) -> None:
        ownership.assign_customers(user, ids, data["owner"], reason=data["reason"], now=timezone.now())

    user = user_of(request)
    return batch_dialog(
        request,
        pk,
        Right.ASSIGN,
        lambda *a, **k: forms.AssignForm(*a, user=user, **k),
        title=_("Assign"),
        deed=deed,
    )


@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """Give the chosen customers without a next step one."""

    def deed(user: User, ids: list[int], data: dict[str, Any]) -> None:
        plan_customers(user, ids, objective=data["objective"], method=data["method"], now=timezone.now())

    return batch_dialog(
        request, None, Right.MANAGE_TASKS, forms.PlanForm, title=_("Plan the next step"), deed=deed
    )


@require_http_methods(["GET", "POST"])
def release(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Return customers to a pool."""
    user = user_of(request)
    made: list[forms.ReleaseForm] = []

    def form_of(*args: Any, **kwargs: Any) -> forms.ReleaseForm:
        made.append(forms.ReleaseForm(*args, user=user, **kwargs))
        return made[0]

    def deed(user: User, ids: list[int], data: dict[str, Any]) -> None:
        now, wish = timezone.now(), Discard(data["reason"], data["more"], data["pool"])
        if pk is not None and data.get("approval_reason"):
            ask_to_discard(user, customer_of(request, pk), wish, reason=data["approval_reason"], now=now)
            return
        reason = " · ".join(part for part in (data["reason"].name, data["more"]) if part)
        with _offering(made[0], single=pk is not None):
            ownership.release_customers(
                user, ids, data["pool"], reason=reason, choice=data["reason"], now=now
            )

    return batch_dialog(request, pk, Right.RELEASE, form_of, title=_("To the pool"), deed=deed)


@contextmanager
def _offering(form: forms.AskingForm, *, single: bool) -> Iterator[None]:
    """Where only the number of contacts stands against it, let the form offer to ask the lead."""
    try:
        yield
    except RuleError as refusal:
        if single and refusal.code == "too_few_touches":
            form.offer_asking()
        raise


def _said(request: HttpRequest, done: str) -> str:
    return _("Your lead is asked; it is done when granted.") if request.POST.get("approval_reason") else done


@require_http_methods(["GET", "POST"])
def tag(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Put tags on and take them off."""

    def deed(user: User, ids: list[int], data: dict[str, Any]) -> None:
        words = data["add"].replace("，", ",").split(",")
        tag_by_words(user, ids, words, remove=list(data["remove"]), now=timezone.now())

    return batch_dialog(request, pk, Right.CHANGE_CUSTOMER, forms.TagForm, title=_("Tag"), deed=deed)


@require_http_methods(["GET", "POST"])
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a customer out of its pool; one of several who press at once wins."""
    customer = _seen_in_pool(request, pk) or customer_of(request, pk)
    return confirm_page(
        request, deed=lambda: ownership.claim_customer(user_of(request), customer, now=timezone.now()),
        title=_("Claim"), question=_("Claim this customer?"), submit_label=_("Claim"), message=_("Yours. Make the first contact within 24 hours."),
        consequence=_("You become the owner; the first contact is due within 24 hours."), done=reverse("customers:detail", args=[pk]),
    )  # fmt: skip


def _seen_in_pool(request: HttpRequest, pk: int) -> Customer | None:
    """Return a customer whose page showed this person the button, so that the slower one reads who was faster."""
    mark = read_pool_mark(request.GET.get("seen", ""))
    return Customer.objects.live().get(pk=pk) if mark == (user_of(request).pk, pk) else None


@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a customer to the recycle bin."""
    customer = customer_of(request, pk)
    require_edit(user_of(request), customer, Right.DELETE_CUSTOMER)
    return confirm_page(
        request, deed=lambda: delete_customers(user_of(request), [pk], now=timezone.now()), level="danger",
        title=_("Delete"), question=_("Move this customer to the recycle bin?"), submit_label=_("Delete"),
        consequence=_("It leaves every list; an administrator or team lead can take it back."),
        done=reverse("customers:list"), message=_("Moved to the recycle bin."),
    )  # fmt: skip
