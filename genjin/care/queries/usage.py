"""Figures of use, whom a rule hits, which proposals wait, and whom customers referred."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from genjin.accounts.models import User
from genjin.care.models import Repurchase, RepurchaseQuerySet, UsageFigure, UsageFigureQuerySet, UsageRule
from genjin.care.queries.keepers import strayed, to_hand_on, who_now
from genjin.care.rules.usage import QUIET_AFTER_NO, Operator, State, is_hit
from genjin.contracts.models import Contract
from genjin.contracts.rules.states import IN_FORCE
from genjin.customers.models import Customer
from genjin.customers.rules import Stage


@dataclass(frozen=True, slots=True)
class Hit:
    """A customer's newest figure of a rule's metric that meets the rule."""

    rule: UsageRule
    figure: UsageFigure

    @property
    def customer_id(self) -> int:
        return self.figure.customer_id


def newest_figures(metrics: Iterable[str], customer_ids: Sequence[int] | None = None) -> UsageFigureQuerySet:
    """Return each customer's newest figure of each metric, of live customers that are not lost."""
    rows = UsageFigure.objects.filter(metric__in=list(metrics), customer__deleted_at=None)
    rows = rows.exclude(customer__stage=Stage.LOST)
    if customer_ids is not None:
        rows = rows.filter(customer__in=customer_ids)
    return rows.order_by("customer_id", "metric", "-ends_on", "-pk").distinct("customer_id", "metric")


def hits(rules: Sequence[UsageRule], customer_ids: Sequence[int] | None = None) -> list[Hit]:
    """Return whom rules hit by the newest figures; one query for any number of rules."""
    found: list[Hit] = []
    newest = newest_figures({rule.metric for rule in rules}, customer_ids)
    near = Q(pk__in=[])
    for rule in rules:
        side = "gte" if rule.operator in {Operator.AT_LEAST, Operator.MORE} else "lte"
        near |= Q(metric=rule.metric, **{f"{rule.figure}__{side}": rule.threshold})
    rows = UsageFigure.objects.filter(near, pk__in=newest.values("pk")).order_by("customer_id", "metric")
    for figure in rows.select_related("customer__owner", "customer__pool"):
        for rule in rules:
            known = getattr(figure, rule.figure)
            if figure.metric == rule.metric and is_hit(rule.operator, rule.threshold, known):
                found.append(Hit(rule, figure))
    return found


def untold(found: Sequence[Hit], now: datetime) -> list[Hit]:
    """Return the hits for which no proposal of the same rule is open, was confirmed, or was put aside of late."""
    asked = Repurchase.objects.filter(
        rule__in={hit.rule.pk for hit in found}, customer__in={hit.customer_id for hit in found}
    )
    standing = ~Q(state=State.DISMISSED) | Q(closed_at__gte=now - QUIET_AFTER_NO)
    told = set(asked.filter(standing).values_list("customer_id", "rule_id"))
    return [hit for hit in found if (hit.customer_id, hit.rule.pk) not in told]


def foreseen(user: User, rule: UsageRule) -> list[Hit]:
    """Return whom in sight a rule would hit now, saved or not; nothing is changed."""
    mine = set(
        Customer.objects.visible_to(user).filter(usage__metric=rule.metric).values_list("pk", flat=True)
    )
    return [hit for hit in hits([rule]) if hit.customer_id in mine]


def proposals(user: User, state: str) -> RepurchaseQuerySet:
    """Return the proposals to buy again in sight, open ones or those of one state."""
    rows = Repurchase.objects.visible_to(user)
    rows = rows.filter(state=state) if state in State.values else rows.open() if state == "open" else rows
    return rows.select_related("customer", "owner", "product", "opportunity")


def handed_on() -> list[Repurchase]:
    """Return open proposals that go to somebody else, with everybody concerned."""
    rows = Repurchase.objects.open().filter(strayed("owner"), customer__deleted_at=None)
    rows = rows.select_related("owner", "task__assignee", "customer__owner", "customer__pool")
    return to_hand_on(rows, lambda row: who_now(row, row.customer))


def with_live_contract(today: date, *, signed_by: date | None = None) -> "QuerySet[Customer]":
    """Return owned customers with a contract that runs today, signed by a day if one is given; one without an end runs on."""
    running = Contract.objects.filter(state__in=IN_FORCE, signed_on__isnull=False)
    running = running.filter(Q(ends_on=None) | Q(ends_on__gte=today))
    running = running.filter(Q(starts_on=None) | Q(starts_on__lte=today))
    if signed_by is not None:
        running = running.filter(signed_on__lte=signed_by)
    return Customer.objects.in_work().filter(pk__in=running.values("customer_id")).order_by("pk")


def metrics(user: User) -> list[str]:
    """Return the names of what was measured so far, the most used first."""
    rows = UsageFigure.objects.visible_to(user).values("metric").annotate(count=Count("pk"))
    return [row["metric"] for row in rows.order_by("-count", "metric")[:50]]


def referrals(user: User, customer: Customer) -> "QuerySet[Customer]":
    """Return the customers in sight this one referred (S0-2)."""
    return Customer.objects.visible_to(user).filter(referrer=customer).order_by("-pk")


def referral_counts(user: User) -> "QuerySet[Customer]":
    """Return customers in sight that referred others, those with the most first; `count` and how many of them bought."""
    seen = Customer.objects.visible_to(user)
    bought = Q(referred__stage__in=[Stage.WON, Stage.REPEAT])
    theirs = Q(referred__in=seen)
    rows = seen.annotate(
        count=Count("referred", filter=theirs, distinct=True),
        bought=Count("referred", filter=theirs & bought, distinct=True),
    )
    return rows.filter(count__gt=0).order_by("-count", "-pk")
