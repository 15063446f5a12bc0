"""What is known of customers on a day, which alarms wait, and how often they were right."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max, Min, Q, Sum

from genjin.accounts.models import User
from genjin.accounts.queries import company_zone, local_day
from genjin.care.models import (
    ChurnAlert,
    ChurnAlertQuerySet,
    ChurnWeights,
    Renewal,
    Survey,
    Ticket,
    UsageFigure,
)
from genjin.care.queries.keepers import strayed, to_hand_on, who_now
from genjin.care.rules import TicketKind, TicketState
from genjin.care.rules.accuracy import Judged, Loss
from genjin.care.rules.churn import (
    FIRST_WEIGHTS,
    HIGH_AT,
    LEFT_WITHIN,
    MOST_A_NIGHT,
    QUIET_AFTER_FALSE,
    RAISE_AT,
    Facts,
    Reading,
    read_signs,
)
from genjin.care.rules.renewals import OPENS_BEFORE, Outcome
from genjin.contracts.models import Contract, Milestone
from genjin.contracts.queries.money import overdue
from genjin.contracts.rules import ContractState
from genjin.contracts.rules.states import IN_FORCE
from genjin.customers.models import Customer, CustomerQuerySet, StageChange
from genjin.customers.rules import Stage
from genjin.events.models import Event
from genjin.followups.models import FollowUp
from genjin.followups.rules.clocks import midnight

CHUNK = 500
LOOKS_BACK = timedelta(days=365)
BOUGHT = (Stage.WON, Stage.REPEAT)
ENDED_WITHIN = timedelta(days=30)


def weights_in_force() -> ChurnWeights:
    """Return the settings that count: the newest confirmed ones, or those that ship."""
    row = ChurnWeights.objects.filter(state=ChurnWeights.State.IN_FORCE).first()
    shipped = {str(part): weight for part, weight in FIRST_WEIGHTS.items()}
    return row or ChurnWeights(
        pk=0, weights=shipped, raise_at=RAISE_AT, high_at=HIGH_AT, limit_per_run=MOST_A_NIGHT
    )


def watched() -> CustomerQuerySet:
    """Return the customers signs are read of: they bought, somebody owns them, and they are not lost."""
    return Customer.objects.live().owned().filter(stage__in=BOUGHT)


def watched_on(moment: datetime, only: Sequence[int] | None = None) -> dict[int, date]:
    """Return the customers that had bought and were not lost at a moment of the past, by the trail of stages, since when; of `only` or all."""
    last = StageChange.objects.filter(at__lte=moment, customer__deleted_at=None).order_by(
        "customer_id", "-at", "-pk"
    )
    if only is not None:
        last = last.filter(customer__in=only)
    rows = last.distinct("customer_id").values_list("customer_id", "target", "at")
    return {pk: local_day(at) for pk, target, at in rows if target in BOUGHT}


def facts_of(since: dict[int, date], moment: datetime, *, is_past: bool = False) -> dict[int, Facts]:
    """Return what was on record of customers at `moment`; `since` says since when each is a customer. Nine queries for any number."""
    ids, day = list(since), local_day(moment)
    found: dict[int, dict[str, Any]] = {pk: {"customer_since": first} for pk, first in since.items()}
    money = _overdue_then if is_past else _overdue
    for gather in (_contacts, _usage, _complaints, _ratings, money, _left, _ends):
        for pk, known in gather(ids, moment, day):
            found[pk] |= known
    return {pk: Facts(**known) for pk, known in found.items()}


type Found = Iterator[tuple[int, dict[str, Any]]]


def _contacts(ids: Sequence[int], moment: datetime, _day: date) -> Found:
    known = FollowUp.objects.filter(customer__in=ids, happened_at__lte=moment, recorded_at__lte=moment)
    contacts: dict[int, list[date]] = defaultdict(list)
    attempts: dict[int, list[tuple[date, bool]]] = defaultdict(list)
    recent = known.filter(happened_at__gt=moment - LOOKS_BACK).order_by("happened_at")
    for pk, at, is_effective, is_answered in recent.values_list(
        "customer_id", "happened_at", "is_effective", "got_response"
    ):
        attempts[pk].append((local_day(at), is_answered))
        if is_effective:
            contacts[pk].append(local_day(at))
    last = known.filter(is_effective=True).order_by().values("customer_id").annotate(last=Max("happened_at"))
    for row in last:
        yield row["customer_id"], {"last_contact_on": local_day(row["last"])}
    for pk, days in attempts.items():
        yield pk, {"attempts": tuple(days), "contacts": tuple(contacts[pk])}


def _usage(ids: Sequence[int], moment: datetime, day: date) -> Found:
    rows = UsageFigure.objects.filter(customer__in=ids, recorded_at__lte=moment)
    logins = rows.filter(last_login_on__lte=day).order_by().values("customer_id")
    for row in logins.annotate(last=Max("last_login_on")):
        yield row["customer_id"], {"last_login_on": row["last"]}
    users: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    counted = rows.filter(active_users__isnull=False, ends_on__gt=day - 3 * LOOKS_BACK).order_by(
        "ends_on", "pk"
    )
    for pk, metric, count in counted.values_list("customer_id", "metric", "active_users"):
        series = users[pk]
        series[metric] = [
            *series.pop(metric, []),
            count or 0,
        ]  # the metric with the newest figure stands last
    for pk, by_metric in users.items():
        yield pk, {"users": tuple(list(by_metric.values())[-1])}


def _complaints(ids: Sequence[int], moment: datetime, _day: date) -> Found:
    rows = Ticket.objects.filter(
        customer__in=ids, kind__in=[TicketKind.COMPLAINT, TicketKind.BAD_RATING], opened_at__lte=moment, due_at__lt=moment
    ).exclude(state__in=[TicketState.MERGED, TicketState.DRAFT, TicketState.DECLINED])  # fmt: skip
    still = Q(solved_at=None) | Q(solved_at__gt=moment)
    rows = rows.filter(still, Q(closed_at=None) | Q(closed_at__gt=moment)).order_by("-due_at")
    for pk, due_at in rows.values_list("customer_id", "due_at"):
        yield pk, {"complaint_days": (moment - due_at).days}


def _ratings(ids: Sequence[int], moment: datetime, _day: date) -> Found:
    rows = Survey.objects.filter(customer__in=ids, answered_at__lte=moment, rating__isnull=False)
    ratings: dict[int, list[int]] = defaultdict(list)
    for pk, rating in rows.order_by("answered_at", "pk").values_list("customer_id", "rating"):
        if rating is not None:
            ratings[pk].append(rating)
    for pk, given in ratings.items():
        yield pk, {"ratings": tuple(given[-2:])}


def _overdue(ids: Sequence[int], _moment: datetime, day: date) -> Found:
    for pk, owed in overdue(ids, day).items():
        yield pk, {"overdue": owed.amount, "overdue_days": owed.days}


def _overdue_then(ids: Sequence[int], _moment: datetime, day: date) -> Found:
    """What was late on a day of the past, by the day each milestone was paid in full."""
    rows = Milestone.objects.filter(contract__customer__in=ids, due_on__lt=day, contract__signed_on__lte=day)
    rows = rows.exclude(contract__state=ContractState.VOID).filter(Q(settled_on=None) | Q(settled_on__gt=day))
    late = rows.order_by().values("contract__customer").annotate(amount=Sum("amount"), since=Min("due_on"))
    for row in late:
        yield row["contract__customer"], {"overdue": row["amount"], "overdue_days": (day - row["since"]).days}


def _left(ids: Sequence[int], moment: datetime, _day: date) -> Found:
    rows = Event.objects.filter(
        customer_id__in=ids, kind="contact.removed", at__lte=moment, at__gt=moment - LEFT_WITHIN
    ).order_by("at")
    for pk, at in rows.values_list("customer_id", "at"):
        if pk is not None:
            yield pk, {"left_on": local_day(at)}


def _ends(ids: Sequence[int], moment: datetime, day: date) -> Found:
    rows = Contract.objects.filter(
        customer__in=ids, state__in=IN_FORCE, signed_on__lte=day, ends_on__gte=day - ENDED_WITHIN, ends_on__lte=day + OPENS_BEFORE
    )  # fmt: skip
    undecided = Q(renewal__isnull=True) | Q(renewal__outcome=Outcome.OPEN) | Q(renewal__decided_at__gt=moment)
    for row in rows.filter(undecided).select_related("renewal").order_by("-ends_on"):
        renewal: Renewal | None = getattr(row, "renewal", None)
        yield row.customer_id, {"ends_on": row.ends_on, "is_renewal_planned": bool(renewal and renewal.plan)}


def silenced(ids: Iterable[int], now: datetime) -> dict[int, set[str]]:
    """Return the parts that are kept silent by customer: called false, known or dealt with a short while ago."""
    rows = ChurnAlert.objects.filter(customer__in=list(ids), silent_until__gt=now)
    found: dict[int, set[str]] = defaultdict(set)
    for pk, parts in rows.values_list("customer_id", "parts"):
        found[pk] |= {str(part["part"]) for part in parts}
    return found


def idle() -> ChurnAlertQuerySet:
    """Return the open alarms nobody can answer: the customer is lost, or nobody's or in the bin and nobody acts yet."""
    gone = Q(customer__owner=None) | Q(customer__deleted_at__isnull=False)
    rows = ChurnAlert.objects.open().filter(Q(customer__stage=Stage.LOST) | (gone & Q(answer="")))
    return rows.order_by("pk")


def handed_on() -> list[ChurnAlert]:
    """Return the alarms to be answered that go to somebody else, with everybody concerned."""
    rows = ChurnAlert.objects.unanswered().filter(strayed("responsible", has_task=False))
    rows = rows.filter(customer__owner__isnull=False, customer__deleted_at=None)
    return to_hand_on(
        rows.select_related("responsible", "customer__owner"), lambda row: who_now(row, row.customer)
    )


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A customer with what its signs say."""

    customer: Customer
    reading: Reading


def readings(rows: Iterable[Customer], now: datetime, settings: ChurnWeights | None = None) -> list[Foreseen]:
    """Return what the signs say of customers now."""
    customers = list(rows)
    kept = settings or weights_in_force()
    facts = facts_of({row.pk: local_day(row.stage_entered_at) for row in customers}, now)
    quiet = silenced(facts, now)
    day = local_day(now)
    return [
        Foreseen(row, read_signs(facts[row.pk], day, kept.weights, quiet.get(row.pk, ())))
        for row in customers
    ]


def foresee(now: datetime, after: int = 0) -> Iterator[list[Foreseen]]:
    """Yield, chunk by chunk in the order of ids, whom the night would raise an alarm for; nothing is changed."""
    settings = weights_in_force()
    while True:
        rows = list(watched().filter(pk__gt=after).select_related("owner").order_by("pk")[:CHUNK])
        if not rows:
            return
        after = rows[-1].pk
        has_one = set(
            ChurnAlert.objects.open().filter(customer__in=rows).values_list("customer_id", flat=True)
        )
        found = readings([row for row in rows if row.pk not in has_one], now, settings)
        yield [one for one in found if one.reading.score >= settings.raise_at]


def listed(user: User, state: str) -> ChurnAlertQuerySet:
    """Return alarms in sight: to be answered, acted on, or closed; the highest score first."""
    rows = ChurnAlert.objects.visible_to(user).select_related("customer", "responsible", "win_back__owner")
    if state == "acting":
        return rows.acting()
    if state == "closed":
        return rows.exclude(closed_at=None).order_by("-closed_at", "-pk")
    return rows.unanswered()


def judged(user: User, since: date) -> list[Judged]:
    """Return the alarms raised since a day with what became of them, of the customers in sight."""
    return judged_rows(
        ChurnAlert.objects.visible_to(user).filter(raised_at__gte=midnight(since, company_zone())), since
    )


def judged_rows(rows: ChurnAlertQuerySet, since: date) -> list[Judged]:
    """Return alarms with their answers, and when their customers were lost after them; two queries."""
    known = list(rows.order_by("raised_at", "pk").values_list("customer_id", "raised_at", "parts", "answer"))
    lost: dict[int, list[date]] = defaultdict(list)
    for loss in losses_of([pk for pk, *_rest in known], since):
        lost[loss.customer].append(loss.on)
    return [
        Judged(
            pk, local_day(at), tuple(str(part["part"]) for part in parts), answer,
            next((day for day in sorted(lost[pk]) if day >= local_day(at)), None),
        )
        for pk, at, parts, answer in known
    ]  # fmt: skip


def losses_of(ids: Any, since: date, until: date | None = None) -> list[Loss]:
    """Return customers that had bought and were lost between two days: of `ids`, a queryset or a list; None is all."""
    zone = company_zone()
    rows = StageChange.objects.filter(origin__in=BOUGHT, target=Stage.LOST, at__gte=midnight(since, zone))
    if ids is not None:
        rows = rows.filter(customer__in=ids)
    if until is not None:
        rows = rows.filter(at__lt=midnight(until + timedelta(days=1), zone))
    return [Loss(pk, local_day(at)) for pk, at in rows.order_by("at").values_list("customer_id", "at")]


def bought_ever(most: int) -> list[int]:
    """Return customers that bought at some time; of more than `most` so many, spread evenly from the first to the last."""
    rows = StageChange.objects.filter(target__in=BOUGHT, customer__deleted_at=None)
    ids = list(rows.order_by("customer_id").values_list("customer_id", flat=True).distinct())
    return ids if len(ids) <= most else [ids[place * len(ids) // most] for place in range(most)]


def replay(
    first: date,
    last: date,
    moment_of: Callable[[date], datetime],
    *,
    every: int = 7,
    only: Sequence[int] | None = None,
) -> tuple[list[tuple[int, date]], list[Loss]]:
    """Raise alarms over a past span as the weights in force would have, with what was on record on each day looked at.

    Plays `only` these customers, else all. Looks every `every` days; after an alarm a customer raises none until 60 days later. Returns alarms and losses.
    """
    settings = weights_in_force()
    raised: list[tuple[int, date]] = []
    quiet_until: dict[int, date] = {}
    day = first
    while day <= last:
        moment = moment_of(day)
        begun = watched_on(moment, only)
        since = {pk: first_on for pk, first_on in begun.items() if quiet_until.get(pk, day) <= day}
        for pk in _alarms_on(day, moment, since, settings):
            raised.append((pk, day))
            quiet_until[pk] = day + QUIET_AFTER_FALSE
        day += timedelta(days=every)
    return raised, losses_of(only, first, last)


def _alarms_on(day: date, moment: datetime, since: dict[int, date], settings: ChurnWeights) -> Iterator[int]:
    ids = sorted(since)
    for start in range(0, len(ids), CHUNK):
        some = {pk: since[pk] for pk in ids[start : start + CHUNK]}
        for pk, facts in facts_of(some, moment, is_past=True).items():
            if read_signs(facts, day, settings.weights).score >= settings.raise_at:
                yield pk
