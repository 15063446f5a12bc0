"""Writing proposals: the first version, changes of several people, and the version that follows one that was sent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.queries import local_day
from genjin.customers.actions.ownership import lock_one
from genjin.customers.models import Customer
from genjin.events.actions import record
from genjin.kit.errors import RuleError, not_found, wrong_at
from genjin.kit.text import clean, fold
from genjin.proposals.actions.conflicts import plain_lines, refuse_conflicts
from genjin.proposals.actions.rights import locked, require_sell, require_write
from genjin.proposals.actions.trail import note
from genjin.proposals.actions.voiding import void_approval
from genjin.proposals.models import PriceBook, Proposal, ProposalFile, ProposalLine, ProposalVersion
from genjin.proposals.queries.content import quote_of
from genjin.proposals.queries.prices import list_prices
from genjin.proposals.rules import VersionState
from genjin.proposals.rules.drafts import (
    MOST_AMOUNT,
    check_count,
    check_line,
    check_modules,
    check_percent,
    check_sent,
)
from genjin.proposals.rules.prices import check_book
from genjin.selling.actions.numbers import next_number
from genjin.selling.models import Opportunity, Product
from genjin.selling.rules.numbers import Numbered

FIELDS = ("title", "modules", "duration", "terms", "valid_until", "price_book", "discount")


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line as it is typed: a product or free text; None takes the price of the day and the product's tax rate."""

    product: Product | None = None
    name: str = ""
    unit: str = ""
    quantity: Decimal = Decimal(1)
    price: Decimal | None = None
    discount: Decimal = Decimal(0)
    tax_rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class NewProposal:
    """A proposal to be begun: for which opportunity, its title, and what else is known of its first version."""

    opportunity: Opportunity
    title: str
    values: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def open_proposal(actor: User, customer: Customer, new: NewProposal, *, now: datetime) -> Proposal:
    """Begin a proposal with a number of its own and a first version in draft (S3-11).

    Raises RuleError `title_missing`, `not_found` (404) for an opportunity of another customer, and as `save_draft` does.
    """
    row = lock_one(actor, customer.pk)
    require_sell(actor, row)
    if new.opportunity.customer_id != row.pk:
        raise not_found()
    title = _titled(new.title)
    proposal = Proposal.objects.create(
        number=next_number(Numbered.PROPOSAL, now=now), customer=row, opportunity=new.opportunity, title=title,
        created_at=now, created_by=actor,
    )  # fmt: skip
    version = ProposalVersion.objects.create(
        proposal=proposal, number=1, title=title, created_at=now, created_by=actor
    )
    record(
        actor, "offer.begun", at=now, customer_id=row.pk, subject_id=proposal.pk, name=proposal.number, note=title
    )  # fmt: skip
    if new.values:
        save_draft(actor, version, new.values, seen=version.revision, now=now)
    return proposal


@transaction.atomic
def new_version(actor: User, proposal: Proposal, *, now: datetime) -> ProposalVersion:
    """Begin the next version as a copy of the last one, which must have been sent. Raises RuleError `version_not_sent` (409)."""
    seen = Proposal.objects.visible_to(actor).get(pk=proposal.pk)
    lock_one(actor, seen.customer_id)
    require_write(actor, seen)
    last = seen.versions.order_by("-number")[0]
    check_sent(last.state)
    # Who wrote the prices goes along and does not approve them; at revision 0 nothing of it is a conflict.
    touched = {name: [0, person, at] for name, (_revision, person, at) in last.touched.items()}
    version = ProposalVersion.objects.create(
        proposal=seen, number=last.number + 1, created_at=now, created_by=actor, amount=last.amount,
        net_amount=last.net_amount, off=last.off, touched=touched, **{name: getattr(last, name) for name in FIELDS},
    )  # fmt: skip
    copied = (
        "position",
        "product_id",
        "name",
        "unit",
        "quantity",
        "list_price",
        "price",
        "discount",
        "tax_rate",
    )
    ProposalLine.objects.bulk_create(
        [
            ProposalLine(version=version, **{name: getattr(line, name) for name in copied})
            for line in last.lines.all()
        ]
    )
    ProposalFile.objects.bulk_create(
        [ProposalFile(version=version, attachment_id=one.attachment_id) for one in last.files.all()]
    )
    note(actor, version, "offer.begun", words=version.title, now=now)
    return version


@transaction.atomic
def save_draft(
    actor: User, version: ProposalVersion, values: Mapping[str, Any], *, seen: int, now: datetime
) -> ProposalVersion:
    """Change what a version says, from values by name (`lines` is a list of NewLine), as seen at revision `seen`.

    What was approved is void after a change. Changes of others to other fields stay; to the same one raise RuleError
    `version_conflict` (409) with both values in `details["conflicts"]`. Also raises `version_sent` (409),
    `title_missing`, `line_invalid`, `price_missing`, `price_book_unfit`, `discount_invalid`, `modules_too_long`, `fields_invalid`.
    """
    row = locked(actor, version)
    require_write(actor, row.proposal)
    wanted = _read(values)
    before = {name: getattr(row, name) for name in wanted}
    changed = {name: value for name, value in wanted.items() if before[name] != value}
    if (book := changed.get("price_book")) is not None:
        check_book(book.audience, row.proposal.customer.customer_type)
    lines = _lines_of(row, values["lines"], wanted, now) if "lines" in values else None
    names = set(changed)
    if lines is not None and plain_lines(lines) != plain_lines(list(row.lines.all())):
        names.add("lines")
    refuse_conflicts(row, {name: lines if name == "lines" else changed[name] for name in names}, seen)
    if not names:
        return row
    for name, value in changed.items():
        setattr(row, name, value)
    if lines is None and "price_book" in names:
        lines = _lines_of(row, [_as_new(line) for line in row.lines.select_related("product")], wanted, now)
    if lines is not None and names & {"lines", "price_book"}:
        row.lines.all().delete()
        ProposalLine.objects.bulk_create(lines)
    _recalculate(row)
    note_change(actor, row, names, now)
    if "title" in names:
        Proposal.objects.filter(pk=row.proposal_id).update(title=row.title)
    return row


def _as_new(line: ProposalLine) -> NewLine:
    return NewLine(
        line.product, line.name, line.unit, line.quantity, line.price, line.discount, line.tax_rate
    )


def _titled(title: Any) -> str:
    words = clean(str(title))
    if not words:
        sentence = _("Give it a title.")
        raise wrong_at("title", sentence, "title_missing")
    return words[:200]


def _read(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the named fields cleaned and checked."""
    wanted = {name: values[name] for name in FIELDS if name in values}
    if "title" in wanted:
        wanted["title"] = _titled(wanted["title"])
    if "modules" in wanted:
        wanted["modules"] = [words for one in wanted["modules"] if (words := clean(one))]
        check_modules(wanted["modules"])
    for name in {"duration", "terms"} & wanted.keys():
        wanted[name] = clean(wanted[name])
    if "discount" in wanted:
        wanted["discount"] = Decimal(wanted["discount"] or 0)
        check_percent(wanted["discount"], "discount")
    return wanted


def _lines_of(
    version: ProposalVersion, given: Sequence[NewLine], wanted: Mapping[str, Any], now: datetime
) -> list[ProposalLine]:
    """Return lines as they are to be written, each product with the list price of the day.

    A text that is the name of a product on offer, in any writing, is that product; of several, the dearest: nobody goes
    below its price by typing it.
    """
    check_count(len(given))
    book: PriceBook | None = wanted.get("price_book", version.price_book)
    alike = _offered_as(fold(line.name) for line in given if line.product is None)
    prices = list_prices(
        [*(line.product for line in given if line.product is not None), *alike], local_day(now),
        customer_type=version.proposal.customer.customer_type, named=book.pk if book else None,
    )  # fmt: skip
    named = {fold(one.name): one for one in sorted(alike, key=lambda one: (prices[one.pk] or 0, -one.pk))}
    given = [replace(one, product=one.product or named.get(fold(one.name))) for one in given]
    return [_line_of(version, at, one, prices) for at, one in enumerate(given, start=1)]


def _offered_as(keys: Iterable[str]) -> list[Product]:
    """Return the products on offer whose folded names are among `keys`; a text of symbols alone names none."""
    wanted = set(keys) - {""}
    rows = Product.objects.offered().defer("description") if wanted else []
    return [one for one in rows if fold(one.name) in wanted]


def _line_of(
    version: ProposalVersion, at: int, one: NewLine, prices: Mapping[int, Decimal | None]
) -> ProposalLine:
    product = one.product
    listed = prices[product.pk] if product else None
    price = one.price if one.price is not None else listed
    if price is None:
        sentence = _("Line %(number)d: %(wrong)s.") % {"number": at, "wrong": _("write its price")}
        raise wrong_at("lines", sentence, "price_missing", details={"line": at})
    rate = one.tax_rate if one.tax_rate is not None else product.tax_rate if product else Decimal(13)
    line = ProposalLine(
        version=version, position=at, product=product, name=(clean(one.name) or (product.name if product else ""))[:200],
        unit=(clean(one.unit) or (product.unit if product else ""))[:20], quantity=one.quantity, list_price=listed,
        price=price, discount=one.discount, tax_rate=rate,
    )  # fmt: skip
    check_line(at, line.name, line.as_terms())
    return line


def _recalculate(row: ProposalVersion) -> None:
    found = quote_of(row)
    if found.full >= MOST_AMOUNT or found.amount >= MOST_AMOUNT:
        sentence = _("The amount is too large.")
        raise wrong_at("lines", sentence, "amount_too_large")
    row.amount, row.net_amount, row.off = found.amount, found.net, found.deepest


def note_change(actor: User, row: ProposalVersion, names: set[str], now: datetime) -> None:
    """Write a changed, locked version: its revision goes on, and what was approved is void. A step of other actions."""
    row.revision += 1
    row.touched = dict(row.touched) | {name: [row.revision, actor.pk, now.isoformat()] for name in names}
    if row.state != VersionState.DRAFT:
        void_approval(actor, row, now)
    try:
        row.clean_fields(
            exclude={"sent_by", "approved_by", "created_by", "content", "sha256", "proposal", "price_book"}
        )
    except ValidationError as error:
        words = _("Please correct the marked fields.")
        raise RuleError(words, "fields_invalid", fields=error.message_dict) from error
    row.save()
    note(actor, row, "offer.changed", words=row.title, now=now, fields=sorted(names))
