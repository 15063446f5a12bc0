"""A customer in work, and short ways to write things down."""

from datetime import timedelta

import pytest

from genjin.followups.actions.contact import NewFollowUp, record_contact
from genjin.followups.actions.tasks import NewTask, add_task

SAID = "客户确认预算八十万元，下周安排演示"


@pytest.fixture
def customer(make_customer, alice):
    return make_customer(owner=alice, name="杭州远景机电有限公司")


@pytest.fixture
def plan(now):
    """Return a way to plan: `plan(actor, customer, days=3, objective=..., assignee=...)`."""

    def make(actor, customer, *, days=3, objective="安排演示", at=None, **more):
        new = NewTask(objective=objective, due_at=(at or now) + timedelta(days=days), **more)
        return add_task(actor, customer, new, now=at or now)

    return make


@pytest.fixture
def say(now):
    """Return a way to record: `say(actor, customer, "...", next_in=7)`; `next_in=None` plans nothing."""

    def make(actor, customer, summary=SAID, *, next_in=7, at=None, **more):
        moment = at or now
        planned = [] if next_in is None else [NewTask("安排演示", moment + timedelta(days=next_in))]
        known = {"method": "phone", "happened_at": moment, "next_actions": planned} | more
        return record_contact(actor, customer, NewFollowUp(summary=summary, **known), now=moment)

    return make
