"""The promise of the product, through the API: whatever is called, in whatever order, nobody in work is forgotten."""

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from genjin.customers.models import Customer
from genjin.followups.models import Task
from tests.followups.test_never_forgotten import BROKEN

CALLS = 90


def broken():
    with connection.cursor() as cursor:
        for sentence, statement in BROKEN.items():
            cursor.execute(statement)
            yield from ((sentence, row[0]) for row in cursor.fetchall())


class Chance:
    """Calls as a careless integration would make them: right ones, wrong ones, late ones, foreign ones."""

    def __init__(self, seed, callers):
        self.dice, self.callers, self.answers = random.Random(seed), callers, []

    def customer(self):
        return self.dice.choice(list(Customer.objects.values_list("pk", flat=True)) or [0])

    def task(self):
        return self.dice.choice(list(Task.objects.values_list("pk", flat=True)) or [0])

    def soon(self):
        return (timezone.now() + timedelta(days=self.dice.randint(-2, 9))).isoformat()

    def next_actions(self):
        return [
            {"objective": "安排演示", "due_at": self.soon(), "assignee": self.person()}
            for _ in range(self.dice.randint(0, 2))
        ]

    def person(self):
        return self.dice.choice(["alice", "bob", "charlie"])

    def call(self):
        deeds = {
            "/customers": {"name": f"第{self.dice.randint(1, 10**6)}号机电", "need": "换系统", "owner": self.person()},
            f"/customers/{self.customer()}/followups": {
                "method": "phone", "summary": f"第{self.dice.randint(1, 10**6)}次沟通了实施周期与报价细节",
                "next_actions": self.next_actions(), "done_tasks": [self.task()] if self.dice.random() < 0.3 else [],
            },
            f"/customers/{self.customer()}/claim": {},
            f"/customers/{self.customer()}/release": {"reason": "精力不足"},
            f"/customers/{self.customer()}/assign": {"owner": self.person(), "reason": "调整"},
            f"/customers/{self.customer()}/stage": {
                "stage": self.dice.choice(["prospect", "lost", "lead"]), "reason": "客户说的", "lost_reason": "预算不足",
            },
            f"/customers/{self.customer()}/evidence": {"kind": "verbal", "proves": ["refusal"], "text": "客户说今年不采购"},
            f"/customers/{self.customer()}/grade": {"grade": self.dice.choice("ABC"), "reason": "重新判断"},
            "/tasks": {"customer": self.customer(), "objective": "回访", "due_at": self.soon(), "kind": "todo", "assignee": self.person()},
            f"/tasks/{self.task()}/done": {"outcome": "已完成"},
            f"/tasks/{self.task()}/cancel": {"reason": "不需要了"},
            f"/tasks/{self.task()}/reassign": {"assignee": self.person()},
            f"/tasks/{self.task()}/postpone": {"due_at": self.soon(), "reason": "客户出差"},
        }  # fmt: skip
        address, body = self.dice.choice(list(deeds.items()))
        answer = self.dice.choice(self.callers).post(address, body)
        self.answers.append(answer.status_code)
        assert answer.status_code < 500, (address, body)
        if self.dice.random() < 0.05:
            self.dice.choice(self.callers).delete(f"/customers/{self.customer()}")


@pytest.mark.parametrize("seed", range(1, 6))
def test_any_sequence_of_calls_leaves_nobody_forgotten(
    seed, call, alice, bob, charlie, dora, make_customer, pool
):
    for owner in (alice, bob, charlie):
        make_customer(owner=owner)
    make_customer(pool=pool)
    chance = Chance(seed, [call(person) for person in (alice, bob, charlie, dora)])
    for _call in range(CALLS):
        chance.call()
    assert list(broken()) == []
    assert (
        sum(status < 300 for status in chance.answers) > CALLS / 5
    )  # it was a working day, not a row of refusals
