"""Which price holds on a day, and who may discount how far. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from genjin.kit.errors import RuleError, wrong_at
from genjin.proposals.rules.words import Audience

FIRST_LIMITS: Mapping[str, Decimal] = {  # until somebody sets others; roles that are missing may grant none
    "rep": Decimal(5), "lead": Decimal(15), "manager": Decimal(30), "admin": Decimal(30),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class BookTerms:
    """A price of one product in one book, with the days on which the book holds; both ends are included."""

    book: int
    audience: str
    starts_on: date
    ends_on: date | None
    price: Decimal

    def holds_on(self, day: date) -> bool:
        """Whether the book holds on a day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


def price_on(
    day: date, offers: Iterable[BookTerms], *, customer_type: str = "", named: int | None = None
) -> BookTerms | None:
    """Return the price that holds on `day`; None in a gap, where the list price stands.

    The book `named` on the proposal goes first, then a book for this type of customer, then one for all. Where
    several of one rank overlap, the one that began last holds, of two that began together the one made last.
    """
    found = [(_rank(one, customer_type, named), one) for one in offers if one.holds_on(day)]
    fitting = [(rank, one.starts_on, one.book, one) for rank, one in found if rank]
    return max(fitting, key=lambda each: each[:3])[3] if fitting else None


def _rank(one: BookTerms, customer_type: str, named: int | None) -> int:
    if named is not None and one.book == named and fits(one.audience, customer_type):
        return 3
    if one.audience == customer_type and customer_type:
        return 2
    return 1 if one.audience == Audience.ALL else 0


def fits(audience: str, customer_type: str) -> bool:
    """Whether a book may be chosen for a customer: its type's, one for all, or one that holds only where it is chosen."""
    return audience in {Audience.NAMED, Audience.ALL, customer_type}


def check_book(audience: str, customer_type: str) -> None:
    """Refuse a book for customers of another type. Raises RuleError `price_book_unfit`."""
    if not fits(audience, customer_type):
        sentence = _("This price book holds for customers of another type.")
        raise RuleError(sentence, "price_book_unfit", fields={"price_book": [sentence]})


def check_validity(starts_on: date, ends_on: date | None) -> None:
    """Refuse a book that ends before it begins. Raises RuleError `book_ends_early`."""
    if ends_on is not None and ends_on < starts_on:
        sentence = _("The last day comes before the first.")
        raise wrong_at("ends_on", sentence, "book_ends_early")


def check_limit(percent: Decimal) -> None:
    """Refuse a limit that is no percentage. Raises RuleError `limit_invalid`."""
    if not 0 <= percent <= 100:
        raise RuleError(_("A discount limit lies between 0 and 100 percent."), "limit_invalid")
