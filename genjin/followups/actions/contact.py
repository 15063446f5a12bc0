"""Recording a contact with its next actions: one form, one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Greatest, Least
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.actions.ownership import lock_one, may_edit
from genjin.customers.models import Contact, Customer
from genjin.customers.rules import Stage
from genjin.customers.rules.score import is_need_stated
from genjin.events.actions import record
from genjin.followups.actions.changes import change_within
from genjin.followups.actions.deadlines import contacts_recorded
from genjin.followups.actions.debts import settle_debts
from genjin.followups.actions.evidence import check_noted, note_from_record
from genjin.followups.actions.files import attach_file, kept_name
from genjin.followups.actions.grading import refresh_proposal
from genjin.followups.actions.issues import settle_issues
from genjin.followups.actions.next_step import refresh_next_steps
from genjin.followups.actions.quality import judge_record
from genjin.followups.actions.tasks import NewTask, open_tasks, require_hand_in, settle
from genjin.followups.models import FollowUp, Task
from genjin.followups.rules import (
    Method,
    Mood,
    TaskStatus,
    check_moment,
    check_summary,
    is_effective,
    is_late,
)
from genjin.kit.errors import RuleError, wrong_at
from genjin.kit.text import clean, fold
from genjin.library.actions.entries import note_uses
from genjin.library.models import Entry


@dataclass(frozen=True, slots=True)
class NewFollowUp:
    """A contact that happened, as written down (S0-23, S2-15)."""

    method: str
    summary: str
    happened_at: datetime
    feedback: str = ""
    got_response: bool = True
    new_needs: str = ""
    risks: str = ""
    mood: str = ""
    questions: str = ""  # what stays open until the next contact
    contact: Contact | None = None
    next_actions: Sequence[NewTask] = ()
    done_tasks: Sequence[Task] = ()
    files: Sequence["File[bytes]"] = ()
    promises: Sequence[NewTask] = ()
    used: Sequence[Entry] = ()  # of the library, put into this record
    settles: Sequence[tuple[int, str]] = ()  # open points of earlier records: (record, field)
    changes: Mapping[str, Any] = field(default_factory=dict)  # of the customer, by field
    template: int | None = None  # the version of the record template the form asked by
    version: int | None = None  # of the customer, as the person saw it
    proves: Sequence[str] = ()  # what this record shows: codes of customers.rules.axes.Proof


@transaction.atomic
def record_contact(actor: User, customer: Customer, new: NewFollowUp, *, now: datetime) -> FollowUp:
    """Write what was said, close the tasks it did, and plan what comes next (S0-22, S0-23, S2-14..16).

    Raises RuleError `summary_missing`, `happened_in_future`, `method_unknown`, `next_action_missing`,
    `file_refused`, `not_yours` (403), and of what it shows `decider_unnamed`, `proof_unknown`, `contract_incomplete`.
    A record written more than 24 hours later is marked late.
    """
    row = lock_one(actor, customer.pk)
    require_hand_in(actor, row, Right.FOLLOW_UP)
    check_summary(new.summary)
    check_moment(new.happened_at, now)
    _check_words(new, row)
    for file in new.files:
        kept_name(file)
    changes = change_within(actor, row, new.changes, version=new.version, now=now)
    followup = _write(actor, row, new, changes, now)
    done = (
        Task.objects.open()
        .filter(pk__in=[task.pk for task in new.done_tasks], customer=row)
        .select_for_update()
    )
    settle(actor, done, status=TaskStatus.DONE, outcome=followup.summary[:500], now=now)
    open_tasks(actor, row, [*new.next_actions, *new.promises], now=now, origin=followup)
    settle_issues(actor, row, new.settles, now=now)
    note_uses(actor, new.used, at=now, customer_id=row.pk, followup_id=followup.pk)
    _require_next_step(actor, row, new)
    judge_record(actor, followup, row, shown=new.template)
    answered = followup.is_effective and new.got_response
    refresh_proposal(row, now, heard=is_need_stated(new.new_needs), answered=answered)
    # Last: a file on the disk does not go away with a transaction that is refused.
    for file in new.files:
        attach_file(actor, row, file, followup=followup, now=now)
    note_from_record(actor, followup, new.proves, now)
    refresh_next_steps([row.pk], now)
    if row.gate_debt_until is not None:
        settle_debts([row.pk], now)
    record(actor, "followup.recorded", at=now, customer_id=row.pk, subject_id=followup.pk, method=new.method)
    return followup


def _check_words(new: NewFollowUp, customer: Customer) -> None:
    if new.method not in Method.values:
        sentence = _("Choose how you were in touch.")
        raise wrong_at("method", sentence, "method_unknown")
    if new.mood and new.mood not in Mood.values:
        raise RuleError(_("Unknown mood: %(mood)s.") % {"mood": new.mood}, "mood_unknown")
    if new.contact is not None and new.contact.customer_id != customer.pk:
        raise RuleError(_("This person belongs to another customer."), "contact_of_another", status=404)
    check_noted(new.method, new.proves, new.summary, contact=new.contact, has_file=bool(new.files))


def _write(  # noqa: PLR0917
    actor: User, row: Customer, new: NewFollowUp, changes: dict[str, Any], now: datetime
) -> FollowUp:
    earlier = {
        fold(text) for text in row.followups.order_by("-happened_at").values_list("summary", flat=True)[:50]
    }
    followup = FollowUp.objects.create(
        customer=row, contact=new.contact, author=actor, method=new.method, happened_at=new.happened_at,
        recorded_at=now, is_late=is_late(new.happened_at, now), summary=clean(new.summary),
        is_effective=is_effective(new.summary, earlier, has_file=bool(new.files)), feedback=clean(new.feedback),
        got_response=new.got_response, new_needs=clean(new.new_needs), risks=clean(new.risks), mood=new.mood,
        questions=clean(new.questions), changes=changes,
    )  # fmt: skip
    if followup.is_effective:
        Customer.objects.filter(pk=row.pk).update(
            last_contact_at=Greatest(Coalesce(F("last_contact_at"), new.happened_at), new.happened_at),
            first_contact_at=Least(Coalesce(F("first_contact_at"), new.happened_at), new.happened_at),
        )
        contacts_recorded([row.pk], now)
    return followup


def _require_next_step(actor: User, row: Customer, new: NewFollowUp) -> None:
    """The owner leaves the form with a next step; helpers from other departments need not have one."""
    if new.next_actions or row.stage == Stage.LOST or not may_edit(actor, row) or row.owner_id is None:
        return
    if not Task.objects.open().filter(customer=row).exists():
        sentence = _("Plan the next step: what, and by when.")
        raise wrong_at("next_action", sentence, "next_action_missing")
