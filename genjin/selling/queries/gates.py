"""What the gates look at for a single purchase: its customer's record, as if it stood where the purchase stands."""

from dataclasses import replace
from datetime import datetime

from genjin.customers.rules import Stage
from genjin.customers.rules.axes import Condition, Standing, gate
from genjin.followups.models import Evidence
from genjin.followups.queries.gates import proofs_of, standings
from genjin.selling.models import Opportunity
from genjin.selling.rules.moves import is_step_up
from genjin.selling.rules.words import OpportunityStage


def standing_of(row: Opportunity, pass_mark: int, now: datetime) -> Standing:
    """Return what the gates look at for a purchase."""
    known = standings([row.customer], pass_mark, now, {row.customer_id: _proofs(row)})
    return replace(known[row.customer_id], stage=Stage(row.stage))


def _proofs(row: Opportunity) -> dict[str, list[int]]:
    """Return the evidence that counts for a purchase: all of it, or what came since it was opened when another was won."""
    found = proofs_of([row.customer_id])[row.customer_id]
    others = Opportunity.objects.filter(customer=row.customer_id, stage=OpportunityStage.WON)
    if not others.exclude(pk=row.pk).exists():
        return found
    fresh = Evidence.objects.standing().filter(customer=row.customer_id, recorded_at__gte=row.opened_at)
    ids = set(fresh.values_list("pk", flat=True))
    own = {code: [pk for pk in pks if pk in ids] for code, pks in found.items()}
    return {code: pks for code, pks in own.items() if pks}


def opportunity_checklist(
    row: Opportunity, target: str, pass_mark: int, now: datetime
) -> tuple[Condition, ...]:
    """Return the lines of the gate through which a purchase enters `target`; empty when nothing is asked.

    A loss asks the gate of a loss when the customer is lost with it.
    """
    if target == OpportunityStage.LOST:
        others = Opportunity.objects.open().filter(customer=row.customer_id).exclude(pk=row.pk)
        is_last = row.customer.stage in {Stage.QUALIFIED, Stage.NEGOTIATION} and not others.exists()
        return gate(standing_of(row, pass_mark, now), Stage.LOST) if is_last else ()
    return gate(standing_of(row, pass_mark, now), Stage(target)) if is_step_up(row.stage, target) else ()
