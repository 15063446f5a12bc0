"""Giving customers of pools to people by rule, in turns; who finds nobody waits with the reason."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.actions.ownership import lock_visible
from genjin.customers.models import Customer
from genjin.events.actions import record
from genjin.followups.actions.ownership import give_by_rule
from genjin.kit.errors import RuleError
from genjin.routing.actions.runs import write_hits
from genjin.routing.models import AssignmentRule, AssignmentShare, RuleHit, RuleRun, Unassigned
from genjin.routing.queries.assignment import Table, decide
from genjin.routing.rules.turns import Reason


@dataclass(frozen=True, slots=True)
class Assigned:
    """What came of it: the run, when anybody got anything, how many, and how many wait."""

    run: RuleRun | None = None
    given: int = 0
    waiting: int = 0
    reasons: dict[str, int] = field(default_factory=dict)


@transaction.atomic
def assign_by_rules(customer_ids: Iterable[int], *, now: datetime, by: User | None = None) -> Assigned:
    """Give customers that lie in pools to people as the rules in force say (S0-28).

    Owned customers are left alone. Who finds nobody stands on the list of unassigned customers with the reason
    and is tried again. Called by imports, web forms, the button and the job that tries again.
    """
    rows = list(
        Customer.objects.live().in_pool().filter(pk__in=list(customer_ids))
        .select_for_update(of=("self",), skip_locked=True).order_by("pk")
    )  # fmt: skip
    if not rows:
        return Assigned()
    rules = list(
        AssignmentRule.objects.in_force().select_for_update(of=("self",))
    )  # turns are taken one by one
    table = Table.of(rules, now)
    decisions = decide(rows, table)
    given: dict[tuple[AssignmentRule, User], list[Customer]] = defaultdict(list)
    waiting: dict[Reason, list[Customer]] = defaultdict(list)
    for row, decision in zip(rows, decisions, strict=True):
        if decision.person is not None and decision.rule is not None:
            given[decision.rule, decision.person].append(row)
        else:
            waiting[decision.reason or Reason.NO_RULE].append(row)
    run = _give(given, by, now) if given else None
    _keep_turns(table)
    _wait(waiting, now)
    Unassigned.objects.filter(customer__in=[row.pk for people in given.values() for row in people]).delete()
    counts = {str(reason): len(found) for reason, found in waiting.items()}
    return Assigned(run, run.count if run else 0, sum(counts.values()), counts)


def _give(
    given: dict[tuple[AssignmentRule, User], list[Customer]], by: User | None, now: datetime
) -> RuleRun:
    count = sum(len(rows) for rows in given.values())
    run = RuleRun.objects.create(kind=RuleRun.Kind.ASSIGN, at=now, by=by, count=count)
    for (rule, person), rows in given.items():
        write_hits(RuleHit(run=run, rule=rule.name, why=person.name), rows, owner=person)
        give_by_rule(rows, person, reason=rule.name, actor=by, now=now)
    record(by, "customers.assigned_by_rules", at=now, subject_id=run.pk, count=count)
    return run


def _keep_turns(table: Table) -> None:
    changed = [share for share in table.changed_shares() if share.pk is not None]
    AssignmentShare.objects.bulk_update(changed, ["turn"])


def _wait(waiting: dict[Reason, list[Customer]], now: datetime) -> None:
    Unassigned.objects.bulk_create(
        [
            Unassigned(customer=row, reason=reason, since=now, tried_at=now)
            for reason, rows in waiting.items()
            for row in rows
        ],
        update_conflicts=True, unique_fields=["customer"], update_fields=["reason", "tried_at"],
    )  # fmt: skip


@transaction.atomic
def assign_chosen(actor: User, ids: Sequence[int], *, now: datetime) -> Assigned:
    """Let the rules give the chosen customers of pools to somebody. Raises RuleError `forbidden` (403), `not_in_pool`."""
    require(actor, Right.ASSIGN)
    rows = lock_visible(actor, ids)
    if any(row.owner_id is not None for row in rows):
        raise RuleError(_("Only customers in a pool are given away by rules; choose those."), "not_in_pool")
    return assign_by_rules([row.pk for row in rows], now=now, by=actor)


def try_again(now: datetime) -> Assigned:
    """Ask the rules again about all who wait; those who found an owner meanwhile leave the list."""
    with transaction.atomic():
        Unassigned.objects.exclude(customer__owner=None, customer__deleted_at=None).delete()
    ids = Unassigned.objects.values_list("customer_id", flat=True)[:5000]
    return assign_by_rules(ids, now=now)
