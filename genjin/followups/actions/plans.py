"""Plans for single customers: filed by who follows up, acknowledged or returned by who leads (S2-13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.accounts.queries import leads_of
from genjin.customers.actions.ownership import lock_one, require_edit
from genjin.customers.models import Customer
from genjin.events.actions import record
from genjin.followups.actions.deadlines import meet_plan
from genjin.followups.models import FollowUpPlan
from genjin.followups.queries.grades import terms_of
from genjin.followups.rules.plans import check_plan
from genjin.kit.errors import RuleError, wrong_at
from genjin.notices.actions.tell import tell
from genjin.notices.rules import NoticeKind


@dataclass(frozen=True, slots=True)
class NewPlan:
    """How a customer is to be followed up, as planned."""

    cadence_days: int
    channels: Sequence[str]
    goal: str
    content: str = ""


@transaction.atomic
def file_plan(actor: User, customer: Customer, new: NewPlan, *, now: datetime) -> FollowUpPlan:
    """File the plan of an owned customer; the one before stays in the history, the clock of the plan stops (S2-13).

    Who leads the owner's team is told, unless the grade's policy wants nobody to acknowledge it. Raises RuleError
    `plan_invalid`, `plan_without_owner` (409), `not_yours` (403).
    """
    row = lock_one(actor, customer.pk)
    require_edit(actor, row, Right.MANAGE_TASKS)
    if row.owner_id is None:
        raise RuleError(_("A customer in a pool has nobody to plan for."), "plan_without_owner", status=409)
    terms = terms_of(row.grade)
    check_plan(terms, new.cadence_days, new.channels, new.goal)
    FollowUpPlan.objects.current().filter(customer=row).update(replaced_at=now)
    plan = FollowUpPlan.objects.create(
        customer=row, grade=row.grade, cadence_days=new.cadence_days, channels=list(dict.fromkeys(new.channels)),
        content=new.content.strip()[:300], goal=new.goal.strip()[:300], submitted_at=now, submitted_by=actor,
        status=FollowUpPlan.Status.FILED if terms.reviewer else FollowUpPlan.Status.ACKNOWLEDGED,
        acknowledged_at=None if terms.reviewer else now,
    )  # fmt: skip
    meet_plan(row.pk, now)
    record(actor, "plan.filed", at=now, customer_id=row.pk, subject_id=plan.pk, goal=plan.goal)
    if terms.reviewer:
        owner = User.objects.get(pk=row.owner_id)
        tell(
            [lead for lead in leads_of(owner) if lead.pk != actor.pk], NoticeKind.PLAN_FILED, key=f"plan:{plan.pk}:filed",
            at=now, customer_id=row.pk, subject_id=plan.pk, who=actor.name,
        )  # fmt: skip
    return plan


def _locked(actor: User, plan: FollowUpPlan) -> FollowUpPlan:
    """Lock a plan that waits; refuse who does not lead its owner, and who filed it."""
    require(actor, Right.APPROVE)
    row = (
        FollowUpPlan.objects.visible_to(actor)
        .select_related("customer")
        .select_for_update(of=("self",))
        .get(pk=plan.pk)
    )
    if not actor.scope.covers(row.customer.owner_id):
        raise RuleError(_("Only who leads the owner answers a plan."), "not_yours", status=403)
    if actor.pk in {row.submitted_by_id, row.customer.owner_id}:
        raise RuleError(_("Nobody acknowledges a plan of their own."), "own_plan", status=403)
    if row.replaced_at is not None or row.status != FollowUpPlan.Status.FILED:
        raise RuleError(_("This plan does not wait for an answer any longer."), "plan_answered", status=409)
    return row


@transaction.atomic
def acknowledge_plan(actor: User, plan: FollowUpPlan, *, comment: str = "", now: datetime) -> FollowUpPlan:
    """Take note of a plan of somebody one leads (S2-13). Raises RuleError `own_plan`, `not_yours` (403), `plan_answered` (409)."""
    row = _locked(actor, plan)
    row.status, row.acknowledged_at, row.acknowledged_by = FollowUpPlan.Status.ACKNOWLEDGED, now, actor
    row.comment = comment.strip()
    row.save(update_fields=["status", "acknowledged_at", "acknowledged_by", "comment"])
    record(
        actor,
        "plan.acknowledged",
        at=now,
        customer_id=row.customer_id,
        subject_id=row.pk,
        comment=row.comment,
    )
    return row


@transaction.atomic
def return_plan(actor: User, plan: FollowUpPlan, *, comment: str, now: datetime) -> FollowUpPlan:
    """Give a plan back with what is to be better; its owner is told (S2-13). Raises RuleError `comment_missing` and as above."""
    row = _locked(actor, plan)
    if not comment.strip():
        sentence = _("Say what is to be better.")
        raise wrong_at("comment", sentence, "comment_missing")
    row.status, row.returned_at, row.returned_by = FollowUpPlan.Status.RETURNED, now, actor
    row.comment = comment.strip()
    row.save(update_fields=["status", "returned_at", "returned_by", "comment"])
    record(
        actor, "plan.returned", at=now, customer_id=row.customer_id, subject_id=row.pk, comment=row.comment
    )
    people = {row.submitted_by_id, row.customer.owner_id} - {None, actor.pk}
    tell(
        [pk for pk in people if pk is not None], NoticeKind.PLAN_RETURNED, key=f"plan:{row.pk}:returned", at=now,
        customer_id=row.customer_id, subject_id=row.pk, who=actor.name, comment=row.comment,
    )  # fmt: skip
    return row
