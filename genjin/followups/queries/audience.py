"""Who hears of a clock: whose it is, who leads them, who stands in for somebody away, who runs the pool."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from genjin.accounts.models import User
from genjin.accounts.permissions import Role
from genjin.accounts.queries import absent_on, company_zone, leads_of_many
from genjin.customers.models import Pool
from genjin.followups.models import Deadline
from genjin.followups.rules.clocks import Audience


@dataclass(frozen=True, slots=True)
class Hearing:
    """The people of many clocks, looked up at once."""

    leads: dict[int, list[int]]
    away: set[int]
    pools: dict[int, list[int]] = field(default_factory=dict)

    def of(self, row: Deadline, audience: Audience) -> tuple[set[int], set[int]]:
        """Return who is told as the one who has to act, and who is told as a lead.

        Nobody's customer is told to who runs its pool; when somebody is away, their lead is told, too.
        """
        if audience == Audience.NOBODY:
            return set(), set()
        person = row.responsible_id
        if person is None:
            return set(self.pools.get(row.customer.pool_id or 0, ())), set()
        asked = {person} if audience in {Audience.REP, Audience.BOTH} else set()
        is_away = person in self.away
        leads = set(self.leads[person]) if audience in {Audience.LEAD, Audience.BOTH} or is_away else set()
        if audience == Audience.MANAGER:
            nearest = self.leads[person]
            leads |= {above for lead in nearest for above in self.leads.get(lead, ())} or set(nearest)
        leads |= {above for lead in leads & self.away for above in self.leads.get(lead, ())}
        return asked, leads - asked


def hearing(rows: Collection[Deadline], now: datetime) -> Hearing:
    """Look up the people of clocks, whose customers are at hand; a handful of queries for any number."""
    people = {row.responsible_id for row in rows if row.responsible_id is not None}
    leads = leads_of_many(people)
    above = {lead for found in leads.values() for lead in found}
    leads |= leads_of_many(above - leads.keys())
    away = absent_on(people | above, timezone.localtime(now, company_zone()).date())
    pools = {row.customer.pool_id for row in rows if row.responsible_id is None and row.customer.pool_id}
    return Hearing(leads, away, pool_keepers(pools) if pools else {})


def pool_keepers(pools: Iterable[int]) -> dict[int, list[int]]:
    """Return, by pool, who looks after it: its administrators, else the leads of its teams, else the managers."""
    wanted = list(pools)
    found: dict[int, list[int]] = defaultdict(list)
    admins = Pool.admins.through._default_manager.filter(pool__in=wanted, user__is_active=True)
    for pool, person in admins.order_by("user_id").values_list("pool_id", "user_id"):
        found[pool].append(person)
    teams = Pool.teams.through._default_manager.filter(
        pool__in=set(wanted) - found.keys(), team__leads__is_active=True
    )
    for pool, person in teams.order_by("team__leads").values_list("pool_id", "team__leads"):
        found[pool].append(person)
    managers: Sequence[int] = ()
    if set(wanted) - found.keys():
        managers = list(
            User.objects.active().filter(role=Role.MANAGER).order_by("pk").values_list("pk", flat=True)
        )
    return {pool: found.get(pool) or list(managers) for pool in wanted}
