"""When a customer that nobody looks after goes back to the pool (model.md, Deadlines; S0-28)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.customers.rules import Stage
from genjin.followups.rules.clocks import later
from genjin.kit.errors import RuleError

WARN_DAYS = (7, 3, 1)  # before the day it happens
FRESH = timedelta(days=1)  # what somebody got today is nobody's tonight
EXTENSION = timedelta(days=15)
NEVER = frozenset({Stage.WON, Stage.REPEAT, Stage.LOST})
LONGEST = 3650


class Why(TextChoices):
    """What takes a customer away from its owner."""

    NO_CONTACT = "no_contact", gettext_lazy("no effective contact")
    NO_DEAL = "no_deal", gettext_lazy("no deal since it was taken")


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rule looks at, and nothing else."""

    grade: str
    stage: str
    owned_since: datetime | None
    last_contact_at: datetime | None = None
    protected_until: datetime | None = None
    is_locked: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """How long a grade may lie still, and how long anything may stay without a deal (0: for ever)."""

    days: Mapping[str, int]
    no_deal_days: int = 0


@dataclass(frozen=True, slots=True)
class Due:
    """The moment from which a customer may be taken back, and why."""

    at: datetime
    why: Why


def recycle_due(standing: Standing, policy: Policy) -> Due | None:
    """Return when a customer goes back to the pool; None when it never does.

    Won, repeat and lost customers stay, and locked ones. A missing date never counts as long ago: without a
    moment since when it is owned, nothing is due. Whoever got it keeps it for a day at least, whatever the rule.
    """
    since = standing.owned_since
    if standing.is_locked or standing.stage in NEVER or since is None or standing.grade not in policy.days:
        return None
    still = max(since, standing.last_contact_at or since)
    due = Due(later(still, timedelta(days=policy.days[standing.grade])), Why.NO_CONTACT)
    if policy.no_deal_days and later(since, timedelta(days=policy.no_deal_days)) < due.at:
        due = Due(later(since, timedelta(days=policy.no_deal_days)), Why.NO_DEAL)
    return Due(max(due.at, later(since, FRESH), standing.protected_until or due.at), due.why)


def warning_step(due_at: datetime, now: datetime) -> int:
    """Return how many of the warnings 7, 3 and 1 days before are due: 0 to 3."""
    return sum(due_at - now <= timedelta(days=days) for days in WARN_DAYS)


def days_left(due_at: datetime, now: datetime) -> int:
    """Return the whole days left, at least 0."""
    return max((due_at - now).days, 0)


def check_recycle_days(days: Mapping[str, int], no_deal_days: int) -> None:
    """Refuse a rule that would take customers at once. Raises RuleError `days_invalid`."""
    sentence = _("Write days from 1 to 3650.")
    wrong = {
        f"days_{grade.lower()}": [sentence] for grade, count in days.items() if not 1 <= count <= LONGEST
    }
    if not 0 <= no_deal_days <= LONGEST:
        wrong["no_deal_days"] = [_("Write days up to 3650; 0 switches this off.")]
    if wrong:
        raise RuleError(_("Please correct the marked fields."), "days_invalid", fields=wrong)
