"""How working together looks from outside: collaborators, comments, presence."""

from datetime import date

from pydantic import Field

from genjin.accounts.models import User
from genjin.accounts.queries import company_zone
from genjin.api.schemas.customers import Given
from genjin.api.wire import Id, In, Moment, Named, Out, Ref, Words
from genjin.customers.models import Customer, Participant
from genjin.customers.queries.sight import sees_person
from genjin.customers.rules.together import last_day_of
from genjin.followups.models import Comment
from genjin.kit.masking import mask_words


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


class CommentIn(In):
    """What is said to colleagues."""

    text: Words = Field(description="plain text; @name or @login mentions somebody")
    followup: Id | None = Field(None, description="the contact record it is about; without it the customer")
    mentions: list[Given] = Field(
        [], max_length=20, description="people to tell, beside those the text names"
    )
    invite: bool = Field(False, description="make mentioned people who see nothing collaborators who read")


class CommentChange(In):
    """The same comment in other words, within 15 minutes."""

    text: Words
    mentions: list[Given] = Field([], max_length=20)
    invite: bool = False


class CommentOut(Out):
    """What was said; numbers and mailboxes are hidden from who sees people masked."""

    id: int
    followup: int | None
    author: Ref
    at: Moment
    text: str
    mentioned: list[int]
    edited_at: Moment | None


def show_comment(user: User, customer: Customer, row: Comment) -> CommentOut:
    """Return a comment as its reader may see it; `row` comes with its author."""
    return CommentOut(
        id=row.pk, followup=row.followup_id, author=Ref(id=row.author.pk, name=row.author.name), at=row.at,
        text=row.text if sees_person(user, customer) else mask_words(row.text), mentioned=row.mentioned,
        edited_at=row.edited_at,
    )  # fmt: skip
