"""How pieces of the library look from outside."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from genjin.accounts.models import User
from genjin.api.paging import Cut
from genjin.api.wire import In, Moment, Out, Ref
from genjin.customers.models import Contact
from genjin.customers.queries.sight import sees_person, show_contact, shown_name
from genjin.customers.rules import Grade, Stage
from genjin.followups.queries.outcomes import Outcome
from genjin.followups.rules import Method
from genjin.library.models import Entry
from genjin.library.rules import EntryKind, Objection, Spin
from genjin.library.rules.entries import LONGEST_BODY
from genjin.library.rules.greetings import Occasion
from genjin.library.rules.templates import Version

Tag = Annotated[str, Field(max_length=30)]
Topic = Annotated[str, Field(max_length=60)]


class EntryFilter(Cut):
    """Which pieces: by kind, occasion and words."""

    kind: EntryKind | None = None
    spin: Spin | None = None
    objection: Objection | None = None
    stage: Stage | None = Field(None, description="written for this stage, or for any")
    grade: Grade | None = Field(None, description="written for this grade, or for any")
    topic: Topic = ""
    q: Annotated[str, Field(max_length=80)] = Field(
        "", description="words, all of which stand in title, text, topic or tags"
    )


class EntryIn(In):
    """A piece of the library; a change names only what changes, and the `version` it read."""

    kind: EntryKind = EntryKind.SCRIPT
    title: Annotated[str, Field(max_length=120)] = ""
    body: Annotated[str, Field(max_length=LONGEST_BODY)] = ""
    topic: Topic = ""
    spin: Literal["", *Spin.values] = ""  # type: ignore[valid-type]
    objection: Literal["", *Objection.values] = ""  # type: ignore[valid-type]
    stage: Literal["", *Stage.values] = ""  # type: ignore[valid-type]
    grade: Literal["", *Grade.values] = ""  # type: ignore[valid-type]
    tags: list[Tag] = Field([], max_length=12)
    is_active: bool = True
    version: int | None = None


class EntryOut(Out):
    """A piece of the library, with what came of it among the people the caller sees."""

    id: int
    kind: EntryKind
    title: str
    body: str
    topic: str
    spin: str
    objection: str
    stage: str
    grade: str
    tags: list[str]
    file: str = Field(description="name of its file, if it has one")
    is_active: bool
    version: int
    updated_at: Moment
    uses: int
    answered: int
    moved: int = Field(description="uses followed by a step forward within 14 days")


_COPIED = (
    "title",
    "body",
    "topic",
    "spin",
    "objection",
    "stage",
    "grade",
    "tags",
    "is_active",
    "version",
    "updated_at",
)


def show_entry(row: Entry, outcome: Outcome) -> EntryOut:
    """Return a piece with its figures."""
    return EntryOut(
        id=row.pk, kind=EntryKind(row.kind), file=row.file_name, uses=outcome.uses, answered=outcome.answered,
        moved=outcome.moved, **{name: getattr(row, name) for name in _COPIED},
    )  # fmt: skip


class PromptOut(Out):
    """One thing a record should tell: as a heading in the text, or by a field of the record."""

    label: str
    weight: int
    hint: str
    field: str


class RecordTemplateOut(Out):
    """The version in force of a scope; "" stands for any."""

    id: int
    grade: str
    stage: str
    method: str
    number: int
    prompts: list[PromptOut]


def show_record_template(version: Version) -> RecordTemplateOut:
    """Return a version with its scope."""
    prompts = [PromptOut(label=p.label, weight=p.weight, hint=p.hint, field=p.field) for p in version.prompts]
    scope = version.scope
    return RecordTemplateOut(
        id=version.pk,
        grade=scope.grade,
        stage=scope.stage,
        method=scope.method,
        number=version.number,
        prompts=prompts,
    )


class GreetingOut(Out):
    """Somebody to greet; `occasion` names the day to `POST /contacts/{id}/greeting`."""

    contact: Ref
    customer: Ref
    occasion: str
    label: str
    day: date


class GreetIn(In):
    """How a person was greeted, or that they are left out this time."""

    occasion: Annotated[str, Field(max_length=24)]
    text: Annotated[str, Field(max_length=2000)] = ""
    method: Method = Method.WECHAT
    is_left_out: bool = False


class GreetedOut(Out):
    """The record of a greeting; null when the person was left out."""

    followup: int | None


def show_greeting(user: User, person: Contact, occasion: Occasion) -> GreetingOut:
    """Return somebody to greet; `person` comes with the customer."""
    shown = show_contact(person, unmasked=sees_person(user, person.customer))
    customer = Ref(id=person.customer_id, name=shown_name(user, person.customer))
    return GreetingOut(
        contact=Ref(id=person.pk, name=shown.name),
        customer=customer,
        occasion=occasion.name,
        label=occasion.label,
        day=occasion.day,
    )
