"""Who would be hit, and why: every rule that acts by itself, asked without acting."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from genjin.customers.actions.derive import current_rules, rate
from genjin.customers.models import Customer
from genjin.followups.models import Deadline
from genjin.followups.rules import DeadlineKind
from genjin.routing.models import AssignmentRule, Unassigned
from genjin.routing.queries.assignment import Table, decide
from genjin.routing.queries.recycling import due_at


@dataclass(frozen=True, slots=True)
class Hit:
    """One customer a rule would touch."""

    id: int
    name: str
    owner: str
    rule: str
    why: str
    due_at: datetime | None = None
    becomes: str = ""
    within_limit: bool = True


def recycle(at: datetime) -> Iterator[Hit]:
    """Yield who would go back to a pool at a moment; beyond the limit of its rule it waits for the next run."""
    taken: dict[int, int] = {}
    for found in due_at(at):
        taken[found.rule.pk] = taken.get(found.rule.pk, 0) + 1
        yield Hit(
            found.customer.pk, found.customer.name, found.customer.owner.name if found.customer.owner else "",
            found.rule.name, str(found.due.why.label), found.due.at, found.rule.pool.name,
            within_limit=taken[found.rule.pk] <= found.rule.limit_per_run,
        )  # fmt: skip


def assign(at: datetime) -> Iterator[Hit]:
    """Yield whom the unassigned customers would go to, or why they would go on waiting."""
    waiting = Unassigned.objects.filter(customer__owner=None, customer__deleted_at=None).select_related(
        "customer"
    )
    rows = [one.customer for one in waiting]
    table = Table.of(list(AssignmentRule.objects.in_force()), at)
    for row, decision in zip(rows, decide(rows, table), strict=True):
        name = decision.person.name if decision.person else ""
        why = str(decision.reason.label) if decision.reason else _("it is their turn")
        yield Hit(row.pk, row.name, "", decision.rule.name if decision.rule else "", why, None, name)


def escalate(at: datetime) -> Iterator[Hit]:
    """Yield the clocks that would be marked as breached at a moment."""
    rows = Deadline.objects.running().filter(breached_at=None, due_at__lt=at, customer__deleted_at=None)
    rows = rows.exclude(kind=DeadlineKind.RECYCLE).exclude(customer__stage="lost")
    for row in (
        rows.select_related("customer", "responsible").order_by("due_at", "pk").iterator(chunk_size=2000)
    ):
        owner = row.responsible.name if row.responsible else ""
        yield Hit(row.customer_id, row.customer.name, owner, row.kind, row.get_kind_display(), row.due_at)


def score(at: datetime) -> Iterator[Hit]:
    """Yield whose score, label or proposed grade would be another one if all were rated at a moment."""
    rules = current_rules()
    for row in Customer.objects.live().select_related("owner").order_by("pk").iterator(chunk_size=2000):
        before = (row.score, row.label, row.grade)
        rate(row, rules, at)
        if (row.score, row.label, row.grade) != before:
            words = [_("score %(before)d → %(after)d") % {"before": before[0], "after": row.score}]
            if row.grade != before[2]:
                words.append(_("grade %(before)s → %(after)s") % {"before": before[2], "after": row.grade})
            rule = _("score rules, version %(version)d") % {"version": rules.version}
            yield Hit(row.pk, row.name, row.owner.name if row.owner else "", rule, ", ".join(words))


KINDS: Mapping[str, Callable[[datetime], Iterator[Hit]]] = {
    "recycle": recycle,
    "assign": assign,
    "escalate": escalate,
    "score": score,
}
