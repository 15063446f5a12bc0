"""The words of a customer's four axes, and the stage table with its gates."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.kit.errors import RuleError, wrong_at


class Stage(TextChoices):
    """Where in the journey (S3-20)."""

    LEAD = "lead", gettext_lazy("Lead")
    PROSPECT = "prospect", gettext_lazy("Prospect")
    QUALIFIED = "qualified", gettext_lazy("Qualified")
    NEGOTIATION = "negotiation", gettext_lazy("Negotiation")
    WON = "won", gettext_lazy("Won")
    REPEAT = "repeat", gettext_lazy("Repeat customer")
    LOST = "lost", gettext_lazy("Lost")


class Grade(TextChoices):
    """How much attention (S0-8, S2-9)."""

    A = "A", "A"
    B = "B", "B"
    C = "C", "C"


class GradeProposal(TextChoices):
    """What the rules propose for a customer whose grade a person confirmed; nothing follows by itself (S0-25)."""

    A = "A", "A"
    B = "B", "B"
    C = "C", "C"
    DORMANT = "dormant", gettext_lazy("Dormant")


class Label(TextChoices):
    """What the score says in a word (S3-7)."""

    HOT = "hot", gettext_lazy("Hot lead")
    ORDINARY = "ordinary", gettext_lazy("Ordinary lead")
    NURTURE = "nurture", gettext_lazy("Nurture lead")


class CustomerType(TextChoices):
    """Which collection template applies (S1-5)."""

    NEW = "new", gettext_lazy("New customer")
    EXISTING = "existing", gettext_lazy("Existing customer")
    KEY = "key", gettext_lazy("Key account")


class Kind(TextChoices):
    ORG = "org", gettext_lazy("Company")
    PERSON = "person", gettext_lazy("Person")


class Level(TextChoices):
    """A rough degree, for need fit and intent (S0-8)."""

    HIGH = "high", gettext_lazy("High")
    MEDIUM = "medium", gettext_lazy("Medium")
    LOW = "low", gettext_lazy("Low")


class Size(TextChoices):
    """Head count in the bands [0,50) [50,200) [200,∞) (S1-19)."""

    SMALL = "lt50", gettext_lazy("Fewer than 50 people")
    MIDDLE = "50_200", gettext_lazy("50 to 199 people")
    LARGE = "ge200", gettext_lazy("200 people or more")


class Precision(TextChoices):
    DAY = "day", gettext_lazy("day")
    MONTH = "month", gettext_lazy("month")
    YEAR = "year", gettext_lazy("year")


class Proof(TextChoices):
    """What a piece of evidence can show; each is a line of some gate (S2-19, S3-11..13, S3-22)."""

    NEED = "need", gettext_lazy("Need clear")
    BUDGET = "budget", gettext_lazy("Budget confirmed")
    AUTHORITY = "authority", gettext_lazy("Clear who decides")
    PROPOSAL_SENT = "proposal_sent", gettext_lazy("Proposal sent")
    PROPOSAL_FEEDBACK = "proposal_feedback", gettext_lazy("Feedback to the proposal")
    DECIDER = "decider", gettext_lazy("Final decider named")
    CONTRACT = "contract", gettext_lazy("Contract signed")
    REFUSAL = "refusal", gettext_lazy("Refused or invalid")
    NEW_NEED = "new_need", gettext_lazy("New need")


class ReviewCycle(IntegerChoices):
    """How often what is known of an existing customer is gone through with them (S1-2)."""

    QUARTER = 3, gettext_lazy("Every 3 months")
    HALF_YEAR = 6, gettext_lazy("Every 6 months")


OPEN_STAGES = (Stage.LEAD, Stage.PROSPECT, Stage.QUALIFIED, Stage.NEGOTIATION)
JOURNEY = (*OPEN_STAGES, Stage.WON, Stage.REPEAT)


def size_of(employees: int | None) -> str:
    """Return the size band of a head count; "" when unknown (S1-19)."""
    if employees is None:
        return ""
    return Size.SMALL if employees < 50 else Size.MIDDLE if employees < 200 else Size.LARGE


SILENCE_DAYS = 60  # so long without a contact is a loss that needs no word of refusal (S2-18)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a stage gate looks at; built by the action, so that the rule needs no database.

    `proofs` are the codes that evidence stands for; `excepted` the lines somebody answers for instead.
    """

    stage: Stage
    score: int
    pass_mark: int
    has_effective_contact: bool
    is_need_clear: bool
    is_budget_clear: bool
    is_authority_clear: bool
    has_decider: bool = False
    silent_days: int = 0
    proofs: frozenset[str] = frozenset()
    excepted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of a gate's checklist; `lacks` says of what kind the missing part is."""

    code: str
    is_met: bool
    sentence: str
    lacks: tuple[str, ...] = ()  # score, record, field, evidence, contact


def reachable(stage: Stage) -> tuple[Stage, ...]:
    """Return the stages one step away from `stage` in the transition table (S2-18, S2-19, S3-22)."""
    forward: dict[Stage, tuple[Stage, ...]] = {
        Stage.LEAD: (Stage.PROSPECT, Stage.LOST),
        Stage.PROSPECT: (Stage.QUALIFIED, Stage.LEAD, Stage.LOST),
        Stage.QUALIFIED: (Stage.NEGOTIATION, Stage.PROSPECT, Stage.LOST),
        Stage.NEGOTIATION: (Stage.WON, Stage.QUALIFIED, Stage.LOST),
        Stage.WON: (Stage.REPEAT, Stage.NEGOTIATION, Stage.LOST),
        Stage.REPEAT: (Stage.WON, Stage.LOST),
        Stage.LOST: (Stage.PROSPECT,),
    }
    return forward[stage]


GATES: Mapping[
    Stage, tuple[str, ...]
] = {  # the lines of the gate through which a stage is entered from below
    Stage.PROSPECT: ("score", "first_contact"),
    Stage.QUALIFIED: ("need", "budget", "authority"),
    Stage.NEGOTIATION: ("proposal_sent", "proposal_feedback", "decider"),
    Stage.WON: ("contract",),
    Stage.REPEAT: ("new_need",),
    Stage.LOST: ("refusal",),
}


def gate(standing: Standing, target: Stage) -> tuple[Condition, ...]:
    """Return the checklist of what must be on record to enter `target`; empty when nothing is asked.

    S3-6 for prospect, S3-22 for qualified, S3-11..13 for negotiation, S2-20 for won, S2-18 for repeat and lost.
    On the way back no gate stands.
    """
    is_step_up = following(standing.stage) == target
    codes = GATES.get(target, ()) if is_step_up or target == Stage.LOST else ()
    return tuple(_LINES[code](standing) for code in codes)


def following(stage: Stage) -> Stage | None:
    """Return the next stage of the journey; None at its end and for who was lost."""
    at = JOURNEY.index(stage) + 1 if stage in JOURNEY else len(JOURNEY)
    return JOURNEY[at] if at < len(JOURNEY) else None


def _score(standing: Standing) -> Condition:
    said = _("Score at least %(mark)d (now %(score)d)")
    is_met = standing.score >= standing.pass_mark
    words = {"mark": standing.pass_mark, "score": standing.score}
    return Condition("score", is_met, said % words, () if is_met else ("score",))


def _first_contact(standing: Standing) -> Condition:
    is_met = standing.has_effective_contact
    said = _("A first effective contact on record")
    return Condition("first_contact", is_met, said, () if is_met else ("record",))


def _clear(code: str, words: Any, holds: Callable[[Standing], bool]) -> Callable[[Standing], Condition]:
    """A line that asks for both: the field filled in, and evidence that it is so."""

    def line(standing: Standing) -> Condition:
        is_filled, is_shown = holds(standing), code in standing.proofs
        said = {
            (True, True): "%(what)s",
            (True, False): _("%(what)s: it is filled in, but nothing on record shows it"),
            (False, True): _("%(what)s: there is evidence, but the field is empty"),
            (False, False): _("%(what)s: neither filled in nor shown by evidence"),
        }[is_filled, is_shown]
        lacks = (() if is_filled else ("field",)) + (() if is_shown else ("evidence",))
        return Condition(code, not lacks, said % {"what": words}, lacks)

    return line


def _shown(code: str, words: Any) -> Callable[[Standing], Condition]:
    """A line that evidence alone answers."""

    def line(standing: Standing) -> Condition:
        is_met = code in standing.proofs
        return Condition(code, is_met, str(words), () if is_met else ("evidence",))

    return line


def _decider(standing: Standing) -> Condition:
    said = _("The final decider is named among the contacts")
    return Condition("decider", standing.has_decider, said, () if standing.has_decider else ("contact",))


def _refusal(standing: Standing) -> Condition:
    is_met = "refusal" in standing.proofs or standing.silent_days >= SILENCE_DAYS
    said = _("The customer's refusal on record, or %(days)d days without contact (now %(now)d)")
    words = {"days": SILENCE_DAYS, "now": standing.silent_days}
    return Condition("refusal", is_met, said % words, () if is_met else ("evidence",))


_LINES: Mapping[str, Callable[[Standing], Condition]] = {
    "score": _score,
    "first_contact": _first_contact,
    "need": _clear("need", gettext_lazy("The need is clear"), lambda s: s.is_need_clear),
    "budget": _clear("budget", gettext_lazy("The budget is confirmed"), lambda s: s.is_budget_clear),
    "authority": _clear("authority", gettext_lazy("It is clear who decides"), lambda s: s.is_authority_clear),
    "proposal_sent": _shown("proposal_sent", gettext_lazy("A proposal was sent to the customer")),
    "proposal_feedback": _shown("proposal_feedback", gettext_lazy("The customer's feedback to the proposal")),
    "decider": _decider,
    "contract": _shown(
        "contract",
        gettext_lazy("The signed contract: amount, date, scan, product or service, expiry date"),
    ),
    "new_need": _shown("new_need", gettext_lazy("A new need on record")),
    "refusal": _refusal,
}


def check_stage_move(standing: Standing, target: Stage, *, reason: str) -> None:
    """Refuse a move the transition table or its gate does not allow (S2-19, S3-22).

    Raises RuleError `stage_same`, `stage_not_reachable`, `stage_reason_missing`, or `stage_gate_closed`
    with what is missing in `details["missing"]`.
    """
    if target == standing.stage:
        raise RuleError(_("The customer is in this stage already."), "stage_same")
    if target not in reachable(standing.stage):
        sentence = _("From %(from)s one moves to %(next)s only.") % {
            "from": standing.stage.label,
            "next": _(", ").join(str(stage.label) for stage in reachable(standing.stage)),
        }
        raise wrong_at("stage", sentence, "stage_not_reachable")
    if missing := lacking(standing, target):
        sentence = _("Still missing for %(stage)s: %(missing)s.") % {
            "stage": target.label,
            "missing": _("; ").join(condition.sentence for condition in missing),
        }
        details = {"missing": [condition.code for condition in missing]}
        raise wrong_at("stage", sentence, "stage_gate_closed", details=details)
    if needs_reason(standing.stage, target) and not reason.strip():
        sentence = _("Say why: a reason is kept with this move.")
        raise wrong_at("reason", sentence, "stage_reason_missing")


def lacking(standing: Standing, target: Stage) -> tuple[Condition, ...]:
    """Return the lines of the gate to `target` that neither facts nor an exception answer."""
    lines = gate(standing, target)
    return tuple(line for line in lines if not line.is_met and line.code not in standing.excepted)


def needs_reason(origin: Stage, target: Stage) -> bool:
    """Whether a move asks for words (S2-19, S2-21): every step back and every loss; on the way up evidence speaks."""
    return following(origin) != target


def owed(stage: Stage, withdrawn: frozenset[str], standing: frozenset[str]) -> dict[Stage, tuple[str, ...]]:
    """Return by gate which lines a customer in `stage` owes anew because evidence was withdrawn.

    `withdrawn` are the codes the withdrawn evidence stood for, `standing` those other evidence still stands for.
    """
    if stage == Stage.LOST:
        passed: tuple[Stage, ...] = (Stage.LOST,)
    else:
        passed = JOURNEY[: JOURNEY.index(stage) + 1]
    gone = withdrawn - standing
    found = {target: tuple(code for code in GATES.get(target, ()) if code in gone) for target in passed}
    return {target: codes for target, codes in found.items() if codes}
