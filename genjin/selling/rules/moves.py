"""From which stage to which a purchase moves, and what is said to it. Pure."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from genjin.kit.errors import RuleError, wrong_at
from genjin.selling.rules.words import OpportunityStage

REACHABLE: Mapping[str, tuple[OpportunityStage, ...]] = {
    OpportunityStage.QUALIFIED: (OpportunityStage.NEGOTIATION, OpportunityStage.LOST),
    OpportunityStage.NEGOTIATION: (
        OpportunityStage.WON,
        OpportunityStage.QUALIFIED,
        OpportunityStage.LOST,
    ),
    OpportunityStage.WON: (OpportunityStage.NEGOTIATION,),
    OpportunityStage.LOST: (OpportunityStage.QUALIFIED,),
}
_UP = (OpportunityStage.QUALIFIED, OpportunityStage.NEGOTIATION, OpportunityStage.WON)


def is_step_up(origin: str, target: str) -> bool:
    """Whether a move goes forward: evidence speaks for it, no reason is asked."""
    if origin not in _UP or target not in _UP:
        return False
    return _UP.index(OpportunityStage(target)) == _UP.index(OpportunityStage(origin)) + 1


def check_opportunity_move(origin: str, target: str, *, reason: str, has_lost_reason: bool) -> None:
    """Refuse a move the table does not allow, a loss without a reason from the list, a step back without words.

    Raises RuleError `stage_unknown`, `stage_same`, `stage_not_reachable`, `lost_reason_missing`, `stage_reason_missing`.
    """
    if target not in OpportunityStage.values:
        raise RuleError(_("Unknown stage: %(stage)s.") % {"stage": target[:40]}, "stage_unknown")
    if target == origin:
        raise RuleError(_("The opportunity is in this stage already."), "stage_same")
    if target not in REACHABLE[origin]:
        sentence = _("From %(from)s one moves to %(next)s only.") % {
            "from": OpportunityStage(origin).label,
            "next": _(", ").join(str(stage.label) for stage in REACHABLE[origin]),
        }
        raise wrong_at("stage", sentence, "stage_not_reachable")
    if target == OpportunityStage.LOST and not has_lost_reason:
        sentence = _("Choose why the opportunity was lost.")
        raise wrong_at("lost_reason", sentence, "lost_reason_missing")
    if target != OpportunityStage.LOST and not is_step_up(origin, target) and not reason.strip():
        sentence = _("Say why: a reason is kept with this move.")
        raise wrong_at("reason", sentence, "stage_reason_missing")
