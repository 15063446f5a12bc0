"""Whom the rules would give a customer to, and why nobody."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Count

from genjin.accounts.models import Absence, User
from genjin.accounts.queries import company_zone, local_day, work_calendar
from genjin.customers.models import Customer
from genjin.customers.rules import Stage
from genjin.routing.models import AssignmentRule, AssignmentShare
from genjin.routing.queries.matching import with_rule
from genjin.routing.rules.turns import Reason, Share, next_turn, why_nobody

SETTLED = (Stage.WON, Stage.REPEAT, Stage.LOST)
OPENS, CLOSES = 9, 18


@dataclass(frozen=True, slots=True)
class Decision:
    """Who gets a customer by which rule, or why nobody does."""

    person: User | None = None
    rule: AssignmentRule | None = None
    reason: Reason | None = None


@dataclass(slots=True)
class Table:
    """The rules in force with everybody's part in them as it stands; `decide` moves the turns on."""

    rules: Sequence[AssignmentRule]
    now: datetime
    shares: dict[int, list[Share]] = field(default_factory=dict)
    stored: dict[tuple[int, int], AssignmentShare] = field(default_factory=dict)
    people: dict[int, User] = field(default_factory=dict)
    is_open: bool = True
    given: Counter[int] = field(default_factory=Counter)

    @classmethod
    def of(cls, rules: Sequence[AssignmentRule], now: datetime) -> "Table":
        """Read shares, absences and what everybody holds; five queries whatever the number of rules."""
        table = cls(rules, now)
        rows = AssignmentShare.objects.filter(rule__in=rules, person__is_active=True).select_related("person")
        stored = list(rows)
        table.stored = {(share.rule_id, share.person_id): share for share in stored}
        ids = {share.person_id for share in stored} | {rule.fallback_id for rule in rules if rule.fallback_id}
        table.people = {user.pk: user for user in User.objects.active().filter(pk__in=ids)}
        away = set(
            Absence.objects.on(local_day(now)).filter(person__in=ids).values_list("person_id", flat=True)
        )
        held = dict(
            Customer.objects.live().filter(owner__in=ids).exclude(stage__in=SETTLED)
            .order_by().values_list("owner").annotate(count=Count("id"))
        )  # fmt: skip
        shares: dict[int, list[Share]] = defaultdict(list)
        for share in stored:
            shares[share.rule_id].append(
                Share(share.person_id, share.weight, share.turn, held.get(share.person_id, 0), share.capacity,
                      is_away=share.person_id in away)
            )  # fmt: skip
        table.shares = dict(shares)
        table.is_open = _is_working_hour(now) if any(rule.only_working_hours for rule in rules) else True
        return table

    def changed_shares(self) -> list[AssignmentShare]:
        """Return the stored shares whose turn moved, with the new turn set."""
        changed = []
        for rule_id, shares in self.shares.items():
            for share in shares:
                row = self.stored[rule_id, share.person]
                if row.turn != share.turn:
                    row.turn = share.turn
                    changed.append(row)
        return changed

    def next_of(self, rule: AssignmentRule) -> Decision:
        """Return whose turn it is by a rule, and move the turn on."""
        if rule.only_working_hours and not self.is_open:
            return Decision(reason=Reason.CLOSED)
        if self.given[rule.pk] >= rule.limit_per_run:
            return Decision(reason=Reason.LIMIT)
        shares, chosen = next_turn(self.shares.get(rule.pk, []))
        if chosen is None:
            reason = why_nobody(shares)
            fallback = self.people.get(rule.fallback_id or 0)
            return Decision(fallback, rule) if fallback else Decision(reason=reason)
        self.given[rule.pk] += 1
        self.shares[rule.pk] = shares
        self._holds_one_more(chosen, besides=rule.pk)
        return Decision(self.people[chosen], rule)

    def _holds_one_more(self, person: int, *, besides: int) -> None:
        """What one got by one rule counts for the room one has in the others."""
        for rule_id, shares in self.shares.items():
            if rule_id != besides:
                self.shares[rule_id] = [
                    replace(share, held=share.held + 1) if share.person == person else share
                    for share in shares
                ]


def _is_working_hour(now: datetime) -> bool:
    local = now.astimezone(company_zone())
    return work_calendar().is_working(local.date()) and OPENS <= local.hour < CLOSES


def decide(rows: Sequence[Customer], table: Table) -> list[Decision]:
    """Return for each customer whose it would be: the first rule whose conditions it meets decides, in turns."""
    ours = Customer.objects.filter(pk__in=[row.pk for row in rows])
    found = {row.pk: row.rule_at for row in with_rule(ours, table.rules).only("pk")}  # type: ignore[attr-defined]
    decisions = []
    for row in rows:
        at = found.get(row.pk)
        decisions.append(Decision(reason=Reason.NO_RULE) if at is None else table.next_of(table.rules[at]))
    return decisions
