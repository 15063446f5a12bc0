"""How products, proposals and objections look from outside."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from genjin.accounts.models import User
from genjin.api.paging import Cut
from genjin.api.schemas.followups import show_name, show_title
from genjin.api.wire import Id, In, Moment, Named, Out, Ref, Words, ref
from genjin.customers.queries.sight import said
from genjin.library.rules import Objection as Category
from genjin.proposals.models import Objection, Proposal, ProposalFeedback, ProposalLink, ProposalVersion
from genjin.proposals.queries.content import content_of
from genjin.proposals.rules import Acceptance, SentBy, VersionState
from genjin.selling.models import Product
from genjin.selling.rules import ProductKind

Yuan = Annotated[Decimal, Field(ge=0, lt=10**12, decimal_places=2, description="yuan, with tax")]
Percent = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)]
Title = Annotated[str, Field(max_length=200)]


class ProductFilter(Cut):
    """Which products."""

    is_active: bool | None = None
    code: Annotated[str, Field(max_length=40)] | None = None


class ProductIn(In):
    """A product; a change names only what changes."""

    code: Annotated[str, Field(max_length=40)] = ""
    name: Named = ""
    kind: ProductKind = ProductKind.PRODUCT
    family: Annotated[str, Field(max_length=60)] = ""
    unit: Annotated[str, Field(max_length=20)] = ""
    list_price: Yuan | None = None
    tax_rate: Annotated[Decimal, Field(ge=0, lt=100, decimal_places=2)] = Decimal(13)
    description: Words = ""
    is_active: bool = True


class ProductOut(Out):
    """What is sold, with its list price."""

    id: int
    code: str
    name: str
    kind: ProductKind
    family: str
    unit: str
    list_price: Decimal | None
    tax_rate: Decimal
    description: str
    is_active: bool


def show_product(row: Product) -> ProductOut:
    """Return a product as it is answered."""
    names = ("code", "name", "family", "unit", "list_price", "tax_rate", "description", "is_active")
    return ProductOut(id=row.pk, kind=ProductKind(row.kind), **{name: getattr(row, name) for name in names})


class OfferFilter(Cut):
    """Which proposals, by their newest version."""

    state: VersionState | None = None
    customer: Id | None = None
    q: Annotated[str, Field(max_length=60)] = ""


class LineIn(In):
    """A line: a product or a name; without a price that of the price book."""

    product: Id | None = None
    name: Title = ""
    unit: Annotated[str, Field(max_length=20)] = ""
    quantity: Annotated[Decimal, Field(gt=0, lt=10**10, decimal_places=2)] = Decimal(1)
    price: Yuan | None = None
    discount: Percent = Decimal(0)
    tax_rate: Annotated[Decimal, Field(ge=0, lt=100, decimal_places=2)] | None = None


class VersionFields(In):
    """What a version says; what is left out stays."""

    title: Title | None = None
    modules: list[Annotated[str, Field(max_length=300)]] | None = Field(None, max_length=60)
    lines: list[LineIn] | None = Field(None, max_length=200)
    discount: Percent | None = None
    duration: Title | None = None
    terms: Annotated[str, Field(max_length=8000)] | None = None
    valid_until: date | None = None


class OfferIn(VersionFields):
    """A proposal to begin, for one of the customer's opportunities."""

    opportunity: Id


class VersionChange(VersionFields):
    """A change of a draft, as seen at `revision`."""

    revision: Annotated[int, Field(ge=1, le=2**31 - 1)]


class HandIn(In):
    """Why the discount goes further than one may alone; not asked within the limit."""

    reason: Annotated[str, Field(max_length=1000)] = ""


class SendIn(In):
    """How a version went out."""

    method: SentBy
    to: Title
    sent_at: Moment | None = None


class FeedbackIn(In):
    """What the customer said to a version that was sent."""

    text: Words
    rating: Annotated[int, Field(ge=1, le=5)] | None = None
    occurred_at: Moment | None = None


class ShareIn(In):
    """How long a link holds."""

    days: Annotated[int, Field(ge=1, le=365)] = 30


class FeedbackOut(Out):
    """What the customer said."""

    id: int
    text: str
    rating: int | None
    occurred_at: Moment
    by: Ref | None


class LinkOut(Out):
    """An address for the customer; `key` stands in it: /o/{key}/."""

    id: int
    key: str
    expires_at: Moment
    revoked_at: Moment | None
    opened_count: int
    last_opened_at: Moment | None


class VersionRow(Out):
    """A version as lists have it; read it, or its proposal, for what it says."""

    id: int
    number: int
    state: VersionState
    revision: int
    amount: Decimal
    net_amount: Decimal
    deepest_discount: Decimal
    sent_at: Moment | None


class OfferRow(Out):
    """A proposal as lists have it, its versions oldest first."""

    id: int
    number: str
    title: str
    customer: Ref
    opportunity: Ref | None
    versions: list[VersionRow]


class VersionOut(Out):
    """A version; `content` is what it says, with every line's amount, frozen once it was sent."""

    id: int
    proposal: int
    number: int
    state: VersionState
    revision: int
    amount: Decimal
    net_amount: Decimal
    deepest_discount: Decimal
    content: dict[str, Any]
    sha256: str
    sent_at: Moment | None
    sent_to: str
    approved_by: Ref | None
    feedback: list[FeedbackOut]
    links: list[LinkOut]


class OfferOut(Out):
    """A proposal with its versions, oldest first."""

    id: int
    number: str
    title: str
    customer: Ref
    opportunity: Ref | None
    versions: list[VersionOut]


def show_feedback(user: User, row: ProposalFeedback) -> FeedbackOut:
    """Return feedback as it is answered."""
    return FeedbackOut(
        id=row.pk,
        text=said(user, row.version.proposal.customer, row.text),
        rating=row.rating,
        occurred_at=row.occurred_at,
        by=ref(row.by),
    )


def show_link(row: ProposalLink) -> LinkOut:
    """Return a link as it is answered."""
    return LinkOut(
        id=row.pk, key=row.key, expires_at=row.expires_at, revoked_at=row.revoked_at, opened_count=row.opened_count,
        last_opened_at=row.last_opened_at,
    )  # fmt: skip


def show_version(user: User, row: ProposalVersion) -> VersionOut:
    """Return a version as it is answered."""
    return VersionOut(
        id=row.pk, proposal=row.proposal_id, number=row.number, state=VersionState(row.state), revision=row.revision, amount=row.amount,
        net_amount=row.net_amount, deepest_discount=row.off, content=dict(content_of(row)), sha256=row.sha256, sent_at=row.sent_at,
        sent_to=row.sent_to, approved_by=ref(row.approved_by), feedback=[show_feedback(user, one) for one in row.feedback.all()],
        links=[show_link(one) for one in row.links.all()],
    )  # fmt: skip


def show_offer_row(user: User, row: Proposal) -> OfferRow:
    """Return a proposal as lists have it; `row` comes with its versions."""
    versions = [
        VersionRow(
            id=one.pk, number=one.number, state=VersionState(one.state), revision=one.revision, amount=one.amount,
            net_amount=one.net_amount, deepest_discount=one.off, sent_at=one.sent_at,
        )
        for one in row.versions.all()
    ]  # fmt: skip
    return OfferRow(
        id=row.pk, number=row.number, title=said(user, row.customer, row.title), customer=show_name(user, row.customer),
        opportunity=show_title(user, row.customer, row.opportunity), versions=versions,
    )  # fmt: skip


def show_offer(user: User, row: Proposal) -> OfferOut:
    """Return a proposal as it is answered."""
    return OfferOut(
        id=row.pk, number=row.number, title=said(user, row.customer, row.title), customer=show_name(user, row.customer),
        opportunity=show_title(user, row.customer, row.opportunity), versions=[show_version(user, one) for one in row.versions.all()],
    )  # fmt: skip


class DocumentAsked(In):
    """Which Word template; without one that which ships with Genjin."""

    template: Id | None = None


class DifferenceAsked(In):
    """Two versions of a proposal by number."""

    a: Annotated[int, Field(ge=1, le=32767)]
    b: Annotated[int, Field(ge=1, le=32767)]


class LineDifference(Out):
    """A line that was added (`old` is null), removed (`new` is null) or changed in the fields named."""

    name: str
    old: dict[str, Any] | None
    new: dict[str, Any] | None
    changed: list[str]


class DifferenceOut(Out):
    """How version `b` differs from version `a`; `texts` holds old and new by field."""

    texts: dict[str, tuple[Any, Any]]
    lines: list[LineDifference]
    files: list[tuple[str, str]]
    old_amount: Decimal
    new_amount: Decimal


class ObjectionFilter(Cut):
    """Which objections."""

    customer: Id | None = None
    category: Category | None = None
    acceptance: Acceptance | None = None
    is_open: bool | None = None


class AnswerIn(In):
    """What was answered (`entry` is a piece of the library) and how it was taken."""

    acceptance: Acceptance
    answer: Words = ""
    entry: Id | None = None


class ObjectionIn(In):
    """What a customer objects to."""

    category: Category
    said: Words
    opportunity: Id | None = None
    followup: Id | None = None
    answer: AnswerIn | None = None


class ObjectionOut(Out):
    """An objection with the answer given; `acceptance` is empty while it waits."""

    id: int
    customer: int
    opportunity: int | None
    followup: int | None
    category: Category
    said: str
    answer: str
    entry: Ref | None
    acceptance: str
    noted_at: Moment
    answered_at: Moment | None


def show_objection(user: User, row: Objection) -> ObjectionOut:
    """Return an objection as it is answered."""
    return ObjectionOut(
        id=row.pk, customer=row.customer_id, opportunity=row.opportunity_id, followup=row.followup_id, category=Category(row.category),
        said=said(user, row.customer, row.said), answer=said(user, row.customer, row.answer), entry=ref(row.entry), acceptance=row.acceptance, noted_at=row.noted_at, answered_at=row.answered_at,
    )  # fmt: skip
