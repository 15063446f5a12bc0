"""Clocks of single things of the floors above, a milestone or a ticket: set, moved and stopped where the fact is written."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Case, F, When
from django.db.models.functions import Coalesce

from genjin.followups.models import Deadline
from genjin.followups.rules.clocks import step_moment


@dataclass(frozen=True, slots=True)
class SubjectClock:
    """What runs: its kind, whose customer, which row, who is responsible, since when, until when."""

    kind: str
    customer_id: int
    subject_id: int
    responsible_id: int | None
    starts_at: datetime
    due_at: datetime


@transaction.atomic
def set_subject_clock(clock: SubjectClock) -> Deadline:
    """Start the clock of a subject, or move the one that runs; one that moved begins its ladder anew."""
    running = Deadline.objects.running().filter(kind=clock.kind, subject_id=clock.subject_id)
    row = running.select_for_update(of=("self",)).first()
    first = step_moment(clock.kind, clock.starts_at, clock.due_at, 0)
    if row is None:
        return Deadline.objects.create(
            kind=clock.kind, customer_id=clock.customer_id, subject_id=clock.subject_id, acts_at=first,
            responsible_id=clock.responsible_id, starts_at=clock.starts_at, due_at=clock.due_at,
        )  # fmt: skip
    if row.due_at != clock.due_at:
        row.starts_at, row.due_at, row.level = clock.starts_at, clock.due_at, 0
        row.acts_at, row.warned_at, row.breached_at = first, None, None
    row.responsible_id = clock.responsible_id
    row.save()
    return row


def meet_subject_clock(kind: str, subject_id: int, *, at: datetime, now: datetime) -> int:
    """Stop the clock of a subject by a fact of the moment `at`, on record since `now`; returns how many (0 or 1)."""
    running = Deadline.objects.running().filter(kind=kind, subject_id=subject_id)
    return running.update(met_at=at, acts_at=None, breached_at=_broken_by(now))


def end_subject_clocks(kind: str, subject_ids: Iterable[int], now: datetime) -> int:
    """End clocks whose subject was called off; neither kept nor, unless it was late already, broken. Returns how many."""
    running = Deadline.objects.running().filter(kind=kind, subject_id__in=list(subject_ids))
    return running.update(ended_at=now, acts_at=None, breached_at=_broken_by(now))


def _broken_by(now: datetime) -> Coalesce:
    """What was due before `now` was broken when it was due."""
    return Coalesce("breached_at", Case(When(due_at__lt=now, then=F("due_at"))))
