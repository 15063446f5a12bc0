"""Adding and changing: quick create, groups of fields, people, files."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from genjin.accounts.permissions import Right, require
from genjin.customers.actions import records
from genjin.customers.actions.ownership import require_edit, require_work
from genjin.customers.actions.people import reveal_contact
from genjin.customers.models import Contact, Customer, Pool
from genjin.customers.queries.family import by_full_name
from genjin.customers.queries.find import known_under
from genjin.customers.queries.sight import sees_person, show_contact
from genjin.customers.rules.fields import CUSTOMER_FIELDS
from genjin.customers.rules.identity import Named, Reachable, identity_keys
from genjin.customers.rules.policy import Consequence
from genjin.fields.rules.kinds import is_own_key
from genjin.followups.actions.files import attach_file, remove_file
from genjin.followups.actions.information import change_customer
from genjin.followups.actions.needs import Lead, attach_need
from genjin.followups.actions.ownership import add_customer
from genjin.followups.models import Attachment
from genjin.followups.queries.history import last_said
from genjin.kit.errors import RuleError
from genjin.quality.actions.approval import ask_to_add
from genjin.web.customers.collect import asked_of, form_of, split_own
from genjin.web.customers.forms import ContactForm, FileForm, GroupForm, QuickForm
from genjin.web.customers.views.detail import customer_of
from genjin.web.shell.forms import SeenForm
from genjin.web.shell.pages import confirm_page, form_page, leave, user_of
from genjin.web.shell.sending import send_file


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Add a customer in three required fields; who is known already shows while typing."""
    user = user_of(request)
    require(user, Right.ADD_CUSTOMER)
    form = QuickForm(request.POST or None, user=user)
    made: list[Customer] = []
    return form_page(
        request, form, title=pgettext("deed", "New customer"), submit_label=_("Save"),
        message=_("Asked; it is added when granted.") if request.POST.get("approval_reason") else _("Customer added."),
        template="customers/create.html", save=lambda data: _save_new(request, form, data, made),
        done=lambda: reverse("customers:detail", args=[made[0].pk]) if made else f"{reverse('requests:list')}?tab=mine",
    )  # fmt: skip


def _save_new(request: HttpRequest, form: QuickForm, data: dict[str, Any], made: list[Customer]) -> None:
    """Add the customer, or ask for it where the policy wants a lead's word."""
    user, new, now = user_of(request), new_customer(request, data), timezone.now()
    if data.get("approval_reason"):
        ask_to_add(user, new, reason=data["approval_reason"], now=now)
        return
    try:
        made.append(add_customer(user, new, now=now))
    except RuleError as refusal:
        if refusal.code == "duplicate_needs_approval":
            form.offer_asking()
        raise


def new_customer(request: HttpRequest, data: dict[str, Any]) -> records.NewCustomer:
    """Return what the quick form holds as a customer to be added."""
    place = str(data["place"] or "mine")
    pool = (
        Pool.objects.visible_to(user_of(request)).filter(pk=place.removeprefix("pool")).first()
        if place.startswith("pool")
        else None
    )
    fields = {name: data[name] for name in ("name", "kind", "source", "campaign", "need", "budget")}
    fields |= {name: data[name] for name in data.keys() & CUSTOMER_FIELDS.keys() - {*fields, "parent"}}
    fields["custom"] = {name: value for name, value in data.items() if is_own_key(name)}
    if data.get("parent"):
        fields["parent"] = by_full_name(user_of(request), data["parent"], "parent")
    contact = {"name": data["contact_name"], "phone": data["phone"], "job_title": data["job_title"]}
    contact |= {name: data.get(name, "") for name in ("email", "wechat")}  # of cards, letters, or a template
    return records.NewCustomer(fields=fields, contacts=[contact], pool=pool)


@require_GET
def known(request: HttpRequest) -> HttpResponse:
    """Show whom we already know under the name or number being typed."""
    user = user_of(request)
    require(user, Right.ADD_CUSTOMER)
    name, phone = request.GET.get("name", "").strip()[:200], request.GET.get("phone", "").strip()[:60]
    keys = (
        identity_keys(name, request.GET.get("kind") or "org", "", [Reachable(phones=(phone,))])
        if name or phone
        else []
    )
    found = known_under(user, keys, Named(name)) if keys else []
    shown = [one for one in found if one.consequence != Consequence.ALLOW]
    history = last_said(user, [one.id for one in shown if one.is_visible])
    rows = [(one, history.get(one.id)) for one in shown]
    return render(request, "customers/known.html", {"found": rows})


@require_POST
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Add what the quick form holds as a new need to a customer we know, instead of a twin."""
    user, form = user_of(request), QuickForm(request.POST, user=user_of(request))
    require(user, Right.ADD_CUSTOMER)
    form.is_valid()
    data = {name: form.cleaned_data.get(name) or "" for name in form.fields}
    fields = {name: data[name] for name in ("name", "kind", "need")} | {"source": data["source"] or None}
    contact = {"name": data["contact_name"], "phone": data["phone"], "job_title": data["job_title"]}
    attach_need(user, pk, Lead(fields, [contact]), now=timezone.now())
    is_seen = Customer.objects.visible_to(user).filter(pk=pk).exists()
    done = reverse("customers:detail", args=[pk]) if is_seen else reverse("customers:list")
    return leave(request, done, _("Added to the customer as a new need; who looks after it is told."))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int, group: str) -> HttpResponse:
    """Change a group of fields; a colleague's change to the same field is shown beside one's own."""
    customer = customer_of(request, pk)
    require_work(user_of(request), customer, Right.CHANGE_CUSTOMER)
    asked = asked_of(customer, group)
    form = form_of(customer, asked, request.POST or None, request.FILES or None)
    return form_page(
        request, form, title=asked.title, message=_("Saved."), presence=pk, live_query=f"customer:{pk}", done=reverse("customers:detail", args=[pk]),
        save=lambda data: _change(request, customer, form, split_own(form.changes(data) | {"version": data["version"]}, asked.own)),
    )  # fmt: skip


def _change(
    request: HttpRequest, customer: Customer, form: GroupForm, split: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    data, files = split
    version = data.pop("version")
    with beside_ours(form):
        change_customer(
            user_of(request),
            customer,
            data,
            version=version,
            files=files,
            asked=form.fields,
            now=timezone.now(),
        )


@contextmanager
def beside_ours(form: SeenForm) -> Iterator[None]:
    """Show a colleague's values beside one's own when both changed the same field, and go on refusing."""
    try:
        yield
    except RuleError as refusal:
        if conflicts := refusal.details.get("conflicts"):
            form.show_conflicts(conflicts, refusal.details["version"])
        raise


@require_http_methods(["GET", "POST"])
def contact_form(request: HttpRequest, pk: int, contact_pk: int | None = None) -> HttpResponse:
    """Add a person to a customer, or change one."""
    customer = customer_of(request, pk)
    require_work(user_of(request), customer, Right.CHANGE_CUSTOMER)
    contact = Contact.objects.get(pk=contact_pk, customer=customer) if contact_pk else None
    known = {name: getattr(contact, name) for name in ContactForm().fields} if contact else {}
    form = ContactForm(request.POST or None, initial=known)

    def save(data: dict[str, Any]) -> None:
        version = data.pop("version") if contact else None
        with beside_ours(form):
            changes = form.changes(data) if contact else data
            records.save_contact(user_of(request), customer, changes, contact=contact, version=version, now=timezone.now())  # fmt: skip

    return form_page(
        request, form, title=_("Contact"), message=_("Saved."), save=save, presence=pk, live_query=f"customer:{pk}",
        done=f"{reverse('customers:detail', args=[pk])}?tab=people",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def contact_remove(request: HttpRequest, pk: int, contact_pk: int) -> HttpResponse:
    """Take a person off a customer."""
    customer = customer_of(request, pk)
    require_edit(user_of(request), customer, Right.CHANGE_CUSTOMER)
    contact = Contact.objects.get(pk=contact_pk, customer=customer)
    return confirm_page(
        request, deed=lambda: records.remove_contact(user_of(request), contact, now=timezone.now()), level="danger",
        title=_("Remove contact"), question=_("Remove %(name)s from this customer?") % {"name": contact.name},
        done=f"{reverse('customers:detail', args=[pk])}?tab=people", message=_("Removed."),
    )  # fmt: skip


@require_POST
def reveal(request: HttpRequest, pk: int, contact_pk: int) -> HttpResponse:
    """Show a masked person by a logged click."""
    customer = customer_of(request, pk)
    contact = Contact.objects.select_related("role", "customer").get(pk=contact_pk, customer=customer)
    person = reveal_contact(user_of(request), contact, now=timezone.now())
    return render(request, "customers/people.html#person", {"person": person, "customer": customer})


@require_GET
def person(request: HttpRequest, pk: int, contact_pk: int) -> HttpResponse:
    """Show one person as this reader may see it."""
    customer = customer_of(request, pk)
    contact = Contact.objects.select_related("role").get(pk=contact_pk, customer=customer)
    shown = show_contact(contact, unmasked=sees_person(user_of(request), customer))
    return render(request, "customers/people.html#person", {"person": shown, "customer": customer})


@require_http_methods(["GET", "POST"])
def file_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a file with a customer."""
    customer = customer_of(request, pk)
    require(user_of(request), Right.FOLLOW_UP)
    form = FileForm(request.POST or None, request.FILES or None)
    return form_page(
        request, form, title=_("Add a file"), message=_("File added."), done=f"{reverse('customers:detail', args=[pk])}?tab=files",
        save=lambda data: attach_file(user_of(request), customer, data["file"], now=timezone.now()),
    )  # fmt: skip


@require_GET
def file_get(request: HttpRequest, pk: int) -> FileResponse:
    """Hand out a file to who may see its customer: pictures and PDF in the page, all else as download."""
    attachment = Attachment.objects.visible_to(user_of(request)).get(pk=pk)
    return send_file(attachment.file, attachment.name)


@require_http_methods(["GET", "POST"])
def file_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a file."""
    attachment = Attachment.objects.visible_to(user_of(request)).select_related("customer").get(pk=pk)
    return confirm_page(
        request, deed=lambda: remove_file(user_of(request), attachment, now=timezone.now()), level="danger",
        title=_("Delete file"), question=_("Delete %(name)s for good?") % {"name": attachment.name},
        done=f"{reverse('customers:detail', args=[attachment.customer_id])}?tab=files", message=_("Deleted."),
    )  # fmt: skip
