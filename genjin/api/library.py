"""The library of questions, scripts, answers and materials."""

from django.utils import timezone
from ninja import Query, Router, Status

from genjin.accounts.models import User
from genjin.api.paging import Order, Page, page
from genjin.api.schemas.library import (
    EntryFilter,
    EntryIn,
    EntryOut,
    GreetedOut,
    GreetIn,
    GreetingOut,
    RecordTemplateOut,
    show_entry,
    show_greeting,
    show_record_template,
)
from genjin.api.wire import Call, Id
from genjin.customers.models import Contact
from genjin.followups.actions.greetings import greet, leave_out
from genjin.followups.queries.greetings import birthdays_of, coming_occasions, to_greet_on
from genjin.followups.queries.outcomes import Outcome, outcomes
from genjin.library.actions.entries import save_entry
from genjin.library.models import Entry
from genjin.library.queries.entries import entries
from genjin.library.queries.templates import versions_in_force

MOST_GREETED = 500
router = Router(tags=["library"])


def shown(user: User, row: Entry) -> EntryOut:
    """Return a piece with what came of it."""
    return show_entry(row, outcomes(user, [row.pk]).get(row.pk, Outcome()))


@router.get("/library", response=Page[EntryOut], summary="List the library")
def list_entries(request: Call, asked: Query[EntryFilter]) -> Page[EntryOut]:
    names = ("kind", "spin", "objection", "stage", "grade", "topic")
    wanted = {name: str(value) for name in names if (value := getattr(asked, name))}
    rows = entries(wanted, asked.q)
    found = outcomes(request.auth, rows.values_list("pk", flat=True))
    return page(
        request,
        rows.order_by(),
        asked,
        order=Order("id"),
        show=lambda row: show_entry(row, found.get(row.pk, Outcome())),
    )


@router.get("/library/{entry_id}", response=EntryOut, summary="Read a piece of the library")
def read_entry(request: Call, entry_id: Id) -> EntryOut:
    return shown(request.auth, Entry.objects.get(pk=entry_id))


@router.post("/library", response={201: EntryOut}, summary="Write a piece of the library")
def add_entry(request: Call, body: EntryIn) -> Status[EntryOut]:
    values = body.model_dump(exclude={"version"})
    return Status(201, shown(request.auth, save_entry(request.auth, Entry(), values, now=timezone.now())))


@router.patch("/library/{entry_id}", response=EntryOut, summary="Change a piece of the library")
def change_entry(request: Call, entry_id: Id, body: EntryIn) -> EntryOut:
    row = Entry.objects.get(pk=entry_id)
    values = body.model_dump(exclude_unset=True)
    if values.get("version") is None:
        values.pop("version", None)
    return shown(request.auth, save_entry(request.auth, row, values, now=timezone.now()))


@router.get("/record-templates", response=list[RecordTemplateOut], summary="List what records should tell")
def list_record_templates(request: Call) -> list[RecordTemplateOut]:  # noqa: ARG001
    return [show_record_template(version) for version in versions_in_force()]


@router.get("/greetings", response=list[GreetingOut], summary="List whom to greet in the coming days")
def list_greetings(request: Call) -> list[GreetingOut]:
    user, coming = request.auth, coming_occasions(timezone.now())
    found = [
        (person, coming.birthdays[person.birth_key]) for person in birthdays_of(user, coming)[:MOST_GREETED]
    ]
    for occasion in coming.festivals:
        found += [(person, occasion) for person in to_greet_on(user, occasion)[:MOST_GREETED]]
    return [show_greeting(user, person, occasion) for person, occasion in found]


@router.post(
    "/contacts/{contact_id}/greeting", response=GreetedOut, summary="Greet a person, or leave them out"
)
def greet_person(request: Call, contact_id: Id, body: GreetIn) -> GreetedOut:
    row, now = Contact.objects.visible_to(request.auth).get(pk=contact_id), timezone.now()
    if body.is_left_out:
        leave_out(request.auth, row, body.occasion, now=now)
        return GreetedOut(followup=None)
    return GreetedOut(
        followup=greet(request.auth, row, body.occasion, text=body.text, method=body.method, now=now).pk
    )
