"""For which customers another owner is to be proposed, and whom."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from genjin.accounts.models import User
from genjin.accounts.permissions import Role
from genjin.accounts.queries import absent_on, company_zone
from genjin.approvals.models import Request
from genjin.customers.models import Customer
from genjin.customers.rules import Stage
from genjin.followups.models import Deadline
from genjin.followups.rules import DeadlineKind
from genjin.followups.rules.clocks import LADDERS
from genjin.routing.models import AssignmentRule
from genjin.routing.queries.assignment import Table, decide

KIND = "reassign"
PER_RUN = 50


def owed() -> "QuerySet[Deadline]":
    """Return the first contacts whose ladder is at its end, not proposed for yet; the longest due first."""
    answered = [Request.Status.OPEN, Request.Status.GRANTED, Request.Status.DECLINED]
    known = Request.objects.filter(kind=KIND, status__in=answered).values_list("data__clock", flat=True)
    return (
        Deadline.objects.running()
        .filter(
            kind=DeadlineKind.FIRST_CONTACT, level__gte=len(LADDERS[DeadlineKind.FIRST_CONTACT]),
            customer__owner=F("responsible"), customer__deleted_at=None,
        )
        .exclude(pk__in=[pk for pk in known if pk is not None])
        .select_related("customer", "responsible").order_by("due_at", "id")
    )  # fmt: skip


def successors(customers: Sequence[Customer], now: datetime) -> dict[int, User]:
    """Return, by customer, who would take it: whose turn it is by the rules, else the freest colleague of the team."""
    table = Table.of(list(AssignmentRule.objects.in_force()), now)
    found = {
        row.pk: decision.person
        for row, decision in zip(customers, decide(customers, table), strict=True)
        if decision.person is not None and decision.person.pk != row.owner_id
    }
    others = [row for row in customers if row.pk not in found]
    owners = User.objects.in_bulk({row.owner_id for row in others if row.owner_id})
    teams = {owner.team_id for owner in owners.values() if owner.team_id}
    held = Count("customers", filter=Q(customers__deleted_at=None) & ~Q(customers__stage=Stage.LOST))
    mates = list(
        User.objects.active().filter(team__in=teams, role=Role.REP).annotate(held=held).order_by("held", "pk")
    )
    away = absent_on([mate.pk for mate in mates], timezone.localtime(now, company_zone()).date())
    given: dict[int, int] = {mate.pk: mate.held for mate in mates}
    for row in others:
        owner = owners.get(row.owner_id or 0)
        free = [
            mate for mate in mates
            if owner is not None and mate.team_id == owner.team_id and mate.pk != owner.pk and mate.pk not in away
        ]  # fmt: skip
        if free:
            chosen = min(free, key=lambda mate: (given[mate.pk], mate.pk))
            given[chosen.pk] += 1
            found[row.pk] = chosen
    return found
