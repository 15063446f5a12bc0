"""A customer's questionnaires: links to send, answers to accept or decline one by one."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.actions.ownership import may_edit, require_edit
from genjin.customers.models import Customer
from genjin.customers.queries.sight import sees_person, shown_address, shown_name
from genjin.intake.actions.questionnaires import decide_proposal, revoke_link, send_questionnaire
from genjin.intake.models import ProposedChange, QuestionnaireLink
from genjin.intake.rules.questionnaires import FIELDS, read_questions
from genjin.kit.errors import RuleError
from genjin.web.campaigns.forms import SendForm
from genjin.web.campaigns.qr import qr_answer
from genjin.web.customers.views.detail import customer_of
from genjin.web.customers.words import shown_value
from genjin.web.shell.pages import attempt, leave, user_of
from genjin.web.shell.templatetags.genjin import money


def address_of_link(link: QuestionnaireLink) -> str:
    """Return where a customer answers, by the configured address."""
    return f"{settings.ENVIRONMENT.public_url}{reverse('public:questionnaire', args=[link.key])}"


@require_http_methods(["GET", "POST"])
def of_customer(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a customer's links and answers; a POST sends another questionnaire."""
    user, customer = user_of(request), customer_of(request, pk)
    form = SendForm(request.POST or None)
    if request.method == "POST":
        require_edit(user, customer, Right.CHANGE_CUSTOMER)
        if form.is_valid() and attempt(
            form,
            lambda: send_questionnaire(
                user, customer, form.cleaned_data["questionnaire"], now=timezone.now()
            ),
        ):
            return leave(
                request,
                reverse("customers:questionnaires", args=[pk]),
                _("The link is ready: send it to the customer."),
            )
    return render(
        request, "campaigns/answers.html", _context(user, customer, form), status=422 if form.errors else 200
    )


def _context(user: User, customer: Customer, form: SendForm) -> dict[str, Any]:
    may = may_edit(user, customer) and user.may(Right.CHANGE_CUSTOMER)
    links = QuestionnaireLink.objects.filter(customer=customer).select_related("questionnaire", "created_by")[
        :50
    ]
    proposals = (
        ProposedChange.objects.filter(customer=customer).undecided().select_related("link__questionnaire")
    )
    return {
        "title": _("Questionnaires"), "customer": customer, "name": shown_name(user, customer), "may_edit": may,
        "form": form if may else None, "has_offers": form.fields["questionnaire"].queryset.exists(),  # type: ignore[attr-defined]
        "links": [_link(user, customer, link, may=may) for link in links],
        "proposals": [_proposal(user, customer, row) for row in proposals], "version": customer.version,
    }  # fmt: skip


def _link(user: User, customer: Customer, link: QuestionnaireLink, *, may: bool) -> dict[str, Any]:
    now = timezone.now()
    if link.answered_at:
        state, tone = _("Answered"), "green"
    elif link.revoked_at:
        state, tone = _("Taken back"), "muted"
    elif link.expires_at <= now:
        state, tone = pgettext("link", "Over"), "muted"
    else:
        state, tone = _("Waits for an answer"), "orange"
    is_open = tone == "orange"
    questions = read_questions(link.questions)
    answers = [(one.text, link.answers.get(str(at), "")) for at, one in enumerate(questions)]
    return {
        "pk": link.pk, "name": link.questionnaire.name, "by": link.created_by.name, "at": link.created_at, "state": state, "tone": tone,
        "expires_at": link.expires_at, "answered_at": link.answered_at, "address": address_of_link(link) if is_open and may else "",
        "qr_url": reverse("questionnaires:qr", args=[link.pk]) if is_open and may else "",
        "revoke_url": reverse("questionnaires:revoke", args=[link.pk]) if is_open and may else "",
        "answers": [(text, answer) for text, answer in answers if answer] if sees_person(user, customer) else [],
    }  # fmt: skip


def _proposal(user: User, customer: Customer, row: ProposedChange) -> dict[str, Any]:
    is_shown = sees_person(user, customer)
    return {
        "url": reverse("questionnaires:decide", args=[row.pk]), "label": FIELDS.get(row.field, row.field),
        "old": value_now(user, customer, row.field), "new": row.answer if is_shown else "***",
        "from": row.link.questionnaire.name,
    }  # fmt: skip


def value_now(user: User, customer: Customer, field: str) -> str:
    """Return what stands in a field now, in words."""
    if field == "address":
        return shown_address(user, customer)
    if field in {"budget", "revenue"}:
        ends = (money(getattr(customer, f"{field}_{end}")) for end in ("min", "max"))
        return "–".join(dict.fromkeys(end for end in ends if end))
    return shown_value(customer, field)


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a link back."""
    user = user_of(request)
    link = QuestionnaireLink.objects.visible_to(user).get(pk=pk)
    revoke_link(user, link, now=timezone.now())
    return leave(request, reverse("customers:questionnaires", args=[link.customer.pk]), _("Taken back."))


@require_GET
def qr(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out a link's code; only to who may send it."""
    user = user_of(request)
    link = QuestionnaireLink.objects.visible_to(user).select_related("customer").get(pk=pk)
    require_edit(user, link.customer, Right.CHANGE_CUSTOMER)
    if not QuestionnaireLink.objects.waiting(timezone.now()).filter(pk=pk).exists():
        raise RuleError(_("This link was answered or taken back already."), "link_over", status=409)
    return qr_answer(address_of_link(link), "svg", f"questionnaire-{pk}")


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept or decline one answer."""
    user = user_of(request)
    row = ProposedChange.objects.visible_to(user).select_related("customer").get(pk=pk)
    seen = request.POST.get("version", "")
    version = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
    accept = request.POST.get("accept") == "1"
    decide_proposal(user, row, accept=accept, version=version, now=timezone.now())
    return leave(
        request,
        reverse("customers:questionnaires", args=[row.customer.pk]),
        _("Accepted.") if accept else _("Declined."),
    )
