"""Taking the steps of clocks that are due: mark, tell, escalate; each once, whoever runs and whatever was missed."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.accounts.queries import company_zone, work_calendar
from genjin.customers.rules import Stage
from genjin.events.actions import record_many
from genjin.followups.actions.deadlines import run_sql
from genjin.followups.actions.keeping import follow_trail, keep_locked, look_nightly
from genjin.followups.actions.tasks import NewTask, plan_for
from genjin.followups.models import Deadline, Task
from genjin.followups.queries.audience import Hearing, hearing
from genjin.followups.rules import DeadlineKind, TaskKind
from genjin.followups.rules.clocks import FLOOD, LADDERS, Deed, speaks_at, step_moment, steps_due
from genjin.notices.actions import Telling, tell_many
from genjin.notices.rules import NoticeKind

BATCH = 500
MOST_STEPS = 50_000  # of one run; the rest is a minute later
EVENTS = {Deed.WARN: "deadline.warned", Deed.REVIEW: "deadline.warned", Deed.BREACH: "deadline.breached"}
ESCALATED = "deadline.escalated"


@dataclass(slots=True)
class Taken:
    """What became of one clock in this run."""

    row: Deadline
    levels: list[int] = field(default_factory=list)  # the steps of its ladder taken now
    is_broken: bool = False  # its breach was noticed now


def watch_deadlines(now: datetime) -> int:
    """Bring clocks into line with what happened and take every step that is due; returns how many clocks moved.

    Looks at facts only, so nobody has to save anything. At night and on holidays a breach is noted, and people are
    told on the next working morning.
    """
    follow_trail(now)
    look_nightly(now)
    return take_steps(now)


def due_steps(now: datetime) -> "QuerySet[Deadline]":
    """Return the clocks with a step before `now`, the longest due first."""
    return Deadline.objects.running().filter(acts_at__lt=now).order_by("acts_at", "id")


def take_steps(now: datetime) -> int:
    """Take the steps of all clocks that are due, a batch a transaction; returns how many clocks moved.

    Who would hear of more than a handful is told once, with the number.
    """
    speaks = speaks_at(now, work_calendar(), company_zone())
    rows = list(due_steps(now).select_related("customer", "responsible").only(*_READ)[:MOST_STEPS])
    flood = _flooded(rows, now) if speaks <= now else {}
    moved = 0
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH]
        moved += _take(part, now, speaks, flood)
    return moved


_READ = (
    "kind", "subject_id", "starts_at", "due_at", "breached_at", "warned_at", "level", "acts_at", "responsible__name",
    "responsible__is_active", "customer__pool_id", "customer__stage", "customer__deleted_at",
)  # fmt: skip


def _flooded(rows: Sequence[Deadline], now: datetime) -> dict[int, int]:
    """Return who would hear of more steps than anybody reads one by one, and of how many."""
    heard: Counter[int] = Counter()
    ears = hearing(rows, now)
    for row in rows:
        levels = steps_due(row.kind, row.starts_at, row.due_at, level=row.level, now=now)
        for people in _people(row, levels, ears):
            heard.update(people)
    return {person: count for person, count in heard.items() if count > FLOOD}


def _people(row: Deadline, levels: Sequence[int], ears: Hearing) -> tuple[set[int], set[int]]:
    asked: set[int] = set()
    leads: set[int] = set()
    for level in levels:
        rep, lead = ears.of(row, LADDERS[row.kind][level - 1].audience)
        asked, leads = asked | rep, leads | lead
    return asked, leads - asked


@transaction.atomic
def _take(part: Sequence[Deadline], now: datetime, speaks: datetime, flood: dict[int, int]) -> int:
    """Take the steps of one batch: facts first, then what is still due of rows nobody else holds."""
    kept = keep_locked(sorted({row.customer_id for row in part}), now, wait=False)
    rows = list(
        due_steps(now).filter(pk__in=[row.pk for row in part], customer__in=kept)
        .select_related("customer", "responsible").only(*_READ).select_for_update(of=("self",), skip_locked=True)
    )  # fmt: skip
    taken = [_step(row, now, speaks) for row in rows]
    _write(taken)
    _record(taken, now)
    told = [one for one in taken if one.levels]
    _tell(told, hearing([one.row for one in told], now), flood, now)
    _open_reviews([one.row for one in told], now)
    return sum(bool(one.levels) or one.is_broken for one in taken)


def _step(row: Deadline, now: datetime, speaks: datetime) -> Taken:
    """Move one clock on in memory; with its customer in the bin or lost it sleeps."""
    taken = Taken(row)
    if row.customer.deleted_at is not None or (row.customer.stage == Stage.LOST and not row.subject_id):
        row.acts_at = None
        return taken
    if row.breached_at is None and row.due_at < now:
        row.breached_at, taken.is_broken = row.due_at, True
    if speaks > now:  # what is due in the night itself is noted in the night
        row.acts_at = min(speaks, row.due_at) if row.breached_at is None else speaks
        return taken
    taken.levels = steps_due(row.kind, row.starts_at, row.due_at, level=row.level, now=now)
    if taken.levels:
        row.level = taken.levels[-1]
        row.warned_at = row.warned_at or now
    row.acts_at = step_moment(row.kind, row.starts_at, row.due_at, row.level)
    return taken


_WRITE = """
UPDATE followups_deadline d SET breached_at = n.breached, warned_at = n.warned, level = n.level, acts_at = n.acts
FROM unnest(%(ids)s::bigint[], %(breached)s::timestamptz[], %(warned)s::timestamptz[], %(levels)s::int[], %(acts)s::timestamptz[])
    AS n(id, breached, warned, level, acts)
WHERE d.id = n.id
"""


def _write(taken: Sequence[Taken]) -> None:
    rows = [one.row for one in taken]
    given = {
        "ids": [row.pk for row in rows], "breached": [row.breached_at for row in rows],
        "warned": [row.warned_at for row in rows], "levels": [row.level for row in rows], "acts": [row.acts_at for row in rows],
    }  # fmt: skip
    run_sql(_WRITE, given)


def _record(taken: Sequence[Taken], now: datetime) -> None:
    """Write what happened to each clock; a warning that a breach has overtaken is not written any more."""
    events: dict[str, list[Taken]] = defaultdict(list)
    for one in taken:
        if one.is_broken:
            events["deadline.breached"].append(one)
        for level in one.levels:
            deed = LADDERS[one.row.kind][level - 1].deed
            if deed in {Deed.WARN, Deed.REVIEW} and one.row.breached_at is None:
                events["deadline.warned"].append(one)
            elif deed not in EVENTS:
                events[f"{ESCALATED}:{level}"].append(one)
    for key, found in events.items():
        kind, _colon, rung = key.partition(":")
        more = {"level": int(rung)} if rung else {}
        data = [(one.row.customer_id, {"clock": one.row.kind, **more}) for one in found]
        record_many(None, kind, data, at=now, subjects=[one.row.pk for one in found])


def _tell(told: Sequence[Taken], ears: Hearing, flood: dict[int, int], now: datetime) -> None:
    tellings: list[Telling] = []
    flooded: set[int] = set()
    for one in told:
        asked, leads = _people(one.row, one.levels, ears)
        deed = LADDERS[one.row.kind][one.levels[-1] - 1].deed
        key, words = f"deadline:{one.row.pk}:{one.levels[-1]}", _words(one.row)
        for people, kind in ((asked, _kind_for(deed)), (leads, _kind_for(deed, lead=True))):
            tellings += [
                Telling(person, kind, key, one.row.customer_id, one.row.pk, words)
                for person in sorted(people - flood.keys())
            ]
        flooded |= (asked | leads) & flood.keys()
    key = f"deadlines:{now:%Y%m%d%H%M}"
    tellings += [
        Telling(person, NoticeKind.DEADLINE_DIGEST, key, words={"count": flood[person]})
        for person in sorted(flooded)
    ]
    tell_many(tellings, at=now)


def _kind_for(deed: Deed, *, lead: bool = False) -> str:
    if deed in {Deed.HIGH_RISK, Deed.REASSIGN}:
        return NoticeKind.DEADLINE_HIGH_RISK if deed == Deed.HIGH_RISK else NoticeKind.DEADLINE_REASSIGN
    if deed == Deed.REVIEW:
        return NoticeKind.REVIEW_DUE
    if lead:
        return NoticeKind.DEADLINE_ESCALATED
    return NoticeKind.DEADLINE_WARNED if deed == Deed.WARN else NoticeKind.DEADLINE_BREACHED


def _words(row: Deadline) -> dict[str, str]:
    due = timezone.localtime(row.due_at, company_zone())
    return {
        "who": row.responsible.name if row.responsible else _("nobody"),
        "clock": str(DeadlineKind(row.kind).label), "due": due.strftime("%Y-%m-%d %H:%M"),
    }  # fmt: skip


def _open_reviews(rows: Sequence[Deadline], now: datetime) -> None:
    """Plan the review of an existing customer for its owner, once while one is open."""
    due = [row for row in rows if row.kind == DeadlineKind.EXISTING_REVIEW and row.responsible_id is not None]
    open_ones = set(
        Task.objects.open().filter(kind=TaskKind.REVIEW, customer__in=[row.customer_id for row in due])
        .values_list("customer_id", flat=True)
    )  # fmt: skip
    for row in due:
        owner = row.responsible
        if row.customer_id not in open_ones and owner is not None and owner.is_active:
            new = NewTask(
                _("Review with the customer: satisfaction, changes, new needs"),
                max(row.due_at, now),
                owner,
                kind=TaskKind.REVIEW,
            )
            plan_for(None, row.customer, new, now=now)
