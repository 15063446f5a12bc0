"""Prices that hold on a day, and discount limits as they stand."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from genjin.accounts.models import User
from genjin.accounts.permissions import Role
from genjin.proposals.models import BookPrice, DiscountLimit
from genjin.proposals.rules.prices import FIRST_LIMITS, BookTerms, price_on
from genjin.selling.models import Product


def limits() -> dict[str, Decimal]:
    """Return the discount limit of every role in percent; one query."""
    newest = DiscountLimit.objects.order_by("role", "-id").distinct("role").values_list("role", "percent")
    return {role: FIRST_LIMITS.get(role, Decimal(0)) for role in Role.values} | dict(newest)


def limit_of(user: User) -> Decimal:
    """Return how far somebody may discount alone, in percent."""
    row = DiscountLimit.objects.filter(role=user.role).first()
    return row.percent if row else FIRST_LIMITS.get(user.role, Decimal(0))


def list_prices(
    products: Iterable[Product], day: date, *, customer_type: str = "", named: int | None = None
) -> dict[int, Decimal | None]:
    """Return what each product costs on a day: by the price books in use, else by its list price; one query."""
    found = {product.pk: product.list_price for product in products}
    offers: dict[int, list[BookTerms]] = {}
    rows = BookPrice.objects.filter(product__in=found, book__is_active=True).select_related("book")
    for row in rows:
        offers.setdefault(row.product_id, []).append(row.as_terms())
    for pk, terms in offers.items():
        held = price_on(day, terms, customer_type=customer_type, named=named)
        found[pk] = held.price if held else found[pk]
    return found
