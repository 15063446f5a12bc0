"""What people are told of, and the sentence for it. Pure."""

from collections.abc import Mapping
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy


class NoticeKind(TextChoices):
    """What a notice is about; its label stands in a person's settings."""

    TASK_GIVEN = "task_given", gettext_lazy("Somebody gives me a task")
    REPORT_HANDED_IN = "report_handed_in", gettext_lazy("Somebody I lead hands in a report")
    REPORT_COMMENTED = "report_commented", gettext_lazy("My report has a comment")


# Named placeholders only; the words come from `tell` and are plain text.
SENTENCES: Mapping[str, Any] = {
    NoticeKind.TASK_GIVEN: gettext_lazy("%(who)s asks you: %(what)s"),
    NoticeKind.REPORT_HANDED_IN: gettext_lazy("%(who)s handed in a report: %(what)s"),
    NoticeKind.REPORT_COMMENTED: gettext_lazy("%(who)s commented on your report: %(what)s"),
}


def sentence(kind: str, words: Mapping[str, Any]) -> str:
    """Return what a notice says, in the language of the moment."""
    return str(SENTENCES[kind]) % words
