"""Customers: lists, records, and the deeds that move them."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Status

from genjin.accounts.models import User
from genjin.api.paging import Order, Page, orders, page
from genjin.api.references import campaign, named, person, unknown, word
from genjin.api.schemas.customers import (
    RELATED,
    Asked,
    ContactFields,
    ContactOut,
    CustomerDetail,
    CustomerFields,
    CustomerFilter,
    CustomerIn,
    CustomerOut,
    CustomerPatch,
    show_customer,
    show_detail,
)
from genjin.api.schemas.deeds import Assign, MergeWish, Release, Reveal, StageMove
from genjin.api.wire import Call, Id
from genjin.approvals.models import Request as AskedRequest
from genjin.customers.actions.people import reveal_contact
from genjin.customers.actions.records import NewCustomer, delete_customers
from genjin.customers.models import Campaign, Choice, Customer, CustomerQuerySet, Pool
from genjin.customers.queries.find import contacts_of, search
from genjin.fields.queries import FieldsWhenAsked
from genjin.followups.actions import ownership
from genjin.followups.actions.discard import Discard, ask_to_discard
from genjin.followups.actions.information import change_customer
from genjin.followups.queries.conditions import Condition, as_query
from genjin.intake.rules.origin import utm_words
from genjin.kit.errors import RuleError
from genjin.quality.actions.approval import ask_to_add
from genjin.quality.actions.duplicates import merge_customers, unmerge
from genjin.selling.actions import stages

router = Router(tags=["customers"])
ORDERS = orders(
    id=Order("id"),
    score=Order("score"),
    next_action_at=Order("next_action_at", nulls="high"),
    last_contact_at=Order("last_contact_at", nulls="low"),
    name=Order("sort_key", hidden=True),
)
EQUAL = (
    "stage", "grade", "label", "kind", "customer_type", "owner", "pool", "industry", "province", "city", "import_batch",
)  # fmt: skip


def seen(request: Call, pk: int) -> Customer:
    """Return a customer in the caller's sight; any other raises the same DoesNotExist."""
    return Customer.objects.visible_to(request.auth).select_related(*RELATED).get(pk=pk)


def shown(request: Call, pk: int) -> CustomerDetail:
    """Return a customer read anew, as the caller may see it."""
    row = seen(request, pk)
    return show_detail(request.auth, row, contacts_of(row))


def narrowed(rows: CustomerQuerySet, asked: CustomerFilter, user: User) -> CustomerQuerySet:
    """Return the rows a list's filters leave."""
    wanted: dict[str, Any] = {name: getattr(asked, name) for name in EQUAL}
    wanted |= {
        "source__name": asked.source,
        "campaign__name": asked.campaign,
        "updated_at__gte": asked.updated_since,
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    if asked.without_next_step is not None:
        rows = rows.without_next_step() if asked.without_next_step else rows.filter(no_next_step_since=None)
    if asked.grade_proposal is not None:
        rows = rows.with_grade_proposal()
        rows = rows if asked.grade_proposal == "any" else rows.filter(grade_proposal=asked.grade_proposal)
    asked_of = [asked.own.partition("=")[::2]] if asked.own else []
    asked_of += [("missing", asked.missing)] if asked.missing else []
    if asked.owes_evidence is not None:
        rows = rows.filter(gate_debt_until__isnull=not asked.owes_evidence)
    conditions = [Condition(name.strip(), "eq", value.strip()) for name, value in asked_of]
    if asked.completeness_below is not None:
        rows = rows.filter(completeness__lt=asked.completeness_below)
    if conditions:
        rows = rows.filter(as_query(conditions, "all", user))
    return search(rows, asked.q, user) if asked.q else rows


def raw(user: User, body: CustomerFields) -> dict[str, Any]:
    """Return the given fields as the readers of customers.rules.fields take them."""
    given = body.model_dump(exclude_unset=True, include=set(CustomerFields.model_fields))
    if given.get("source") is not None:
        given["source"] = word(Choice.Kind.SOURCE, given["source"], "source")
    if given.get("campaign") is not None:
        given["campaign"] = campaign(given["campaign"])
    if given.get("referrer") is not None:
        given["referrer"] = named(Customer.objects.visible_to(user), given["referrer"], "referrer")
    if given.get("parent") is not None:
        given["parent"] = named(Customer.objects.visible_to(user), given["parent"], "parent")
    return given


def with_origin(given: dict[str, Any], body: CustomerIn) -> dict[str, Any]:
    """Return the fields with what the marks of a link say of source and campaign, where nothing else is said."""
    if body.utm is None:
        return given
    utm = body.utm.model_dump()
    if not given.get("source_detail"):
        given["source_detail"] = utm_words(utm)
    if given.get("campaign") is None:
        given["campaign"] = Campaign.objects.offered().filter(name=utm["campaign"]).first()
    return given


def raw_contact(body: ContactFields) -> dict[str, Any]:
    """Return the given fields of a person as the readers take them."""
    given = body.model_dump(exclude_unset=True, include=set(ContactFields.model_fields))
    if given.get("role") is not None:
        given["role"] = word(Choice.Kind.CONTACT_ROLE, given["role"], "role")
    return given


@router.get("/customers", response=Page[CustomerOut], summary="List customers")
def list_customers(request: Call, asked: Query[CustomerFilter]) -> Page[CustomerOut]:
    rows = Customer.objects.visible_to(request.auth).select_related(*RELATED).prefetch_related("tags")
    user, own = request.auth, FieldsWhenAsked()
    return page(
        request, narrowed(rows, asked, user), asked, order=ORDERS[asked.ordering],
        show=lambda row: show_customer(user, row, own),
    )  # fmt: skip


@router.post("/customers", response={201: CustomerDetail, 202: Asked}, summary="Add a customer")
def add_customer(request: Call, body: CustomerIn) -> Status[CustomerDetail] | Status[Asked]:
    user = request.auth
    new = NewCustomer(
        fields=with_origin(raw(user, body), body),
        contacts=[raw_contact(contact) for contact in body.contacts],
        owner=None if body.owner is None else person(user, body.owner, "owner"),
        pool=None if body.pool is None else named(Pool.objects.visible_to(user), body.pool, "pool"),
        aliases=[(alias.kind, alias.name) for alias in body.aliases],
    )
    now = timezone.now()
    try:
        row = ownership.add_customer(user, new, now=now)
    except RuleError as refusal:
        if refusal.code != "duplicate_needs_approval" or not body.approval_reason:
            raise
        asked = ask_to_add(user, new, reason=body.approval_reason, now=now)
        return Status(202, Asked(request=asked.pk, status=asked.status))
    return Status(201, shown(request, row.pk))


@router.get("/customers/{customer_id}", response=CustomerDetail, summary="Read a customer")
def read_customer(request: Call, customer_id: Id) -> CustomerDetail:
    return shown(request, customer_id)


@router.patch("/customers/{customer_id}", response=CustomerDetail, summary="Change a customer")
def patch_customer(request: Call, customer_id: Id, body: CustomerPatch) -> CustomerDetail:
    row = seen(request, customer_id)
    changes = raw(request.auth, body)
    change_customer(request.auth, row, changes, version=body.version, now=timezone.now())
    return shown(request, customer_id)


@router.api_operation(
    ["DELETE"], "/customers/{customer_id}", response={204: None}, summary="Move a customer to the recycle bin"
)
def remove_customer(request: Call, customer_id: Id) -> Status[None]:
    delete_customers(request.auth, [seen(request, customer_id).pk], now=timezone.now())
    return Status(204, None)


@router.post("/customers/{customer_id}/claim", response=CustomerDetail, summary="Claim from a pool")
def claim(request: Call, customer_id: Id) -> CustomerDetail:
    ownership.claim_customer(request.auth, seen(request, customer_id), now=timezone.now())
    return shown(request, customer_id)


@router.post(
    "/customers/{customer_id}/release", response={200: CustomerDetail, 202: Asked}, summary="Return to a pool"
)
def release(request: Call, customer_id: Id, body: Release) -> Status[CustomerDetail] | Status[Asked]:
    row, user, now = seen(request, customer_id), request.auth, timezone.now()
    pools = Pool.objects.visible_to(user)
    pool = named(pools, body.pool, "pool") if body.pool is not None else pools.first()
    if pool is None:
        raise unknown("pool")
    choice = Choice.objects.of(Choice.Kind.RELEASE_REASON).filter(name=body.reason).first()
    try:
        ownership.release_customers(user, [row.pk], pool, reason=body.reason, choice=choice, now=now)
    except RuleError as refusal:
        if refusal.code != "too_few_touches" or not body.approval_reason or choice is None:
            raise
        wish = Discard(choice, pool=pool)
        return _asked(ask_to_discard(user, row, wish, reason=body.approval_reason, now=now))
    return Status(200, shown(request, customer_id))


def _asked(request: AskedRequest) -> Status[Asked]:
    return Status(202, Asked(request=request.pk, status=request.status))


@router.post("/customers/{customer_id}/assign", response=CustomerDetail, summary="Give to another owner")
def assign(request: Call, customer_id: Id, body: Assign) -> CustomerDetail:
    row = seen(request, customer_id)
    owner = person(request.auth, body.owner, "owner")
    ownership.assign_customers(request.auth, [row.pk], owner, reason=body.reason, now=timezone.now())
    return shown(request, customer_id)


@router.post(
    "/customers/{customer_id}/stage",
    response={200: CustomerDetail, 202: Asked},
    summary="Move to another stage",
)
def move_stage(request: Call, customer_id: Id, body: StageMove) -> Status[CustomerDetail] | Status[Asked]:
    row, user, now = seen(request, customer_id), request.auth, timezone.now()
    lost = None
    if body.lost_reason is not None:
        lost = word(Choice.Kind.LOST_REASON, body.lost_reason, "lost_reason")
    try:
        stages.move_stage(user, row, body.stage, reason=body.reason, lost_reason=lost, now=now)
    except RuleError as refusal:
        if refusal.code != "too_few_touches" or not body.approval_reason or lost is None:
            raise
        return _asked(
            ask_to_discard(user, row, Discard(lost, body.reason), reason=body.approval_reason, now=now)
        )
    return Status(200, shown(request, customer_id))


@router.post(
    "/customers/{customer_id}/merge", response=CustomerDetail, summary="Make others part of this one"
)
def merge(request: Call, customer_id: Id, body: MergeWish) -> CustomerDetail:
    kept = seen(request, customer_id)
    others = [seen(request, pk) for pk in body.others]
    merge_customers(request.auth, kept, others, take=body.take, now=timezone.now())
    return shown(request, customer_id)


@router.post(
    "/customers/{customer_id}/unmerge",
    response=CustomerDetail,
    summary="Take the last merge of this one back",
)
def take_merge_back(request: Call, customer_id: Id) -> CustomerDetail:
    row = seen(request, customer_id)
    last = row.merges.standing().first()
    if last is None:
        raise RuleError(_("Nothing was merged into this customer."), "not_merged", status=409)
    return shown(request, unmerge(request.auth, last, now=timezone.now()).pk)


@router.post("/customers/{customer_id}/reveal", response=ContactOut, summary="Show a masked person, logged")
def reveal(request: Call, customer_id: Id, body: Reveal) -> ContactOut:
    row = seen(request, customer_id)
    contact = named(row.contacts.select_related("customer", "role"), body.contact, "contact")
    found = reveal_contact(request.auth, contact, now=timezone.now())
    return ContactOut.model_validate(found, from_attributes=True)
