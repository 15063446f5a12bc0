"""The score that can be argued with, and the grade it helps to propose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.customers.rules.axes import Grade, Label
from genjin.kit.errors import RuleError, wrong_at


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One rule of a rule set: `points` when `key` holds."""

    key: str  # industry_fit, budget_clear, authority_clear, need_stated, timing_near
    points: int


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A published, immutable set of score rules (S3-6)."""

    version: int
    rows: tuple[ScoreRow, ...]
    pass_mark: int
    ordinary_mark: int
    industries: tuple[str, ...]


MOST_POINTS = 1000  # of one rule, as of a mark
LEAST_NEED = 4  # characters that are no space, before a need says something
LONGEST_QUARTER = 92  # days

SCORE_KEYS: Mapping[str, Any] = {
    "industry_fit": gettext_lazy("Industry is on the target list"),
    "budget_clear": gettext_lazy("Budget is clear"),
    "authority_clear": gettext_lazy("Decision authority is clear"),
    "need_stated": gettext_lazy("Need is stated"),
    "timing_near": gettext_lazy("Purchase within a quarter"),
}
SCORE_ADVICE: Mapping[str, Any] = {
    "industry_fit": gettext_lazy("Fill in the industry; it counts when it is on the target list."),
    "budget_clear": gettext_lazy("Ask for the budget range."),
    "authority_clear": gettext_lazy("Find out who decides."),
    "need_stated": gettext_lazy("Write down what the customer needs."),
    "timing_near": gettext_lazy("Ask when they want to buy."),
}
FIRST_RULE_SET = RuleSet(
    version=1,
    rows=(ScoreRow("industry_fit", 3), ScoreRow("budget_clear", 2), ScoreRow("authority_clear", 2)),
    pass_mark=5,
    ordinary_mark=3,
    industries=("制造业", "零售业", "信息技术", "IT服务", "软件", "互联网"),
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What score and grade look at, and nothing else."""

    industry: str = ""
    has_budget: bool = False
    is_authority_clear: bool = False
    need: str = ""
    purchase_by: date | None = None
    purchase_timing: str = ""


FACT_COLUMNS = (  # of a customer and of its former versions
    "industry", "budget_min", "budget_max", "is_authority_clear", "need", "purchase_by", "purchase_timing",
)  # fmt: skip


def facts_from(values: Mapping[str, Any]) -> Facts:
    """Return what score and grade look at, out of a customer's columns by name."""
    return Facts(
        industry=values["industry"],
        has_budget=values["budget_min"] is not None or values["budget_max"] is not None,
        is_authority_clear=values["is_authority_clear"],
        need=values["need"],
        purchase_by=values["purchase_by"],
        purchase_timing=values["purchase_timing"],
    )


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One row of the score as shown: what it is, what it gives, what would make it pass."""

    key: str
    words: str
    points: int
    is_met: bool
    advice: str


def _holds(key: str, facts: Facts, rule_set: RuleSet, today: date) -> bool:
    if key == "industry_fit":
        return any(word in facts.industry for word in rule_set.industries if word)
    if key == "budget_clear":
        return facts.has_budget
    if key == "authority_clear":
        return facts.is_authority_clear
    if key == "need_stated":
        return is_need_stated(facts.need)
    if key == "timing_near":
        return is_within_a_quarter(facts.purchase_by, today)
    raise RuleError(_("Unknown score rule: %(key)s.") % {"key": key}, "score_rule_unknown")


def score_lines(facts: Facts, rule_set: RuleSet, today: date) -> list[ScoreLine]:
    """Return the score row by row with what would make each row count (S3-6, S3-7)."""
    return [
        ScoreLine(
            row.key,
            str(SCORE_KEYS[row.key]),
            row.points,
            (held := _holds(row.key, facts, rule_set, today)),
            "" if held else str(SCORE_ADVICE[row.key]),
        )
        for row in rule_set.rows
    ]


def score(facts: Facts, rule_set: RuleSet, today: date) -> int:
    """Return the sum of the points whose rule holds (S3-6)."""
    return sum(row.points for row in rule_set.rows if _holds(row.key, facts, rule_set, today))


def label_of(points: int, rule_set: RuleSet) -> Label:
    """Return the word for a score: hot from the pass mark, nurture below the ordinary mark (S3-7)."""
    if points >= rule_set.pass_mark:
        return Label.HOT
    return Label.ORDINARY if points >= rule_set.ordinary_mark else Label.NURTURE


def check_rule_set(rows: Sequence[ScoreRow], pass_mark: int, ordinary_mark: int) -> None:
    """Refuse a rule set that nobody or everybody could pass, or whose sum could not be kept. Raises RuleError `rule_set_invalid`."""
    if any(not 0 < row.points <= MOST_POINTS for row in rows):
        raise wrong_at("points", _("A rule gives between 1 and 1,000 points."), "rule_set_invalid")
    unknown = [row.key for row in rows if row.key not in SCORE_KEYS]
    total = sum(row.points for row in rows)
    if unknown or not rows or not 0 < ordinary_mark <= pass_mark <= total:
        sentence = _(
            "The pass mark must lie between the ordinary mark and the sum of all points (%(total)d)."
        )
        raise RuleError(
            sentence % {"total": total},
            "rule_set_invalid",
            fields={"pass_mark": [sentence % {"total": total}]},
        )


def is_need_stated(need: str) -> bool:
    """Whether a need says something: at least four characters (S0-9)."""
    return len("".join(need.split())) >= LEAST_NEED


def is_within_a_quarter(purchase_by: date | None, today: date) -> bool:
    """Whether a purchase is planned within the next quarter, counted as 92 days (S0-9)."""
    return purchase_by is not None and purchase_by <= today + timedelta(days=LONGEST_QUARTER)


def propose_grade(facts: Facts, today: date) -> tuple[Grade, str]:
    """Return the proposed grade and its reason (S0-9..11); a person confirms it."""
    need = is_need_stated(facts.need)
    if (
        need
        and facts.has_budget
        and facts.is_authority_clear
        and is_within_a_quarter(facts.purchase_by, today)
    ):
        return Grade.A, _("Need stated, budget and decision power known, purchase within a quarter")
    if need:
        return Grade.B, _("Need stated; budget, decision or date to be confirmed")
    if facts.has_budget and facts.is_authority_clear:
        return Grade.B, _("Budget and decision power known; need to be confirmed")
    return Grade.C, _("Need still vague")


def check_grade_reason(reason: str) -> None:
    """Refuse a grade without its reason (S0-11, S0-25). Raises RuleError `grade_reason_missing`."""
    if not reason.strip():
        sentence = _("Say why this grade: the reason is kept.")
        raise wrong_at("reason", sentence, "grade_reason_missing")


def check_budget(low: Decimal | None, high: Decimal | None) -> None:
    """Refuse a budget whose upper end lies below its lower end. Raises RuleError `budget_reversed`."""
    if low is not None and high is not None and low > high:
        sentence = _("The upper end of the budget is below the lower end.")
        raise wrong_at("budget_max", sentence, "budget_reversed")
