"""What the deeds on a customer are given: release, assign, merge, move, grade, reveal."""

from pydantic import Field

from genjin.api.schemas.customers import Given
from genjin.api.wire import Id, In, Words
from genjin.customers.rules import Stage

APPROVAL = Field(
    None, description="asks your lead (answer 202) where the grade's number of contacts is not reached yet"
)


class Release(In):
    """Back to a pool, with a reason; your first pool unless one is named."""

    reason: Words = Field(description="a word of the dictionary, or your own words")
    pool: Id | None = None
    approval_reason: Words | None = APPROVAL


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
    approval_reason: Words | None = APPROVAL


class Reveal(In):
    """Whose masked data to show."""

    contact: Id
