"""What a questionnaire may ask, how answers are read, and when a reminder is due. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.customers.rules.fields import CUSTOMER_FIELDS
from genjin.kit.errors import RuleError, ValueRefused, wrong_at
from genjin.kit.text import clean

MOST_QUESTIONS = 30
LONGEST_ANSWER = 4000
# The customer's own fields a question may lead to; who they are is not theirs to change by a link.
FIELDS: Mapping[str, Any] = {
    "need": gettext_lazy("Need"),
    "pain_points": gettext_lazy("Pain points"),
    "desired_cooperation": gettext_lazy("Desired cooperation"),
    "budget": gettext_lazy("Budget"),
    "purchase_timing": gettext_lazy("Purchase timing"),
    "decision_process": gettext_lazy("Decision process"),
    "competitors": gettext_lazy("Competitors"),
    "industry": gettext_lazy("Industry"),
    "employee_count": gettext_lazy("Employees"),
    "revenue": gettext_lazy("Yearly revenue"),
    "main_business": gettext_lazy("Main business"),
    "target_customers": gettext_lazy("Their customers"),
    "cooperation_period": gettext_lazy("Period of cooperation"),
    "address": gettext_lazy("Address"),
    "website": gettext_lazy("Website"),
}
SHORT = frozenset({"budget", "purchase_timing", "industry", "employee_count", "revenue", "cooperation_period", "address", "website"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its words, the field its answer would change ("" is free), words to choose from."""

    text: str
    field: str = ""
    choices: tuple[str, ...] = ()
    is_required: bool = False

    @property
    def is_long(self) -> bool:
        return not self.choices and self.field not in SHORT


def read_questions(rows: Iterable[Mapping[str, Any]]) -> list[Question]:
    """Return the questions kept with a questionnaire or a link."""
    return [Question(row["text"], row["field"], tuple(row["choices"]), row["is_required"]) for row in rows]


def check_questionnaire(questions: Sequence[Question]) -> list[dict[str, Any]]:
    """Return questions as they are kept.

    Raises RuleError `questions_invalid`: none or too many, one without words, two for one field, an unknown field,
    a choice its field could not keep.
    """
    fields = [question.field for question in questions if question.field]
    sentence = ""
    if not questions or len(questions) > MOST_QUESTIONS:
        sentence = _("Ask between 1 and %(count)d questions.") % {"count": MOST_QUESTIONS}
    elif any(not clean(question.text) for question in questions):
        sentence = _("Each question needs words.")
    elif len(set(fields)) != len(fields) or not FIELDS.keys() >= set(fields):
        sentence = _("Let each field be asked for once.")
    else:
        sentence = next((said for one in questions if (said := _unreadable(one))), "")
    if sentence:
        raise wrong_at("questions", sentence, "questions_invalid")
    return [
        asdict(Question(clean(one.text)[:200], one.field, tuple(clean(word)[:80] for word in one.choices), one.is_required))
        for one in questions
    ]  # fmt: skip


def _unreadable(question: Question) -> str:
    for word in question.choices:
        if said := _refusal(question, word):
            return f"{word}: {said}"
    return ""


def _refusal(question: Question, text: str) -> str:
    if not question.field:
        return ""
    try:
        CUSTOMER_FIELDS[question.field](text)
    except ValueRefused as refusal:
        return refusal.message
    return ""


def read_replies(questions: Sequence[Question], typed: Sequence[str]) -> list[str]:
    """Return the answers in the order of the questions, "" where nothing was said.

    Raises RuleError `answers_invalid` with a sentence for each question at fault, by `q0`, `q1` ...
    """
    answers: list[str] = []
    refused: dict[str, list[str]] = {}
    for at, question in enumerate(questions):
        text = clean(typed[at]) if at < len(typed) else ""
        said = ""
        if not text:
            said = _("Please answer this.") if question.is_required else ""
        elif len(text) > LONGEST_ANSWER:
            said = _("At most %(longest)d characters, please.") % {"longest": LONGEST_ANSWER}
        elif question.choices and text not in question.choices:
            said = _("Please choose one of the answers.")
        else:
            said = _refusal(question, text)
        if said:
            refused[f"q{at}"] = [said]
        answers.append(text)
    if refused:
        raise RuleError(_("Please correct the marked fields."), "answers_invalid", fields=refused)
    if not any(answers):
        raise RuleError(_("Please answer at least one question."), "answers_empty")
    return answers


def reminder_due(
    sent_at: datetime, expires_at: datetime | None, remind_days: int | None, now: datetime
) -> bool:
    """Whether the owner is to be told that nobody has answered: so many days after it was sent, while it can be."""
    if not remind_days or expires_at is None:
        return False
    return sent_at + timedelta(days=remind_days) <= now < expires_at
