"""Taking down what customers object to, what was answered, and how they took it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.customers.actions.ownership import lock_one
from genjin.customers.models import Customer
from genjin.events.actions import record
from genjin.followups.models import FollowUp
from genjin.kit.errors import not_found, wrong_at
from genjin.kit.text import clean
from genjin.library.models import Entry
from genjin.library.rules import EntryKind
from genjin.proposals.actions.rights import require_sell
from genjin.proposals.models import Objection
from genjin.proposals.rules.objections import check_answer, check_objection
from genjin.selling.models import Opportunity


@dataclass(frozen=True, slots=True)
class NewObjection:
    """What a customer objects to, and where it came up."""

    category: str
    said: str
    opportunity: Opportunity | None = None
    followup: FollowUp | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: a standard answer of the library, own words or both; and how it was taken."""

    acceptance: str
    words: str = ""
    entry: Entry | None = None


@transaction.atomic
def note_objection(
    actor: User, customer: Customer, new: NewObjection, answer: Answer | None = None, *, now: datetime
) -> Objection:
    """Take down an objection, answered on the spot or to be answered (S3-12).

    Raises RuleError `objection_unknown`, `objection_empty`, `not_found` (404), and as `answer_objection` does.
    """
    row = lock_one(actor, customer.pk)
    require_sell(actor, row)
    said = clean(new.said)
    check_objection(new.category, said)
    if any(one is not None and one.customer_id != row.pk for one in (new.opportunity, new.followup)):
        raise not_found()
    objection = Objection.objects.create(
        customer=row, opportunity=new.opportunity, followup=new.followup, category=new.category, said=said, noted_at=now, noted_by=actor
    )  # fmt: skip
    record(
        actor, "objection.noted", at=now, customer_id=row.pk, subject_id=objection.pk,
        name=objection.get_category_display(), note=said[:200],
    )  # fmt: skip
    return answer_objection(actor, objection, answer, now=now) if answer else objection


@transaction.atomic
def answer_objection(actor: User, objection: Objection, answer: Answer, *, now: datetime) -> Objection:
    """Take down what was answered and how the customer took it; said again, the last word counts.

    Raises RuleError `acceptance_unknown`, `answer_missing`, `entry_no_answer`.
    """
    seen = Objection.objects.visible_to(actor).get(pk=objection.pk)
    customer = lock_one(actor, seen.customer_id)
    require_sell(actor, customer)
    row = Objection.objects.select_for_update(of=("self",)).get(pk=seen.pk)
    words = clean(answer.words)
    check_answer(answer.acceptance, words, has_entry=answer.entry is not None)
    if answer.entry is not None and answer.entry.kind != EntryKind.OBJECTION:
        sentence = _("Choose an answer to an objection.")
        raise wrong_at("entry", sentence, "entry_no_answer")
    row.acceptance, row.answer, row.entry = answer.acceptance, words, answer.entry
    row.answered_at, row.answered_by = now, actor
    row.save(update_fields=["acceptance", "answer", "entry", "answered_at", "answered_by"])
    record(
        actor, "objection.answered", at=now, customer_id=customer.pk, subject_id=row.pk,
        name=f"{row.get_category_display()}: {row.get_acceptance_display()}", note=(words or str(answer.entry or ""))[:200],
        acceptance=row.acceptance, entry=answer.entry.pk if answer.entry else None,
    )  # fmt: skip
    return row
