"""How ratings and tickets look from outside."""

from typing import Any

from pydantic import Field

from genjin.accounts.models import User
from genjin.api.paging import Cut
from genjin.api.schemas.customers import Given
from genjin.api.wire import Id, In, Moment, Out, Ref, Words, ref
from genjin.care.models import Survey, Ticket
from genjin.care.rules.words import ConfirmedBy, NoteKind, Priority, TicketKind, TicketState
from genjin.customers.queries.sight import sees_person, shown_name
from genjin.kit.masking import mask_words


class SurveysAsked(Cut):
    """Which askings."""

    customer: Id | None = None
    answered: bool | None = Field(None, description="true: with a rating; false: still to be asked")
    rating: int | None = Field(None, ge=1, le=5)


class SurveyIn(In):
    """A customer to be asked, within a week."""

    customer: Id
    responsible: Given | None = Field(None, description="who asks; you unless given")
    delivery: Id | None = None


class RatingIn(In):
    """What a customer said."""

    rating: int = Field(
        ge=1, le=5, description="5 very satisfied ... 1 not satisfied at all; 2 and 1 open a ticket"
    )
    is_stable: bool | None = None
    meets_need: bool | None = None
    nps: int | None = Field(None, ge=0, le=10)
    comment: Words = ""
    new_need: Words = Field("", description="goes on record as evidence of a new need")


class SurveyOut(Out):
    """An asking and its answer."""

    id: int
    customer: Ref
    delivery: int | None
    occasion: str
    responsible: Ref | None
    opened_at: Moment
    due_at: Moment
    rating: int | None
    is_stable: bool | None
    meets_need: bool | None
    nps: int | None
    comment: str
    answered_at: Moment | None
    answered_how: str
    called_off_at: Moment | None
    tickets: list[int]


class LinkOut(Out):
    """Where a customer answers, once, without login."""

    url: str
    expires_at: Moment | None


class Reason(In):
    """Why."""

    reason: Words


class TicketsAsked(Cut):
    """Which tickets."""

    customer: Id | None = None
    kind: TicketKind | None = None
    priority: Priority | None = None
    state: TicketState | None = None
    owner: Given | None = None
    late: bool | None = Field(None, description="true: open and past the next limit")


class TicketIn(In):
    """A complaint or request."""

    customer: Id
    kind: TicketKind = TicketKind.REQUEST
    title: Words
    details: Words = ""
    priority: Priority = Priority.NORMAL
    owner: Given | None = Field(None, description="in any department; you unless given")
    delivery: Id | None = None
    sender: str = Field("", max_length=60)
    sender_reach: str = Field("", max_length=120)
    reported_at: Moment | None = Field(None, description="its limits count from here; now unless given")


class TicketAccept(In):
    """What came by the customer's own page, as it is accepted."""

    kind: TicketKind = TicketKind.COMPLAINT
    title: Words
    details: Words = ""
    priority: Priority = Priority.NORMAL
    owner: Given | None = None


class TicketPatch(In):
    """What changes; fields left out stay. An old `version` is 409."""

    kind: TicketKind | None = None
    title: Words | None = None
    details: Words | None = None
    priority: Priority | None = None
    version: int = Field(ge=1)


class TicketAnswer(In):
    """What the customer was told."""

    text: Words


class TicketSolution(In):
    """How it was solved; `answer` is needed where nobody has answered yet."""

    solution: Words
    answer: Words = ""


class TicketConfirm(In):
    """Who of the customer's people said that it is solved, and how."""

    name: str = Field(max_length=60)
    how: ConfirmedBy = ConfirmedBy.PHONE
    text: Words = ""


class TicketMerge(In):
    """Into which open ticket of the same customer."""

    into: Id


class TicketHandOn(In):
    """To whom."""

    owner: Given
    note: Words = ""


class NoteIn(In):
    """Something said: internal, out (to the customer), in (from the customer)."""

    kind: NoteKind = NoteKind.INTERNAL
    text: Words


class NoteOut(Out):
    id: int
    kind: str
    text: str
    author: Ref | None = Field(description="null: the customer")
    at: Moment
    file: int | None


class TicketOut(Out):
    """A ticket with its limits."""

    id: int
    number: str
    customer: Ref
    delivery: int | None
    survey: int | None
    kind: str
    priority: str
    state: str
    title: str
    details: str
    way: str
    sender: str
    owner: Ref | None
    opened_at: Moment
    answer_due_at: Moment
    due_at: Moment
    in_working_hours: bool
    answered_at: Moment | None
    solved_at: Moment | None
    solution: str
    closed_at: Moment | None
    confirmed_how: str
    confirmed_name: str
    reopened: int
    merged_into: int | None
    version: int


class TicketDetail(TicketOut):
    """A ticket with what was said about it."""

    notes: list[NoteOut]


def show_survey(user: User, row: Survey) -> SurveyOut:
    """Return a survey as this caller may see it."""
    comment = row.comment if sees_person(user, row.customer) else mask_words(row.comment)
    return SurveyOut(
        id=row.pk, customer=Ref(id=row.customer_id, name=shown_name(user, row.customer)), delivery=row.project_id, occasion=row.occasion,
        responsible=ref(row.responsible), opened_at=row.opened_at, due_at=row.due_at, rating=row.rating, is_stable=row.is_stable,
        meets_need=row.meets_need, nps=row.nps, comment=comment, answered_at=row.answered_at, answered_how=row.answered_how,
        called_off_at=row.called_off_at, tickets=[ticket.pk for ticket in row.tickets.all()],
    )  # fmt: skip


def _words(user: User, row: Ticket, *texts: str) -> list[str]:
    sees = sees_person(user, row.customer)
    return [text if sees else mask_words(text) for text in texts]


def show_ticket(user: User, row: Ticket) -> TicketOut:
    """Return a ticket as this caller may see it."""
    return TicketOut(**_values(user, row))


def show_detail(user: User, row: Ticket) -> TicketDetail:
    """Return a ticket with its notes as this caller may see it."""
    notes = [
        NoteOut(
            id=note.pk,
            kind=note.kind,
            text=_words(user, row, note.text)[0],
            author=ref(note.author),
            at=note.at,
            file=note.file_id,
        )
        for note in row.notes.select_related("author")
    ]
    return TicketDetail(**_values(user, row), notes=notes)


def _values(user: User, row: Ticket) -> dict[str, Any]:
    title, details, sender, solution, name = _words(
        user, row, row.title, row.details, row.sender, row.solution, row.confirmed_name
    )
    return {
        "id": row.pk, "number": row.number, "customer": Ref(id=row.customer_id, name=shown_name(user, row.customer)), "delivery": row.project_id,
        "survey": row.survey_id, "kind": row.kind, "priority": row.priority, "state": row.state, "title": title, "details": details,
        "way": row.way, "sender": sender, "owner": ref(row.owner), "opened_at": row.opened_at, "answer_due_at": row.answer_due_at,
        "due_at": row.due_at, "in_working_hours": row.in_working_hours, "answered_at": row.answered_at, "solved_at": row.solved_at,
        "solution": solution, "closed_at": row.closed_at, "confirmed_how": row.confirmed_how, "confirmed_name": name,
        "reopened": row.reopened, "merged_into": row.merged_into_id, "version": row.version,
    }  # fmt: skip
