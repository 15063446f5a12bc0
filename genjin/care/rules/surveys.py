"""Asking for a rating: by when, what counts as bad, and what the figures say. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from genjin.kit.errors import wrong_at

MOST_A_DAY = 50  # customers asked in rounds, where Settings say nothing else
MOST_A_DAY_EVER = 5000
ASK_WITHIN = timedelta(days=7)  # S3-17: a satisfaction visit within a week after the delivery
SOLVE_BAD_WITHIN = timedelta(hours=24)  # S3-17: a bad rating is answered and solved within 24 hours
BAD = 2  # this rating and worse
FEW = 10  # figures over fewer answers say so
LINK_LIFE = timedelta(days=14)
LONGEST_COMMENT = 2000
PROMOTER, PASSIVE = 9, 7


@dataclass(frozen=True, slots=True)
class Answer:
    """What a customer said: 1 to 5, whether it runs stably and does what they need, 0 to 10, in words, and what more they need."""

    rating: int | None
    is_stable: bool | None = None
    meets_need: bool | None = None
    nps: int | None = None
    comment: str = ""
    new_need: str = ""


def check_answer(answer: Answer) -> None:
    """Refuse an answer without a rating, or with figures off the scale. Raises RuleError `rating_missing`, `answer_invalid`."""
    if answer.rating is None:
        raise wrong_at("rating", _("Choose how satisfied the customer is."), "rating_missing")
    if answer.rating not in range(1, 6):
        raise wrong_at("rating", _("A rating is 1 to 5."), "answer_invalid")
    if answer.nps is not None and answer.nps not in range(11):
        raise wrong_at("nps", _("The likelihood is 0 to 10."), "answer_invalid")
    if len(answer.comment) > LONGEST_COMMENT:
        raise wrong_at(
            "comment", _("At most %(count)d characters.") % {"count": LONGEST_COMMENT}, "answer_invalid"
        )


def is_bad(rating: int) -> bool:
    """Whether a rating wants an answer and a solution within 24 hours (S3-17)."""
    return rating <= BAD


@dataclass(frozen=True, slots=True)
class Mood:
    """What a number of answers say together."""

    count: int
    average: float | None
    by_rating: dict[int, int]
    bad: int
    promoters: int
    passives: int
    detractors: int

    @property
    def asked(self) -> int:
        """How many said how likely they are to recommend us."""
        return self.promoters + self.passives + self.detractors

    @property
    def nps(self) -> int | None:
        """Promoters (9, 10) less detractors (0 to 6), as percent of who said so; None when nobody did."""
        return round((self.promoters - self.detractors) * 100 / self.asked) if self.asked else None

    @property
    def is_few(self) -> bool:
        return self.count < FEW


def mood(answers: Iterable[tuple[int, int | None]]) -> Mood:
    """Return the figures over answers, pairs of rating and likelihood."""
    ratings: Counter[int] = Counter()
    groups: Counter[str] = Counter()
    for rating, nps in answers:
        ratings[rating] += 1
        if nps is not None:
            groups["up" if nps >= PROMOTER else "mid" if nps >= PASSIVE else "down"] += 1
    count = ratings.total()
    total = sum(rating * times for rating, times in ratings.items())
    return Mood(
        count=count, average=total / count if count else None, by_rating={at: ratings[at] for at in range(5, 0, -1)},
        bad=sum(ratings[at] for at in range(1, BAD + 1)), promoters=groups["up"], passives=groups["mid"], detractors=groups["down"],
    )  # fmt: skip
