"""What the deeds on a customer are given: release, assign, merge, move, grade, reveal."""

from pydantic import Field

from genjin.api.schemas.customers import Given
from genjin.api.wire import Id, In, Words
from genjin.customers.rules import Grade, Stage


class Release(In):
    """Back to a pool, with a reason; your first pool unless one is named."""

    reason: Words
    pool: Id | None = None


class Assign(In):
    """A new owner."""

    owner: Given
    reason: Words = ""


class MergeWish(In):
    """The customers that become part of this one; `take` names by field whose value is wanted."""

    others: list[Id] = Field(min_length=1, max_length=20)
    take: dict[str, Id] = {}


class StageMove(In):
    """The stage to move to; `lost_reason` is a word of the dictionary, by id or name."""

    stage: Stage
    reason: Words = ""
    lost_reason: Given | None = None


class GradeChoice(In):
    """A grade with its reason."""

    grade: Grade
    reason: Words


class Reveal(In):
    """Whose masked data to show."""

    contact: Id
