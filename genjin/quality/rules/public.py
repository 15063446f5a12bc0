"""What may be noted about a customer from public sources. Pure."""

import re
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from genjin.kit.errors import RuleError, wrong_at


class Topic(TextChoices):
    """What public information is about (S0-12)."""

    NEWS = "news", gettext_lazy("Recent news")
    EMPLOYEES = "employees", gettext_lazy("Employees")
    REVENUE = "revenue", gettext_lazy("Yearly revenue")
    BUSINESS = "business", gettext_lazy("Main business")
    OTHER = "other", pgettext_lazy("public", "Something else")


# The customer's own field that a topic may be written into, with the fact it makes sure of.
FIELD_OF = {
    Topic.EMPLOYEES: ("employee_count", "size"),
    Topic.REVENUE: ("revenue", "revenue"),
    Topic.BUSINESS: ("main_business", "main_business"),
}
_HEADS = re.compile(r"(?:约|大约)?(\d[\d,]*)(?:余|多)?\s*(?:人|名|名员工|employees|people)?")
_LINK = re.compile(r"https?://[^\s<>\"'\\]+", re.IGNORECASE)


def check_info(*, text: str, source: str, link: str, dated_on: date | None, today: date) -> date:
    """Return the day of a note; refuse one without words, source or day, or from the future.

    Raises RuleError `info_incomplete`, `info_in_future`, `link_invalid`.
    """
    missing = {
        name: [_("Please fill in.")]
        for name, value in (("text", text.strip()), ("source", source.strip()), ("dated_on", dated_on))
        if not value
    }
    if missing or dated_on is None:
        raise RuleError(_("Write what is said, where, and its date."), "info_incomplete", fields=missing)
    if dated_on > today:
        sentence = _("This day lies in the future.")
        raise wrong_at("dated_on", sentence, "info_in_future")
    if link and not _LINK.fullmatch(link):
        sentence = _("Write a web address that begins with https://.")
        raise wrong_at("link", sentence, "link_invalid")
    return dated_on


def value_for(topic: str, text: str) -> str:
    """Return what a customer's field is written from: of a head count the figure, else the text itself."""
    found = _HEADS.fullmatch(text.strip()) if topic == Topic.EMPLOYEES else None
    return found[1].replace(",", "") if found else text
