"""Checked facts of a customer, and what is said about it in public."""

from django.utils import timezone
from ninja import Query, Router, Status

from genjin.api.customers import seen
from genjin.api.paging import Cut, Order, Page, page
from genjin.api.references import named
from genjin.api.schemas.facts import (
    CheckIn,
    CheckOut,
    FactOut,
    InfoIn,
    InfoOut,
    show_check,
    show_fact,
    show_info,
)
from genjin.api.wire import Call, Id
from genjin.customers.queries.find import contacts_of
from genjin.customers.queries.sight import sees_person
from genjin.quality.actions.facts import NewCheck, Seen, check_facts
from genjin.quality.actions.public import NewInfo, note_public_info
from genjin.quality.models import FactCheck, PublicInfo
from genjin.quality.queries.facts import fact_lines

router = Router(tags=["facts"])


@router.get("/customers/{customer_id}/facts", response=Page[FactOut], summary="How a customer's facts stand")
def list_facts(request: Call, customer_id: Id) -> Page[FactOut]:
    row = seen(request, customer_id)
    lines = fact_lines(request.auth, row, contacts_of(row), timezone.now())
    return Page(items=[show_fact(line) for line in lines], next=None)


@router.get(
    "/customers/{customer_id}/checks", response=Page[CheckOut], summary="Checks of a customer's facts"
)
def list_checks(request: Call, customer_id: Id, asked: Query[Cut]) -> Page[CheckOut]:
    row = seen(request, customer_id)
    rows = FactCheck.objects.visible_to(request.auth).filter(customer=row).select_related("checked_by")
    unmasked = sees_person(request.auth, row)
    newest = Order("id", descending=True)
    return page(request, rows, asked, order=newest, show=lambda one: show_check(one, unmasked=unmasked))


@router.post("/customers/{customer_id}/checks", response={201: Page[CheckOut]}, summary="Verify facts")
def add_checks(request: Call, customer_id: Id, body: CheckIn) -> Status[Page[CheckOut]]:
    row = seen(request, customer_id)
    facts = [
        Seen(
            one.fact,
            None if one.contact is None else named(row.contacts.all(), one.contact, f"facts.{at}.contact"),
            one.value,
        )
        for at, one in enumerate(body.facts)
    ]
    new = NewCheck(facts, body.method, body.source, body.note)
    checks = check_facts(request.auth, row, new, now=timezone.now())
    shown = [show_check(check, unmasked=sees_person(request.auth, row)) for check in checks]
    return Status(201, Page(items=shown, next=None))


@router.get(
    "/customers/{customer_id}/public-information", response=Page[InfoOut], summary="List public information"
)
def list_info(request: Call, customer_id: Id, asked: Query[Cut]) -> Page[InfoOut]:
    row = seen(request, customer_id)
    rows = PublicInfo.objects.visible_to(request.auth).filter(customer=row).select_related("noted_by")
    return page(request, rows, asked, order=Order("id", descending=True), show=show_info)


@router.post(
    "/customers/{customer_id}/public-information", response={201: InfoOut}, summary="Note public information"
)
def add_info(request: Call, customer_id: Id, body: InfoIn) -> Status[InfoOut]:
    row = seen(request, customer_id)
    new = NewInfo(**body.model_dump())
    return Status(201, show_info(note_public_info(request.auth, row, new, now=timezone.now())))
