"""Rows of a sheet that are customers we have: their differences shown before, written as a change by hand is.

What is written goes through the same actions as a change by hand: rights, keys, search, score, version and event follow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, may
from genjin.customers.actions.bulk import Change, Plan, Refusal, lock_editable, plan_values, write_plan
from genjin.customers.actions.bulk_write import Shown
from genjin.customers.actions.ownership import may_edit
from genjin.customers.actions.records import save_contact
from genjin.customers.models import Contact, Customer
from genjin.followups.actions.ownership import assign_customers
from genjin.followups.actions.stages import Move, require_passage
from genjin.intake.actions.check import Checked, Met
from genjin.intake.actions.edit_tags import put_tags
from genjin.intake.models import ImportBatch, ImportChange, ImportRow
from genjin.intake.rules.modes import Mode
from genjin.intake.rules.rows import Finding
from genjin.intake.rules.updates import NAMING, find_person, person_of, wanted, wanted_of_person
from genjin.intake.rules.values import Values
from genjin.kit.errors import RuleError
from genjin.selling.actions.stages import move_customers

EXAMPLES = 5
UPDATE_CHUNK = 500  # rows of a sheet in one transaction when some of them may update
Changes = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What becomes of one person of a customer: `contact` None adds it."""

    row: int
    customer: Customer
    contact: Contact | None
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Meeting:
    """The rows of a slice that are customers the importer may change, with those customers as they are."""

    checked: Checked
    met: Mapping[int, Met]  # by customer
    rows: Sequence[Customer]

    def values(self, pk: int) -> Values:
        """Return what the sheet says of a customer."""
        return self.checked.slice.rows.values[self.met[pk].at]

    def number(self, pk: int) -> int:
        """Return the number of the row that is a customer."""
        return self.checked.slice.rows.numbers[self.met[pk].at]


class Updates:
    """The updating part of one batch, slice by slice: looked at by the preview, written by the commit."""

    def __init__(self, batch: ImportBatch) -> None:
        self.batch, self.actor = batch, batch.created_by
        self._fill = batch.mode == Mode.FILL
        self._seen: set[int] = set()

    def look(self, checked: Checked, changes: Changes) -> None:
        """Count what a slice would change; `changes` gather counts and examples by field. Writes nothing."""
        met = self._first(checked, self._seen)
        self._seen.update(met)
        rows = list(Customer.objects.visible_to(self.actor).filter(pk__in=met).order_by("pk"))
        mine = [row for row in rows if may_edit(self.actor, row)]
        theirs = met.keys() - {row.pk for row in mine}
        refused = [Refusal(pk, "", "not_yours", _not_yours()) for pk in theirs]
        meeting = Meeting(checked, met, mine)
        plan = self._plan(meeting, holding=False)
        people = self._people(meeting, plan)
        touched = self._touched(meeting, plan, people) | self._staged(
            meeting, self.batch.created_at, write=False
        )
        self._count(meeting, [*refused, *plan.refused], touched)
        _gather(changes, meeting, plan.changes, people)

    def write(self, checked: Checked, now: datetime) -> None:
        """Update the customers a slice meets, inside the caller's transaction."""
        known = ImportRow.objects.filter(
            batch=self.batch,
            kind=ImportRow.Kind.UPDATED,
            object_id__in=[one.customer_id for one in checked.met],
        )
        met = self._first(checked, set(known.values_list("object_id", flat=True)))
        rows, refused = lock_editable(self.actor, list(met), leave_out=True)
        meeting = Meeting(checked, met, rows)
        plan = self._plan(meeting, holding=True)
        people = self._people(meeting, plan)
        touched = self._touched(meeting, plan, people)
        write_plan(self.actor, plan, origin=origin_of(self.batch.pk), now=now)
        for person in people:
            self._save_person(meeting, person, now)
        self._put_tags(meeting, now)
        self._hand_over(meeting, now)
        touched |= self._staged(meeting, now, write=True)
        self._count(meeting, [*refused, *plan.refused], touched)
        ImportRow.objects.bulk_create(
            [
                ImportRow(batch=self.batch, kind=ImportRow.Kind.UPDATED, object_id=pk, row=meeting.number(pk))
                for pk in met
            ]
        )

    def _first(self, checked: Checked, seen: set[int]) -> dict[int, Met]:
        """Leave out the rows whose customer an earlier row of the sheet was already."""
        first: dict[int, Met] = {}
        for one in checked.met:
            if one.customer_id in seen or one.customer_id in first:
                checked.counts["duplicates"] += 1
                sentence = _("An earlier row of this file is the same customer: %(name)s.")
                _say(checked, one, "duplicate_in_file", sentence % {"name": one.name}, "same")
            else:
                first[one.customer_id] = one
        return first

    def _plan(self, meeting: Meeting, *, holding: bool) -> Plan:
        values = {}
        for row in meeting.rows:
            one, given = meeting.met[row.pk], meeting.values(row.pk)
            may_rename = one.key.partition(":")[0] in NAMING
            values[row.pk] = wanted(given, partial(getattr, row), fill=self._fill, may_rename=may_rename)
            if not may_rename and not self._fill and given["name"] != row.name:
                said = _("Found by a number or address, so that its name stays %(name)s.")
                _say(meeting.checked, one, "name_kept", said % {"name": row.name}, "warning")
        return plan_values(self.actor, meeting.rows, values, holding=holding)

    def _people(self, meeting: Meeting, plan: Plan) -> list[PersonChange]:
        """Return what becomes of the people the rows name; a customer whose own change is refused keeps them, too."""
        refused = {one.customer_id for one in plan.refused}
        known: dict[int, list[Contact]] = {row.pk: [] for row in meeting.rows if row.pk not in refused}
        for contact in Contact.objects.filter(customer__in=known):
            known[contact.customer_id].append(contact)
        found = []
        for row in meeting.rows:
            given = person_of(meeting.values(row.pk))
            if not given or row.pk not in known:
                continue
            person = find_person(given, known[row.pk], getattr)
            if person is None:
                values = {} if self._fill and known[row.pk] else given
            else:
                values = wanted_of_person(given, partial(getattr, person), fill=self._fill)
            if values:
                found.append(PersonChange(meeting.number(row.pk), row, person, values))
        return found

    def _touched(self, meeting: Meeting, plan: Plan, people: Sequence[PersonChange]) -> set[int]:
        """Return the customers of which anything changes."""
        found = {change.row.pk for change in plan.changes} | {one.customer.pk for one in people}
        found |= {row.pk for row, _owner in self._handed(meeting)}
        return found | {pk for pks in self._tagged(meeting).values() for pk in pks}

    def _save_person(self, meeting: Meeting, change: PersonChange, now: datetime) -> None:
        contact, values = change.contact, change.values
        before = {name: getattr(contact, name) for name in values} if contact else {}
        try:
            with transaction.atomic():
                saved = save_contact(self.actor, change.customer, values, contact=contact, now=now)
        except RuleError as refusal:
            one = meeting.met[change.customer.pk]
            _say(meeting.checked, one, f"contact_{refusal.code}", refusal.message, "warning")
            return
        after = {name: getattr(saved, name) for name in values}
        ImportChange.objects.create(
            batch=self.batch, row=change.row, customer_id=change.customer.pk, what=ImportChange.What.CONTACT,
            object_id=saved.pk, before=before, after=after,
        )  # fmt: skip

    def _tagged(self, meeting: Meeting) -> Mapping[str, list[int]]:
        """Return the customers that get tags they lack, by the tags as written."""
        given = {row.pk: tags for row in meeting.rows if (tags := meeting.values(row.pk).get("tags"))}
        if not given:
            return {}
        has: dict[int, set[str]] = {}
        for line in Customer.tags.through.objects.filter(customer__in=given).select_related("tag"):
            has.setdefault(line.customer_id, set()).add(str(line.tag))
        found: dict[str, list[int]] = {}
        for pk, tags in given.items():
            lacking = [tag for tag in tags if tag not in has.get(pk, ())]
            if lacking and not (self._fill and has.get(pk)):
                found.setdefault(",".join(lacking), []).append(pk)
        return found

    def _put_tags(self, meeting: Meeting, now: datetime) -> None:
        by_id = {row.pk: row for row in meeting.rows}
        for words, ids in self._tagged(meeting).items():
            origin = origin_of(self.batch.pk, "tags")
            put_tags(self.actor, [by_id[pk] for pk in ids], "add", words, origin=origin, now=now)

    def _handed(self, meeting: Meeting) -> list[tuple[Customer, int]]:
        """Return the customers the sheet gives to another owner, as far as the importer may."""
        if "owner" not in self.batch.options["mapping"].values() or not may(self.actor, Right.ASSIGN):
            return []
        return [
            (row, owner)
            for row in meeting.rows
            if (owner := meeting.values(row.pk).get("owner_id"))
            and owner != row.owner_id
            and not (self._fill and row.owner_id)
        ]

    def _hand_over(self, meeting: Meeting, now: datetime) -> None:
        for row, owner_id in self._handed(meeting):
            owner = User.objects.get(pk=owner_id)
            assign_customers(self.actor, [row.pk], owner, reason=self.batch.name[:200], now=now)
            ImportChange.objects.create(
                batch=self.batch, row=meeting.number(row.pk), customer_id=row.pk, what=ImportChange.What.OWNER,
                before={"owner": row.owner_id, "pool": row.pool_id}, after={"owner": owner_id},
            )  # fmt: skip

    def _staged(self, meeting: Meeting, now: datetime, *, write: bool) -> set[int]:
        """Move customers to the stage their row names, where its gate lets them; who may not is told why."""
        if "stage" not in self.batch.options["mapping"].values():
            return set()
        moved = set()
        for row in Customer.objects.filter(pk__in=[one.pk for one in meeting.rows]).order_by("pk"):
            target = meeting.values(row.pk).get("stage")
            if target is None or target == row.stage or self._fill:
                continue
            move = Move(target, self.batch.name[:200])
            try:
                with transaction.atomic():
                    if write:
                        move_customers(self.actor, [row.pk], move, now=now)
                    else:
                        require_passage([row], move, now)
                moved.add(row.pk)
            except RuleError as refusal:
                code = refusal.code if refusal.code.startswith("stage_") else f"stage_{refusal.code}"
                _say(meeting.checked, meeting.met[row.pk], code, refusal.message, "warning")
        return moved

    def _count(self, meeting: Meeting, refused: Sequence[Refusal], touched: set[int]) -> None:
        checked, out = meeting.checked, {one.customer_id: one for one in refused}
        for pk, one in meeting.met.items():
            if pk in out:
                checked.counts["rejected"] += 1
                _say(checked, one, f"update_{out[pk].code}", out[pk].message, "rejected")
            else:
                checked.counts["updated" if pk in touched else "unchanged"] += 1


def origin_of(batch_id: int, what: str = "") -> str:
    """Return under which name the old values of a batch are kept."""
    return f"import-{what}:{batch_id}" if what else f"import:{batch_id}"


def _not_yours() -> str:
    return _("Only the owner or who leads the owner may do this. Claim the customer, or ask for help.")


def _say(checked: Checked, one: Met, code: str, message: str, level: str) -> None:  # noqa: PLR0917
    rows = checked.slice.rows
    name = rows.values[one.at]["name"]
    rows.findings.append(
        Finding(rows.numbers[one.at], "", code, name, message, level, one.customer_id, one.name)
    )


def _gather(
    changes: Changes, meeting: Meeting, planned: Sequence[Change], people: Sequence[PersonChange]
) -> None:
    """Add a slice's differences to what the preview shows: by field, how many, and the first few old and new."""
    shown = Shown([(change.before, change.after) for change in planned])

    def add(field: str, row: int, old: Any, new: Any) -> None:
        kept = changes.setdefault(field, {"count": 0, "examples": []})
        kept["count"] += 1
        if len(kept["examples"]) < EXAMPLES:
            kept["examples"].append([row, _words(old), _words(new)])

    for change in planned:
        number = meeting.number(change.row.pk)
        for name, value in change.after.items():
            add(name.removesuffix("_id"), number, shown(name, change.before[name]), shown(name, value))
    for person in people:
        for name, text in person.values.items():
            add(f"contact.{name}", person.row, getattr(person.contact, name, ""), text)


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name}: {text}" for name, text in value.items())[:120]
    return "" if value is None else str(value)[:120]
