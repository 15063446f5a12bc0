"""Which customers the rules of recycling speak of, and when they are due."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from genjin.accounts.models import User
from genjin.customers.models import Customer, CustomerQuerySet
from genjin.followups.models import Deadline
from genjin.followups.rules import DeadlineKind
from genjin.routing.models import RecycleRule
from genjin.routing.queries.matching import with_rule
from genjin.routing.rules.recycling import NEVER, WARN_DAYS, Due, Standing, recycle_due

CHUNK = 5000
READ = (
    "name", "grade", "stage", "owner__name", "owned_since", "last_contact_at", "protected_until", "is_locked",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A customer with the rule that speaks of it, and when it is due."""

    customer: Customer
    rule: RecycleRule
    due: Due


def standing_of(customer: Customer) -> Standing:
    """Return what the rule looks at."""
    return Standing(
        grade=customer.grade, stage=customer.stage, owned_since=customer.owned_since,
        last_contact_at=customer.last_contact_at, protected_until=customer.protected_until, is_locked=customer.is_locked,
    )  # fmt: skip


def rules_in_force() -> list[RecycleRule]:
    """Return the rules in the order in which they are asked, with their pools."""
    return list(RecycleRule.objects.in_force().select_related("pool"))


def foresee(rows: CustomerQuerySet, rules: Sequence[RecycleRule]) -> Iterator[Foreseen | Customer]:
    """Yield every customer of `rows` with what the rules say of it; a bare customer where they say nothing.

    Reads in chunks, so that a million customers do not have to fit into memory.
    """
    open_rows = rows.live().owned().exclude(stage__in=NEVER)
    for customer in with_rule(open_rows, rules).only(*READ).order_by("pk").iterator(chunk_size=CHUNK):
        at: int | None = customer.rule_at  # type: ignore[attr-defined]
        due = recycle_due(standing_of(customer), rules[at].policy) if at is not None else None
        yield Foreseen(customer, rules[at], due) if due is not None and at is not None else customer


def due_at(moment: datetime, rows: CustomerQuerySet | None = None) -> Iterator[Foreseen]:
    """Yield who would be taken back at `moment`, and by which rule; looks at facts, not at stored clocks."""
    rules = rules_in_force()
    least = min(
        (min(rule.days_a, rule.days_b, rule.days_c, rule.no_deal_days or rule.days_a) for rule in rules),
        default=1,
    )
    old_enough = Q(owned_since__lt=moment - timedelta(days=least))
    candidates = (Customer.objects.all() if rows is None else rows).filter(old_enough).select_related("owner")
    for found in foresee(candidates, rules):
        if isinstance(found, Foreseen) and found.due.at <= moment:
            yield found


def leaving(user: User, now: datetime) -> "QuerySet[Deadline]":
    """Return the clocks of customers `user` owns or leads that go back to a pool within a week, soonest first."""
    soon = now + timedelta(days=WARN_DAYS[0])
    rows = Deadline.objects.running().filter(
        kind=DeadlineKind.RECYCLE, due_at__lt=soon, customer__deleted_at=None
    )
    rows = rows if user.scope.sees_all else rows.filter(responsible__in=user.scope.people)
    return (
        rows.filter(customer__owner=F("responsible"))
        .select_related("customer", "responsible")
        .order_by("due_at", "id")
    )


def clocks_of(customer_ids: Iterable[int]) -> dict[int, datetime]:
    """Return when each of the customers goes back to a pool, as far as a clock runs; one query."""
    rows = Deadline.objects.running().filter(kind=DeadlineKind.RECYCLE, customer__in=list(customer_ids))
    return dict(rows.values_list("customer_id", "due_at"))
