"""Plans for key accounts: where they stand, what is wanted, who does what by when (S1-3)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.queries import company_zone, local_day
from genjin.customers.actions.ownership import lock_one
from genjin.customers.models import Customer
from genjin.customers.rules import CustomerType
from genjin.events.actions import record
from genjin.followups.actions.tasks import NewTask, add_task
from genjin.followups.rules import TaskKind
from genjin.kit.errors import RuleError, wrong_at
from genjin.kit.text import clean
from genjin.selling.actions.needs import require_note
from genjin.selling.models import AccountPlan

MORNING = time(9)


@dataclass(frozen=True, slots=True)
class PlannedAct:
    """Something that is to be done for the plan, by whom and until when."""

    objective: str
    owner: User
    on: date


@dataclass(frozen=True, slots=True)
class NewAccountPlan:
    """Standing in the industry, deciders, work with competitors, goals, the day one looks again, and what is to be done."""

    position: str
    goals: str
    review_on: date
    chain: str = ""
    rivals: str = ""
    acts: Sequence[PlannedAct] = field(default_factory=tuple)


@transaction.atomic
def save_account_plan(actor: User, customer: Customer, new: NewAccountPlan, *, now: datetime) -> AccountPlan:
    """Make the plan of a key account; the former one stays readable, acts become tasks, and a task asks for the review.

    Raises RuleError `not_a_key_account`, `plan_incomplete`, `review_in_past`, what planning a task raises, `not_yours` (403).
    """
    row = lock_one(actor, customer.pk)
    require_note(actor, row)
    if row.customer_type != CustomerType.KEY:
        raise RuleError(_("Only key accounts have a plan of their own."), "not_a_key_account")
    texts = {name: clean(getattr(new, name)) for name in ("position", "goals", "chain", "rivals")}
    missing = {name: [_("Write something here.")] for name in ("position", "goals") if not texts[name]}
    if missing:
        raise RuleError(_("Please correct the marked fields."), "plan_incomplete", fields=missing)
    if new.review_on <= local_day(now):
        sentence = _("Choose a day that is still to come.")
        raise wrong_at("review_on", sentence, "review_in_past")
    AccountPlan.objects.filter(customer=row, is_current=True).update(is_current=False)
    acts = [
        NewTask(act.objective, _morning(act.on), assignee=act.owner, kind=TaskKind.TODO) for act in new.acts
    ]
    review = NewTask(
        _("Go through the account plan"),
        _morning(new.review_on),
        assignee=row.owner or actor,
        kind=TaskKind.TODO,
    )
    tasks = [add_task(actor, row, task, now=now) for task in (*acts, review)]
    plan = AccountPlan.objects.create(
        customer=row,
        review_on=new.review_on,
        made_at=now,
        made_by=actor,
        task_ids=[task.pk for task in tasks],
        **texts,
    )
    record(
        actor,
        "account_plan.made",
        at=now,
        customer_id=row.pk,
        subject_id=plan.pk,
        name="",
        note=texts["goals"][:200],
    )
    return plan


def _morning(day: date) -> datetime:
    return datetime.combine(day, MORNING, company_zone())
