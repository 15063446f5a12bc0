"""How a sample is drawn, so that nobody can choose it and everybody can draw it again. Pure."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from genjin.kit.errors import wrong_at
from genjin.kit.working_days import WorkCalendar

LARGEST_SAMPLE = 200
WORKING_DAYS_TO_ANSWER = 3


class Result(TextChoices):
    """What a supervisor found about one customer of a sample."""

    WAITING = "waiting", pgettext_lazy("sample", "To be looked at")
    PASSED = "passed", gettext_lazy("Passed")
    RETURNED = "returned", gettext_lazy("Returned")


def draw(base: Iterable[int], size: int, seed: str) -> list[int]:
    """Return up to `size` ids of `base`, in the order the seed gives them (S1-13).

    Each id is ranked by a hash of seed and id: the order of `base` does not count, the same seed and base give
    the same sample, and who does not know the seed cannot tell who will be drawn.
    """
    return sorted(set(base), key=lambda pk: (_rank(seed, pk), pk))[:size]


def _rank(seed: str, pk: int) -> bytes:
    return hashlib.sha256(f"{seed}:{pk}".encode()).digest()


def mark_of(base: Iterable[int]) -> str:
    """Return 16 hex digits that two bases share only when they hold the same customers."""
    return hashlib.sha256(",".join(map(str, sorted(set(base)))).encode()).hexdigest()[:16]


def check_size(size: int) -> None:
    """Refuse a sample of none or of very many. Raises RuleError `sample_size_invalid`."""
    if not 1 <= size <= LARGEST_SAMPLE:
        sentence = _("Draw between 1 and %(most)d customers.") % {"most": LARGEST_SAMPLE}
        raise wrong_at("size", sentence, "sample_size_invalid")


def answer_due(now: datetime, calendar: WorkCalendar, zone: ZoneInfo) -> datetime:
    """Return when what was returned is to be mended: the evening of the third working day after (S1-13)."""
    day = calendar.add_working_days(now.astimezone(zone).date(), WORKING_DAYS_TO_ANSWER)
    return datetime.combine(day, time(18), zone)
