"""Web forms: designed here, filled in by visitors, their entries looked through."""

from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.queries.sight import sees_person, shown_name
from genjin.fields.queries import own_fields
from genjin.intake.actions.submissions import judge_submission, midnight_before
from genjin.intake.actions.webforms import FIELDS, remove_form, save_form
from genjin.intake.models import Submission, WebForm
from genjin.intake.rules.forms import AskedField, askable, in_words, read_fields_asked
from genjin.intake.rules.origin import utm_words
from genjin.web.campaigns.forms import WebFormForm
from genjin.web.campaigns.qr import qr_answer
from genjin.web.campaigns.views.campaigns import tabs_of
from genjin.web.shell.pages import attempt, confirm_page, leave, user_of, user_with
from genjin.web.shell.paging import paged

AT_FIRST = (AskedField("name", "", True), AskedField("contact.name", "", True), AskedField("contact.phone", "", True),
            AskedField("need"))  # fmt: skip


def _form(request: HttpRequest, pk: int) -> WebForm:
    return (
        WebForm.objects.visible_to(user_with(request, Right.MANAGE_CAMPAIGNS))
        .select_related("owner", "pool", "source", "campaign")
        .get(pk=pk)
    )


def address_of_form(form: WebForm, *, framed: bool = False) -> str:
    """Return where strangers find a form, by the configured address."""
    path = reverse("public:framed_form" if framed else "public:form", args=[form.public_id])
    return f"{settings.ENVIRONMENT.public_url}{path}"


@require_GET
def form_list(request: HttpRequest) -> HttpResponse:
    """Show the forms with how much came by each."""
    user = user_with(request, Right.MANAGE_CAMPAIGNS)
    today = midnight_before(timezone.now())
    is_entry = ~Q(submissions__status=Submission.Status.SPAM)
    rows = WebForm.objects.visible_to(user).select_related("owner", "pool", "campaign")
    seen = Submission.objects.visible_to(user).values("pk")
    counted = rows.order_by("-is_open", "-pk").annotate(
        today=Count("submissions", filter=is_entry & Q(submissions__at__gte=today, submissions__in=seen)),
        entries=Count("submissions", filter=is_entry & Q(submissions__in=seen)),
    )
    shown = paged(request, counted)
    labels = [(pgettext("form", "Form"), False), (_("Goes to"), False), (_("Campaign"), False),
              (_("Today"), True), (_("Entries"), True)]  # fmt: skip
    create = {"url": reverse("forms:add"), "label": pgettext("deed", "New web form")}
    context = shown.context() | {
        "title": _("Web forms"), "tabs": tabs_of(user, "forms"), "create": create,
        "columns": [{"label": label, "number": is_number} for label, is_number in labels],
        "empty": {"icon": "world", "title": _("No web forms yet"),
                  "text": _("Visitors of your site fill one in; what they write becomes a lead with an owner and a clock."), **create},
    }  # fmt: skip
    return render(request, "campaigns/webforms.html", context)


def _questions(form: WebForm, request: HttpRequest) -> list[AskedField]:
    """Return the questions as ticked and ordered on the page, else as kept."""
    if request.method == "POST":
        ticked, must = set(request.POST.getlist("ask")), set(request.POST.getlist("must"))
        keys = [key for key in dict.fromkeys(request.POST.getlist("key")) if key in ticked]
        return [
            AskedField(key, request.POST.get(f"label-{key}", "").strip(), key in must) for key in keys[:60]
        ]
    return read_fields_asked(form.fields, own_fields()) if form.pk else list(AT_FIRST)


def _question_rows(asked: list[AskedField]) -> list[dict[str, Any]]:
    chosen = {field.key: field for field in asked}
    known = askable(own_fields())
    order = [*chosen, *(key for key in known if key not in chosen)]
    return [
        {"key": key, "words": known[key].label, "label": chosen[key].label if key in chosen else "",
         "is_asked": key in chosen, "is_required": key in chosen and chosen[key].is_required}
        for key in order if key in known
    ]  # fmt: skip


def _consent() -> str:
    return _(
        "I agree that my data above is kept and used to answer my question and to contact me about it. "
        "I may withdraw this at any time; then the data is deleted."
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Design a form: what it says, what it asks, where entries go."""
    user = user_with(request, Right.MANAGE_CAMPAIGNS)
    form = _form(request, pk) if pk else WebForm(consent_text=_consent())
    page = WebFormForm(request.POST or None, user=user, initial=model_to_dict(form, fields=FIELDS))
    asked = _questions(form, request)
    if request.method == "POST" and page.is_valid():
        saved: list[WebForm] = []
        if attempt(
            page, lambda: saved.append(save_form(user, form, page.cleaned_data, asked, now=timezone.now()))
        ):
            return leave(request, reverse("forms:detail", args=[saved[0].pk]), _("Saved."))
    context = {
        "title": form.name if pk else pgettext("deed", "New web form"), "form": page, "questions": _question_rows(asked),
        "cancel_url": reverse("forms:detail", args=[pk]) if pk else reverse("forms:list"),
    }  # fmt: skip
    return render(request, "campaigns/webform_edit.html", context, status=422 if page.errors else 200)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a form's address, code and snippet, and what came by it."""
    form, user = _form(request, pk), user_of(request)
    rows = Submission.objects.visible_to(user).filter(form=form).select_related("customer__owner", "campaign")
    status = request.GET.get("status", "")
    if status in Submission.Status.values:
        rows = rows.filter(status=status)
    shown = paged(request, rows)
    asked = read_fields_asked(form.fields, own_fields())
    tabs = [{"url": f"?status={key}", "label": label, "active": key == status} for key, label in (("", _("All")), *Submission.Status.choices)]  # fmt: skip
    context = shown.context() | {
        "title": form.name, "form": form, "tabs": tabs, "address": address_of_form(form),
        "snippet": _snippet(form) if form.frame_sites else "",
        "rows": [_entry(user, row, asked) for row in shown.rows],
        "questions": [{"words": field.words, "is_required": field.is_required} for field in asked],
    }  # fmt: skip
    return render(request, "campaigns/webform.html", context)


def _snippet(form: WebForm) -> str:
    """Return what the owner of another site pastes there, as text."""
    address, title = f"{address_of_form(form, framed=True)}?utm_source=website", escape(form.title)
    return f'<iframe src="{address}" title="{title}" width="100%" height="720" loading="lazy"></iframe>'


def _entry(user: User, row: Submission, asked: list[AskedField]) -> dict[str, Any]:
    customer = row.customer
    is_shown = customer is None or sees_person(user, customer)
    tone = {"new": "orange", "attached": "green", "confirmed": "blue", "spam": "muted"}[row.status]
    return {
        "at": row.at, "status": row.get_status_display(), "tone": tone, "is_known": row.is_known, "problem": row.problem,
        "words": in_words(asked, row.values) if is_shown else "***",
        "origin": utm_words(row.utm), "referrer": row.referrer, "campaign": row.campaign.name if row.campaign else "",
        "customer": shown_name(user, customer) if customer else "",
        "customer_url": reverse("customers:detail", args=[customer.pk]) if customer else "",
        "judge_url": "" if customer else reverse("forms:judge", args=[row.pk]), "is_spam": row.status == Submission.Status.SPAM,
    }  # fmt: skip


@require_POST
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that an entry is spam, or let one in after all."""
    user = user_with(request, Right.MANAGE_CAMPAIGNS)
    row = Submission.objects.visible_to(user).get(pk=pk)
    judge_submission(user, row, is_spam=request.POST.get("spam") == "1", now=timezone.now())
    return leave(request, reverse("forms:detail", args=[row.form_id]), _("Noted."))


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a form nobody has filled in."""
    form, user = _form(request, pk), user_of(request)
    return confirm_page(
        request, deed=lambda: remove_form(user, form, now=timezone.now()), level="danger", title=_("Remove"),
        question=_("Remove “%(name)s”?") % {"name": form.name}, submit_label=_("Remove"), done=reverse("forms:list"),
        message=_("Removed."),
    )  # fmt: skip


@require_GET
def qr_svg(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the form's code to print."""
    return qr_answer(f"{address_of_form(_form(request, pk))}?utm_source=qr", "svg", f"form-{pk}")


@require_GET
def qr_png(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the form's code as a picture."""
    return qr_answer(f"{address_of_form(_form(request, pk))}?utm_source=qr", "png", f"form-{pk}")
