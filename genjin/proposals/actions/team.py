"""Who writes on a proposal besides its sellers, and the files that go with a version."""

from collections.abc import Collection
from datetime import datetime

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.customers.actions.ownership import lock_one
from genjin.customers.actions.people import involve, release_participants
from genjin.customers.models import Participant
from genjin.events.actions import record
from genjin.followups.actions.files import keep_file
from genjin.followups.models import Attachment
from genjin.kit.errors import RuleError, not_found, wrong_at
from genjin.notices.actions import tell
from genjin.notices.rules import NoticeKind
from genjin.proposals.actions.drafts import note_change
from genjin.proposals.actions.rights import VIA, locked, require_sell, require_write
from genjin.proposals.models import Proposal, ProposalFile, ProposalVersion

MOST_FILES = 30


@transaction.atomic
def set_authors(actor: User, proposal: Proposal, people: Collection[User], *, now: datetime) -> list[User]:
    """Say who writes on a proposal besides its sellers; they see the customer as long as they do (S3-11).

    Returns who is new. Raises RuleError `not_yours` (403), `person_inactive`.
    """
    seen = Proposal.objects.visible_to(actor).select_related("customer").get(pk=proposal.pk)
    lock_one(actor, seen.customer_id)
    require_sell(actor, seen.customer)
    if any(not one.is_active for one in people):
        sentence = _("Choose people who may sign in.")
        raise wrong_at("authors", sentence, "person_inactive")
    before = set(Participant.objects.filter(via=VIA, subject_id=seen.pk).values_list("user", flat=True))
    release_participants(via=VIA, subject_ids=[seen.pk])
    involve(seen.customer_id, people, via=VIA, subject_id=seen.pk)
    added = [one for one in people if one.pk not in before]
    if {one.pk for one in people} != before:
        record(
            actor, "offer.authors_set", at=now, customer_id=seen.customer_id, subject_id=seen.pk, name=seen.number,
            note=", ".join(one.name for one in people), people=sorted(one.pk for one in people),
        )  # fmt: skip
    told = [one for one in added if one.pk != actor.pk]
    tell(
        told, NoticeKind.CO_AUTHOR, key=f"proposal:{seen.pk}:author", at=now, customer_id=seen.customer_id,
        subject_id=seen.pk, who=actor.name, what=str(seen),
    )  # fmt: skip
    return added


@transaction.atomic
def add_file(
    actor: User, version: ProposalVersion, file: "File[bytes] | Attachment", *, now: datetime
) -> ProposalFile:
    """Put a new file, or one of the customer's, beside a version, with its SHA-256.

    Raises RuleError `file_refused`, `version_sent` (409), `not_found` (404), `files_too_many`.
    """
    row = locked(actor, version)
    require_write(actor, row.proposal)
    customer = row.proposal.customer
    if row.files.count() >= MOST_FILES:
        raise RuleError(_("At most %(count)d files.") % {"count": MOST_FILES}, "files_too_many")
    attachment = file if isinstance(file, Attachment) else keep_file(actor, customer, file, now=now)
    if attachment.customer_id != customer.pk:
        raise not_found()
    added, is_new = ProposalFile.objects.get_or_create(version=row, attachment=attachment)
    if is_new:
        note_change(actor, row, {"files"}, now)
    return added


@transaction.atomic
def drop_file(actor: User, version: ProposalVersion, pk: int, *, now: datetime) -> None:
    """Take a file away from a version; it stays with the customer. Raises RuleError `version_sent` (409)."""
    row = locked(actor, version)
    require_write(actor, row.proposal)
    row.files.get(pk=pk).delete()
    note_change(actor, row, {"files"}, now)
