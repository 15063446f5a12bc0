"""A manager above the lead, and a way to ask."""

from decimal import Decimal

import pytest

from genjin.accounts.actions import NewUser, add_user, save_team
from genjin.approvals.actions import NewRequest, ask
from genjin.approvals.actions.flows import save_flow
from genjin.approvals.rules.flows import Needs, StepRule, read_signer


def step(*signers, needs="any", low=None, high=None) -> StepRule:
    """Write a step shortly: `step("role:legal", "user:3", needs="all", low=100)`."""
    return StepRule(
        tuple(read_signer(one) for one in signers), Needs(needs),
        None if low is None else Decimal(low), None if high is None else Decimal(high),
    )  # fmt: skip


@pytest.fixture
def mona(teams, now):
    """The sales manager, who leads the whole department."""
    manager = add_user(
        None, NewUser(username="mona", name="莫娜", role="manager", team=teams["top"]), now=now
    )
    save_team(None, teams["top"], leads=[manager], now=now)
    return manager


@pytest.fixture
def flow(dora, now):
    """Return a way to set a flow: `flow("discount", step("role:legal"), step("superior:1"))`."""
    return lambda kind, *steps: save_flow(dora, kind, list(steps), now=now)


@pytest.fixture
def wish(now):
    """Return a way to ask: `wish(alice, amount=5)`."""

    def put(actor, kind="discount", *, amount=None, at=None, **more):
        amount = None if amount is None else Decimal(amount)
        return ask(
            actor, NewRequest(kind, "给远景机电打八折", "竞争激烈", amount=amount, **more), now=at or now
        )

    return put
