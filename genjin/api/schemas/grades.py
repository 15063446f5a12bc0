"""How grades, their terms, and plans look from outside."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from genjin.accounts.models import User
from genjin.api.paging import Cut
from genjin.api.wire import Day, Id, In, Named, Out, Ref, Words, ref
from genjin.customers.queries.sight import shown_name
from genjin.customers.rules import Grade
from genjin.followups.models import FollowUpPlan
from genjin.followups.queries.regrade import Regrade
from genjin.followups.rules import Method
from genjin.followups.rules.grades import GradeRules, GradeTerms

SHOWN_MOVES = 200
UNTIL = Field(
    None, description="the last day a grade other than the rules say counts; in 90 days when left out"
)


class GradeWish(In):
    """A grade to be looked at before it is given; nothing is written."""

    grade: Grade


class GradeChoice(GradeWish):
    """A grade with its reason; `keep` are tasks that stay where they are, `seen` the `mark` of the preview."""

    reason: Words
    keep: list[Id] = Field([], max_length=200)
    seen: Named = Field("", description="refused with 409 when something else would happen than was shown")
    until: Day | None = UNTIL


class GradesWish(GradeWish):
    """A grade for many customers to be looked at."""

    ids: list[Id] = Field(min_length=1, max_length=10_000)


class GradesChoice(GradesWish):
    """A grade for many customers, with its reason."""

    reason: Words
    seen: Named = ""
    until: Day | None = UNTIL


class MoveOut(Out):
    """A follow-up that moves with the grade."""

    task: int
    customer: int
    objective: str
    old: datetime
    new: datetime


class RegradeOut(Out):
    """What a grade does besides; `moves` are the first 200 of `moved`."""

    grade: Grade
    customers: int
    changed: int
    moved: int
    earlier: int
    later: int
    moves: list[MoveOut]
    plans: int = Field(description="customers that get the clock of a follow-up plan")
    plan_due_at: datetime
    mark: str


class TermsIn(In):
    """The terms of one grade."""

    first_response_hours: int = 24
    max_gap_days: int
    min_gap_days: int | None = None
    most_per_week: int | None = None
    touches: int = Field(1, description="effective contacts before the customer may be given up")
    channels: list[Method] = Field(min_length=1, max_length=8)
    content: Words = ""
    reviewer: Literal["", "lead"] = "lead"


class PolicyIn(In):
    """The next version of the terms of all grades."""

    terms: dict[Grade, TermsIn]
    dormant_days: int = 60
    note: Words = ""


class TermsOut(Out):
    """The terms of one grade."""

    first_response_hours: int
    max_gap_days: int
    min_gap_days: int | None
    most_per_week: int | None
    touches: int
    channels: list[str]
    content: str
    reviewer: str


class PolicyOut(Out):
    """The terms in force."""

    version: int
    terms: dict[str, TermsOut]
    dormant_days: int


class PlanIn(In):
    """How a customer is to be followed up."""

    goal: Words
    cadence_days: Annotated[int, Field(ge=1, le=365)]
    channels: list[Method] = Field(min_length=1, max_length=8)
    content: Words = ""


class PlanFilter(Cut):
    """Which plans."""

    status: Literal["filed", "acknowledged", "returned"] | None = None
    to_acknowledge: bool = Field(False, description="only those that wait for your word")


class PlanAnswer(In):
    """A word to a plan; needed to return it."""

    comment: Words = ""


class PlanOut(Out):
    """The plan of a customer."""

    id: int
    customer: Ref
    grade: Grade
    cadence_days: int
    channels: list[str]
    content: str
    goal: str
    status: str
    submitted_at: datetime
    submitted_by: Ref
    acknowledged_at: datetime | None
    acknowledged_by: Ref | None
    returned_at: datetime | None
    returned_by: Ref | None
    comment: str


def show_regrade(found: Regrade) -> RegradeOut:
    """Return a preview, or what was done."""
    return RegradeOut(
        grade=Grade(found.grade), customers=found.customers, changed=found.changed, moved=len(found.moves),
        earlier=found.earlier, later=found.later, plans=found.plans, plan_due_at=found.plan_due_at, mark=found.mark,
        moves=[
            MoveOut(task=move.task.pk, customer=move.task.customer_id, objective=move.task.objective, old=move.old, new=move.new)
            for move in found.moves[:SHOWN_MOVES]
        ],
    )  # fmt: skip


def show_policy(rules: GradeRules) -> PolicyOut:
    """Return the terms of a version."""
    terms = {grade: TermsOut.model_validate(one, from_attributes=True) for grade, one in rules.terms.items()}
    return PolicyOut(version=rules.version, terms=terms, dormant_days=rules.dormant_days)


def as_terms(body: TermsIn) -> GradeTerms:
    """Return a body as the action takes it."""
    return GradeTerms(**body.model_dump() | {"channels": tuple(str(one) for one in body.channels)})


def show_plan(user: User, plan: FollowUpPlan) -> PlanOut:
    """Return a plan; it comes with its customer and people."""
    submitted = ref(plan.submitted_by)
    assert submitted is not None  # noqa: S101 (narrows the type)
    return PlanOut(
        id=plan.pk, customer=Ref(id=plan.customer_id, name=shown_name(user, plan.customer)), grade=Grade(plan.grade),
        cadence_days=plan.cadence_days, channels=plan.channels, content=plan.content, goal=plan.goal, status=plan.status,
        submitted_at=plan.submitted_at, submitted_by=submitted, acknowledged_at=plan.acknowledged_at,
        acknowledged_by=ref(plan.acknowledged_by), returned_at=plan.returned_at, returned_by=ref(plan.returned_by),
        comment=plan.comment,
    )  # fmt: skip
