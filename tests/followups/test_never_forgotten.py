"""The promise of the product: whatever people do, in whatever order, no customer in work is forgotten."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from genjin.customers.actions.records import NewCustomer, delete_customers, restore_customer
from genjin.customers.models import Choice, Customer
from genjin.followups.actions.contact import NewFollowUp, record_contact
from genjin.followups.actions.evidence import NewEvidence, add_evidence
from genjin.followups.actions.grading import grade_customers
from genjin.followups.actions.ownership import (
    add_customer,
    assign_customers,
    claim_customer,
    release_customers,
)  # fmt: skip
from genjin.followups.actions.stages import move_stage
from genjin.followups.actions.tasks import (
    NewTask,
    add_task,
    cancel_task,
    finish_task,
    hand_on_task,
    postpone_task,
)  # fmt: skip
from genjin.followups.models import Task
from genjin.kit.errors import RuleError

BROKEN = {
    "forgotten: in work, without open task and not on the list": """
        SELECT c.id FROM customers_customer c
        WHERE c.deleted_at IS NULL AND c.owner_id IS NOT NULL AND c.stage <> 'lost' AND c.no_next_step_since IS NULL
        AND NOT EXISTS (SELECT FROM followups_task t WHERE t.customer_id = c.id AND t.status = 'open')""",
    "on the list although a task is open, or not in work": """
        SELECT c.id FROM customers_customer c WHERE c.no_next_step_since IS NOT NULL
        AND (c.owner_id IS NULL OR c.stage = 'lost'
             OR EXISTS (SELECT FROM followups_task t WHERE t.customer_id = c.id AND t.status = 'open'))""",
    "next action is not the earliest open task": """
        SELECT c.id FROM customers_customer c WHERE c.next_action_at IS DISTINCT FROM
        (SELECT min(t.due_at) FROM followups_task t WHERE t.customer_id = c.id AND t.status = 'open')""",
    "sight that came from a task now closed, or of somebody else": """
        SELECT p.id FROM customers_participant p WHERE p.via = 'task' AND NOT EXISTS
        (SELECT FROM followups_task t WHERE t.id = p.subject_id AND t.status = 'open' AND t.assignee_id = p.user_id)""",
    "a lost customer with open tasks or running clocks": """
        SELECT c.id FROM customers_customer c WHERE c.stage = 'lost'
        AND (EXISTS (SELECT FROM followups_deadline d
                     WHERE d.customer_id = c.id AND d.met_at IS NULL AND d.ended_at IS NULL))""",
    "a pool customer with a running clock": """
        SELECT d.id FROM followups_deadline d JOIN customers_customer c ON c.id = d.customer_id
        WHERE c.owner_id IS NULL AND d.kind <> 'customer_wait' AND d.met_at IS NULL AND d.ended_at IS NULL""",
}
DEEDS = (
    "add", "add_to_pool", "assign", "claim", "release", "record", "record_and_close", "plan", "plan_for_helper", "finish",
    "postpone", "cancel", "hand_on", "prove", "move", "lose", "come_back", "delete", "restore", "grade",
)  # fmt: skip
SHOWN = ["need", "budget", "authority", "proposal_sent", "proposal_feedback", "refusal", "new_need"]
steps = st.lists(
    st.tuples(st.sampled_from(DEEDS), st.integers(0, 3), st.integers(0, 5), st.integers(1, 9)),
    min_size=10,
    max_size=40,
)


class Office:
    """Three people, a pool and a random working life; a refused deed must leave everything as sound as before."""

    def __init__(self, people: list[Any], pool: Any, now: Any) -> None:
        self.people, self.pool, self.now = people, pool, now
        known = {"waives_touches": True}
        self.reason = Choice.objects.get_or_create(kind="lost_reason", name="同行", defaults=known)[0]
        self.away = Choice.objects.get_or_create(kind="release_reason", name="非本区域", defaults=known)[0]
        self.done = 0

    def step(self, deed: str, who: int, what: int, days: int) -> None:
        self.now += timedelta(hours=1)
        actor = self.people[who % len(self.people)]
        with transaction.atomic():
            call = self._call(deed, actor, what, days)
        if call is None:
            return
        try:
            call()
        except (RuleError, ObjectDoesNotExist):
            return
        self.done += 1

    def _call(self, deed: str, actor: Any, what: int, days: int) -> Callable[[], Any] | None:
        rows = list(Customer.objects.order_by("pk"))
        if deed.startswith("add") or not rows:
            pool = self.pool if deed == "add_to_pool" else None
            new = NewCustomer({"name": f"第{self.now:%d%H}号机电有限公司", "need": "更换排产系统", "budget": "80万",
                               "industry": "制造业", "is_authority_clear": "是"}, pool=pool)  # fmt: skip
            return partial(add_customer, actor, new, now=self.now)
        row, other = rows[what % len(rows)], self.people[(what + days) % len(self.people)]
        on_customer = self._on_customer(deed, actor, row, other, days)
        if on_customer is not None:
            return on_customer
        tasks = list(Task.objects.filter(customer=row).order_by("-pk"))
        return self._on_task(deed, actor, tasks[days % min(2, len(tasks))], other, days) if tasks else None

    def _on_customer(
        self, deed: str, actor: Any, row: Customer, other: Any, days: int
    ) -> Callable[[], Any] | None:
        now, soon = self.now, self.now + timedelta(days=days)
        following = {
            "lead": "prospect",
            "prospect": "qualified",
            "qualified": "negotiation",
            "negotiation": "won",
            "won": "repeat",
        }
        said = NewFollowUp(
            "phone", f"{now:%d日%H时}电话沟通了实施周期与报价", now, next_actions=[NewTask("演示", soon)]
        )
        closing = NewFollowUp("visit", f"{now:%d日%H时}上门拜访", now, done_tasks=list(Task.objects.filter(customer=row)[:2]),
                              next_actions=[NewTask("报价", soon, assignee=other)] if days % 2 else [])  # fmt: skip
        calls: dict[str, Callable[[], Any]] = {
            "assign": partial(assign_customers, actor, [row.pk], other, now=now),
            "claim": partial(claim_customer, actor, row, now=now),
            "release": partial(
                release_customers, actor, [row.pk], self.pool, reason="非本区域", choice=self.away, now=now
            ),
            "grade": partial(grade_customers, actor, [row.pk], "ABC"[days % 3], reason="重新评估", now=now),
            "record": partial(record_contact, actor, row, said, now=now),
            "record_and_close": partial(record_contact, actor, row, closing, now=now),
            "plan": partial(add_task, actor, row, NewTask("回访", soon), now=now),
            "plan_for_helper": partial(
                add_task, actor, row, NewTask("答疑", soon, assignee=other, kind="todo"), now=now
            ),
            "move": partial(
                move_stage, actor, row, following.get(row.stage, "lead"), reason="客户确认", now=now
            ),
            "prove": partial(
                add_evidence, actor, row, NewEvidence("verbal", SHOWN, "客户当面确认,总经理在场"), now=now
            ),
            "lose": partial(move_stage, actor, row, "lost", lost_reason=self.reason, now=now),
            "come_back": partial(move_stage, actor, row, "prospect", reason="又来询价", now=now),
            "delete": partial(delete_customers, actor, [row.pk], now=now),
            "restore": partial(restore_customer, actor, row.pk, now=now),
        }
        return calls.get(deed)

    def _on_task(self, deed: str, actor: Any, task: Task, other: Any, days: int) -> Callable[[], Any]:
        due = self.now + timedelta(days=days)
        return {
            "finish": partial(finish_task, actor, task, outcome="已完成", now=self.now),
            "postpone": partial(postpone_task, actor, task, due_at=due, reason="出差", now=self.now),
            "cancel": partial(cancel_task, actor, task, reason="不需要", now=self.now),
            "hand_on": partial(hand_on_task, actor, task, other, now=self.now),
        }[deed]


def broken() -> dict[str, list[int]]:
    """Return the rows that break a promise, by promise."""
    found: dict[str, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT {at}, q.id FROM ({query}) q" for at, query in enumerate(BROKEN.values())
            )
        )
        for at, pk in cursor.fetchall():
            found.setdefault(list(BROKEN)[at], []).append(pk)
    return dict(sorted(found.items(), key=lambda item: list(BROKEN).index(item[0])))


@pytest.fixture
def cast(alice, bob, charlie, dora):
    for person in (alice, bob, charlie, dora):
        person.scope  # noqa: B018 (asked once, when all four are there)
    return [alice, bob, charlie, dora]


@settings(
    max_examples=24,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(life=steps)
def test_no_customer_in_work_is_ever_forgotten(life, cast, pool, now):
    with transaction.atomic():
        office = Office(cast, pool, now)
        for step in life:
            office.step(*step)
            assert broken() == {}, step
        transaction.set_rollback(True)


def test_the_checks_see_what_is_wrong(alice, customer, plan):
    """Each promise, broken by hand, is noticed; else the property above would prove nothing."""
    assert broken() == {}
    task = plan(alice, customer)
    Task.objects.filter(pk=task.pk).update(status="done", closed_at=task.created_at)
    assert [name.partition(":")[0] for name in broken()] == [
        "forgotten",
        "next action is not the earliest open task",
    ]


def test_a_random_life_gets_things_done(cast, pool, now):
    """Most deeds of a fixed sequence succeed, so the property does not live on refusals."""
    office = Office(cast, pool, now)
    for number, deed in enumerate(DEEDS * 3):
        office.step(deed, 3, number, number % 9 + 1)
    assert office.done > len(DEEDS)
    assert broken() == {}
