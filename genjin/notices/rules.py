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
    COLLABORATOR = "collaborator", gettext_lazy("I become a collaborator")
    MENTIONED = "mentioned", gettext_lazy("Somebody mentions me")
    COMMENTED = "commented", gettext_lazy("Somebody comments on my record")
    TASK_ANSWERED = "task_answered", gettext_lazy("What I asked for is answered")
    TASK_ASKS_BACK = "task_asks_back", gettext_lazy("Whom I asked needs more information")
    TASK_EXPLAINED = "task_explained", gettext_lazy("I get the information I asked for")
    TASK_REOPENED = "task_reopened", gettext_lazy("My answer does not do yet")


# Named placeholders only; the words come from `tell` and are plain text.
SENTENCES: Mapping[str, Any] = {
    NoticeKind.TASK_GIVEN: gettext_lazy("%(who)s asks you: %(what)s"),
    NoticeKind.REPORT_HANDED_IN: gettext_lazy("%(who)s handed in a report: %(what)s"),
    NoticeKind.REPORT_COMMENTED: gettext_lazy("%(who)s commented on your report: %(what)s"),
    NoticeKind.COLLABORATOR: gettext_lazy("%(who)s made you a collaborator of %(customer)s"),
    NoticeKind.MENTIONED: gettext_lazy("%(who)s mentioned you at %(customer)s"),
    NoticeKind.COMMENTED: gettext_lazy("%(who)s commented on your record of %(customer)s"),
    NoticeKind.TASK_ANSWERED: gettext_lazy("%(who)s answered: %(what)s"),
    NoticeKind.TASK_ASKS_BACK: gettext_lazy("%(who)s needs more information: %(what)s"),
    NoticeKind.TASK_EXPLAINED: gettext_lazy("%(who)s explained: %(what)s"),
    NoticeKind.TASK_REOPENED: gettext_lazy("%(who)s needs more than the answer: %(what)s"),
}


def sentence(kind: str, words: Mapping[str, Any]) -> str:
    """Return what a notice says, in the language of the moment."""
    return str(SENTENCES[kind]) % words
