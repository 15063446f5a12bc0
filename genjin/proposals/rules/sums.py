"""What a proposal comes to: line by line to the cent, sums exact, discounts measured. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from genjin.kit.money import to_cents

HUNDRED = Decimal(100)
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class LineTerms:
    """What one line says: prices with tax in yuan, `discount` and `tax_rate` in percent.

    `list_price` is what the price book asks; None for a line in free text, which is measured by its own price.
    """

    quantity: Decimal
    price: Decimal
    discount: Decimal = ZERO
    tax_rate: Decimal = ZERO
    list_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LineSum:
    """What one line comes to; `off` is the percentage below its list price, never negative."""

    full: Decimal
    amount: Decimal
    net: Decimal
    tax: Decimal
    off: Decimal


@dataclass(frozen=True, slots=True)
class Quote:
    """What all lines come to; `off` is the percentage of the whole below the list prices."""

    lines: tuple[LineSum, ...]
    full: Decimal
    amount: Decimal
    net: Decimal
    tax: Decimal
    off: Decimal
    by_rate: Mapping[Decimal, tuple[Decimal, Decimal]] = field(default_factory=dict)  # rate: net, tax

    @property
    def deepest(self) -> Decimal:
        """The largest discount of any line or of the whole, in percent."""
        return max((*(line.off for line in self.lines), self.off), default=ZERO)


def quote(lines: Sequence[LineTerms], discount: Decimal = ZERO) -> Quote:
    """Return what lines come to with a further `discount` on the whole (S3-11).

    Each line is rounded to the cent, half up; its tax is what remains of the amount beside the net, so that
    amount = net + tax holds for every line and for the sums, which are sums of rounded lines.
    """
    sums = tuple(_line(line, discount) for line in lines)
    by_rate: dict[Decimal, tuple[Decimal, Decimal]] = {}
    for line, one in zip(lines, sums, strict=True):
        net, tax = by_rate.get(line.tax_rate, (ZERO, ZERO))
        by_rate[line.tax_rate] = (net + one.net, tax + one.tax)
    full = sum((one.full for one in sums), ZERO)
    amount = sum((one.amount for one in sums), ZERO)
    return Quote(
        sums, full, amount, sum((one.net for one in sums), ZERO), sum((one.tax for one in sums), ZERO),
        _off(full, amount), dict(sorted(by_rate.items())),
    )  # fmt: skip


def _line(line: LineTerms, discount: Decimal) -> LineSum:
    base = line.price if line.list_price is None else line.list_price
    asked = line.price * (1 - line.discount / HUNDRED) * (1 - discount / HUNDRED)
    amount = to_cents(line.quantity * asked)
    net = to_cents(amount / (1 + line.tax_rate / HUNDRED))
    full = to_cents(line.quantity * base)
    return LineSum(full, amount, net, amount - net, _off(base, asked))


def _off(full: Decimal, asked: Decimal) -> Decimal:
    """Return by how many percent `asked` is below `full`, to two places."""
    if full <= 0 or asked >= full:
        return ZERO
    return to_cents((1 - asked / full) * HUNDRED)
