"""How customers and their people look from outside: what comes in is typed, what goes out is masked."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from genjin.accounts.models import User
from genjin.api.paging import Cut
from genjin.api.wire import Id, In, Moment, Named, Out, Ref, Words, ref
from genjin.customers.models import Contact, Customer
from genjin.customers.queries.family import branches_of, parent_of
from genjin.customers.queries.sight import (
    sees_person,
    show_contact,
    shown_address,
    shown_aliases,
    shown_custom,
    shown_extra,
    shown_name,
    shown_notes,
    veiled,
)
from genjin.customers.rules import CustomerType, Grade, GradeProposal, Kind, Label, Precision, Stage
from genjin.customers.rules.regrade import reason_words
from genjin.fields.queries import FieldsWhenAsked
from genjin.fields.rules import Definition

Amount = Annotated[Decimal, Field(ge=0, lt=10**14, description="yuan")]
OwnKey = Annotated[str, Field(pattern="^f[0-9]{1,10}$")]
Given = Id | Named
"""A row by id, or by login or name."""
Ordering = Literal[
    "id", "-id", "score", "-score", "next_action_at", "-next_action_at", "last_contact_at", "-last_contact_at",
    "name", "-name",
]  # fmt: skip


class CustomerFilter(Cut):
    """Which customers, in which order."""

    q: str | None = Field(None, max_length=100, description="part of a name, pinyin, phone tail, mail, code")
    ordering: Ordering = "-id"
    stage: Stage | None = None
    grade: Grade | None = None
    grade_proposal: GradeProposal | Literal["any"] | None = Field(
        None, description="another grade the rules propose, or dormant; only customers in work"
    )
    label: Label | None = None
    kind: Kind | None = None
    customer_type: CustomerType | None = None
    owner: Id | None = None
    pool: Id | None = None
    source: Named | None = Field(None, description="name of the lead source")
    campaign: Named | None = Field(None, description="name of the campaign")
    industry: Named | None = None
    province: Named | None = None
    city: Named | None = None
    import_batch: Id | None = None
    without_next_step: bool | None = None
    owes_evidence: bool | None = None
    own: Named | None = Field(None, description="own field and its value: f9=已签订")
    completeness_below: Annotated[int, Field(ge=0, le=101)] | None = None
    missing: Named | None = Field(None, description="a field of the templates that is not filled in")
    updated_since: Moment | None = None


class CustomerFields(In):
    """The fields one may write; what is left out stays as it is."""

    name: Words | None = Field(None, description="full name as registered")
    kind: Kind | None = None
    customer_type: CustomerType | None = None
    credit_code: Named | None = Field(None, description="unified social credit code, 18 characters")
    industry: Words | None = None
    size: Literal["", "lt50", "50_200", "ge200"] | None = None
    employee_count: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    revenue: Named | None = Field(None, description="as people write it: 1-3亿元")
    revenue_min: Amount | None = None
    revenue_max: Amount | None = None
    founded_on: Named | None = Field(None, description="2015-03-05, 2015-03 or 2015")
    province: Words | None = None
    city: Words | None = None
    district: Words | None = None
    address: Words | None = None
    website: Words | None = None
    main_business: Words | None = None
    target_customers: Words | None = None
    news: Words | None = None
    industry_rank: Words | None = None
    source: Given | None = Field(None, description="id or name of a lead source")
    source_detail: Words | None = None
    campaign: Given | None = Field(None, description="id or name of a campaign")
    referrer: Id | None = Field(None, description="id of the customer who recommended us")
    parent: Id | None = Field(None, description="id of the parent company")
    first_contact_at: Moment | None = None
    need: Words | None = None
    pain_points: Words | None = None
    desired_cooperation: Words | None = None
    budget: Named | None = Field(None, description="as people write it: 50-100万")
    budget_min: Amount | None = None
    budget_max: Amount | None = None
    is_authority_clear: bool | None = None
    decision_process: Words | None = None
    needs_many_approvals: bool | None = None
    purchase_timing: Words | None = None
    purchase_by: Named | None = Field(None, description="2026-12-31")
    competitors: Words | None = None
    need_fit: Literal["", "high", "medium", "low"] | None = None
    intent: Literal["", "high", "medium", "low"] | None = None
    past_projects: Words | None = None
    cooperation_period: Words | None = None
    satisfaction_score: Annotated[int, Field(ge=1, le=5)] | None = None
    commitments: Words | None = None
    negotiation_progress: Words | None = None
    repurchase_intent: Literal["", "high", "medium", "low"] | None = None
    custom: dict[OwnKey, Any] | None = Field(
        None,
        max_length=50,
        description="own fields by key (see /fields): the value of its kind, or as people write it; null empties it",
    )
    do_not_disturb: bool | None = None
    review_cycle_months: Literal[3, 6] | None = Field(
        None, description="months between reviews of an existing customer"
    )
    notes: Annotated[str, Field(max_length=8000)] | None = None
    extra: dict[str, str] | None = Field(None, description="further fields by label, at most 50")


class ContactFields(In):
    """The fields of a person one may write."""

    name: Words | None = None
    job_title: Words | None = None
    role: Given | None = Field(None, description="id or name of a contact role")
    phone: Named | None = None
    phone2: Named | None = None
    wechat: Words | None = None
    email: Words | None = None
    is_primary: bool | None = None
    is_decider: bool | None = None
    preference: Words | None = None
    do_not_disturb: bool | None = None
    birthday: Named | None = Field(None, description="8月15日, 1985-08-15, 农历八月十五")
    consent_basis: Words | None = None
    notes: Words | None = None


class Utm(In):
    """How a visitor came, as the marks of a link say it."""

    source: Named = ""
    medium: Named = ""
    campaign: Named = Field("", description="a campaign of this name is the customer's, unless one is named")
    term: Named = ""
    content: Named = ""


class AliasIn(In):
    """What else a customer is called."""

    name: Words
    kind: Literal["short", "former"] = "short"


class AliasOut(Out):
    """Another name of a customer."""

    id: int
    name: str
    kind: Literal["short", "former"]


class CustomerIn(CustomerFields):
    """A customer to be added, with its people; yours unless an owner or a pool is named."""

    utm: Utm | None = Field(None, description="kept in words as source_detail, unless that is given")

    name: Words = Field(description="full name as registered")
    contacts: list[ContactFields] = Field([], max_length=50)
    aliases: list[AliasIn] = Field([], max_length=50, description="short and former names")
    owner: Given | None = Field(None, description="id, login or name of the owner")
    pool: Id | None = None
    approval_reason: Words | None = Field(
        None, description="asks your lead where a double needs approval (answer 202), instead of 409"
    )


class Asked(Out):
    """A request that waits for an answer; the customer is added when it is granted."""

    request: int
    status: str


class CustomerPatch(CustomerFields):
    """Changes of a customer as you saw it at `version`."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]


class ContactPatch(ContactFields):
    """Changes of a person as you saw them at `version`."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]


class ContactOut(Out):
    """A person at a customer; masked where `is_masked`."""

    id: int
    customer_id: int
    name: str
    job_title: str
    role: str
    phone: str
    phone2: str
    wechat: str
    email: str
    is_primary: bool
    is_decider: bool
    do_not_disturb: bool
    preference: str
    birthday: str
    notes: str
    version: int
    is_masked: bool


class CustomerOut(Out):
    """A customer as the caller may see it."""

    id: int
    code: str
    version: int
    name: str
    kind: Kind
    customer_type: CustomerType
    credit_code: str
    old_registration_no: str
    industry: str
    size: str
    employee_count: int | None
    revenue_min: Decimal | None
    revenue_max: Decimal | None
    founded_on: date | None
    founded_precision: Precision
    province: str
    city: str
    district: str
    address: str
    website: str
    main_business: str
    target_customers: str
    news: str
    industry_rank: str
    source: str
    source_detail: str
    campaign: str
    referrer_id: int | None
    parent_id: int | None
    first_contact_at: Moment | None
    need: str
    pain_points: str
    desired_cooperation: str
    budget_min: Decimal | None
    budget_max: Decimal | None
    is_authority_clear: bool
    decision_process: str
    needs_many_approvals: bool
    purchase_timing: str
    purchase_by: date | None
    competitors: str
    need_fit: str
    intent: str
    past_projects: str
    cooperation_period: str
    satisfaction_score: int | None
    commitments: str
    negotiation_progress: str
    repurchase_intent: str
    do_not_disturb: bool
    review_cycle_months: int
    custom: dict[str, Any]
    template: int | None
    completeness: int
    notes: str
    extra: dict[str, Any]
    tags: list[str]
    stage: Stage
    stage_entered_at: Moment
    lost_reason: str
    grade: Grade
    grade_reason: str
    is_grade_confirmed: bool
    grade_proposal: str
    grade_proposal_reason: str
    score: int
    label: Label
    owner: Ref | None
    pool: Ref | None
    owned_since: Moment | None
    last_contact_at: Moment | None
    next_action_at: Moment | None
    no_next_step_since: Moment | None
    gate_debt_until: Moment | None
    created_at: Moment
    created_by: Ref | None
    updated_at: Moment
    import_batch: int | None


class CustomerDetail(CustomerOut):
    """A customer with its people, its other names and the branches in your sight."""

    contacts: list[ContactOut]
    aliases: list[AliasOut]
    parent: Ref | None
    branches: list[Ref]


RELATED = ("owner", "pool", "source", "campaign", "lost_reason", "created_by")
_SHOWN = frozenset(
    {"name", "address", "notes", "extra", "custom", "template", "source", "campaign", "tags", "lost_reason", "owner", "pool", "created_by", "contacts", "grade_proposal_reason"}
)  # fmt: skip
_PLAIN = tuple(name for name in CustomerOut.model_fields if name not in _SHOWN)


def show_customer(user: User, row: Customer, own: Iterable[Definition]) -> CustomerOut:
    """Return a customer as `user` may see it; `row` comes with RELATED and tags, `own` are the own fields."""
    return CustomerOut(**_fields(user, row, own))


def show_detail(user: User, row: Customer, people: list[Contact]) -> CustomerDetail:
    """Return a customer with its people and family as `user` may see them."""
    parent = parent_of(user, row)
    return CustomerDetail(
        **_fields(user, row, FieldsWhenAsked()), contacts=show_people(user, row, people), aliases=show_aliases(user, row),
        parent=Ref(id=parent.pk, name=shown_name(user, parent)) if parent else None,
        branches=[Ref(id=one.pk, name=shown_name(user, one)) for one in branches_of(user, row)],
    )  # fmt: skip


def show_aliases(user: User, row: Customer) -> list[AliasOut]:
    """Return a customer's other names; those of a masked person are hidden."""
    return [AliasOut.model_validate(one, from_attributes=True) for one in shown_aliases(user, row)]


def show_people(user: User, customer: Customer, people: list[Contact]) -> list[ContactOut]:
    """Return a customer's people, masked unless `user` may read them."""
    unmasked = sees_person(user, customer)
    return [
        ContactOut.model_validate(show_contact(person, unmasked=unmasked), from_attributes=True)
        for person in people
    ]


def _fields(user: User, row: Customer, own: Iterable[Definition]) -> dict[str, Any]:
    row = veiled(user, row)
    return {name: getattr(row, name) for name in _PLAIN} | {
        "name": shown_name(user, row),
        "address": shown_address(user, row),
        "notes": shown_notes(user, row),
        "extra": shown_extra(user, row),
        "custom": shown_custom(user, row, own),
        "template": row.template_id,
        "source": row.source.name if row.source else "",
        "campaign": row.campaign.name if row.campaign else "",
        "tags": [str(tag) for tag in row.tags.all()],
        "lost_reason": row.lost_reason.name if row.lost_reason else "",
        "grade_proposal_reason": reason_words(row.grade_proposal_reason),
        "owner": ref(row.owner),
        "pool": ref(row.pool),
        "created_by": ref(row.created_by),
    }
