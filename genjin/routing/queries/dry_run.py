"""Who would be hit, and why: every rule that acts by itself, asked without acting."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.accounts.models import User
from genjin.customers.actions.derive import rate
from genjin.customers.models import Customer
from genjin.customers.queries.scores import current_rules
from genjin.followups.models import Deadline
from genjin.followups.queries.audience import hearing
from genjin.followups.rules.clocks import LADDERS, Deed, steps_due
from genjin.routing.models import AssignmentRule, Unassigned
from genjin.routing.queries.assignment import Table, decide
from genjin.routing.queries.reassignment import PER_RUN
from genjin.routing.queries.recycling import due_at

STEP_WORDS = {
    Deed.WARN: gettext_lazy("half time"), Deed.BREACH: gettext_lazy("missed"), Deed.ESCALATE: gettext_lazy("escalated"),
    Deed.HIGH_RISK: gettext_lazy("high risk"), Deed.REASSIGN: gettext_lazy("another owner proposed"),
    Deed.REVIEW: gettext_lazy("review task opened"),
}  # fmt: skip


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
    """Yield every step the clocks would take at a moment: warnings, breaches, escalations, proposals; and who hears of it."""
    rows = Deadline.objects.running().filter(acts_at__lt=at, customer__deleted_at=None)
    rows = (
        rows.exclude(customer__stage="lost")
        .select_related("customer", "responsible")
        .order_by("acts_at", "pk")
    )
    found = list(rows)
    ears, names = hearing(found, at), dict(User.objects.values_list("pk", "name"))
    proposed = 0
    for row in found:
        for level in steps_due(row.kind, row.starts_at, row.due_at, level=row.level, now=at):
            step = LADDERS[row.kind][level - 1]
            asked, leads = ears.of(row, step.audience)
            proposed += step.deed == Deed.REASSIGN
            yield Hit(
                row.customer_id, row.customer.name, row.responsible.name if row.responsible else "", f"{row.kind}:{level}",
                f"{row.get_kind_display()}: {STEP_WORDS[step.deed]}", row.due_at,
                ", ".join(names[pk] for pk in sorted(asked | leads) if pk in names),
                within_limit=step.deed != Deed.REASSIGN or proposed <= PER_RUN,
            )  # fmt: skip


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
