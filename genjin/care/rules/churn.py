"""Signs that a customer leaves, each with its weight and reason, against the customer's own rhythm. Pure (S3-19, idea 13).

A sign without its data never counts: it is listed as not known. A sign somebody called false is silent for a while.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from genjin.care.rules.rhythm import gaps, reply_delays, rhythm_of

SILENT_DAYS = 30  # S3-19, for logins and where a customer has no rhythm of its own yet
SHORTEST_GAP, LONGEST_GAP = 7, 90  # between these the customer's own rhythm decides
FEWEST_PERIODS = 3  # of usage before the last one
DROPPED_TO = 0.7  # of what was usual
BAD_RATING = 2
LEFT_WITHIN = timedelta(days=60)
END_NEAR, END_UNPLANNED = 30, 60  # days before the end: undecided; without even a plan
ANSWER_WORKING_DAYS = 3
QUIET_AFTER_FALSE = timedelta(days=60)
QUIET_AFTER_ANSWER = timedelta(days=30)  # after `known`, and after a win-back came to its end
LOST_WITHIN = timedelta(days=180)  # an alarm that long before a loss saw it coming
HIGHEST = 100


class Part(TextChoices):
    LOGIN = "login", pgettext_lazy("churn", "No login")
    GAP = "gap", pgettext_lazy("churn", "No contact")
    REPLY = "reply", pgettext_lazy("churn", "No answer")
    USAGE = "usage", pgettext_lazy("churn", "Less use")
    COMPLAINT = "complaint", pgettext_lazy("churn", "Complaint past its limit")
    RATING = "rating", pgettext_lazy("churn", "Falling rating")
    PAYMENT = "payment", pgettext_lazy("churn", "Late payment")
    CONTACT_LEFT = "contact_left", pgettext_lazy("churn", "Contact person left")
    CONTRACT_END = "contract_end", pgettext_lazy("churn", "Contract ends")


FIRST_WEIGHTS: Mapping[str, int] = {
    Part.LOGIN: 30, Part.COMPLAINT: 30, Part.GAP: 25, Part.CONTRACT_END: 20, Part.RATING: 20, Part.PAYMENT: 15,
    Part.CONTACT_LEFT: 15, Part.USAGE: 15, Part.REPLY: 10,
}  # fmt: skip
RAISE_AT, HIGH_AT, MOST_A_NIGHT = 25, 60, 200


class Answer(TextChoices):
    """What whoever looks after the customer says to an alarm; empty while nobody did."""

    ACTING = "acting", pgettext_lazy("churn", "Acting on it")
    FALSE = "false", pgettext_lazy("churn", "False alarm")
    KNOWN = "known", pgettext_lazy("churn", "Known already")


class Result(TextChoices):
    """What came of winning a customer back."""

    OPEN = "open", pgettext_lazy("win-back", "Open")
    WON_BACK = "won_back", pgettext_lazy("win-back", "Won back")
    LOST = "lost", pgettext_lazy("win-back", "Lost")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one customer on one day; nothing later than that day is among it."""

    customer_since: date
    contacts: tuple[date, ...] = ()  # effective ones of the last year
    attempts: tuple[tuple[date, bool], ...] = ()  # all of the last year, and whether the customer responded
    last_contact_on: date | None = None  # also when longer ago
    last_login_on: date | None = None
    users: tuple[int, ...] = ()  # active users by period, oldest first, of the metric with the newest figure
    complaint_days: int | None = None  # how far the oldest open complaint is past its limit
    ratings: tuple[int, ...] = ()  # oldest first
    overdue_days: int | None = None
    overdue: Decimal = Decimal(0)
    left_on: date | None = None  # the last contact person taken off
    ends_on: date | None = None  # the nearest end of a contract whose renewal nobody decided
    is_renewal_planned: bool = False


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign that shows, with its weight and the figures its explanation needs."""

    part: str
    weight: int
    detail: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept with an alarm."""
        return {"part": str(self.part), "weight": self.weight, **self.detail}


@dataclass(frozen=True, slots=True)
class Reading:
    """What the signs say of one customer: those that show, those kept silent, those nothing is known of."""

    signs: tuple[Sign, ...] = ()
    silent: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def score(self) -> int:
        """Return the sum of the weights, 100 at most."""
        return min(HIGHEST, sum(sign.weight for sign in self.signs))


def read_signs(
    facts: Facts, today: date, weights: Mapping[str, int], silenced: Collection[str] = ()
) -> Reading:
    """Read every sign of a customer; those weighing nothing are left out."""
    signs: list[Sign] = []
    silent: list[str] = []
    unknown: list[str] = []
    for part in Part:
        if not _is_known(part, facts, today):
            unknown.append(str(part))
        detail = _SHOWS[part](facts, today)
        weight = weights.get(part, 0)
        if detail is None or weight <= 0:
            continue
        if part in silenced:
            silent.append(str(part))
        else:
            signs.append(Sign(str(part), weight, detail))
    return Reading(tuple(signs), tuple(silent), tuple(unknown))


def _gaps(facts: Facts, today: date) -> list[float]:
    return gaps([day for day in facts.contacts if day <= today])


def _delays(facts: Facts, today: date) -> tuple[list[float], float | None]:
    return reply_delays([attempt for attempt in facts.attempts if attempt[0] <= today], today)


def _is_known(part: Part, facts: Facts, today: date) -> bool:
    """Whether there is data, or history enough, to say something of a part; parts that are events always are."""
    if part is Part.LOGIN:
        return facts.last_login_on is not None
    if part is Part.USAGE:
        return len(facts.users) > FEWEST_PERIODS
    if part in {Part.GAP, Part.REPLY}:
        spans = _gaps(facts, today) if part is Part.GAP else _delays(facts, today)[0]
        return rhythm_of(spans) is not None
    return True


def gap_limit(facts: Facts, today: date) -> tuple[int, str]:
    """Return after how many days silence is a sign, and whether that is the customer's own rhythm or the usual limit."""
    rhythm = rhythm_of(_gaps(facts, today))
    if rhythm is None:
        return SILENT_DAYS, "usual"
    return max(SHORTEST_GAP, min(LONGEST_GAP, int(rhythm.limit) + 1)), "own"


def _login(facts: Facts, today: date) -> dict[str, Any] | None:
    if facts.last_login_on is None:
        return None
    days = (today - facts.last_login_on).days
    return {"days": days} if days >= SILENT_DAYS else None


def _gap(facts: Facts, today: date) -> dict[str, Any] | None:
    is_known = facts.last_contact_on is not None
    days = (today - (facts.last_contact_on or facts.customer_since)).days
    limit, basis = gap_limit(facts, today)
    if days < limit:
        return None
    return {"days": days, "limit": limit, "basis": basis if is_known else "never"}


def _reply(facts: Facts, today: date) -> dict[str, Any] | None:
    delays, owed = _delays(facts, today)
    rhythm = rhythm_of(delays)
    if rhythm is None or owed is None:
        return None
    limit = max(SHORTEST_GAP, int(rhythm.limit) + 1)
    return {"days": int(owed), "limit": limit} if owed >= limit else None


def _usage(facts: Facts, _today: date) -> dict[str, Any] | None:
    if len(facts.users) <= FEWEST_PERIODS:
        return None
    usual, last = float(median(facts.users[:-1])), facts.users[-1]
    return {"last": last, "usual": round(usual)} if usual > 0 and last <= DROPPED_TO * usual else None


def _complaint(facts: Facts, _today: date) -> dict[str, Any] | None:
    days = facts.complaint_days
    return {"days": days} if days is not None and days >= 0 else None


def _rating(facts: Facts, _today: date) -> dict[str, Any] | None:
    if not facts.ratings:
        return None
    last, before = facts.ratings[-1], facts.ratings[-2] if len(facts.ratings) > 1 else None
    if last <= BAD_RATING or (before is not None and last < before):
        return {"last": last} if before is None else {"last": last, "before": before}
    return None


def _payment(facts: Facts, _today: date) -> dict[str, Any] | None:
    if facts.overdue_days is None or facts.overdue_days <= 0 or facts.overdue <= 0:
        return None
    return {"days": facts.overdue_days, "amount": str(facts.overdue)}


def _contact_left(facts: Facts, today: date) -> dict[str, Any] | None:
    if facts.left_on is None or not timedelta(0) <= today - facts.left_on <= LEFT_WITHIN:
        return None
    return {"on": facts.left_on.isoformat()}


def _contract_end(facts: Facts, today: date) -> dict[str, Any] | None:
    if facts.ends_on is None:
        return None
    left = (facts.ends_on - today).days
    near = END_NEAR if facts.is_renewal_planned else END_UNPLANNED
    if left > near:
        return None
    return {"days": left, "on": facts.ends_on.isoformat(), "planned": facts.is_renewal_planned}


_SHOWS = {
    Part.LOGIN: _login, Part.GAP: _gap, Part.REPLY: _reply, Part.USAGE: _usage, Part.COMPLAINT: _complaint, Part.RATING: _rating,
    Part.PAYMENT: _payment, Part.CONTACT_LEFT: _contact_left, Part.CONTRACT_END: _contract_end,
}  # fmt: skip


def explain(sign: Mapping[str, Any]) -> str:
    """Return in words why a kept sign shows, in the language of the moment."""
    part, known = str(sign.get("part", "")), dict(sign)
    if part == Part.GAP:
        known["why"] = {
            "own": _("usual for this customer are less than %(limit)s") % known,
            "usual": _("the usual limit of %(limit)s; not enough history of its own") % known,
            "never": _("none on record since it became a customer"),
        }.get(str(known.get("basis")), "")
    if part == Part.RATING and "before" not in known:
        return _("Rated %(last)s of 5") % known
    if part == Part.CONTRACT_END:
        return _ending(known)
    sentences = {
        Part.LOGIN: _("No login for %(days)s days"),
        Part.GAP: _("No contact for %(days)s days (%(why)s)"),
        Part.REPLY: _("Has not answered for %(days)s days; usual for this customer are less than %(limit)s"),
        Part.USAGE: _("%(last)s active users, usual are %(usual)s"),
        Part.COMPLAINT: _("A complaint is open %(days)s days past its limit"),
        Part.RATING: _("Rated %(last)s of 5, %(before)s before"),
        Part.PAYMENT: _("%(amount)s yuan are %(days)s days overdue"),
        Part.CONTACT_LEFT: _("A contact person was taken off on %(on)s"),
    }
    try:
        return sentences[Part(part)] % known
    except (KeyError, ValueError):
        return part


def _ending(known: Mapping[str, Any]) -> str:
    if int(known["days"]) < 0:
        return _("The contract ended on %(on)s and its renewal is not decided") % known
    if known.get("planned"):
        return _("The contract ends in %(days)s days and its renewal is not decided") % known
    return _("The contract ends in %(days)s days and its renewal has no plan") % known


NOT_KNOWN: Mapping[str, Any] = {
    Part.LOGIN: gettext_lazy("No login is on record."),
    Part.GAP: gettext_lazy("Not enough history for a rhythm of its own; 30 days count."),
    Part.REPLY: gettext_lazy("Not enough history to say how quickly it answers."),
    Part.USAGE: gettext_lazy("Not enough periods with active users."),
}
