"""The people at a customer."""

from django.utils import timezone
from ninja import Query, Router, Status

from genjin.api.customers import raw_contact, seen
from genjin.api.paging import Cut, Order, Page, page
from genjin.api.schemas.customers import ContactFields, ContactOut, ContactPatch, show_people
from genjin.api.wire import Call, Id
from genjin.customers.actions.records import remove_contact, save_contact
from genjin.customers.models import Contact

router = Router(tags=["contacts"])


def seen_contact(request: Call, pk: int) -> Contact:
    """Return a person of a customer in sight; any other raises the same DoesNotExist."""
    return Contact.objects.visible_to(request.auth).select_related("customer", "role").get(pk=pk)


def shown_contact(request: Call, contact: Contact) -> ContactOut:
    """Return a person as the caller may see them."""
    return show_people(request.auth, contact.customer, [contact])[0]


@router.get(
    "/customers/{customer_id}/contacts", response=Page[ContactOut], summary="List a customer's people"
)
def list_contacts(request: Call, customer_id: Id, asked: Query[Cut]) -> Page[ContactOut]:
    row = seen(request, customer_id)
    people = row.contacts.select_related("role")
    return page(
        request, people, asked, order=Order("id"), show=lambda one: show_people(request.auth, row, [one])[0]
    )


@router.post("/customers/{customer_id}/contacts", response={201: ContactOut}, summary="Add a person")
def add_contact(request: Call, customer_id: Id, body: ContactFields) -> Status[ContactOut]:
    row = seen(request, customer_id)
    contact = save_contact(request.auth, row, raw_contact(body), now=timezone.now())
    return Status(201, shown_contact(request, contact))


@router.patch("/contacts/{contact_id}", response=ContactOut, summary="Change a person")
def patch_contact(request: Call, contact_id: Id, body: ContactPatch) -> ContactOut:
    row = seen_contact(request, contact_id)
    contact = save_contact(
        request.auth, row.customer, raw_contact(body), contact=row, version=body.version, now=timezone.now()
    )
    return shown_contact(request, contact)


@router.api_operation(
    ["DELETE"], "/contacts/{contact_id}", response={204: None}, summary="Take a person off a customer"
)
def drop_contact(request: Call, contact_id: Id) -> Status[None]:
    remove_contact(request.auth, seen_contact(request, contact_id), now=timezone.now())
    return Status(204, None)
