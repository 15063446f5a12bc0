"""Who is on the team of a project, and as what."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.customers.actions.people import involve
from genjin.customers.models import Participant
from genjin.delivery.actions.standing import hold
from genjin.delivery.models import Member, Project
from genjin.delivery.rules import Deed, Part
from genjin.delivery.rules.states import after
from genjin.events.actions import record
from genjin.kit.errors import wrong_at
from genjin.kit.masking import mask_words
from genjin.kit.text import clean
from genjin.notices.actions import tell
from genjin.notices.rules import NoticeKind


@transaction.atomic
def add_member(
    actor: User, project: Project, person: User, part: str, *, note: str = "", now: datetime
) -> Member:
    """Take somebody into the team, or change their part; they see the customer from then on (S3-16).

    Raises RuleError `part_unknown`, `person_inactive`.
    """
    row = hold(actor, project)
    after(row.state, Deed.WORK)
    if part not in Part.values:
        sentence = _("Choose what they do.")
        raise wrong_at("part", sentence, "part_unknown")
    if not person.is_active:
        sentence = _("%(name)s may no longer sign in; choose somebody else.") % {"name": person.name}
        raise wrong_at("user", sentence, "person_inactive")
    member, is_new = Member.objects.update_or_create(
        project=row, user=person, defaults={"part": part, "note": clean(note)[:200]}
    )
    if person.pk != row.customer.owner_id:
        involve(row.customer_id, [person], via="delivery", subject_id=row.pk)
    if is_new:
        record(
            actor, "delivery.joined", at=now, customer_id=row.customer_id, subject_id=row.pk, name=row.name,
            note=f"{person.name} · {member.get_part_display()}",
        )  # fmt: skip
        tell(
            {person.pk} - {actor.pk}, NoticeKind.DELIVERY_GIVEN, key=f"delivery:{row.pk}:member:{now.isoformat()}", at=now,
            customer_id=row.customer_id, subject_id=row.pk, who=actor.name, what=mask_words(row.name),
        )  # fmt: skip
    return member


@transaction.atomic
def remove_member(actor: User, member: Member, *, now: datetime) -> None:
    """Let somebody out of the team; their sight of the customer through it ends."""
    row = hold(actor, member.project)
    after(row.state, Deed.WORK)
    gone = Member.objects.select_related("user").get(pk=member.pk, project=row)
    if row.lead_id != gone.user_id:
        Participant.objects.filter(
            customer=row.customer, user=gone.user, via="delivery", subject_id=row.pk
        ).delete()
    gone.delete()
    record(
        actor, "delivery.left", at=now, customer_id=row.customer_id, subject_id=row.pk, name=row.name, note=gone.user.name
    )  # fmt: skip
