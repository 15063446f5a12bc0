"""What a contract says: its lines, its figures, and what must be there before somebody reads it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from genjin.contracts.rules.milestones import WHOLE, Share
from genjin.contracts.rules.words import ContractKind
from genjin.kit.errors import RuleError
from genjin.proposals.rules.sums import LineTerms, Quote, quote

MOST_AMOUNT = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class Line:
    """What is bought: how many, at which price with tax, the discount in percent of the price."""

    name: str
    price: Decimal
    quantity: Decimal = Decimal(1)
    discount: Decimal = Decimal(0)
    tax_rate: Decimal = Decimal(13)
    product: int | None = None
    source: int | None = None  # the proposal's line it was taken over from


@dataclass(frozen=True, slots=True)
class Terms:
    """All a contract says; people and the billing profile by id."""

    title: str
    amount: Decimal | None = None  # None: what the lines come to
    kind: str = ContractKind.SALES
    net_amount: Decimal | None = None  # None: by the tax rates of the lines
    discount: Decimal = Decimal(0)  # on the whole, in percent
    product: str = ""
    profile: int | None = None
    our_side: str = ""
    payment_terms: str = ""
    liability_terms: str = ""
    scope_terms: str = ""
    other_terms: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    legal: int | None = None
    finance: int | None = None
    lines: tuple[Line, ...] = ()
    shares: tuple[Share, ...] = ()


def sums_of(terms: Terms) -> Quote:
    """Return what the lines come to, the discount on the whole taken off, as a proposal reckons."""
    lines = [LineTerms(line.quantity, line.price, line.discount, line.tax_rate) for line in terms.lines]
    return quote(lines, terms.discount)


def figures(terms: Terms) -> tuple[Decimal, Decimal | None]:
    """Return a contract's amount with and without tax. Raises RuleError `terms_invalid` with a sentence by field."""
    fields: dict[str, list[str]] = {}
    amount, net = _amounts(terms)
    if not terms.title.strip():
        fields["title"] = [_("Write what the contract is called.")]
    if not 0 < amount < MOST_AMOUNT:
        fields["amount"] = [_("Write the amount, or lines that come to one.")]
    if net is not None and not 0 <= net <= amount:
        fields["net_amount"] = [_("Without tax it is at most the amount with tax.")]
    if terms.starts_on and terms.ends_on and terms.ends_on < terms.starts_on:
        fields["ends_on"] = [_("The contract would end before it begins.")]
    if terms.kind not in ContractKind.values:
        fields["kind"] = [_("Choose a kind of contract.")]
    if fields := fields | _wrong_lines(terms):
        sentence = next(iter(fields.values()))[0]
        raise RuleError(sentence, "terms_invalid", fields=fields)
    return amount, net


def _wrong_lines(terms: Terms) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if not 0 <= terms.discount <= WHOLE:
        found["discount"] = [_("A discount lies between 0 and 100 percent.")]
    if not all(_is_line(line) for line in terms.lines):
        found["lines"] = [
            _("Each line has a name, a quantity above zero, a price, and at most 100 % discount.")
        ]
    return found


def _amounts(terms: Terms) -> tuple[Decimal, Decimal | None]:
    sums = sums_of(terms)
    amount = terms.amount if terms.amount is not None else sums.amount
    is_sum = bool(terms.lines) and sums.amount == amount
    return amount, sums.net if terms.net_amount is None and is_sum else terms.net_amount


def _is_line(line: Line) -> bool:
    is_priced = line.quantity > 0 <= line.price and line.tax_rate >= 0
    return bool(line.name.strip()) and is_priced and 0 <= line.discount <= WHOLE


def check_ready(terms: Terms, *, has_text: bool) -> None:
    """Refuse to hand in what legal could not read: product, end, milestones, and the terms in words or as a file (S3-14).

    Raises RuleError `contract_not_ready` with a sentence by field.
    """
    needed = _("This is needed before the contract is handed in.")
    fields: dict[str, Sequence[str]] = {}
    if not terms.product.strip():
        fields["product"] = [needed]
    if terms.ends_on is None:
        fields["ends_on"] = [needed]
    if not terms.shares:
        fields["milestones"] = [_("Say when which part is paid: at least one milestone.")]
    if not has_text:
        for name in ("payment_terms", "liability_terms", "scope_terms"):
            if not str(getattr(terms, name)).strip():
                fields[name] = [_("Legal reads this: write it, or add the text of the contract as a file.")]
    if fields:
        sentence = _(
            "Before it is handed in, a contract needs its product or service, end date, payment milestones, and the terms"
            " on payment, liability and scope of delivery (or its text as a file)."
        )
        raise RuleError(sentence, "contract_not_ready", fields=fields, details={"missing": sorted(fields)})
