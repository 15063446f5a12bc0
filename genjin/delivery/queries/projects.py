"""Projects as lists and pages want them: with progress, late ones, and signed contracts that wait for one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from genjin.accounts.models import User
from genjin.contracts.models import Contract
from genjin.customers.queries.find import named_like
from genjin.customers.queries.sight import worded
from genjin.delivery.models import Member, Project, ProjectQuerySet, ProjectStep, Risk
from genjin.delivery.rules import UNDELIVERED, RiskLevel
from genjin.delivery.rules.plan import share

TEXTS = ("kickoff_minutes", "kickoff_split", "stop_reason", "notes")


def as_read(user: User, project: Project) -> Project:
    """Return a project with its name and texts as `user` may read them; masked it is a copy, never saved."""
    return worded(user, project.customer, project, "name", *TEXTS)


def projects_of(user: User) -> ProjectQuerySet:
    """Return the projects in sight with what a row shows."""
    rows = Project.objects.visible_to(user).with_end()
    return rows.select_related("customer__owner", "customer__pool", "contract", "lead")


VIEWS = ("open", "late", "soon", "delivered", "accepted", "stopped", "all")


def view_of(query: Mapping[str, str]) -> str:
    """Return the view a list's address asks for; those under way unless it names another."""
    return query["view"] if query.get("view") in VIEWS else "open"


def projects_asked(user: User, query: Mapping[str, str], today: date) -> ProjectQuerySet:
    """Return the projects in sight a list's address asks for, what is to end soonest first."""
    view, rows = view_of(query), projects_of(user)
    if view == "late":
        rows = rows.late(today)
    elif view == "soon":
        rows = rows.soon(today)
    elif view != "all":
        rows = rows.filter(state__in=UNDELIVERED) if view == "open" else rows.filter(state=view)
    if text := query.get("q", "").strip()[:60]:
        rows = rows.filter(Q(name__icontains=text) | Q(contract__number__icontains=text) | named_like(text))
    if query.get("who") == "mine":
        on_team = Member.objects.filter(user=user).values("project")
        rows = rows.filter(Q(lead=user) | Q(pk__in=on_team) | Q(customer__owner=user))
    by_end = view in {"open", "late", "soon"}
    return rows.order_by(F("end").asc(nulls_last=True), "id") if by_end else rows.order_by("-id")


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a project is: percent, steps done of all, steps overdue, open risks and high ones."""

    percent: int = 0
    done: int = 0
    steps: int = 0
    overdue: int = 0
    risks: int = 0
    high_risks: int = 0


def standings(projects: Iterable[Project], today: date) -> dict[int, Standing]:
    """Return how far each project is; two queries for any number."""
    ids = [project.pk for project in projects]
    is_done = Q(done_on__isnull=False)
    steps: dict[int, Any] = {
        row["project"]: row
        for row in ProjectStep.objects.filter(project__in=ids).order_by().values("project").annotate(
            whole=Sum("weight"), ready=Sum("weight", filter=is_done), count=Count("pk"), done=Count("pk", filter=is_done),
            overdue=Count("pk", filter=~is_done & Q(due_on__lt=today)),
        )
    }  # fmt: skip
    risks: dict[int, Any] = {
        row["project"]: row
        for row in Risk.objects.filter(project__in=ids, closed_at=None).order_by().values("project").annotate(
            count=Count("pk"), high=Count("pk", filter=Q(level=RiskLevel.HIGH))
        )
    }  # fmt: skip
    found = {}
    for pk in ids:
        step: dict[str, int] = steps.get(pk, {})
        risk: dict[str, int] = risks.get(pk, {})
        found[pk] = Standing(
            percent=share(step.get("ready") or 0, step.get("whole") or 0), done=step.get("done", 0), steps=step.get("count", 0),
            overdue=step.get("overdue", 0), risks=risk.get("count", 0), high_risks=risk.get("high", 0),
        )  # fmt: skip
    return found


def waiting_contracts(user: User) -> QuerySet[Contract]:
    """Return signed contracts in sight that nobody has opened a project for."""
    rows = Contract.objects.visible_to(user).running()
    return rows.exclude(projects__isnull=False).select_related(
        "customer__owner", "customer__pool", "opportunity"
    )
