"""The words of a customer's four axes, and the stage table with its gates."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.kit.errors import RuleError


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


OPEN_STAGES = (Stage.LEAD, Stage.PROSPECT, Stage.QUALIFIED, Stage.NEGOTIATION)
JOURNEY = (*OPEN_STAGES, Stage.WON, Stage.REPEAT)


def size_of(employees: int | None) -> str:
    """Return the size band of a head count; "" when unknown (S1-19)."""
    if employees is None:
        return ""
    return Size.SMALL if employees < 50 else Size.MIDDLE if employees < 200 else Size.LARGE


@dataclass(frozen=True, slots=True)
class Standing:
    """What a stage gate looks at; built by the action, so that the rule needs no database."""

    stage: Stage
    score: int
    pass_mark: int
    has_effective_contact: bool
    is_need_clear: bool
    is_budget_clear: bool
    is_authority_clear: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of a gate's checklist."""

    code: str
    is_met: bool
    sentence: str


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


def gate(standing: Standing, target: Stage) -> tuple[Condition, ...]:
    """Return the checklist of what must be on record to enter `target`; empty when nothing is asked.

    S3-6 for prospect, S3-22 for qualified. Later floors add theirs as typed evidence.
    """
    if target == Stage.PROSPECT and standing.stage == Stage.LEAD:
        return (
            Condition(
                "score",
                standing.score >= standing.pass_mark,
                _("Score at least %(mark)d (now %(score)d)")
                % {"mark": standing.pass_mark, "score": standing.score},
            ),
            Condition(
                "first_contact", standing.has_effective_contact, _("A first effective contact on record")
            ),
        )
    if target == Stage.QUALIFIED and standing.stage == Stage.PROSPECT:
        return (
            Condition("need", standing.is_need_clear, _("The need is clear")),
            Condition("budget", standing.is_budget_clear, _("The budget is confirmed")),
            Condition("authority", standing.is_authority_clear, _("It is clear who decides")),
        )
    return ()


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
        raise RuleError(sentence, "stage_not_reachable", fields={"stage": [sentence]})
    missing = [condition for condition in gate(standing, target) if not condition.is_met]
    if missing:
        sentence = _("Still missing for %(stage)s: %(missing)s.") % {
            "stage": target.label,
            "missing": _("; ").join(condition.sentence for condition in missing),
        }
        details = {"missing": [condition.code for condition in missing]}
        raise RuleError(sentence, "stage_gate_closed", fields={"stage": [sentence]}, details=details)
    if needs_reason(standing.stage, target) and not reason.strip():
        sentence = _("Say why: a reason is kept with this move.")
        raise RuleError(sentence, "stage_reason_missing", fields={"reason": [sentence]})


def needs_reason(origin: Stage, target: Stage) -> bool:
    """Whether a move asks in words what shows it (S2-19, S2-21); the two first gates read facts instead."""
    return (origin, target) not in {(Stage.LEAD, Stage.PROSPECT), (Stage.PROSPECT, Stage.QUALIFIED)}
