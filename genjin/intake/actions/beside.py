"""Sheets of what stands beside customers: each row finds its customer by exact keys, if it is the importer's to change."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.customers.actions.ownership import may_edit
from genjin.customers.models import Customer
from genjin.intake.actions.check import Checked, People
from genjin.intake.actions.slices import Slice
from genjin.intake.models import ImportBatch, ImportChange, ImportRow
from genjin.intake.queries.known import known_customers
from genjin.intake.rules.rows import Finding


class Beside(Protocol):
    """One kind of such a sheet: what its rows become, and how that is written."""

    def check(self, part: Slice) -> Checked: ...

    def write(self, checked: Checked, now: datetime) -> None: ...


class Rows:
    """What the kinds have in common: finding the customer of a row, and saying what is wrong with one."""

    def __init__(self, batch: ImportBatch, now: datetime) -> None:
        self.batch, self.actor, self.now = batch, batch.created_by, now
        self.people = People(batch)
        self.columns = {key: column for column, key in batch.options["mapping"].items()}

    def customers(self, checked: Checked) -> dict[int, Customer]:
        """Return the customer of each position of a slice; rows without one are refused with the reason."""
        rows = checked.slice.rows
        known = known_customers((key for keys in checked.slice.keys for key in keys), self.batch.pk)
        meant = [
            {values["customer_code"]}
            if "customer_code" in values
            else {one.id for key in keys for one in known.get(key, ())}
            for values, keys in zip(rows.values, checked.slice.keys, strict=True)
        ]
        ids = set().union(*meant)
        seen = Customer.objects.visible_to(self.actor).select_related("owner").in_bulk(ids)
        found = {}
        for at, wanted in enumerate(meant):
            customer = self._one(checked, at, [seen[pk] for pk in wanted if pk in seen])
            if customer is not None:
                found[at] = customer
        checked.counts["rows"] = len(rows.numbers)
        return found

    def _one(self, checked: Checked, at: int, found: Sequence[Customer]) -> Customer | None:
        values = checked.slice.rows.values[at]
        if not found:
            code = "customer_unknown" if values.get("name") or "customer_code" in values else "name_missing"
            self.refuse(checked, at, code, _("No customer of yours has exactly this name, code or number."))
        elif len(found) > 1:
            sentence = _(
                "The row matches %(count)d customers; say by credit code or full name which is meant."
            )
            self.refuse(checked, at, "customer_ambiguous", sentence % {"count": len(found)})
        elif not may_edit(self.actor, found[0]):
            self.refuse(
                checked, at, "customer_not_yours",
                _("Only the owner or who leads the owner may do this. Claim the customer, or ask for help."),
            )  # fmt: skip
        else:
            return found[0]
        return None

    def refuse(self, checked: Checked, at: int, code: str, message: str) -> None:
        """Leave a row out, with the reason."""
        checked.counts["rejected"] += 1
        self.say(checked, at, code, message, "rejected")

    def say(self, checked: Checked, at: int, code: str, message: str, level: str = "warning") -> None:  # noqa: PLR0917
        """Note what there is to say about a row."""
        rows = checked.slice.rows
        name = str(rows.values[at].get("name", ""))
        rows.findings.append(Finding(rows.numbers[at], "", code, name, message, level))

    def double(self, checked: Checked, at: int, customer: Customer) -> None:
        """Leave out a row that is there already."""
        checked.counts["duplicates"] += 1
        rows = checked.slice.rows
        said = _("This is on record already.")
        name = str(rows.values[at].get("name", ""))
        rows.findings.append(
            Finding(rows.numbers[at], "", "duplicate_same", name, said, "same", customer.pk, customer.name)
        )

    def person(self, text: str | None) -> User | None:
        """Return the active person of a name or login."""
        pk = self.people.ids([text]).get(text) if text else None
        return self.users([pk]).get(pk) if pk else None

    def users(self, ids: Iterable[int | None]) -> Mapping[int, User]:
        """Return people by id."""
        return {user.pk: user for user in User.objects.filter(pk__in={pk for pk in ids if pk})}

    def hold(self, checked: Checked, first: Mapping[int, int]) -> None:
        """Lock customers (each with a row that names it) and keep since when those without a next step have none."""
        rows = Customer.objects.filter(pk__in=first).select_for_update(of=("self",)).order_by("pk")
        numbers = checked.slice.rows.numbers
        ImportChange.objects.bulk_create(
            [
                ImportChange(
                    batch=self.batch, row=numbers[first[pk]], customer_id=pk, what=ImportChange.What.STEP,
                    before={"no_next_step_since": since.isoformat()}, after={},
                )
                for pk, since in rows.values_list("pk", "no_next_step_since")
                if since is not None
            ]
        )  # fmt: skip

    def note(self, checked: Checked, kind: ImportRow.Kind, made: Sequence[tuple[int, int]]) -> None:
        """Note which row became what: positions and ids."""
        numbers = checked.slice.rows.numbers
        ImportRow.objects.bulk_create(
            [ImportRow(batch=self.batch, kind=kind, object_id=pk, row=numbers[at]) for at, pk in made],
            batch_size=5000,
        )
