"""Follow-up history by the sheet: what was said, by whom and when, with the next steps that are still to come."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from genjin.customers.models import Contact, Customer
from genjin.followups.actions.deadlines import contacts_recorded
from genjin.followups.actions.next_step import refresh_next_steps
from genjin.followups.models import FollowUp, Task
from genjin.followups.rules import Method, check_moment, check_summary, is_effective
from genjin.intake.actions.beside import Rows
from genjin.intake.actions.check import Checked
from genjin.intake.actions.slices import Slice
from genjin.intake.models import ImportBatch, ImportChange, ImportRow
from genjin.intake.rules.values import Values
from genjin.kit.errors import RuleError
from genjin.kit.text import clean, fold


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A contact that happened, on its way in."""

    at: int
    customer: Customer
    row: FollowUp
    next_step: Task | None


class History(Rows):
    """Contact records on their way in; the original author and time are kept."""

    def __init__(self, batch: ImportBatch, now: datetime) -> None:
        super().__init__(batch, now)
        self._seen: set[int] = set()

    def check(self, part: Slice) -> Checked:
        """Find customers and authors, refuse what is no record, leave out what is on record already."""
        checked = Checked(part)
        customers = self.customers(checked)
        self.people.ids(text for row in part.rows.values if (text := row.get("record.author")))
        earlier: dict[int, set[str]] = defaultdict(set)
        moments = set()
        stored = FollowUp.objects.filter(customer__in={row.pk for row in customers.values()})
        for pk, moment, summary in stored.values_list("customer_id", "happened_at", "summary"):
            earlier[pk].add(fold(summary))
            moments.add((pk, moment, fold(summary)))
        contacts = self._contacts(customers.values())
        for at, customer in customers.items():
            values = part.rows.values[at]
            if not self._makes_sense(checked, at, values):
                continue
            mark = (customer.pk, values["record.happened_at"], fold(values["record.summary"]))
            if mark in moments or hash(mark) in self._seen:
                self.double(checked, at, customer)
                continue
            self._seen.add(hash(mark))
            checked.planned.append(self._plan(checked, at, customer, contacts, earlier[customer.pk]))
            earlier[customer.pk].add(mark[2])
        checked.counts["created"] = len(checked.planned)
        return checked

    def _makes_sense(self, checked: Checked, at: int, values: Values) -> bool:
        moment = values.get("record.happened_at")
        if moment is None:
            self.refuse(checked, at, "happened_missing", _("Say when this happened."))
            return False
        try:
            check_moment(moment, self.now)
            check_summary(values.get("record.summary", ""))
        except RuleError as refusal:
            self.refuse(checked, at, refusal.code, refusal.message)
            return False
        return True

    def _contacts(self, customers: Collection[Customer]) -> dict[tuple[int, str], int]:
        rows = Contact.objects.filter(customer__in={row.pk for row in customers}).order_by("-pk")
        return {(pk, name): contact for contact, pk, name in rows.values_list("pk", "customer_id", "name")}

    def _author(self, checked: Checked, at: int, text: str | None) -> int:
        if not text:
            return self.actor.pk
        pk = self.people.ids([text]).get(text)
        if pk is not None and self.people.may_be_owner(pk):
            return pk
        sentence = (
            _("No single active person is called %(name)s; you stand as author.")
            if pk is None
            else _("%(name)s is not in your teams; you stand as author.")
        )
        code = "author_unknown" if pk is None else "author_not_led"
        self.say(checked, at, code, sentence % {"name": text})
        return self.actor.pk

    def _plan(  # noqa: PLR0917
        self, checked: Checked, at: int, customer: Customer, contacts: dict[tuple[int, str], int], earlier: set[str]
    ) -> NewRecord:  # fmt: skip
        values = checked.slice.rows.values[at]
        author = self._author(checked, at, values.get("record.author"))
        summary = clean(values["record.summary"])
        row = FollowUp(
            customer=customer, contact_id=contacts.get((customer.pk, values.get("record.contact", ""))), author_id=author,
            method=values.get("method") or Method.OTHER, happened_at=values["record.happened_at"], recorded_at=self.now,
            is_effective=is_effective(summary, earlier, has_file=False), summary=summary,
            feedback=clean(values.get("record.feedback", "")), new_needs=clean(values.get("record.new_needs", "")),
            risks=clean(values.get("record.risks", "")), import_batch=self.batch.pk,
        )  # fmt: skip
        return NewRecord(at, customer, row, self._next_step(customer, values, author))

    def _next_step(self, customer: Customer, values: Values, author: int) -> Task | None:
        """Return the next step a row plans; one that lay before today is history itself."""
        due = values.get("record.next_at")
        if due is None or due <= self.now:
            return None
        return Task(
            customer=customer, assignee_id=customer.owner_id or author, due_at=due, created_by=self.actor, created_at=self.now,
            objective=(values.get("record.next_text") or _("Follow up"))[:300],
        )  # fmt: skip

    def write(self, checked: Checked, now: datetime) -> None:
        """Write a slice: records, next steps, first and last contact, clocks; inside the caller's transaction."""
        planned: list[NewRecord] = checked.planned
        if not planned:
            return
        ids = sorted({one.customer.pk for one in planned})
        self.hold(checked, {one.customer.pk: one.at for one in planned})
        FollowUp.objects.bulk_create([one.row for one in planned], batch_size=1000)
        self.note(checked, ImportRow.Kind.FOLLOW_UP, [(one.at, one.row.pk) for one in planned])
        steps = [one for one in planned if one.next_step is not None]
        for one in steps:
            one.next_step.origin = one.row  # type: ignore[union-attr]
        tasks = Task.objects.bulk_create([one.next_step for one in steps if one.next_step], batch_size=1000)
        self.note(
            checked, ImportRow.Kind.TASK, [(one.at, task.pk) for one, task in zip(steps, tasks, strict=True)]
        )
        self._move_times(checked, planned)
        refresh_next_steps(ids, now)

    def _move_times(self, checked: Checked, planned: Sequence[NewRecord]) -> None:
        """Move first and last contact and stop first-contact clocks, keeping what was there."""
        spans: dict[int, list[datetime]] = defaultdict(list)
        rows: dict[int, int] = {}
        for one in planned:
            if one.row.is_effective:
                spans[one.customer.pk].append(one.row.happened_at)
                rows.setdefault(one.customer.pk, checked.slice.rows.numbers[one.at])
        if not spans:
            return
        given: dict[str, Any] = {
            "ids": list(spans),
            "first": [min(moments) for moments in spans.values()],
            "last": [max(moments) for moments in spans.values()],
        }
        with connection.cursor() as cursor:
            cursor.execute(_MOVE_TIMES, given)
            moved = cursor.fetchall()
        contacts_recorded(spans, self.now)
        ImportChange.objects.bulk_create(
            [
                ImportChange(
                    batch=self.batch, row=rows[pk], customer_id=pk, what=ImportChange.What.TIMES,
                    before=_moments(was_first, was_last), after=_moments(first, last),
                )
                for pk, was_first, was_last, first, last in moved
                if (was_first, was_last) != (first, last)
            ],
            batch_size=1000,
        )  # fmt: skip


def _moments(first: datetime | None, last: datetime | None) -> dict[str, str | None]:
    return {
        "first_contact_at": first.isoformat() if first else None,
        "last_contact_at": last.isoformat() if last else None,
    }


_MOVE_TIMES = """
WITH given AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(first)s::timestamptz[], %(last)s::timestamptz[]) AS g(id, first, last)
), before AS (
    SELECT c.id, c.first_contact_at, c.last_contact_at FROM customers_customer c JOIN given g ON g.id = c.id
)
UPDATE customers_customer c
SET first_contact_at = LEAST(c.first_contact_at, g.first), last_contact_at = GREATEST(c.last_contact_at, g.last)
FROM given g JOIN before b ON b.id = g.id WHERE c.id = g.id
RETURNING c.id, b.first_contact_at, b.last_contact_at, c.first_contact_at, c.last_contact_at
"""
