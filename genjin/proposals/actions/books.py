"""Keeping price books and discount limits."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, Role, require
from genjin.events.actions import record
from genjin.kit.errors import RuleError, wrong_at
from genjin.kit.text import clean
from genjin.proposals.models import BookPrice, DiscountLimit, PriceBook
from genjin.proposals.queries.prices import limits
from genjin.proposals.rules.prices import check_limit, check_validity
from genjin.selling.models import Product

FIELDS = ("name", "audience", "starts_on", "ends_on", "is_active")


@transaction.atomic
def save_book(
    actor: User,
    book: PriceBook,
    values: Mapping[str, Any],
    prices: Sequence[tuple[Product, Decimal]] | None = None,
    *,
    now: datetime,
) -> PriceBook:
    """Add or change a price book; `prices`, when given, are all it holds from now on.

    Proposals keep the prices they were written with. Raises RuleError `book_ends_early`, `fields_invalid`, `price_twice`.
    """
    require(actor, Right.MANAGE_PRODUCTS)
    row = PriceBook.objects.select_for_update().get(pk=book.pk) if book.pk else PriceBook()
    for name in values.keys() & set(FIELDS):
        value = values[name]
        setattr(row, name, clean(value) if isinstance(value, str) else value)
    try:
        row.clean_fields()
        check_validity(row.starts_on, row.ends_on)
        row.full_clean()
    except ValidationError as error:
        words = _("Please correct the marked fields.")
        raise RuleError(words, "fields_invalid", fields=error.message_dict) from error
    row.save()
    if prices is not None:
        _put_prices(row, prices)
    record(actor, "price_book.saved", at=now, subject_id=row.pk, name=row.name, prices=row.prices.count())
    return row


def _put_prices(book: PriceBook, prices: Sequence[tuple[Product, Decimal]]) -> None:
    if len({product.pk for product, _price in prices}) != len(prices):
        sentence = _("A product stands in this book twice.")
        raise wrong_at("prices", sentence, "price_twice")
    if any(not 0 <= price < Decimal(10) ** 12 for _product, price in prices):
        sentence = _("Prices lie between zero and a trillion.")
        raise wrong_at("prices", sentence, "price_invalid")
    BookPrice.objects.filter(book=book).delete()
    BookPrice.objects.bulk_create(
        [BookPrice(book=book, product=product, price=price) for product, price in prices]
    )


@transaction.atomic
def set_limits(actor: User, wanted: Mapping[str, Decimal], *, now: datetime) -> list[DiscountLimit]:
    """Say how far roles may discount alone; only what changes becomes a row of the history.

    Raises RuleError `limit_invalid`, `own_limit` (403) for who would raise that of the own role and is no administrator.
    """
    require(actor, Right.MANAGE_PRODUCTS)
    held = limits()
    changed = {role: percent for role, percent in wanted.items() if held.get(role) != percent}
    if actor.role != Role.ADMIN and changed.get(actor.role, Decimal(0)) > held[actor.role]:
        raise RuleError(_("Nobody raises the limit of their own role."), "own_limit", status=403)
    for role, percent in changed.items():
        check_limit(percent)
        if role not in Role.values:
            raise RuleError(_("There is no such role."), "limit_invalid")
    rows = DiscountLimit.objects.bulk_create(
        [DiscountLimit(role=role, percent=percent, at=now, by=actor) for role, percent in changed.items()]
    )
    for role, percent in changed.items():
        record(actor, "discount_limit.set", at=now, role=role, before=str(held[role]), percent=str(percent))
    return rows
