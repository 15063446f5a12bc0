"""Rules as the tests need them, and a customer whose owner says nothing."""

from datetime import timedelta

import pytest

from genjin.followups.actions.contact import NewFollowUp, record_contact
from genjin.followups.actions.tasks import NewTask
from genjin.followups.queries.conditions import read_conditions
from genjin.routing.actions.rules import Draft, Part, save_rule
from genjin.routing.models import AssignmentRule, RecycleRule


@pytest.fixture
def recycle_rule(dora, pool, now):
    """Return a way to put the only recycling rule in force."""
    RecycleRule.objects.all().delete()

    def make(conditions=(), **values):
        values = {
            "name": "默认",
            "pool": pool,
            "days_a": 14,
            "days_b": 30,
            "days_c": 60,
            "no_deal_days": 180,
        } | values
        draft = Draft(values, read_conditions(conditions))
        return save_rule(dora, RecycleRule(), draft, now=now)

    return make


@pytest.fixture
def assignment_rule(dora, now):
    """Return a way to add an assignment rule: `assignment_rule([(alice, 2, None), ...], conditions=...)`."""

    def make(people, conditions=(), **values):
        parts = [Part(person, weight, capacity) for person, weight, capacity in people]
        draft = Draft({"name": "线索分配"} | values, read_conditions(conditions), parts=parts)
        return save_rule(dora, AssignmentRule(), draft, now=now)

    return make


@pytest.fixture
def speak(now):
    """Return a way to be in touch with a customer at a moment, with a next step a week later."""

    def say(actor, customer, at):
        new = NewFollowUp(
            method="phone", summary="客户确认预算八十万元，下周安排演示", happened_at=at,
            next_actions=[NewTask("安排演示", at + timedelta(days=7))],
        )  # fmt: skip
        return record_contact(actor, customer, new, now=at)

    return say
