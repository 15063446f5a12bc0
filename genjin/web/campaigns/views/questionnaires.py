"""Questionnaires: designed here, sent from the customer's page."""

from typing import Any

from django.db.models import Count, Q
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.permissions import Right
from genjin.intake.actions.questionnaires import FIELDS, remove_questionnaire, save_questionnaire
from genjin.intake.models import Questionnaire, QuestionnaireLink
from genjin.intake.rules.questionnaires import FIELDS as ASKABLE
from genjin.intake.rules.questionnaires import Question, read_questions
from genjin.web.campaigns.forms import QuestionnaireForm
from genjin.web.campaigns.views.campaigns import tabs_of
from genjin.web.shell.pages import attempt, confirm_page, leave, user_with
from genjin.web.shell.paging import paged


@require_GET
def questionnaire_list(request: HttpRequest) -> HttpResponse:
    """Show the questionnaires with how many of one's customers were asked and answered."""
    user = user_with(request, Right.MANAGE_CAMPAIGNS)
    seen = Q(links__in=QuestionnaireLink.objects.visible_to(user).values("pk"))
    rows = Questionnaire.objects.order_by("-is_active", "name", "pk").annotate(
        sent=Count("links", filter=seen), answered=Count("links", filter=seen & Q(links__answered_at__isnull=False))
    )  # fmt: skip
    shown = paged(request, rows)
    labels = [
        (_("Questionnaire"), False),
        (_("Questions"), True),
        (pgettext("questionnaire", "Sent"), True),
        (_("Answered"), True),
    ]
    create = {"url": reverse("questionnaires:add"), "label": pgettext("deed", "New questionnaire")}
    context = shown.context() | {
        "title": _("Questionnaires"), "tabs": tabs_of(user, "questionnaires"), "create": create,
        "columns": [{"label": label, "number": is_number} for label, is_number in labels],
        "empty": {"icon": "list-check", "title": _("No questionnaires yet"),
                  "text": _("A customer answers by a link on the phone; each answer is proposed to the owner."), **create},
    }  # fmt: skip
    return render(request, "campaigns/questionnaires.html", context)


def _typed(request: HttpRequest) -> list[Question]:
    """Return the questions as typed, row by row; rows without words are left out."""
    texts, fields = request.POST.getlist("text"), request.POST.getlist("field")
    choices, musts = request.POST.getlist("choices"), request.POST.getlist("must")
    rows = zip(texts, fields, choices, musts, strict=False)
    return [
        Question(
            text.strip(), field, tuple(word.strip() for word in words.replace("、", "\n").splitlines() if word.strip()),
            must == "1",
        )
        for text, field, words, must in list(rows)[:60] if text.strip()
    ]  # fmt: skip


def _row(question: Question) -> dict[str, Any]:
    return {
        "text": question.text, "field": question.field, "choices": "、".join(question.choices),
        "is_required": question.is_required,
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Design a questionnaire; links sent before keep their questions."""
    user = user_with(request, Right.MANAGE_CAMPAIGNS)
    kept = Questionnaire.objects.get(pk=pk) if pk else Questionnaire()
    page = QuestionnaireForm(request.POST or None, initial=model_to_dict(kept, fields=FIELDS))
    asked = _typed(request) if request.method == "POST" else read_questions(kept.questions)
    if request.method == "POST" and page.is_valid():
        data = page.cleaned_data
        if attempt(page, lambda: save_questionnaire(user, kept, data, asked, now=timezone.now())):
            return leave(request, reverse("questionnaires:list"), _("Saved."))
    start = [Question(str(label), field) for field, label in list(ASKABLE.items())[:4]]
    context = {
        "title": kept.name if pk else pgettext("deed", "New questionnaire"), "form": page,
        "questions": [_row(one) for one in asked or start], "fields": ASKABLE.items(),
        "cancel_url": reverse("questionnaires:list"),
        "remove_url": reverse("questionnaires:remove", args=[pk]) if pk else "",
    }  # fmt: skip
    return render(request, "campaigns/questionnaire_edit.html", context, status=422 if page.errors else 200)


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a questionnaire nobody was sent."""
    user = user_with(request, Right.MANAGE_CAMPAIGNS)
    kept = Questionnaire.objects.get(pk=pk)
    return confirm_page(
        request, deed=lambda: remove_questionnaire(user, kept, now=timezone.now()), level="danger", title=_("Remove"),
        question=_("Remove “%(name)s”?") % {"name": kept.name}, submit_label=_("Remove"),
        done=reverse("questionnaires:list"), message=_("Removed."),
    )  # fmt: skip
