"""Products by the sheet: those we do not know by name or code are added."""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from genjin.accounts.permissions import Right, require
from genjin.intake.actions.beside import Rows
from genjin.intake.actions.check import Checked
from genjin.intake.actions.slices import Slice
from genjin.intake.models import ImportBatch, ImportRow
from genjin.intake.rules.rows import Finding
from genjin.intake.rules.sales import product_key
from genjin.intake.rules.values import Values
from genjin.selling.models import Product

FIELDS = ("kind", "family", "unit", "list_price", "tax_rate", "description")
USUAL_RATE = Decimal(13)


def known_products() -> dict[str, Product]:
    """Return products by what they are recognised by, name before code, those in use before others."""
    rows = list(Product.objects.order_by("is_active", "-pk"))
    known = {product_key(row.code): row for row in rows}
    return known | {product_key(row.name): row for row in rows}


class Goods(Rows):
    """Products on their way in."""

    def __init__(self, batch: ImportBatch, now: datetime) -> None:
        super().__init__(batch, now)
        require(self.actor, Right.MANAGE_PRODUCTS)
        self._known = set(known_products())
        self._codes = set(Product.objects.values_list("code", flat=True))

    def check(self, part: Slice) -> Checked:
        """Refuse rows without a name, leave out what we have or what stood above."""
        checked = Checked(part)
        checked.counts["rows"] = len(part.rows.numbers)
        for at, values in enumerate(part.rows.values):
            name = values.get("product.name", "")
            if not product_key(name):
                self.refuse(checked, at, "name_missing", _("Write what the product is called."))
                continue
            keys = {product_key(name), product_key(values.get("product.code") or name)}
            if keys & self._known:
                self._double(checked, at, name)
                continue
            self._known |= keys
            checked.planned.append((at, self._product(values, name)))
        checked.counts["created"] = len(checked.planned)
        return checked

    def _double(self, checked: Checked, at: int, name: str) -> None:
        checked.counts["duplicates"] += 1
        rows = checked.slice.rows
        said = _("We have a product of this name or code already.")
        rows.findings.append(Finding(rows.numbers[at], "", "duplicate_same", name, said, "same"))

    def _product(self, values: Values, name: str) -> Product:
        given = {
            field: value for field in FIELDS if (value := values.get(f"product.{field}")) not in (None, "")
        }
        code = self._code(values.get("product.code") or product_key(name).upper())
        return Product(code=code, name=name, **({"tax_rate": USUAL_RATE} | given))

    def _code(self, wanted: str) -> str:
        """Return a code nobody has yet: the one wanted, else with a number behind it."""
        code, number = wanted[:40], 2
        while code in self._codes:
            code, number = f"{wanted[:35]}-{number}", number + 1
        self._codes.add(code)
        return code

    def write(self, checked: Checked, now: datetime) -> None:  # noqa: ARG002 (as the other kinds are called)
        """Write a slice; inside the caller's transaction."""
        made = Product.objects.bulk_create([row for _at, row in checked.planned], batch_size=1000)
        places = [at for at, _row in checked.planned]
        self.note(
            checked,
            ImportRow.Kind.PRODUCT,
            [(at, row.pk) for at, row in zip(places, made, strict=True)],
        )
