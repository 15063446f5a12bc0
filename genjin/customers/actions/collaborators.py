"""Collaborators 协作人: colleagues of any department who see a customer, read-only or writing, with or without an end."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.accounts.queries import company_zone
from genjin.customers.actions.ownership import lock_one, may_edit, require_edit
from genjin.customers.models import Customer, Participant
from genjin.customers.rules.together import check_last_day, end_of
from genjin.events.actions import record
from genjin.kit.errors import RuleError, wrong_at
from genjin.notices.actions import tell
from genjin.notices.rules import NoticeKind


@dataclass(frozen=True, slots=True)
class NewCollaborator:
    """Who helps, as what, whether writing, and the last day of it."""

    person: User
    may_write: bool = False
    part: str = ""
    ends_on: date | None = None


@transaction.atomic
def add_collaborator(actor: User, customer: Customer, new: NewCollaborator, *, now: datetime) -> Participant:
    """Let a colleague of any department see a customer, or change how they do (S0-3, S1-4); they are told.

    Raises RuleError `assignee_inactive`, `collaborator_owns`, `ends_in_past`, `not_yours` (403).
    """
    row = lock_one(actor, customer.pk)
    require_edit(actor, row, Right.CHANGE_CUSTOMER)
    zone = company_zone()
    check_last_day(new.ends_on, now.astimezone(zone).date())
    _check_person(row, new.person)
    part, ends_at = new.part.strip()[:40], end_of(new.ends_on, zone) if new.ends_on else None
    kept, is_new = Participant.objects.get_or_create(
        customer=row, user=new.person, via=Participant.COLLABORATOR, subject_id=0
    )
    was_over = kept.ends_at is not None and kept.ends_at <= now
    kept.may_write, kept.part, kept.ends_at = new.may_write, part, ends_at
    kept.save(update_fields=["may_write", "part", "ends_at"])
    record(
        actor, "collaborator.added" if is_new or was_over else "collaborator.changed", at=now, customer_id=row.pk,
        subject_id=kept.pk, person=new.person.pk, name=new.person.name, part=part, may_write=new.may_write,
        ends_on=new.ends_on.isoformat() if new.ends_on else "",
    )  # fmt: skip
    if new.person.pk != actor.pk:
        tell(
            [new.person], NoticeKind.COLLABORATOR, key=f"collaborator:{kept.pk}:{now.isoformat()}", at=now,
            customer_id=row.pk, subject_id=kept.pk, who=actor.name,
        )  # fmt: skip
    return kept


def _check_person(customer: Customer, person: User) -> None:
    if not person.is_active:
        sentence = _("%(name)s may no longer sign in; choose somebody else.") % {"name": person.name}
        raise wrong_at("person", sentence, "assignee_inactive")
    if person.pk == customer.owner_id:
        sentence = _("%(name)s owns this customer already.") % {"name": person.name}
        raise wrong_at("person", sentence, "collaborator_owns")


@transaction.atomic
def remove_collaborator(actor: User, participant: Participant, *, now: datetime) -> None:
    """End a collaboration at once; collaborators may leave by themselves. Raises RuleError `not_yours` (403)."""
    rows = Participant.objects.collaborators().filter(
        customer__in=Customer.objects.visible_to(actor)
    )  # fmt: skip
    row = rows.select_related("user", "customer").select_for_update(of=("self",)).get(pk=participant.pk)
    if row.user_id != actor.pk:
        require(actor, Right.CHANGE_CUSTOMER)
    if row.user_id != actor.pk and not may_edit(actor, row.customer):
        sentence = _("Only who may edit the customer ends somebody's collaboration.")
        raise RuleError(sentence, "not_yours", status=403)
    customer_id, person, subject_id = row.customer_id, row.user, row.pk
    row.delete()
    record(
        actor, "collaborator.removed", at=now, customer_id=customer_id, subject_id=subject_id, person=person.pk,
        name=person.name,
    )  # fmt: skip


@transaction.atomic
def clear_ended(now: datetime) -> int:
    """Take away collaborations past their last day and write it on the timeline; returns how many.

    Nobody's sight waits for this: it ended with the day.
    """
    ended = list(
        Participant.objects.filter(ends_at__lte=now).select_related("user").select_for_update(of=("self",), skip_locked=True)
    )  # fmt: skip
    Participant.objects.filter(pk__in=[row.pk for row in ended]).delete()
    for row in ended:
        record(
            None, "collaborator.ended", at=now, customer_id=row.customer_id, subject_id=row.pk, person=row.user_id,
            name=row.user.name,
        )  # fmt: skip
    return len(ended)
