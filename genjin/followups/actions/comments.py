"""Comments with mentions: on a contact record, or on the customer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.actions.collaborators import NewCollaborator, add_collaborator
from genjin.customers.actions.ownership import lock_one
from genjin.customers.models import Customer
from genjin.events.actions import record
from genjin.followups.models import Comment, FollowUp
from genjin.followups.queries.comments import named_in, who_sees
from genjin.followups.rules.comments import check_comment, check_may_change
from genjin.kit.errors import RuleError
from genjin.kit.text import clean
from genjin.notices.actions import tell
from genjin.notices.rules import NoticeKind


@dataclass(frozen=True, slots=True)
class NewComment:
    """What is said, on which record, to whom; `invite` makes mentioned people who see nothing collaborators."""

    text: str
    followup: FollowUp | None = None
    mentions: Sequence[User] = ()
    invite: bool = False


@transaction.atomic
def add_comment(actor: User, customer: Customer, new: NewComment, *, now: datetime) -> Comment:
    """Comment on a record of a customer, or on the customer; who is mentioned and the record's author are told (S0-3).

    Raises RuleError `comment_empty`, `comment_too_long`, `mention_out_of_sight` (with the people's ids in
    `details`), `forbidden` (403).
    """
    require(actor, Right.COMMENT)
    row = lock_one(actor, customer.pk)
    if new.followup is not None and new.followup.customer_id != row.pk:
        raise RuleError(_("This record belongs to another customer."), "record_of_another", status=404)
    text = clean(new.text)
    check_comment(text)
    mentioned = _mentioned(actor, row, text, new, now=now)
    comment = Comment.objects.create(
        customer=row, followup=new.followup, author=actor, at=now, text=text, mentioned=sorted(mentioned)
    )
    record(
        actor, "comment.added", at=now, customer_id=row.pk, subject_id=comment.pk,
        followup=comment.followup_id, mentioned=comment.mentioned,
    )  # fmt: skip
    _tell(NoticeKind.MENTIONED, comment, mentioned, now)
    others = _concerned(row, comment) - mentioned - {actor.pk}
    _tell(NoticeKind.COMMENTED, comment, others, now)
    return comment


@transaction.atomic
def change_comment(actor: User, comment: Comment, new: NewComment, *, now: datetime) -> Comment:
    """Change one's own comment within 15 minutes; who is newly mentioned is told. Raises RuleError `comment_closed`."""
    row = _own(actor, comment)
    check_may_change(row.at, now)
    text = clean(new.text)
    check_comment(text)
    mentioned = _mentioned(actor, row.customer, text, new, now=now)
    fresh = mentioned - set(row.mentioned)
    row.text, row.mentioned, row.edited_at = text, sorted(mentioned), now
    row.save(update_fields=["text", "mentioned", "edited_at"])
    record(
        actor, "comment.changed", at=now, customer_id=row.customer_id, subject_id=row.pk, mentioned=row.mentioned
    )  # fmt: skip
    _tell(NoticeKind.MENTIONED, row, fresh, now)
    return row


@transaction.atomic
def remove_comment(actor: User, comment: Comment, *, now: datetime) -> None:
    """Take one's own comment away, whenever. Raises RuleError `not_yours` (403)."""
    row = _own(actor, comment)
    pk = row.pk
    row.delete()
    record(actor, "comment.removed", at=now, customer_id=comment.customer_id, subject_id=pk)


def _own(actor: User, comment: Comment) -> Comment:
    require(actor, Right.COMMENT)
    rows = Comment.objects.visible_to(actor).select_related("customer").select_for_update(of=("self",))
    row = rows.get(pk=comment.pk)
    if row.author_id != actor.pk:
        raise RuleError(_("Only who wrote a comment changes it."), "not_yours", status=403)
    return row


def _mentioned(actor: User, customer: Customer, text: str, new: NewComment, *, now: datetime) -> set[int]:
    """Return the ids of who is mentioned; those who do not see the customer are invited, or refuse the comment."""
    people = {person.pk: person for person in [*new.mentions, *named_in(text, customer, new.mentions)]}
    people.pop(actor.pk, None)
    seeing = {person.pk for person in who_sees(customer, people)}
    blind = [person for pk, person in people.items() if pk not in seeing and person.is_active]
    if blind and not new.invite:
        names = "、".join(person.name for person in blind)
        sentence = _("%(names)s cannot see this customer. Make them collaborators, or do not mention them.")
        raise RuleError(
            sentence % {"names": names}, "mention_out_of_sight", fields={"text": [sentence % {"names": names}]},
            details={"people": [person.pk for person in blind]},
        )  # fmt: skip
    for person in blind:
        add_collaborator(actor, customer, NewCollaborator(person), now=now)
    return seeing | {person.pk for person in blind}


def _concerned(customer: Customer, comment: Comment) -> set[int]:
    """Return whom a comment concerns: the author of the record and who commented on it, or the owner."""
    if comment.followup is None:
        return {customer.owner_id} if customer.owner_id else set()
    earlier = Comment.objects.filter(followup=comment.followup).values_list("author_id", flat=True)
    return {comment.followup.author_id, *earlier}


def _tell(kind: NoticeKind, comment: Comment, people: Iterable[int], now: datetime) -> None:
    """Tell people that something was said, not what: each reads it where masking knows them."""
    tell(
        who_sees(comment.customer, people), kind, key=f"comment:{comment.pk}", at=now, customer_id=comment.customer_id,
        subject_id=comment.pk, who=comment.author.name,
    )  # fmt: skip
