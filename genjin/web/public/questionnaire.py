"""A questionnaire as a customer sees it: nothing but its questions, answered once."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from genjin.intake.actions.questionnaires import answer_questionnaire, open_link
from genjin.intake.models import QuestionnaireLink
from genjin.intake.rules.questionnaires import LONGEST_ANSWER, Question, read_questions
from genjin.web.public.forms import UncheckedForm
from genjin.web.public.frame import page, public_page
from genjin.web.shell.forms import dress
from genjin.web.shell.pages import attempt


class AnswerForm(UncheckedForm):
    """The questions of one link; sense is asked of the action."""

    def __init__(self, *args: Any, questions: list[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for at, question in enumerate(questions):
            field = _field(question)
            dress(field)
            self.fields[f"q{at}"] = field


def _field(question: Question) -> forms.Field:
    words: dict[str, Any] = {"label": question.text, "required": question.is_required}
    if question.choices:
        return forms.ChoiceField(
            choices=[("", _("Please choose")), *((word, word) for word in question.choices)], **words
        )
    widget = forms.Textarea(attrs={"rows": 3}) if question.is_long else forms.TextInput()
    return forms.CharField(max_length=LONGEST_ANSWER, widget=widget, **words)


@public_page
def answer(request: HttpRequest, key: str) -> HttpResponse:
    """Show the questions of a link that still waits, and take the answers."""
    link = open_link(key, now=timezone.now())
    questions = read_questions(link.questions)
    given = AnswerForm(request.POST if request.method == "POST" else None, questions=questions)
    if request.method == "POST":
        typed = [str(request.POST.get(f"q{at}", "")) for at in range(len(questions))]
        if attempt(given, lambda: answer_questionnaire(key, typed, now=timezone.now())):
            return page("public/thanks.html", {"form": _thanks(link)})
    context = {"link": link, "given": given, "action": request.path}
    return page("public/questionnaire.html", context, status=422 if given.is_bound else 200)


def _thanks(link: QuestionnaireLink) -> dict[str, Any]:
    return {"title": link.title, "thank_you": link.questionnaire.thank_you, "confirm_by_mail": False}
