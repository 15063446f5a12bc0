"""What an objection and its answer must say, and what is learnt of answers. Pure."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from genjin.kit.errors import wrong_at
from genjin.library.rules import Objection
from genjin.proposals.rules.words import Acceptance

ENOUGH = 10  # answers below which a rate says nothing


@dataclass(frozen=True, slots=True)
class Learnt:
    """How often a standard answer was given, and how it was taken."""

    accepted: int = 0
    partly: int = 0
    internal: int = 0
    refused: int = 0

    @property
    def count(self) -> int:
        return self.accepted + self.partly + self.internal + self.refused

    @property
    def rate(self) -> int | None:
        """The share that was accepted, in percent, a part counting half; None below ten answers."""
        if self.count < ENOUGH:
            return None
        return round(100 * (self.accepted + self.partly / 2) / self.count)

    @property
    def rank(self) -> tuple[int, int]:
        """What suggestions are sorted by, largest first: those known to work, then those not known, then the others."""
        rate = self.rate
        return (rate, self.count) if rate is not None else (50, 0)


def check_objection(category: str, said: str) -> None:
    """Refuse an objection of no category or without words. Raises RuleError `objection_unknown`, `objection_empty`."""
    if category not in Objection.values:
        raise wrong_at("category", _("Choose what it is about."), "objection_unknown")
    if not said:
        raise wrong_at("said", _("Write what the customer said."), "objection_empty")


def check_answer(acceptance: str, words: str, *, has_entry: bool) -> None:
    """Refuse an answer that says nothing. Raises RuleError `acceptance_unknown`, `answer_missing`."""
    if acceptance not in Acceptance.values:
        raise wrong_at("acceptance", _("Choose how the customer took it."), "acceptance_unknown")
    if not words and not has_entry:
        raise wrong_at("answer", _("Write the answer, or choose one of the library."), "answer_missing")
