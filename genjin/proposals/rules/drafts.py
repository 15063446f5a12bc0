"""What a version may say, and when it may be changed, sent and answered. Pure."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from genjin.kit.errors import RuleError, wrong_at
from genjin.proposals.rules.sums import LineTerms, Quote
from genjin.proposals.rules.words import SentBy, VersionState

MOST_LINES = 200
MOST_MODULES = 60
LONGEST_MODULE = 300
MOST_AMOUNT = Decimal(10) ** 12


def check_modules(modules: Sequence[str]) -> None:
    """Refuse too many or too long lines of what is delivered. Raises RuleError `modules_too_long`."""
    if len(modules) > MOST_MODULES or any(len(one) > LONGEST_MODULE for one in modules):
        words = {"count": MOST_MODULES, "letters": LONGEST_MODULE}
        sentence = _("At most %(count)d modules of %(letters)d characters each.") % words
        raise wrong_at("modules", sentence, "modules_too_long")


def check_percent(percent: Decimal, field: str) -> None:
    """Refuse a discount that is no percentage. Raises RuleError `discount_invalid`."""
    if not 0 <= percent <= 100:
        sentence = _("A discount lies between 0 and 100 percent.")
        raise wrong_at(field, sentence, "discount_invalid")


def check_line(at: int, name: str, terms: LineTerms) -> None:
    """Refuse a line that cannot be: `at` counts from one. Raises RuleError `line_invalid`, field `lines`."""
    wrong = ""
    if not name:
        wrong = _("say what it is")
    elif terms.quantity <= 0:
        wrong = _("the quantity must be above zero")
    elif terms.price < 0:
        wrong = _("the price must not be negative")
    elif not 0 <= terms.discount <= 100:
        wrong = _("the discount lies between 0 and 100 percent")
    elif not 0 <= terms.tax_rate < 100:
        wrong = _("the tax rate lies between 0 and 100 percent")
    elif terms.quantity * max(terms.price, terms.list_price or terms.price) >= MOST_AMOUNT:
        wrong = _("the amount is too large")
    if wrong:
        sentence = _("Line %(number)d: %(wrong)s.") % {"number": at, "wrong": wrong}
        raise wrong_at("lines", sentence, "line_invalid", details={"line": at})


def check_count(count: int) -> None:
    """Refuse more lines than fit a proposal. Raises RuleError `lines_too_many`."""
    if count > MOST_LINES:
        sentence = _("At most %(count)d lines.") % {"count": MOST_LINES}
        raise wrong_at("lines", sentence, "lines_too_many")


def check_open(state: str) -> None:
    """Refuse to change what was sent. Raises RuleError `version_sent` (409)."""
    if state == VersionState.SENT:
        sentence = _("This version was sent and stays as it is; make a new version.")
        raise RuleError(sentence, "version_sent", status=409)


def check_sent(state: str) -> None:
    """Refuse what only makes sense of a version that was sent. Raises RuleError `version_not_sent` (409)."""
    if state != VersionState.SENT:
        raise RuleError(_("This version was not sent yet."), "version_not_sent", status=409)


def check_whole(line_count: int) -> None:
    """Refuse a proposal that offers nothing. Raises RuleError `lines_missing`."""
    if not line_count:
        sentence = _("Add at least one line with a price.")
        raise wrong_at("lines", sentence, "lines_missing")


def is_beyond(found: Quote, limit: Decimal) -> bool:
    """Whether a line or the whole is discounted further than a role may alone."""
    return found.deepest > limit


def check_sending(method: str, to: str) -> None:
    """Refuse to call sent what went nowhere. Raises RuleError `sent_how_unknown`, `sent_to_missing`."""
    if method not in SentBy.values:
        sentence = _("Choose how it was sent.")
        raise wrong_at("method", sentence, "sent_how_unknown")
    if not to:
        sentence = _("Say to whom it was sent.")
        raise wrong_at("to", sentence, "sent_to_missing")


def check_feedback(rating: int | None, text: str) -> None:
    """Refuse feedback without a word or a rating of one to five. Raises RuleError `feedback_empty`, `rating_invalid`."""
    if rating is not None and not 1 <= rating <= 5:
        sentence = _("Rate from 1 to 5.")
        raise wrong_at("rating", sentence, "rating_invalid")
    if not text:
        sentence = _("Write what the customer said.")
        raise wrong_at("text", sentence, "feedback_empty")
