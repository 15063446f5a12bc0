"""What was promised, and whether it was kept: read from facts, never typed in (S2-16)."""

from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from genjin.followups.rules.words import TaskKind, TaskStatus

GIVEN_UP_COUNTS = timedelta(days=90)  # so long one that was given up weighs on the customer
PROMISES = (TaskKind.PROMISE_OURS, TaskKind.PROMISE_THEIRS)


class Verdict(TextChoices):
    """How a promise stands."""

    OPEN = "open", pgettext_lazy("promise", "Open")
    KEPT = "kept", pgettext_lazy("promise", "Kept")
    LATE = "late", pgettext_lazy("promise", "Kept late")
    BROKEN = "broken", pgettext_lazy("promise", "Broken")


def verdict(promised_for: date, status: str, closed_on: date | None, today: date) -> Verdict:
    """Return how a promise stands: done by its day it is kept, done later it is late, given up or past its day broken.

    `promised_for` is the first day named, whatever it was postponed to since; days are those of the company's zone.
    `queries.promises.with_verdict` says the same to the database.
    """
    if status == TaskStatus.CANCELLED:
        return Verdict.BROKEN
    if status == TaskStatus.DONE:
        return Verdict.KEPT if closed_on is not None and closed_on <= promised_for else Verdict.LATE
    return Verdict.BROKEN if today > promised_for else Verdict.OPEN
