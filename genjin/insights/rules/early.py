"""What is known of a customer on its seventh day, and nothing later: what chances are learned from, and what they mean."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.insights.rules.chances.reasons import reason_words
from genjin.insights.rules.chances.trust import Level, is_order_only

AGE = timedelta(days=7)
HORIZON = timedelta(days=90)  # the question: won within so many days after the seventh?
FRESH = timedelta(days=3)  # older chances are not shown
STARTED, ENDED, CUSTOMER = "started", "ended", "customer"
WON, NOT_WON = "won", "not_won"


class Early(TextChoices):
    """A column of the table; every one carries a moment of its own, so that the past can be told as it was."""

    SOURCE = "source", gettext_lazy("Source")
    ENTRY = "entry", gettext_lazy("Came in by")
    STAGE = "stage", gettext_lazy("Stage on the 7th day")
    CONTACTS = "contacts", gettext_lazy("Contacts in the first 7 days")
    ANSWERS = "answers", gettext_lazy("Answers in the first 7 days")
    VISITS = "visits", gettext_lazy("Visits in the first 7 days")
    HOURS = "hours", gettext_lazy("Hours to the first contact")
    PEOPLE = "people", gettext_lazy("People known on the 7th day")


def kept_reason_words(reason: Mapping[str, Any], values: Mapping[str, str]) -> str:
    """Return a kept reason as it is shown; `values` are words of stages and entries."""
    label = str(Early(reason["column"]).label)
    return reason_words(label, values.get(reason["value"], reason["value"]), raises=reason["raises"])


def why_not(level: str, codes: Collection[str], age: timedelta) -> str:
    """Return in a word, and without a figure of the company's, why no chance is shown; empty if it is.

    `age` is how long ago the model was learned, `codes` are of its doubts.
    """
    if age > FRESH:
        return _("nothing was learned for more than three nights")
    if level != Level.NOT_RELIABLE:
        return ""
    words = {
        "leakage_alarm": _("the figures are too good to be true"),
        "no_signal": _("what is known on the 7th day says next to nothing"),
        "maybe_chance": _("it may be mere chance"),
        "no_columns": _("too little is known on the 7th day"),
    }
    return next(
        (words[code] for code in codes if code in words),
        _("too few customers have been won or not won so far"),
    )


def caution(codes: Collection[str]) -> str:
    """Return in words what the warnings of a model mean for a chance; empty if nothing."""
    said = [_("an order, not a number")] if is_order_only(codes) else []
    if "base_rate_drift" in codes:
        said.append(_("the share won has moved lately"))
    return " · ".join(said)


def place(chance: float, thirds: Collection[float]) -> str:
    """Return in which third of those told a chance lies, where it is not to be read as a number."""
    words = (
        _("in the lower third of open customers"),
        _("in the middle third of open customers"),
        _("in the upper third of open customers"),
    )
    return words[sum(chance > edge for edge in thirds)]


def no_chance(began: datetime, learned_at: datetime) -> str:
    """Return why a reliable model told an open customer no chance."""
    age = learned_at - began
    if age < AGE:
        return _("No chance yet: one is told the night after the 7th day.")
    if age >= AGE + HORIZON:
        return _("No chance any more: the %(days)d days it is about are over.") % {"days": HORIZON.days}
    return _(
        "No chance: only who began as a lead or prospect, was open on the 7th day and was not merged after it, is told one."
    )
