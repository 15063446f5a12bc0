"""Drafts: photos and mails that wait to be typed in, each beside the quick form."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.care.actions.tickets import NewTicket
from genjin.care.models import Ticket
from genjin.care.rules import Priority, TicketKind
from genjin.customers.models import Customer
from genjin.customers.queries.find import known_under
from genjin.customers.rules.identity import Named, Reachable, identity_keys
from genjin.intake.actions.drafts import add_photos, attach_draft, drop_draft, ticket_of_draft, type_in
from genjin.intake.models import Draft, DraftFile
from genjin.web.customers.views.edit import new_customer
from genjin.web.drafts.forms import AttachForm, DraftForm, DraftTicketForm, PhotoForm
from genjin.web.shell.pages import attempt, confirm_page, form_page, leave, user_with
from genjin.web.shell.paging import paged
from genjin.web.shell.sending import send_file
from genjin.web.shell.templatetags.genjin import ago

SHOWN = ("name", "contact_name", "phone", "email")


def intake_tabs(user: User, now: str) -> list[dict[str, Any]]:
    """Return the tabs of what comes in: sheets, and drafts with how many wait."""
    waiting = Draft.objects.visible_to(user).waiting().order_by()[:1000].count()
    tabs = [
        {
            "url": reverse("drafts:list"),
            "label": _("To be typed in"),
            "active": now == "drafts",
            "count": waiting,
        }
    ]
    if user.may(Right.IMPORT):
        tabs.insert(0, {"url": reverse("intake:list"), "label": _("Sheets"), "active": now == "sheets"})
    return tabs


@require_GET
def draft_list(request: HttpRequest) -> HttpResponse:
    """Show what waits to be typed in; `?state=` done or dropped shows what was."""
    user = user_with(request, Right.ADD_CUSTOMER)
    state = request.GET.get("state", "")
    state = state if state in Draft.Status.values else Draft.Status.OPEN
    rows = (
        Draft.objects.visible_to(user)
        .filter(status=state)
        .select_related("created_by", "mailbox", "customer")
    )
    shown = paged(request, rows)
    labels = (pgettext("draft", "What"), _("From whom"), _("Recognised"), _("When"))
    create = {"url": reverse("drafts:photos"), "label": _("Photograph a card"), "dialog": True}
    context = shown.context() | {
        "title": _("To be typed in"), "tabs": intake_tabs(user, "drafts"), "create": create,
        "columns": [{"label": label} for label in labels], "rows": [_row(row) for row in shown.rows],
        "states": [{"url": f"?state={key}", "label": label, "active": key == state} for key, label in Draft.Status.choices],
        "empty": {"icon": "photo", "title": _("Nothing waits"),
                  "text": _("Photograph business cards or sheets now, type them in later; mails of a mailbox come here, too."), **create},
    }  # fmt: skip
    return render(request, "drafts/list.html", context)


def _row(row: Draft) -> dict[str, Any]:
    who = (
        row.sender_name or row.sender_address
        if row.kind == Draft.Kind.MAIL
        else (row.created_by.name if row.created_by else "")
    )
    return {
        "url": reverse("drafts:draft", args=[row.pk]), "kind": row.kind, "kind_label": row.get_kind_display(),
        "subject": row.subject or _("(no subject)"), "who": who, "recognised": " · ".join(row.proposed[key] for key in SHOWN if key in row.proposed),
        "at": row.created_at, "mailbox": row.mailbox.name if row.mailbox else "",
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def photos(request: HttpRequest) -> HttpResponse:
    """Take photos; on a phone the camera opens."""
    user = user_with(request, Right.ADD_CUSTOMER)
    form = PhotoForm(request.POST if request.method == "POST" else None, request.FILES)
    made: list[Draft] = []

    def done() -> str:
        return reverse("drafts:draft", args=[made[0].pk]) if len(made) == 1 else reverse("drafts:list")

    return form_page(
        request, form, title=_("Photograph a card"), submit_label=_("Keep"), message=_("Kept; type it in now or later."),
        save=lambda data: made.extend(add_photos(user, data["photos"], now=timezone.now())), done=done,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a draft beside the quick form; saving makes the customer and closes the draft."""
    user = user_with(request, Right.ADD_CUSTOMER)
    row = Draft.objects.visible_to(user).select_related("mailbox__source", "customer", "closed_by").get(pk=pk)
    form = DraftForm(request.POST or None, user=user, initial=_initial(row))
    made: list[Customer] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if attempt(
            form, lambda: made.append(type_in(user, row, new_customer(request, data), now=timezone.now()))
        ):
            return leave(request, reverse("customers:detail", args=[made[0].pk]), _("Customer added."))
    context = {
        "title": row.subject or row.get_kind_display(), "draft": row, "form": form, "files": _files(row),
        "is_open": row.status == Draft.Status.OPEN, "known": _known(user, form) if form.errors else [],
        "customer_url": reverse("customers:detail", args=[row.customer.pk]) if _sees(user, row) and row.customer else "",
        "when": ago(row.created_at),
    }  # fmt: skip
    return render(request, "drafts/draft.html", context, status=422 if form.errors else 200)


def _sees(user: User, row: Draft) -> bool:
    return row.customer is not None and Customer.objects.visible_to(user).filter(pk=row.customer.pk).exists()


def _initial(row: Draft) -> dict[str, Any]:
    need = row.text[:1000] if row.kind == Draft.Kind.MAIL else ""
    return dict(row.proposed) | {"need": need, "source": row.mailbox.source if row.mailbox else None}


def _files(row: Draft) -> list[dict[str, Any]]:
    return [
        {"url": reverse("drafts:file", args=[kept.pk]), "name": kept.name, "size": kept.size,
         "is_picture": kept.name.rpartition(".")[2].lower() in {"png", "jpg", "jpeg", "webp"}}
        for kept in row.files.all()
    ]  # fmt: skip


def _known(user: User, form: DraftForm) -> list[Any]:
    """Return whom we know already under what was typed, to attach the draft to."""
    data = form.data
    person = Reachable(phones=(data.get("phone", ""),), email=data.get("email", ""))
    keys = identity_keys(data.get("name", ""), data.get("kind") or "org", "", [person])
    return [one for one in known_under(user, keys, Named(data.get("name", ""))) if one.is_visible]


@require_http_methods(["GET", "POST"])
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a draft to a customer that is there already."""
    user = user_with(request, Right.ADD_CUSTOMER)
    row = Draft.objects.visible_to(user).get(pk=pk)
    form = AttachForm(request.POST or None, initial={"customer": request.GET.get("customer", "")})
    there: list[Customer] = []

    def save(data: dict[str, Any]) -> None:
        customer = Customer.objects.visible_to(user).get(pk=data["customer"])
        there.append(attach_draft(user, row, customer, now=timezone.now()))

    return form_page(
        request, form, title=_("Attach to a customer we have"), submit_label=_("Attach"), message=_("Attached."), save=save,
        done=lambda: reverse("customers:detail", args=[there[0].pk]),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def ticket(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a mail down as a ticket of a customer that is there already."""
    user = user_with(request, Right.ADD_CUSTOMER)
    row = Draft.objects.visible_to(user).get(pk=pk)
    known = [one.id for one in _known_by_mail(user, row)]
    initial = {
        "customer": known[0] if known else "",
        "title": row.subject,
        "kind": TicketKind.COMPLAINT,
        "priority": Priority.NORMAL,
        "owner": user,
    }
    made: list[Ticket] = []

    def save(data: dict[str, Any]) -> None:
        customer = Customer.objects.visible_to(user).get(pk=data["customer"])
        new = NewTicket(data["kind"], data["title"], priority=data["priority"], owner=data["owner"])
        made.append(ticket_of_draft(user, row, customer, new, now=timezone.now()))

    return form_page(
        request, DraftTicketForm(request.POST or None, initial=initial), title=_("Take down as a ticket"), submit_label=_("Take down"),
        message=_("Taken down; who looks after it is told."), save=save, done=lambda: reverse("care:ticket", args=[made[0].pk]),
    )  # fmt: skip


def _known_by_mail(user: User, row: Draft) -> list[Any]:
    """Return the visible customers a mail's sender belongs to."""
    person = Reachable(phones=(row.proposed.get("phone", ""),), email=row.sender_address)
    keys = identity_keys("", "org", "", [person])
    return [one for one in known_under(user, keys, Named("")) if one.is_visible]


@require_http_methods(["GET", "POST"])
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop a draft nobody needs."""
    user = user_with(request, Right.ADD_CUSTOMER)
    row = Draft.objects.visible_to(user).get(pk=pk)
    return confirm_page(
        request, deed=lambda: drop_draft(user, row, now=timezone.now()), level="danger", title=_("Drop"), submit_label=_("Drop"),
        question=_("Drop “%(name)s”?") % {"name": row.subject or row.get_kind_display()},
        consequence=_("Its text and files are deleted."), done=reverse("drafts:list"), message=_("Dropped."),
    )  # fmt: skip


@require_GET
def file_get(request: HttpRequest, pk: int) -> FileResponse:
    """Hand out a draft's file: pictures and PDF in the page, all else as download."""
    user = user_with(request, Right.ADD_CUSTOMER)
    kept = DraftFile.objects.select_related("draft").get(pk=pk, draft__in=Draft.objects.visible_to(user))
    return send_file(kept.file, kept.name)
