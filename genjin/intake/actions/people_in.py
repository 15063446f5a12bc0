"""People of customers by the sheet: added, or found by number, mail or name and changed as by hand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.customers.actions.records import save_contact
from genjin.customers.models import Contact, Customer
from genjin.intake.actions.beside import Rows
from genjin.intake.actions.check import Checked
from genjin.intake.actions.slices import Slice
from genjin.intake.models import ImportChange
from genjin.intake.rules.modes import Mode
from genjin.intake.rules.updates import find_person, person_of
from genjin.intake.rules.values import Values
from genjin.kit.errors import RuleError

MORE = ("is_decider", "preference", "notes")


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What becomes of one person: `contact` None adds it."""

    at: int
    customer: Customer
    contact: Contact | None
    values: dict[str, Any]


class Persons(Rows):
    """People on their way in."""

    def check(self, part: Slice) -> Checked:
        """Find customers and people; what happens to a known one is the batch's mode."""
        checked = Checked(part)
        customers = self.customers(checked)
        known: dict[int, list[Any]] = {row.pk: [] for row in customers.values()}
        for contact in Contact.objects.filter(customer__in=known):
            known[contact.customer_id].append(contact)
        for at, customer in customers.items():
            given = _given(part.rows.values[at])
            if not {"name", "phone", "wechat", "email"} & given.keys():
                self.refuse(checked, at, "contact_empty", _("Write a name or a way to reach the person."))
                continue
            self._plan(checked, at, customer, known[customer.pk], given)
        return checked

    def _plan(  # noqa: PLR0917
        self, checked: Checked, at: int, customer: Customer, people: list[Any], given: dict[str, Any]
    ) -> None:
        person, mode = find_person(given, people, _known), self.batch.mode
        if person is None and not mode.creates:
            self.refuse(checked, at, "contact_unknown", _("The customer has no such person."))
        elif person is None:
            people.append(given)  # a later row may mean the same one
            checked.planned.append(NewPerson(at, customer, None, given))
            checked.counts["created"] += 1
        elif isinstance(person, dict) or not mode.updates:
            self.double(checked, at, customer)
        else:
            is_fill = mode == Mode.FILL
            values = {
                name: value
                for name, value in given.items()
                if (now := getattr(person, name)) != value and not (is_fill and now)
            }
            checked.counts["updated" if values else "unchanged"] += 1
            if values:
                checked.planned.append(NewPerson(at, customer, person, values))

    def write(self, checked: Checked, now: datetime) -> None:
        """Save the people of a slice as by hand; one that a rule refuses is left out with the reason."""
        numbers = checked.slice.rows.numbers
        for one in checked.planned:
            before = {name: getattr(one.contact, name) for name in one.values} if one.contact else {}
            try:
                with transaction.atomic():
                    saved = save_contact(self.actor, one.customer, one.values, contact=one.contact, now=now)
            except RuleError as refusal:
                checked.counts["updated" if one.contact else "created"] -= 1
                self.refuse(checked, one.at, f"contact_{refusal.code}", refusal.message)
                continue
            ImportChange.objects.create(
                batch=self.batch, row=numbers[one.at], customer_id=one.customer.pk, what=ImportChange.What.CONTACT,
                object_id=saved.pk, before=before, after={name: getattr(saved, name) for name in one.values},
            )  # fmt: skip


def _given(values: Values) -> dict[str, Any]:
    more = {name: value for name in MORE if (value := values.get(f"person.{name}")) not in (None, "")}
    return {**person_of(values), **more}


def _known(person: Any, name: str) -> str:
    return str(person.get(name, "") if isinstance(person, dict) else getattr(person, name))
