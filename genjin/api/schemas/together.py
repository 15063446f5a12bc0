"""How working together looks from outside: collaborators, comments, presence."""

from datetime import date

from pydantic import Field

from genjin.accounts.queries import company_zone
from genjin.api.schemas.customers import Given
from genjin.api.wire import In, Named, Out, Ref
from genjin.customers.models import Participant
from genjin.customers.rules.together import last_day_of


class CollaboratorIn(In):
    """Who helps, and how; named again, the rest is changed."""

    person: Given = Field(description="id, login or name, from any department")
    may_write: bool = Field(False, description="record contacts, plan tasks, edit fields; else read only")
    part: Named | None = Field(None, description="as what: technical support, legal")
    ends_on: date | None = Field(None, description="the last day; without it until somebody ends it")


class CollaboratorOut(Out):
    """Somebody who sees a customer because they were named."""

    id: int
    person: Ref
    may_write: bool
    part: str
    ends_on: date | None


def show_collaborator(row: Participant) -> CollaboratorOut:
    """Return a collaborator; `row` comes with its user."""
    return CollaboratorOut(
        id=row.pk, person=Ref(id=row.user.pk, name=row.user.name), may_write=row.may_write, part=row.part,
        ends_on=last_day_of(row.ends_at, company_zone()) if row.ends_at else None,
    )  # fmt: skip
