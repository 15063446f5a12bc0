"""What is known of a customer on its seventh day, and nothing later: what chances are learned from."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.insights.rules.chances.trust import Level

AGE = timedelta(days=7)
STARTED, ENDED, CUSTOMER = "started", "ended", "customer"
WON, LOST = "won", "lost"


class Fact(TextChoices):
    """A column of the table; every one carries a moment of its own, so that the past can be told as it was."""

    SOURCE = "source", gettext_lazy("Source")
    ENTRY = "entry", gettext_lazy("Came in by")
    STAGE = "stage", gettext_lazy("Stage on the 7th day")
    CONTACTS = "contacts", gettext_lazy("Contacts in the first 7 days")
    ANSWERS = "answers", gettext_lazy("Answers in the first 7 days")
    VISITS = "visits", gettext_lazy("Visits in the first 7 days")
    HOURS = "hours", gettext_lazy("Hours to the first contact")
    PEOPLE = "people", gettext_lazy("People known on the 7th day")


def reason_words(reason: Mapping[str, Any], values: Mapping[str, str]) -> str:
    """Return a kept reason as it is shown; `values` are words of stages and entries."""
    words = {"column": Fact(reason["column"]).label, "value": values.get(reason["value"], reason["value"])}
    return (
        _("%(column)s = %(value)s raises it") if reason["raises"] else _("%(column)s = %(value)s lowers it")
    ) % words


def why_not(level: str, codes: Sequence[str]) -> str:
    """Return in a word, and without a figure of the company's, why no chance is shown; empty if it is."""
    if level != Level.NOT_RELIABLE:
        return ""
    words = {
        "leakage_alarm": _("the figures are too good to be true"),
        "no_signal": _("what is known on the 7th day says next to nothing"),
        "maybe_chance": _("it may be mere chance"),
        "no_columns": _("too little is known on the 7th day"),
    }
    return next(
        (words[code] for code in codes if code in words), _("too few customers have been won or lost so far")
    )
