"""Revealing masked contact data, and involving colleagues."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.models import Contact, Participant
from genjin.customers.queries.sight import ShownContact, may_reveal, sees_person, show_contact
from genjin.events.actions import record
from genjin.events.models import Event
from genjin.kit.errors import RuleError

DAILY_REVEALS = 50


@transaction.atomic
def reveal_contact(actor: User, contact: Contact, *, now: datetime) -> ShownContact:
    """Show one person's masked data to `actor`; logged, at most 50 times in 24 hours.

    Raises RuleError `forbidden` (403), `reveal_limit` (429).
    """
    require(actor, Right.REVEAL)
    if sees_person(actor, contact.customer):
        return show_contact(contact, unmasked=True)
    if not may_reveal(actor, contact.customer):
        raise RuleError(_("Claim the customer first; people in a pool stay masked."), "forbidden", status=403)
    User.objects.select_for_update().get(pk=actor.pk)  # counts one after another
    used = Event.objects.filter(kind="contact.revealed", actor=actor, at__gt=now - timedelta(days=1)).count()
    if used >= DAILY_REVEALS:
        sentence = _("You have revealed %(count)d contacts within 24 hours; that is the limit.")
        raise RuleError(sentence % {"count": used}, "reveal_limit", status=429)
    record(actor, "contact.revealed", at=now, customer_id=contact.customer_id, subject_id=contact.pk)
    return show_contact(contact, unmasked=True)


def involve(customer_id: int, users: Iterable[User], *, via: str, subject_id: int = 0) -> None:
    """Let people see a customer because of something: a task, a ticket. Called by the floors above."""
    Participant.objects.bulk_create(
        [Participant(customer_id=customer_id, user=user, via=via, subject_id=subject_id) for user in users],
        ignore_conflicts=True,
    )


def release_participants(*, via: str, subject_ids: Iterable[int]) -> None:
    """End the sight that came from things now settled."""
    Participant.objects.filter(via=via, subject_id__in=list(subject_ids)).delete()
