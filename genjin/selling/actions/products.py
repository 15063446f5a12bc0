"""Keeping the list of products."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.events.actions import record
from genjin.kit.errors import RuleError
from genjin.kit.text import clean
from genjin.selling.models import Product

FIELDS = ("code", "name", "kind", "family", "unit", "list_price", "tax_rate", "description", "is_active")


@transaction.atomic
def save_product(actor: User, product: Product, values: Mapping[str, Any], *, now: datetime) -> Product:
    """Add or change a product, from values by field name; what is not named stays.

    Raises RuleError `fields_invalid` with a sentence for each field.
    """
    require(actor, Right.MANAGE_PRODUCTS)
    row = Product.objects.select_for_update().get(pk=product.pk) if product.pk else Product()
    before = {name: getattr(row, name) for name in FIELDS}
    for name in values.keys() & set(FIELDS):
        value = values[name]
        setattr(row, name, clean(value) if isinstance(value, str) else value)
    try:
        row.full_clean()
    except ValidationError as error:
        words = _("Please correct the marked fields.")
        raise RuleError(words, "fields_invalid", fields=error.message_dict) from error
    row.save()
    changes = {name: [str(before[name]), str(getattr(row, name))] for name in FIELDS if before[name] != getattr(row, name)}  # fmt: skip
    record(actor, "product.saved", at=now, subject_id=row.pk, name=row.name, changes=changes)
    return row


@transaction.atomic
def remove_product(actor: User, product: Product, *, now: datetime) -> None:
    """Delete a product nothing names. Raises RuleError `product_used` (409): a used one is put out of use instead."""
    require(actor, Right.MANAGE_PRODUCTS)
    row = Product.objects.select_for_update().get(pk=product.pk)
    record(actor, "product.removed", at=now, subject_id=row.pk, name=row.name)
    try:
        row.delete()
    except ProtectedError as error:
        sentence = _("Opportunities or proposals name this product; put it out of use instead.")
        raise RuleError(sentence, "product_used", status=409) from error
