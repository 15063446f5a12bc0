"""What the library holds: what is said, asked, shown, answered and wished."""

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from genjin.kit.errors import wrong_at
from genjin.kit.text import clean

LONGEST_BODY = 8000
MOST_TAGS = 12
PLACEHOLDERS = ("{姓名}", "{我}", "{公司}")


class EntryKind(TextChoices):
    """What an entry is for (S0-13, S0-21, S1-6, S4-6)."""

    QUESTION = "question", pgettext_lazy("library", "Questions")
    SCRIPT = "script", pgettext_lazy("library", "Talk scripts")
    OBJECTION = "objection", pgettext_lazy("library", "Objections")
    MATERIAL = "material", pgettext_lazy("library", "Materials")
    GREETING = "greeting", pgettext_lazy("library", "Greetings")


class Spin(TextChoices):
    """The four kinds of questions of a sales talk (S3-9)."""

    SITUATION = "situation", gettext_lazy("Situation")
    PROBLEM = "problem", pgettext_lazy("spin", "Problem")
    IMPLICATION = "implication", gettext_lazy("Implication")
    PAYOFF = "payoff", gettext_lazy("Need and payoff")


class Objection(TextChoices):
    """What a customer objects to (S3-12)."""

    PRICE = "price", pgettext_lazy("objection", "Price")
    FEATURES = "features", pgettext_lazy("objection", "Features")
    SERVICE = "service", pgettext_lazy("objection", "Service and support")
    COMPETITOR = "competitor", pgettext_lazy("objection", "Competitor")
    DELIVERY = "delivery", pgettext_lazy("objection", "Delivery")
    COMPLIANCE = "compliance", pgettext_lazy("objection", "Security and compliance")
    TIMING = "timing", pgettext_lazy("objection", "Timing")
    TRUST = "trust", pgettext_lazy("objection", "Trust")
    OTHER = "other", pgettext_lazy("objection", "Other")


def check_entry(title: str, body: str, *, has_file: bool) -> None:
    """Refuse an entry that says nothing. Raises RuleError `title_missing`, `body_missing`, `body_too_long`."""
    if not clean(title):
        sentence = _("Give it a title.")
        raise wrong_at("title", sentence, "title_missing")
    if not clean(body) and not has_file:
        sentence = _("Write the text, or add a file.")
        raise wrong_at("body", sentence, "body_missing")
    if len(body) > LONGEST_BODY:
        sentence = _("At most %(count)d characters.") % {"count": LONGEST_BODY}
        raise wrong_at("body", sentence, "body_too_long")


def read_tags(text: str) -> list[str]:
    """Return the tags typed in one line, each once."""
    parts = text.replace("，", ",").replace("、", ",").replace(";", ",").replace("；", ",").split(",")
    return list(dict.fromkeys(tag for part in parts if (tag := clean(part)[:30])))[:MOST_TAGS]


def filled(body: str, *, name: str = "", me: str = "", company: str = "") -> str:
    """Return a text with its placeholders filled by plain substitution; unknown ones stay as they are."""
    for placeholder, value in zip(PLACEHOLDERS, (name, me, company), strict=True):
        body = body.replace(placeholder, value)
    return body
