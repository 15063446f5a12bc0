"""Greeting somebody on a festival or birthday, with one click; or leaving them out (S0-18)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.models import Contact
from genjin.customers.queries.greeting import people_to_greet
from genjin.events.actions import record
from genjin.followups.actions.tasks import require_hand_in
from genjin.followups.models import FollowUp
from genjin.followups.queries.greetings import occasion_of
from genjin.followups.rules import Method
from genjin.followups.rules.records import check_summary
from genjin.kit.errors import RuleError
from genjin.kit.text import clean
from genjin.library.actions.greetings import note_greeting


@transaction.atomic
def greet(
    actor: User, contact: Contact, occasion: str, *, text: str, method: str = Method.WECHAT, now: datetime
) -> FollowUp:
    """Record that a person was greeted, in these words.

    A greeting is no talk: it stops no clock and asks for no next step. Raises RuleError `occasion_unknown` (404),
    `left_alone` (409), `greeted_already` (409), `method_unknown`, `summary_missing`.
    """
    row = _asked(actor, contact, occasion, now)
    if method not in Method.values:
        raise RuleError(_("Choose how you were in touch."), "method_unknown")
    check_summary(text)
    followup = FollowUp.objects.create(
        customer=row.customer, contact=row, author=actor, method=method, happened_at=now, recorded_at=now,
        summary=clean(text)[:2000], is_effective=False, got_response=False, stage=row.customer.stage,
    )  # fmt: skip
    if note_greeting(actor, contact_id=row.pk, occasion=occasion, followup_id=followup.pk, at=now) is None:
        raise RuleError(_("This person was greeted already, or left out."), "greeted_already", status=409)
    record(
        actor, "followup.recorded", at=now, customer_id=row.customer_id, subject_id=followup.pk, method=method
    )
    return followup


@transaction.atomic
def leave_out(actor: User, contact: Contact, occasion: str, *, now: datetime) -> None:
    """Take a person off the list of one occasion; nothing is written on the customer."""
    row = _asked(actor, contact, occasion, now)
    note_greeting(actor, contact_id=row.pk, occasion=occasion, followup_id=None, at=now)


def _asked(actor: User, contact: Contact, occasion: str, now: datetime) -> Contact:
    row = (
        Contact.objects.visible_to(actor)
        .select_related("customer")
        .select_for_update(of=("self",))
        .get(pk=contact.pk)
    )
    require_hand_in(actor, row.customer, Right.FOLLOW_UP)
    if occasion_of(row, occasion, now) is None:
        raise RuleError(_("There is no such occasion in the coming days."), "occasion_unknown", status=404)
    if not people_to_greet(Contact.objects.filter(pk=row.pk)).exists():
        raise RuleError(_("This person is to be left alone."), "left_alone", status=409)
    return row
