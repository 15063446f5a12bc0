"""Plans as people look for them: one customer's, those a lead is to acknowledge, those that are owed."""

from django.db.models import QuerySet

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.models import Customer
from genjin.followups.models import Deadline, FollowUpPlan, FollowUpPlanQuerySet
from genjin.followups.rules import DeadlineKind


def current_plan(customer: Customer) -> FollowUpPlan | None:
    """Return the plan in force of a customer, with who filed and answered it."""
    rows = FollowUpPlan.objects.current().filter(customer=customer)
    return rows.select_related("submitted_by", "acknowledged_by", "returned_by").first()


def plan_clock(customer: Customer) -> Deadline | None:
    """Return the running clock of a customer's plan."""
    return Deadline.objects.running().filter(customer=customer, kind=DeadlineKind.PLAN).first()


def may_answer(user: User, plan: FollowUpPlan) -> bool:
    """Whether `user` may acknowledge or return a plan that waits; asked for the buttons, the action asks again."""
    is_other = user.pk not in {plan.submitted_by_id, plan.customer.owner_id}
    is_led = is_other and user.may(Right.APPROVE) and user.scope.covers(plan.customer.owner_id)
    return is_led and plan.status == FollowUpPlan.Status.FILED and plan.replaced_at is None


def plans_to_acknowledge(user: User) -> FollowUpPlanQuerySet:
    """Return the plans that wait for the word of `user`, the longest waiting first."""
    rows = FollowUpPlan.objects.waiting()
    if not user.may(Right.APPROVE):
        return rows.none()
    rows = rows if user.scope.sees_all else rows.filter(customer__owner__in=user.scope.people)
    rows = rows.exclude(submitted_by=user).exclude(customer__owner=user)
    return rows.select_related("customer", "customer__owner", "submitted_by").order_by("submitted_at", "id")


def plans_of(user: User) -> FollowUpPlanQuerySet:
    """Return the current plans of one's own customers; those that were returned come first."""
    rows = FollowUpPlan.objects.current().filter(customer__in=Customer.objects.in_work().filter(owner=user))
    return rows.select_related("customer", "customer__owner", "submitted_by").order_by("-status", "-id")


def plans_owed(user: User) -> "QuerySet[Deadline]":
    """Return the running clocks of plans: one's own, and those of the people one leads; the most urgent first."""
    rows = Deadline.objects.running().filter(
        kind=DeadlineKind.PLAN, customer__in=Customer.objects.in_work().values("pk")
    )
    if not user.scope.sees_all:
        rows = rows.filter(customer__owner__in=user.scope.people)
    return rows.select_related("customer", "customer__owner").order_by("due_at", "id")
