"""Clocks of recycling, warnings before it happens, and the nightly run that does it."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.customers.models import Customer
from genjin.events.actions import read_trail, record
from genjin.followups.actions.deadlines import Clock, end_clocks_of_kind, set_clocks
from genjin.followups.actions.ownership import recycle_customers
from genjin.followups.models import Deadline
from genjin.followups.rules import DeadlineKind
from genjin.routing.actions.runs import write_hits
from genjin.routing.actions.warnings import Warned, tell_before_recycling
from genjin.routing.models import RecycleRule, RuleHit, RuleRun
from genjin.routing.queries.recycling import CHUNK, Foreseen, due_at, foresee, rules_in_force, standing_of
from genjin.routing.rules.recycling import WARN_DAYS, Why, recycle_due, warning_step

READER = "recycle_clocks"


def keep_clocks(now: datetime) -> int:
    """Set the recycling clocks of customers something happened to since the last look; returns how many.

    Reads the trail after its bookmark, so that no floor below has to know of recycling. A rule that changed is
    followed by a look at everybody, an import by a look at what it brought. What was committed after a later
    event was read is met by the nightly look at everybody; the run itself goes by facts, never by clocks.
    """
    with read_trail(READER) as seen:
        if any(event.kind.startswith("recycle_rule.") for event in seen):
            return set_all_clocks(now)
        batches = [event.subject_id for event in seen if event.kind == "import.done"]
        brought = Customer.objects.filter(import_batch__in=batches).values_list("pk", flat=True)
        ids = sorted({event.customer_id for event in seen if event.customer_id is not None} | set(brought))
        return sum(_set(ids[start : start + CHUNK], now) for start in range(0, len(ids), CHUNK))


def set_all_clocks(now: datetime) -> int:
    """Set the recycling clocks of all customers anew, a chunk a transaction; returns how many there are."""
    newest = Customer.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return sum(_set(range(start, start + CHUNK), now) for start in range(1, newest + 1, CHUNK))


@transaction.atomic
def _set(ids: Sequence[int], now: datetime) -> int:
    clocks: list[Clock] = []
    for found in foresee(Customer.objects.filter(pk__in=ids), rules_in_force()):
        if isinstance(found, Foreseen):
            row = found.customer
            clocks.append(Clock(row.pk, row.owner_id or 0, row.owned_since or now, found.due.at))
    set_clocks(DeadlineKind.RECYCLE, clocks)
    running = {clock.customer_id for clock in clocks}
    end_clocks_of_kind(DeadlineKind.RECYCLE, [pk for pk in ids if pk not in running], now)
    return len(clocks)


@transaction.atomic
def warn_owners(now: datetime) -> int:
    """Note 7, 3 and 1 days before that a customer goes back to the pool, each step once; returns how many.

    After days without a worker only the nearest step is told.
    """
    soon = Deadline.objects.running().filter(
        kind=DeadlineKind.RECYCLE,
        due_at__gt=now,
        due_at__lte=now + timedelta(days=WARN_DAYS[0]),
        level__lt=len(WARN_DAYS),
    )
    warned: list[Warned] = []
    for clock in soon.select_for_update(of=("self",), skip_locked=True):
        step = warning_step(clock.due_at, now)
        if step <= clock.level:
            continue
        Deadline.objects.filter(pk=clock.pk).update(level=step, warned_at=now)
        record(
            None, "customer.recycle_warned", at=now, customer_id=clock.customer_id, subject_id=clock.pk,
            days=WARN_DAYS[step - 1], due_at=clock.due_at.isoformat(), responsible=clock.responsible_id,
        )  # fmt: skip
        warned.append(Warned(clock.customer_id, clock.responsible_id or 0, WARN_DAYS[step - 1]))
    tell_before_recycling(warned, now)
    return len(warned)


def recycle_nightly(now: datetime) -> RuleRun | None:
    """Warn owners, and take back what is due once a day: at night, or as soon as a machine that slept wakes."""
    local = timezone.localtime(now, timezone.get_default_timezone())
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    is_done = RuleRun.objects.filter(kind=RuleRun.Kind.RECYCLE, at__gte=midnight).exists()
    if not is_done:
        set_all_clocks(now)
    warn_owners(now)
    return None if is_done else recycle(now)


@transaction.atomic
def recycle(now: datetime) -> RuleRun:
    """Take back every customer that is due, up to the limit of each rule; a batch that can be undone.

    What a rule foresaw is asked again of the locked row: whoever was contacted meanwhile stays.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(727011)")  # two workers take turns
    run = RuleRun.objects.create(kind=RuleRun.Kind.RECYCLE, at=now)
    taken: Counter[int] = Counter()
    chosen: dict[int, list[int]] = defaultdict(list)
    rules = {rule.pk: rule for rule in rules_in_force()}
    left_over = 0
    for found in due_at(now):
        if taken[found.rule.pk] >= found.rule.limit_per_run:
            left_over += 1
            continue
        taken[found.rule.pk] += 1
        chosen[found.rule.pk].append(found.customer.pk)
    run.left_over = left_over
    run.count = sum(_take_back(run, rules[pk], ids, now) for pk, ids in chosen.items())
    run.save(update_fields=["count", "left_over"])
    record(None, "customers.recycled", at=now, subject_id=run.pk, count=run.count, left_over=left_over)
    return run


def _take_back(run: RuleRun, rule: RecycleRule, ids: Sequence[int], now: datetime) -> int:
    locked = (
        Customer.objects.live().owned().filter(pk__in=ids).select_for_update(of=("self",), skip_locked=True)
    )
    by_why: dict[Why, list[Customer]] = defaultdict(list)
    for row in locked.order_by("pk"):
        due = recycle_due(standing_of(row), rule.policy)
        if due is not None and due.at <= now:
            by_why[due.why].append(row)
    for why, rows in by_why.items():
        reason = _("%(rule)s: %(why)s") % {"rule": rule.name, "why": why.label}
        let_go = recycle_customers(rows, rule.pool, reason=reason, now=now)
        write_hits(RuleHit(run=run, rule=rule.name, why=str(why.label)), rows, let_go)
    return sum(len(rows) for rows in by_why.values())
