"""What a review decides: somebody does something by a day, and says what came of it."""

from datetime import datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.accounts.queries import company_zone, local_day
from genjin.customers.models import Customer
from genjin.events.actions import record
from genjin.followups.actions.tasks import NewTask, add_task, cancel_task, finish_task
from genjin.followups.models import Task
from genjin.followups.rules import TaskStatus
from genjin.insights.actions.reviews import lock_review
from genjin.insights.models import Review, ReviewAction
from genjin.insights.queries.reviews.audience import may_review
from genjin.insights.queries.reviews.results import closed_on
from genjin.insights.rules.reviews import CAUGHT_UP, NewDeed, check_deed, check_open
from genjin.kit.errors import RuleError, not_found, wrong_at
from genjin.kit.text import clean
from genjin.notices.actions import Telling, tell, tell_many
from genjin.notices.rules import NoticeKind

CLOSES = time(18)  # when a task of a day is due


@transaction.atomic
def add_action(actor: User, review: Review, new: NewDeed, owner: User, *, customer: Customer | None = None, now: datetime) -> ReviewAction:  # fmt: skip
    """Decide something in a draft; where it concerns a customer it becomes a task of that customer (S2-22).

    Raises RuleError `review_published` (409), `deed_missing`, `due_in_the_past`, `owner_inactive`, and what a task refuses.
    """
    row = lock_review(actor, review)
    check_open(row.state)
    deed = check_deed(new, local_day(now))
    if not owner.is_active:
        sentence = _("%(name)s may no longer sign in; choose somebody else.") % {"name": owner.name}
        raise wrong_at("owner", sentence, "owner_inactive")
    task = _task(actor, customer, deed, owner, now=now) if customer is not None else None
    action = ReviewAction.objects.create(
        review=row, what=deed.what, owner=owner, due_on=deed.due_on, customer=customer, task=task, created_at=now, created_by=actor
    )  # fmt: skip
    record(actor, "review.decided", at=now, subject_id=row.pk, action=action.pk, owner=owner.pk, due_on=deed.due_on.isoformat())  # fmt: skip
    if task is None and owner.pk != actor.pk:
        tell(
            [owner], NoticeKind.REVIEW_ACTION_GIVEN, key=f"review_action:{action.pk}", at=now, subject_id=action.pk,
            who=actor.name, what=deed.what, day=deed.due_on.isoformat(),
        )  # fmt: skip
    return action


def _task(actor: User, customer: Customer, deed: NewDeed, owner: User, *, now: datetime) -> Task:
    due = datetime.combine(deed.due_on, CLOSES, tzinfo=company_zone())
    if due <= now:
        due = datetime.combine(deed.due_on, time(23, 59), tzinfo=company_zone())
    return add_task(actor, customer, NewTask(objective=deed.what, due_at=due, assignee=owner), now=now)


@transaction.atomic
def settle_action(actor: User, action: ReviewAction, outcome: str, *, now: datetime) -> ReviewAction:
    """Say what came of an action; by who was to do it, or who holds the review. Its open task is done with it.

    Raises RuleError `not_yours` (403), `action_settled` (409), `outcome_missing`.
    """
    require(actor, Right.MANAGE_TASKS)
    rows = ReviewAction.objects.visible_to(actor).select_related("review", "task")
    row = rows.select_for_update(of=("self",)).filter(pk=action.pk).first()
    if row is None:
        raise not_found()
    if row.owner_id != actor.pk and not may_review(actor, row.review.team_id):
        raise RuleError(_("Only who was to do it, and who holds the review, may do this."), "not_yours", status=403)  # fmt: skip
    if closed_on(row) is not None:
        raise RuleError(_("This action is settled already."), "action_settled", status=409)
    said = clean(outcome)
    if not said:
        raise wrong_at("outcome", _("Write what came of it."), "outcome_missing")
    if row.task is not None and row.task.status == TaskStatus.OPEN:
        finish_task(actor, row.task, outcome=said, now=now)
    row.done_at, row.outcome = now, said
    row.save(update_fields=["done_at", "outcome"])
    record(actor, "review.settled", at=now, subject_id=row.review_id, action=row.pk)
    return row


def remind_of_actions(now: datetime) -> int:
    """Tell each person once, on its day, of what a review asked of them that is no task; returns how many heard it anew.

    What a worker that stood still missed is told within three days.
    """
    today = local_day(now)
    near = ReviewAction.objects.open().filter(customer=None, due_on__lte=today, due_on__gt=today - CAUGHT_UP)
    return tell_many(
        [
            Telling(row.owner_id, NoticeKind.REVIEW_ACTION_DUE, f"review_action.due:{row.pk}", subject_id=row.pk, words={"what": row.what, "day": row.due_on.isoformat()})
            for row in near
        ],
        at=now,
    )  # fmt: skip


@transaction.atomic
def remove_action(actor: User, action: ReviewAction, *, now: datetime) -> None:
    """Take back what a draft decided; its open task is cancelled. Raises RuleError `review_published` (409)."""
    row = ReviewAction.objects.visible_to(actor).select_related("review", "task").filter(pk=action.pk).first()
    if row is None:
        raise not_found()
    review = lock_review(actor, row.review)
    check_open(review.state)
    if row.task is not None and row.task.status == TaskStatus.OPEN:
        cancel_task(actor, row.task, reason=_("Taken back in the review."), now=now)
    record(actor, "review.undecided", at=now, subject_id=review.pk, action=row.pk)
    row.delete()
