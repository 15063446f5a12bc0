"""Which contracts renew, how near they are to their end, and how many were kept."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum

from genjin.accounts.models import User
from genjin.care.models import Renewal, RenewalQuerySet
from genjin.care.queries.keepers import strayed, to_hand_on, who_now
from genjin.care.rules.renewals import DECIDED, KEPT, OPENS_BEFORE, STILL_OPENS_AFTER, Outcome, Rate
from genjin.contracts.models import Contract
from genjin.contracts.rules import ContractState
from genjin.contracts.rules.states import IN_FORCE
from genjin.customers.rules import Stage

SHOWN: Mapping[str, tuple[str, ...]] = {  # the tabs of the list
    "open": (Outcome.OPEN,),
    "kept": KEPT,
    "lost": (Outcome.LOST,),
    "decided": DECIDED,
    "": tuple(Outcome.values),
}


def contracts_due(today: date) -> "QuerySet[Contract]":
    """Return contracts whose renewal is to open: from 90 days before the end to 90 after, of customers not lost; without an end never."""
    rows = Contract.objects.filter(
        state__in=IN_FORCE, renewal__isnull=True, ends_on__lte=today + OPENS_BEFORE, ends_on__gte=today - STILL_OPENS_AFTER
    )  # fmt: skip
    rows = rows.filter(customer__deleted_at=None).exclude(customer__stage=Stage.LOST)
    return rows.order_by("ends_on", "pk")


def moved() -> RenewalQuerySet:
    """Return open renewals whose contract's end is another one by now, became unknown, or whose contract is void."""
    return Renewal.objects.open().filter(
        Q(contract__state=ContractState.VOID)
        | Q(contract__ends_on__isnull=True)
        | ~Q(contract__ends_on=F("ends_on"))
    )


def handed_on() -> list[Renewal]:
    """Return open renewals that go to somebody else, with everybody concerned."""
    rows = Renewal.objects.open().filter(strayed("owner"), customer__deleted_at=None)
    rows = rows.select_related("owner", "task__assignee", "customer__owner", "customer__pool")
    return to_hand_on(rows, lambda row: who_now(row, row.customer))


def succeeded() -> RenewalQuerySet:
    """Return open renewals whose opportunity led to a contract that was signed."""
    signed = Q(
        opportunity__contracts__signed_on__isnull=False,
        opportunity__contracts__state__in=IN_FORCE,
    )
    return Renewal.objects.open().filter(signed, ~Q(opportunity__contracts=F("contract"))).distinct()


def listed(user: User, state: str, *, days: int | None, since: date | None, today: date) -> RenewalQuerySet:
    """Return the renewals in sight by tab, those with the fewest days left first; `since` counts decided ones by their end."""
    rows = Renewal.objects.visible_to(user).filter(outcome__in=SHOWN.get(state, SHOWN["open"]))
    if days is not None:
        rows = rows.ending_within(days, today)
    if since is not None:
        rows = rows.filter(ends_on__gte=since)
    return rows.order_by("ends_on", "pk") if state == "open" else rows.order_by("-ends_on", "-pk")


YEAR = timedelta(days=365)


def renewals_asked(user: User, query: Mapping[str, str], today: date) -> RenewalQuerySet:
    """Return the renewals in sight a list's address asks for: tab, days left, those of the last year."""
    days = query.get("days", "")
    within = int(days) if days.isdecimal() and len(days) < 5 else None
    since = today - YEAR if query.get("since") == "year" else None
    return listed(user, query.get("state", "open"), days=within, since=since, today=today)


def rate(user: User, since: date) -> Rate:
    """Return how many renewals of contracts ending since a day were kept, in number and in money of the former contracts."""
    rows = Renewal.objects.visible_to(user).filter(outcome__in=DECIDED, ends_on__gte=since)
    kept = Q(outcome__in=KEPT)
    found = rows.aggregate(
        decided=Count("pk"), kept=Count("pk", filter=kept), amount=Sum("contract__amount"),
        amount_kept=Sum("contract__amount", filter=kept),
    )  # fmt: skip
    zero = Decimal(0)
    return Rate(found["decided"], found["kept"], found["amount"] or zero, found["amount_kept"] or zero)
