"""When a contract's renewal opens, how near its end is, and what a decision must say. Pure (S2-20)."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from genjin.kit.errors import wrong_at

OPENS_BEFORE = timedelta(days=90)
STILL_OPENS_AFTER = timedelta(
    days=90
)  # so long after its end a contract nobody looked at still gets its renewal
RED, ORANGE = 30, 60  # days left
FIRST_DAYS = 14  # the plan is made within two weeks of the opening, or at once when less is left


class Outcome(TextChoices):
    OPEN = "open", pgettext_lazy("renewal", "Open")
    RENEWED = "renewed", pgettext_lazy("renewal", "Renewed")
    CHANGED = "changed", pgettext_lazy("renewal", "Renewed with a change")
    LOST = "lost", pgettext_lazy("renewal", "Not renewed")
    VOID = "void", pgettext_lazy("renewal", "Called off")  # the contract became void


KEPT = (Outcome.RENEWED, Outcome.CHANGED)
DECIDED = (*KEPT, Outcome.LOST)


def opens_on(ends_on: date) -> date:
    """Return the day on which a contract's renewal opens: 90 days before its last day."""
    return _shifted(ends_on, -OPENS_BEFORE)


def is_due(ends_on: date | None, today: date) -> bool:
    """Whether a contract's renewal is to be open: from 90 days before its end to 90 days after; never without an end."""
    return ends_on is not None and opens_on(ends_on) <= today <= _shifted(ends_on, STILL_OPENS_AFTER)


def days_left(ends_on: date, today: date) -> int:
    """Return the days to a contract's last day; negative once it is over."""
    return (ends_on - today).days


def tone(left: int) -> str:
    """Return the colour of days left: red up to 30, orange up to 60."""
    return "red" if left <= RED else "orange" if left <= ORANGE else ""


def plan_by(ends_on: date, today: date) -> date:
    """Return by when the owner makes the plan: two weeks from now, but before the end and never in the past."""
    return max(today, min(_shifted(today, timedelta(days=FIRST_DAYS)), ends_on))


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a renewal ended, as somebody says it."""

    outcome: str
    reason: str = ""
    amount: Decimal | None = None


def check_verdict(verdict: Verdict, *, has_lost_reason: bool) -> None:
    """Refuse a decision that does not say enough.

    Raises RuleError `outcome_unknown`, `amount_missing` (renewed without its amount), `amount_not_asked`,
    `reason_missing` (not renewed or changed without a reason).
    """
    if verdict.outcome not in DECIDED:
        raise wrong_at("outcome", _("Say whether it is renewed, changed or not renewed."), "outcome_unknown")
    if verdict.outcome in KEPT and (verdict.amount is None or verdict.amount <= 0):
        raise wrong_at(
            "amount", _("Write the amount of the new term; it is more than nothing."), "amount_missing"
        )
    if verdict.outcome == Outcome.LOST and verdict.amount is not None:
        raise wrong_at("amount", _("What is not renewed has no amount."), "amount_not_asked")
    if verdict.outcome == Outcome.LOST and not has_lost_reason:
        raise wrong_at("lost_reason", _("Choose the reason for the loss."), "lost_reason_missing")
    if verdict.outcome != Outcome.RENEWED and not verdict.reason.strip():
        raise wrong_at("reason", _("Write why, or what changes."), "reason_missing")


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of those decided were kept, in number and money; money counts the amount of the former contract."""

    decided: int = 0
    kept: int = 0
    amount_decided: Decimal = Decimal(0)
    amount_kept: Decimal = Decimal(0)

    @property
    def percent(self) -> int | None:
        """Return the rate by number; None while nothing is decided."""
        return round(100 * self.kept / self.decided) if self.decided else None

    @property
    def money_percent(self) -> int | None:
        """Return the rate by money; None while nothing is decided."""
        return round(100 * self.amount_kept / self.amount_decided) if self.amount_decided else None


def _shifted(day: date, span: timedelta) -> date:
    """Return a day some time away, or the first or last there is."""
    try:
        return day + span
    except OverflowError:
        return date.max if span > timedelta(0) else date.min
