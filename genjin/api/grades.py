"""Grades as a contract: grading with its difference shown first, the terms, and plans."""

from django.utils import timezone
from ninja import Query, Router, Status

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.api.customers import seen, shown
from genjin.api.paging import Order, Page, page
from genjin.api.schemas.customers import CustomerDetail
from genjin.api.schemas.grades import (
    GradeChoice,
    GradesChoice,
    GradesWish,
    GradeWish,
    PlanAnswer,
    PlanFilter,
    PlanIn,
    PlanOut,
    PolicyIn,
    PolicyOut,
    RegradeOut,
    as_terms,
    show_plan,
    show_policy,
    show_regrade,
)
from genjin.api.wire import Call, Id
from genjin.customers.actions.ownership import require_edit
from genjin.customers.models import Customer
from genjin.followups.actions.grading import grade_customers, publish_grade_policy
from genjin.followups.actions.plans import NewPlan, acknowledge_plan, file_plan, return_plan
from genjin.followups.models import FollowUpPlan, FollowUpPlanQuerySet
from genjin.followups.queries.grades import current_policy
from genjin.followups.queries.plans import plans_to_acknowledge
from genjin.followups.queries.regrade import regrade_of
from genjin.kit.errors import not_found

router = Router(tags=["grades"])


@router.post("/customers/{customer_id}/grade", response=CustomerDetail, summary="Confirm or change the grade")
def grade(request: Call, customer_id: Id, body: GradeChoice) -> CustomerDetail:
    row = seen(request, customer_id)
    grade_customers(
        request.auth, [row.pk], body.grade, reason=body.reason, keep=body.keep, seen=body.seen, until=body.until,
        now=timezone.now()
    )  # fmt: skip
    return shown(request, customer_id)


@router.post(
    "/customers/{customer_id}/grade/preview", response=RegradeOut, summary="What another grade would move"
)
def preview_grade(request: Call, customer_id: Id, body: GradeWish) -> RegradeOut:
    row = seen(request, customer_id)
    require_edit(request.auth, row, Right.GRADE)
    return show_regrade(regrade_of([row], body.grade, timezone.now()))


@router.post("/grades/preview", response=RegradeOut, summary="What a grade for many would move")
def preview_grades(request: Call, body: GradesWish) -> RegradeOut:
    rows = list(Customer.objects.visible_to(request.auth).filter(pk__in=body.ids).order_by("pk"))
    require(request.auth, Right.GRADE)
    if len(rows) != len(set(body.ids)):
        raise not_found()
    for row in rows:
        require_edit(request.auth, row, Right.GRADE)
    return show_regrade(regrade_of(rows, body.grade, timezone.now()))


@router.post("/grades", response=RegradeOut, summary="Confirm or change the grade of many")
def grade_many(request: Call, body: GradesChoice) -> RegradeOut:
    now = timezone.now()
    found = grade_customers(
        request.auth, body.ids, body.grade, reason=body.reason, seen=body.seen, until=body.until, now=now
    )
    return show_regrade(found)


@router.get("/grade-policy", response=PolicyOut, summary="Read the terms of the grades")
def read_policy(request: Call) -> PolicyOut:  # noqa: ARG001 (everybody who may come in knows the terms)
    return show_policy(current_policy())


@router.post("/grade-policy", response={201: PolicyOut}, summary="Publish the next terms of the grades")
def publish_policy(request: Call, body: PolicyIn) -> Status[PolicyOut]:
    terms = {str(one): as_terms(given) for one, given in body.terms.items()}
    publish_grade_policy(
        request.auth, terms, dormant_days=body.dormant_days, note=body.note, now=timezone.now()
    )
    return Status(201, show_policy(current_policy()))


def visible(user: User) -> FollowUpPlanQuerySet:
    """Return the plans in force in sight, with what their answer shows."""
    people = ("customer", "customer__owner", "submitted_by", "acknowledged_by", "returned_by")
    return FollowUpPlan.objects.visible_to(user).current().select_related(*people)


@router.get("/plans", response=Page[PlanOut], summary="List follow-up plans in force")
def list_plans(request: Call, asked: Query[PlanFilter]) -> Page[PlanOut]:
    rows = visible(request.auth)
    if asked.status is not None:
        rows = rows.filter(status=asked.status)
    if asked.to_acknowledge:
        rows = rows.filter(pk__in=plans_to_acknowledge(request.auth).order_by().values("pk"))
    newest = Order("id", descending=True)
    return page(request, rows, asked, order=newest, show=lambda plan: show_plan(request.auth, plan))


@router.get("/customers/{customer_id}/plan", response=Page[PlanOut], summary="Read a customer's plan")
def read_plan(request: Call, customer_id: Id) -> Page[PlanOut]:
    """Return the plan in force, or none."""
    rows = visible(request.auth).filter(customer=seen(request, customer_id))
    return Page(items=[show_plan(request.auth, plan) for plan in rows], next=None)


@router.post("/customers/{customer_id}/plan", response={201: PlanOut}, summary="File a customer's plan")
def add_plan(request: Call, customer_id: Id, body: PlanIn) -> Status[PlanOut]:
    row = seen(request, customer_id)
    new = NewPlan(body.cadence_days, [str(one) for one in body.channels], body.goal, body.content)
    plan = file_plan(request.auth, row, new, now=timezone.now())
    return Status(201, show_plan(request.auth, visible(request.auth).get(pk=plan.pk)))


@router.post("/plans/{plan_id}/acknowledge", response=PlanOut, summary="Acknowledge a plan")
def acknowledge(request: Call, plan_id: Id, body: PlanAnswer) -> PlanOut:
    plan = visible(request.auth).get(pk=plan_id)
    acknowledge_plan(request.auth, plan, comment=body.comment, now=timezone.now())
    return show_plan(request.auth, visible(request.auth).get(pk=plan_id))


@router.post("/plans/{plan_id}/return", response=PlanOut, summary="Return a plan with a comment")
def give_back(request: Call, plan_id: Id, body: PlanAnswer) -> PlanOut:
    plan = visible(request.auth).get(pk=plan_id)
    return_plan(request.auth, plan, comment=body.comment, now=timezone.now())
    return show_plan(request.auth, visible(request.auth).get(pk=plan_id))
