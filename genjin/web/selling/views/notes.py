"""Writing needs, the decision chain, competitors and account plans of a customer."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from genjin.accounts.models import User
from genjin.accounts.queries import local_day
from genjin.customers.models import Contact, Customer
from genjin.customers.queries.find import contacts_of
from genjin.customers.queries.sight import sees_person, show_contact
from genjin.selling.actions.chain import NewPlace, place_person, remove_from_chain, verify_chain
from genjin.selling.actions.needs import NewNeed, change_need, record_need, require_note
from genjin.selling.actions.plans import NewAccountPlan, save_account_plan
from genjin.selling.actions.rivals import remove_rival, save_rival
from genjin.selling.models import AccountPlan, ChainMember, Competitor, Need
from genjin.selling.rules import ChainRole
from genjin.selling.rules.needs import FIELDS
from genjin.web.customers.views.detail import customer_of
from genjin.web.selling.knowledge import need_page
from genjin.web.selling.note_forms import ChainForm, NeedForm, PlanForm, RivalForm
from genjin.web.shell.pages import confirm_page, form_page, leave, user_of


def _own(request: HttpRequest, pk: int) -> tuple[User, Customer]:
    user, customer = user_of(request), customer_of(request, pk)
    require_note(user, customer)
    return user, customer


def _tab(customer_id: int, part: str = "") -> str:
    return f"{reverse('customers:detail', args=[customer_id])}?tab=deals{'#' + part if part else ''}"


@require_http_methods(["GET", "POST"])
def need_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what the customer needs."""
    user, customer = _own(request, pk)
    form = NeedForm(request.POST or None, customer=customer)

    def save(data: dict[str, Any]) -> None:
        new = NewNeed(
            form.values(), told_at=data["told_at"], opportunity=data.get("opportunity"), ticked=data["ticked"], is_new=data.get("is_new", False),
        )  # fmt: skip
        record_need(user, customer, new, now=timezone.now())

    return form_page(
        request, form, title=_("New need"), save=save, done=_tab(pk, "needs"), message=_("Saved.")
    )


@require_GET
def need(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a need whole, with what changed."""
    user = user_of(request)
    row = (
        Need.objects.visible_to(user)
        .select_related("customer__owner", "opportunity", "created_by")
        .get(pk=pk)
    )
    return render(request, "selling/need.html", need_page(user, row))


@require_http_methods(["GET", "POST"])
def need_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a need; old and new values stay."""
    row = Need.objects.visible_to(user_of(request)).get(pk=pk)
    user, customer = _own(request, row.customer_id)
    initial = {name: getattr(row, name) for name in (*FIELDS, "version")} | {"pains": "\n".join(row.pains)}
    form = NeedForm(request.POST or None, customer=customer, row=row, initial=initial)

    def save(data: dict[str, Any]) -> None:
        more = {"told_at": data["told_at"], "ticked": data["ticked"], "version": data["version"]}
        change_need(user, row, form.values(), now=timezone.now(), **more)

    done = reverse("selling:need", args=[pk])
    return form_page(request, form, title=row.title, save=save, done=done, message=_("Saved."))


def _chain_form(request: HttpRequest, user: User, customer: Customer, row: ChainMember | None) -> ChainForm:
    unmasked = sees_person(user, customer)
    shown = {one.pk: show_contact(one, unmasked=unmasked).name for one in contacts_of(customer)}
    placed = ChainMember.objects.filter(customer=customer).select_related("contact")
    members = [
        (str(one.pk), shown.get(one.contact_id, "")) for one in placed if row is None or one.pk != row.pk
    ]
    there = {one.contact_id for one in placed}
    people = [(str(pk), name) for pk, name in shown.items() if pk not in there]
    initial = {} if row is None else {
        "role": row.role, "attitude": row.attitude, "influence": row.influence, "reports_to": row.reports_to_id, "notes": row.notes,
    }  # fmt: skip
    initial |= {"contact": request.GET.get("contact")} if row is None else {}
    return ChainForm(request.POST or None, people=people, members=members, row=row, initial=initial)


@require_http_methods(["GET", "POST"])
def chain_edit(request: HttpRequest, pk: int, member: int | None = None) -> HttpResponse:
    """Place a person in the decision chain, or change its part."""
    user, customer = _own(request, pk)
    row = (
        None
        if member is None
        else ChainMember.objects.select_related("contact").get(pk=member, customer=customer)
    )
    form = _chain_form(request, user, customer, row)

    def save(data: dict[str, Any]) -> None:
        contact = row.contact if row else Contact.objects.get(pk=int(data["contact"]), customer=customer)
        leader = (
            ChainMember.objects.get(pk=int(data["reports_to"]), customer=customer)
            if data["reports_to"]
            else None
        )
        new = NewPlace(
            data["role"],
            data["attitude"],
            data["influence"],
            leader,
            row.position if row else _last(customer),
            data["notes"],
        )
        place_person(user, contact, new, now=timezone.now())

    title = _("Part in the decision")
    if row is None and not form.fields["contact"].choices:  # type: ignore[attr-defined]
        form.fields["contact"].help_text = _("Everybody known has a part already; add a contact first.")
    return form_page(request, form, title=title, save=save, done=_tab(pk, "chain"), message=_("Saved."))


def _last(customer: Customer) -> int:
    return ChainMember.objects.filter(customer=customer).count()


@require_http_methods(["GET", "POST"])
def chain_remove(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """Take a person out of the decision chain."""
    user, customer = _own(request, pk)
    row = ChainMember.objects.select_related("contact").get(pk=member, customer=customer)
    name = show_contact(row.contact, unmasked=sees_person(user, customer)).name
    is_decider = row.role == ChainRole.DECIDER
    return confirm_page(
        request, deed=lambda: remove_from_chain(user, row, now=timezone.now()), done=_tab(pk, "chain"), level="danger", title=_("Remove"),
        question=_("Take %(name)s out of the decision chain?") % {"name": name}, submit_label=_("Remove"), message=_("Removed."),
        consequence=_("The contact stays, but is no longer the final decider.") if is_decider else _("The contact stays."),
    )  # fmt: skip


@require_POST
def chain_verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that titles and parts are still so."""
    user, customer = _own(request, pk)
    verify_chain(user, customer, now=timezone.now())
    return leave(request, _tab(pk, "chain"), _("Verified today."))


@require_http_methods(["GET", "POST"])
def rival_edit(request: HttpRequest, pk: int, rival: int | None = None) -> HttpResponse:
    """Note a competitor, or change what is known of one."""
    user, customer = _own(request, pk)
    row = None if rival is None else Competitor.objects.get(pk=rival, customer=customer)
    names = ("name", "price", "strengths", "weaknesses", "answer", "is_current", "opportunity")
    form = RivalForm(
        request.POST or None,
        customer=customer,
        initial={name: getattr(row, name) for name in names} if row else {},
    )
    return form_page(
        request, form, title=_("Competitor"), done=_tab(pk, "rivals"), message=_("Saved."),
        save=lambda data: save_rival(user, customer, data, rival=row, now=timezone.now()),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def rival_remove(request: HttpRequest, pk: int, rival: int) -> HttpResponse:
    """Take a competitor off the list."""
    user, customer = _own(request, pk)
    row = Competitor.objects.get(pk=rival, customer=customer)
    return confirm_page(
        request, deed=lambda: remove_rival(user, row, now=timezone.now()), done=_tab(pk, "rivals"), level="danger", title=_("Remove"),
        question=_("Remove “%(name)s”?") % {"name": row.name}, submit_label=_("Remove"), message=_("Removed."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def plan_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the plan of a key account anew."""
    user, customer = _own(request, pk)
    former = AccountPlan.objects.filter(customer=customer, is_current=True).first()
    names = ("position", "chain", "rivals", "goals")
    initial = {name: getattr(former, name) for name in names} if former else {"rivals": customer.competitors}
    form = PlanForm(request.POST or None, initial=initial)

    def save(data: dict[str, Any]) -> None:
        acts = form.acts(user, local_day(timezone.now()))
        new = NewAccountPlan(acts=acts, review_on=data["review_on"], **{name: data[name] for name in names})
        save_account_plan(user, customer, new, now=timezone.now())

    return form_page(
        request, form, title=_("Account plan"), save=save, done=_tab(pk, "account-plan"), message=_("Saved.")
    )
