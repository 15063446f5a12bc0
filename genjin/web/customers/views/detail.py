"""One customer: header, stage bar, key card, timeline, people, files, history; and its drawer."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.accounts.queries import local_day
from genjin.customers.actions.ownership import may_edit, may_work_on
from genjin.customers.models import Contact, Customer, StageChange
from genjin.customers.queries.family import parent_of
from genjin.customers.queries.find import contacts_of
from genjin.customers.queries.sight import (
    may_reveal,
    sees_person,
    show_contact,
    shown_address,
    shown_extra,
    shown_name,
    shown_notes,
    veiled,
)
from genjin.customers.rules import JOURNEY, Stage
from genjin.followups.models import Attachment, Task
from genjin.followups.queries.timeline import timeline
from genjin.intake.models import ProposedChange
from genjin.quality.queries.contradictions import contradictions_of
from genjin.quality.queries.facts import fact_lines
from genjin.routing.queries.recycling import clocks_of
from genjin.routing.rules.recycling import days_left
from genjin.web.care.tab import care_tab
from genjin.web.contracts.tab import contracts_tab
from genjin.web.customers.collect import completeness_context, information
from genjin.web.customers.menu import deeds_of
from genjin.web.customers.moments import moments
from genjin.web.customers.proposals import proposal_context
from genjin.web.customers.relatives import family_context
from genjin.web.customers.stream import score_context, timeline_context
from genjin.web.customers.team import team_of
from genjin.web.delivery.tab import tab_context as delivery_tab
from genjin.web.facts.words import marks, tab_context
from genjin.web.followups.composer import composer_context
from genjin.web.followups.deadlines import clocks_context
from genjin.web.followups.issues import issues_context
from genjin.web.followups.plan_card import plan_context
from genjin.web.gates.words import debt_tag
from genjin.web.gates.words import tab_context as evidence_tab
from genjin.web.insights.chance import chance_context
from genjin.web.journey.tab import tab_context as journey_tab
from genjin.web.proposals.tab import tab_context as proposals_tab
from genjin.web.selling.tab import deals_tab
from genjin.web.shell.pages import user_of
from genjin.web.shell.templatetags.genjin import ago, exact, money


def customer_of(request: HttpRequest, pk: int) -> Customer:
    """Return a customer in sight; a stranger's raises the same DoesNotExist as a missing one."""
    rows = Customer.objects.visible_to(user_of(request)).select_related(
        "owner", "pool", "source", "campaign", "lost_reason", "created_by", "template"
    )
    return veiled(user_of(request), rows.get(pk=pk))


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a customer; `?tab=` people, info, files or history instead of the timeline."""
    customer = customer_of(request, pk)
    tab = next((one for one in TABS if one.key == request.GET.get("tab")), TABS[0])
    people = contacts_of(customer)
    context = _frame(request, customer, tab.key, people) | tab.context(request, customer)
    context |= completeness_context(customer, people, may_edit=context["may_edit"])
    return render(request, tab.template, context)


@require_GET
def head(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the header alone; asked again when a colleague changed something."""
    customer = customer_of(request, pk)
    return render(
        request, "customers/detail.html#head", _frame(request, customer, request.GET.get("tab", "follow"))
    )


@require_GET
def drawer(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a customer in the drawer of the list."""
    customer = customer_of(request, pk)
    context = _frame(request, customer, "follow") | _follow(request, customer)
    return render(request, "customers/detail.html#drawer", context)


@require_GET
def stream(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the timeline alone, or an older part of it (`?before=`)."""
    return render(
        request, "customers/detail.html#timeline", timeline_context(request, customer_of(request, pk))
    )


def _frame(
    request: HttpRequest, customer: Customer, tab: str, contacts: list[Contact] | None = None
) -> dict[str, Any]:
    user = user_of(request)
    url = reverse("customers:detail", args=[customer.pk])
    contacts = contacts_of(customer) if contacts is None else contacts
    unmasked = sees_person(user, customer)
    people = [show_contact(contact, unmasked=unmasked) for contact in contacts]
    main = people[0] if people and unmasked else None
    may_work = may_work_on(user, customer)
    return {
        "customer": _shown(user, customer, main),
        "people": people,
        "may_edit": may_work and user.may(Right.CHANGE_CUSTOMER),
        "may_decide": may_edit(user, customer) and user.may(Right.CHANGE_CUSTOMER),
        "may_reveal": may_reveal(user, customer),
        "may_write": _may_write(user, customer),
        "deeds": deeds_of(user, customer, url, may_work=may_work),
        "stages": _stage_bar(customer, url if may_edit(user, customer) else ""),
        "facts": _facts(user, customer, url, people, may_work=may_work),
        "warnings": [
            found.reason for found in contradictions_of(user, customer, contacts, local_day(timezone.now()))
        ],
        "tabs": _tabs(url, tab),
        "head_url": f"{url}head/?tab={tab}",
        "timeline_url": f"{url}stream/",
        "live_query": f"customer:{customer.pk}",
    }


def _may_write(user: User, customer: Customer) -> bool:
    return user.may(Right.FOLLOW_UP) and (
        may_edit(user, customer) or customer.participants.filter(user=user).lending_a_hand().exists()
    )


def _shown(user: User, customer: Customer, main: Any) -> dict[str, Any]:
    leaves_at = clocks_of([customer.pk]).get(customer.pk)
    left = days_left(leaves_at, timezone.now()) if leaves_at else None
    return {
        "days_left": left, "days_left_tone": "red" if left is not None and left <= 3 else "", "is_locked": customer.is_locked, "do_not_disturb": customer.do_not_disturb,
        "id": customer.pk, "url": reverse("customers:detail", args=[customer.pk]), "name": shown_name(user, customer),
        "grade": customer.grade, "stage": customer.stage, "stage_label": customer.get_stage_display(), "label": customer.label,
        "tags": [str(tag) for tag in customer.tags.all()], "version": customer.version,
        "owner": customer.owner.name if customer.owner else (customer.pool.name if customer.pool else ""), "parent": parent_of(user, customer),
        "source": _origin(customer), "created": ago(customer.created_at),
        "idle": ago(customer.last_contact_at) or _("never"), "phone": main.phone if main else "", "wechat": main.wechat if main else "",
        "code": customer.code, "is_waiting": customer.no_next_step_since is not None, "debt": debt_tag(customer),
    }  # fmt: skip


def _origin(customer: Customer) -> str:
    """Return where a customer came from: source and campaign."""
    source = customer.source.name if customer.source else customer.source_detail
    return " · ".join(part for part in (source, customer.campaign.name if customer.campaign else "") if part)


def _stage_bar(customer: Customer, url: str) -> list[dict[str, Any]]:
    history = list(StageChange.objects.filter(customer=customer).order_by("at", "id"))
    spent: dict[str, int] = {}
    ends = [change.at for change in history[1:]] + [timezone.now()]
    for change, end in zip(history, ends, strict=False):
        spent[change.target] = spent.get(change.target, 0) + max((end - change.at).days, 0)
    stages = [*JOURNEY, Stage.LOST] if customer.stage == Stage.LOST else list(JOURNEY)
    at = stages.index(Stage(customer.stage))
    return [
        {
            "label": stage.label,
            "state": "now" if place == at else "done" if place < at and stage in spent else "next",
            "days": _("%(count)d days") % {"count": spent[stage]} if stage in spent else "",
            "url": f"{url}stage/?to={stage}" if url and place != at else "",
        }
        for place, stage in enumerate(stages)
    ]


def _facts(
    user: User, customer: Customer, url: str, people: Iterable[Any], *, may_work: bool
) -> list[dict[str, Any]]:
    edit = f"{url}edit/need/" if may_work and user.may(Right.CHANGE_CUSTOMER) else ""
    budget = "–".join(
        dict.fromkeys(part for part in (money(customer.budget_min), money(customer.budget_max)) if part)
    )
    deciders = ", ".join(person.name for person in people if person.is_decider)
    timing = customer.purchase_timing or (str(customer.purchase_by) if customer.purchase_by else "")
    words = (
        ("need", _("Need"), customer.need),
        ("pain_points", _("Pain points"), customer.pain_points),
        ("budget", _("Budget"), budget),
        (
            "decision",
            _("Who decides"),
            customer.decision_process or deciders or (_("clear") if customer.is_authority_clear else ""),
        ),
        ("timing", _("Purchase timing"), timing),
        ("competitors", _("Competitors"), customer.competitors),
        ("industry", _("Industry"), customer.industry),
        (
            "region",
            _("Region"),
            " ".join(
                dict.fromkeys(part for part in (customer.province, customer.city, customer.district) if part)
            ),
        ),
        ("address", _("Address"), shown_address(user, customer)),
    )
    known = marks(fact_lines(user, customer, (), timezone.now()))
    return [
        {"label": label, "value": value, "edit_url": edit, "mark": known.get(key)}
        for key, label, value in words
        if value or edit
    ]


def _tabs(url: str, tab: str) -> list[dict[str, Any]]:
    return [{"url": f"{url}?tab={one.key}", "label": one.label, "active": one.key == tab} for one in TABS]


def _follow(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    user, url = user_of(request), reverse("customers:detail", args=[customer.pk])
    only = request.GET.get("only", "")
    words = {
        "": _("All"),
        "contacts": pgettext("timeline", "Contacts made"),
        "comments": _("Comments"),
        "tasks": _("Tasks"),
        "changes": _("Changes"),
    }
    kinds = [
        {"url": f"{url}?only={key}", "label": word, "active": key == only} for key, word in words.items()
    ]
    tasks = Task.objects.open().filter(customer=customer).select_related("assignee")[:20]
    context = timeline_context(request, customer) | {
        "kinds": kinds,
        "open_tasks": tasks,
        "open_answers": ProposedChange.objects.filter(customer=customer).undecided().exists(),
        "score": score_context(customer),
        "issues": issues_context(user, customer, may_write=_may_write(user, customer)),
        "team": team_of(user, customer),
    }
    context |= (
        proposal_context(user, customer) | plan_context(user, customer) | clocks_context(user, customer)
    )
    context |= chance_context(user, customer, timezone.now())
    return context | composer_context(user, customer, shows=request.GET.getlist("proves"))


def _people(_request: HttpRequest, _customer: Customer) -> dict[str, Any]:
    return {}


def _info(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    user = user_of(request)
    hidden = {
        "name": shown_name(user, customer),
        "address": shown_address(user, customer),
        "notes": shown_notes(user, customer),
    }
    unmasked = sees_person(user, customer)
    people = [show_contact(contact, unmasked=unmasked) for contact in contacts_of(customer)]

    def value_of(name: str) -> Any:
        return hidden[name] if name in hidden else _value(customer, name)

    return family_context(user, customer) | {
        "groups": information(user, customer, people, value_of),
        "extra": shown_extra(user, customer).items(),
    }


def _value(customer: Customer, name: str) -> Any:
    field = Customer._meta.get_field(name)
    if getattr(field, "choices", None):
        return getattr(customer, f"get_{name}_display")()
    value = getattr(customer, name)
    if isinstance(value, bool):
        return _("yes") if value else ""
    if isinstance(value, datetime):
        return exact(value)
    if name == "founded_on" and value:
        return value.isoformat()[: {"year": 4, "month": 7}.get(customer.founded_precision, 10)]
    return money(value) if name.startswith(("budget", "revenue")) else ("" if value is None else value)


def _files(_request: HttpRequest, customer: Customer) -> dict[str, Any]:
    return {"files": Attachment.objects.filter(customer=customer).select_related("uploaded_by")[:200]}


def _history(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    items = timeline(customer, only="changes", unmasked=sees_person(user_of(request), customer))
    return {"moments": moments(items)}


def _checked(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    return tab_context(user_of(request), customer, contacts_of(customer))


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of a customer's page: its key in the address, its word, its template, and what fills it."""

    key: str
    label: Any
    template: str
    context: Callable[[HttpRequest, Customer], dict[str, Any]]


TABS = (  # in the order of the journey; floors above add a line
    Tab("follow", gettext_lazy("Follow-up"), "customers/detail.html", _follow),
    Tab("people", gettext_lazy("Contacts"), "customers/people.html", _people),
    Tab("deals", pgettext_lazy("tab", "Opportunities"), "selling/tab.html", deals_tab),
    Tab("proposals", pgettext_lazy("tab", "Proposals"), "proposals/tab.html", proposals_tab),
    Tab("contracts", pgettext_lazy("tab", "Contracts and money"), "contracts/tab.html", contracts_tab),
    Tab("delivery", pgettext_lazy("tab", "Delivery"), "delivery/tab.html", delivery_tab),
    Tab("care", pgettext_lazy("tab", "Care"), "care/tab.html", care_tab),
    Tab("journey", pgettext_lazy("tab", "The whole journey"), "journey/tab.html", journey_tab),
    Tab("info", gettext_lazy("Information"), "customers/info.html", _info),
    Tab("facts", gettext_lazy("Checked facts"), "facts/tab.html", _checked),
    Tab(
        "evidence",
        gettext_lazy("Evidence"),
        "gates/tab.html",
        lambda request, customer: evidence_tab(user_of(request), customer),
    ),
    Tab("files", gettext_lazy("Files"), "customers/files.html", _files),
    Tab("history", gettext_lazy("Log"), "customers/history.html", _history),
)
