"""Writing a move to another stage; a step of the transition service of the floor above, which asks the gates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce

from genjin.accounts.models import User
from genjin.customers.models import Choice, Customer, StageChange
from genjin.customers.rules import Stage
from genjin.events.actions import record_many


@dataclass(frozen=True, slots=True)
class Entering:
    """A stage that is entered: in which words, for a loss why, and which evidence stood for it by customer."""

    stage: Stage
    reason: str = ""
    lost_reason: Choice | None = None
    evidence: Mapping[int, Sequence[int]] = field(default_factory=dict)


def enter_stage(actor: User | None, rows: Sequence[Customer], entering: Entering, now: datetime) -> None:
    """Write a stage to locked rows in one UPDATE, with a row of history and an event each; `rows` keep the former one."""
    stage = entering.stage
    waiting = Case(
        When(Q(owner__isnull=True) | Q(next_action_at__isnull=False), then=F("no_next_step_since")),
        default=Coalesce(F("no_next_step_since"), Value(now)),
    )
    Customer.objects.filter(pk__in=[row.pk for row in rows]).update(
        stage=stage,
        stage_entered_at=now,
        lost_reason=entering.lost_reason if stage == Stage.LOST else None,
        no_next_step_since=None if stage == Stage.LOST else waiting,
        version=F("version") + 1,
        updated_at=now,
        updated_by=actor,
    )
    StageChange.objects.bulk_create(
        StageChange(
            customer=row, at=now, by=actor, origin=row.stage, target=stage, reason=entering.reason,
            evidence=list(entering.evidence.get(row.pk, ())),
        )
        for row in rows
    )  # fmt: skip
    moves = ((row.pk, {"origin": row.stage, "target": stage, "reason": entering.reason}) for row in rows)
    record_many(actor, "customer.stage_moved", moves, at=now)
