"""Where opportunities go whose row names no customer: one placeholder for each salesperson the sheet names."""

from datetime import datetime

from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.customers.actions.records import NewCustomer
from genjin.customers.models import Customer
from genjin.followups.actions.ownership import add_customer
from genjin.intake.models import ImportBatch, ImportRow


class Homes:
    """The placeholders of a batch by name; one that is there from an earlier sheet is used again."""

    def __init__(self, batch: ImportBatch, now: datetime) -> None:
        self.batch, self.actor, self.now = batch, batch.created_by, now
        self._found: dict[str, Customer | None] = {}

    def name_for(self, owner: str) -> str:
        """Return what the placeholder is called."""
        return _("Customer not named yet (%(name)s)") % {"name": owner.strip() or self.actor.name}

    def find(self, name: str) -> Customer | None:
        """Return the placeholder of a name, if there is one."""
        if name not in self._found:
            seen = Customer.objects.visible_to(self.actor).filter(name=name).select_related("owner")
            self._found[name] = seen.first() if name else None
        return self._found[name]

    def get(self, name: str, owner_id: int | None, row: int) -> Customer:
        """Return the placeholder of a name, added when there is none; it belongs to its salesperson, or to who imports."""
        found = self.find(name) or self._add(name, owner_id, row)
        self._found[name] = found
        return found

    def _add(self, name: str, owner_id: int | None, row: int) -> Customer:
        owner = User.objects.filter(pk=owner_id).first() if owner_id else self.actor
        new = NewCustomer(
            fields={"name": name, "notes": _("Holds opportunities of an import whose customer is not named.")},
            owner=owner, is_approved=True,
        )  # fmt: skip
        customer = add_customer(self.actor, new, now=self.now)
        Customer.objects.filter(pk=customer.pk).update(import_batch=self.batch.pk)
        customer.import_batch = self.batch.pk
        ImportRow.objects.create(
            batch=self.batch, kind=ImportRow.Kind.CUSTOMER, object_id=customer.pk, row=row
        )
        return customer
