"""What a grade means as a contract: how soon, how often, by which ways, and how much before one gives up. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.customers.rules import Grade
from genjin.followups.rules.words import Method
from genjin.kit.errors import RuleError

LEAD = "lead"


@dataclass(frozen=True, slots=True)
class GradeTerms:
    """The terms of one grade (S0-16..18, S2-10..12)."""

    first_response_hours: int = 24
    max_gap_days: int = 14
    min_gap_days: int | None = None  # sooner is too often
    most_per_week: int | None = None  # more than so many from Monday to Sunday is too often
    touches: int = 1  # effective contacts before somebody gives up
    channels: tuple[str, ...] = (Method.PHONE.value,)
    content: str = ""
    reviewer: str = LEAD  # who acknowledges the plan: the lead, or nobody


@dataclass(frozen=True, slots=True)
class GradeRules:
    """A published, immutable version of all grades' terms."""

    version: int
    terms: Mapping[str, GradeTerms]
    dormant_days: int  # without an answer; then it is proposed to give up (S0-28)

    def of(self, grade: str) -> GradeTerms:
        """Return the terms of a grade."""
        return self.terms[grade]


FIRST_POLICY = GradeRules(
    version=1,
    terms={
        "A": GradeTerms(
            max_gap_days=7, most_per_week=2, touches=5, channels=("phone", "wechat", "visit"),
            content="解决疑虑，推动方案落地：定制方案与案例佐证，争取一小时沟通",
        ),
        "B": GradeTerms(
            max_gap_days=14, touches=3, channels=("phone", "email"), content="案例、资料与行业资讯，引导需求明确"
        ),
        "C": GradeTerms(
            max_gap_days=30, min_gap_days=30, channels=("wechat", "email"), content="节日问候与产品科普，等待时机，避免过度打扰",
        ),
    },
    dormant_days=60,
)  # fmt: skip
LABELS: Mapping[str, Any] = {
    "first_response_hours": gettext_lazy("First contact within (hours)"),
    "max_gap_days": gettext_lazy("Next contact after at most (days)"),
    "min_gap_days": gettext_lazy("Not more often than every (days)"),
    "most_per_week": gettext_lazy("At most so many contacts a week"),
    "touches": gettext_lazy("Contacts before giving up"),
    "channels": gettext_lazy("Ways of contact"),
    "content": gettext_lazy("Line of content"),
    "reviewer": gettext_lazy("Acknowledges the plan"),
}
# The least and the most a number may be; None: it may be left out.
BOUNDS: Mapping[str, tuple[int, int, bool]] = {
    "first_response_hours": (1, 24 * 30, False), "max_gap_days": (1, 365, False), "min_gap_days": (1, 365, True),
    "most_per_week": (1, 50, True), "touches": (0, 50, False),
}  # fmt: skip


def read_terms(stored: Mapping[str, Any]) -> GradeTerms:
    """Return terms out of what is kept as JSON; what a later version of Genjin wrote besides is left out."""
    known = {field.name for field in fields(GradeTerms)}
    values = {name: value for name, value in stored.items() if name in known}
    return GradeTerms(**values | {"channels": tuple(values.get("channels", ()))})


def as_stored(terms: GradeTerms) -> dict[str, Any]:
    """Return terms as JSON keeps them; `read_terms` reads them again."""
    return asdict(terms) | {"channels": list(terms.channels)}


def check_policy(terms: Mapping[str, GradeTerms], dormant_days: int) -> None:
    """Refuse terms nobody could keep. Raises RuleError `grade_policy_invalid` with a sentence by field (`A.touches`)."""
    refused: dict[str, list[str]] = {}
    if set(terms) != set(Grade.values):
        raise RuleError(_("Give the terms of A, B and C."), "grade_policy_invalid")
    for grade, one in terms.items():
        for name, sentence in _faults(one):
            refused.setdefault(f"{grade}.{name}", []).append(sentence)
    if not 7 <= dormant_days <= 3650:
        refused["dormant_days"] = [_("Between %(least)d and %(most)d.") % {"least": 7, "most": 3650}]
    if refused:
        raise RuleError(_("Please correct the marked fields."), "grade_policy_invalid", fields=refused)


def _faults(one: GradeTerms) -> Iterable[tuple[str, str]]:
    for name, (least, most, may_lack) in BOUNDS.items():
        value = getattr(one, name)
        if value is None and may_lack:
            continue
        if value is None or not least <= value <= most:
            yield name, _("Between %(least)d and %(most)d.") % {"least": least, "most": most}
    if one.min_gap_days is not None and one.min_gap_days > one.max_gap_days:
        yield "min_gap_days", _("Not above the longest gap.")
    if not one.channels or not set(one.channels) <= set(Method.values):
        yield "channels", _("Choose at least one way of contact.")
    if one.reviewer not in {"", LEAD}:
        yield "reviewer", _("The lead, or nobody.")


def differences(before: GradeRules, after: GradeRules) -> list[tuple[str, str, Any, Any]]:
    """Return what differs between two versions: grade ("" for all), field, value before, value after."""
    found: list[tuple[str, str, Any, Any]] = []
    for grade in Grade.values:
        old, new = before.of(grade), after.of(grade)
        found += [
            (grade, name, getattr(old, name), getattr(new, name))
            for name in LABELS
            if getattr(old, name) != getattr(new, name)
        ]
    if before.dormant_days != after.dormant_days:
        found.append(("", "dormant_days", before.dormant_days, after.dormant_days))
    return found


def check_touches(grade: str, terms: GradeTerms, touches: Sequence[int]) -> None:
    """Refuse to give customers of one grade up before its number of contacts; `touches` are those on record of each.

    Raises RuleError `too_few_touches` with what is missing in `details`.
    """
    short = [count for count in touches if count < terms.touches]
    if not short:
        return
    words = {
        "grade": grade,
        "asked": terms.touches,
        "count": min(short),
        "missing": terms.touches - min(short),
    }
    sentence = _(
        "Grade %(grade)s asks for %(asked)d contacts before giving up; %(count)d are on record, %(missing)d are missing."
    )
    raise RuleError(sentence % words, "too_few_touches", details=words)
