"""Whatever people, rules and merges do, in whatever order: customer and purchases say the same, asked by SQL."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from genjin.customers.models import Choice, Customer, StageChange
from genjin.events.models import Bookmark
from genjin.followups.actions import stages as below
from genjin.followups.actions.merge import merge_customers, unmerge
from genjin.kit.errors import RuleError
from genjin.selling.actions.following import follow_customers, follow_trail, look_at_everybody, look_nightly
from genjin.selling.actions.opportunities import NewOpportunity, open_opportunity
from genjin.selling.actions.stages import move_opportunity, move_stage
from genjin.selling.models import Opportunity
from genjin.selling.queries.following import out_of_line
from tests.selling.conftest import ALL, stages

BROKEN = {
    "a stage without history": """
        SELECT o.id FROM selling_opportunity o WHERE o.stage IS DISTINCT FROM (
            SELECT c.target FROM selling_opportunitychange c WHERE c.opportunity_id = o.id ORDER BY c.at DESC, c.id DESC LIMIT 1)""",
    "history with a gap": """
        SELECT id FROM (SELECT c.id, c.origin, lag(c.target) OVER (PARTITION BY c.opportunity_id ORDER BY c.at, c.id) AS former
                        FROM selling_opportunitychange c) h WHERE h.origin <> COALESCE(h.former, '')""",
    "an open purchase of a lost customer": """
        SELECT o.id FROM selling_opportunity o JOIN customers_customer c ON c.id = o.customer_id
        WHERE c.stage IN ('lead', 'prospect', 'lost') AND o.closed_at IS NULL""",
}
DEEDS = ("move", "lose", "open", "move_purchase", "lose_purchase", "behind_the_back", "catch_up")
steps = st.lists(
    st.tuples(st.sampled_from(DEEDS), st.integers(0, 9), st.integers(1, 9)), min_size=8, max_size=30
)
TARGETS = ("prospect", "qualified", "negotiation", "won", "repeat")
PURCHASE = ("qualified", "negotiation", "won")


class Sale:
    """One customer on whom everything is on record; a refused deed must leave everything as sound as before."""

    def __init__(self, alice: Any, customer: Customer, reason: Choice, now: Any) -> None:
        self.alice, self.customer, self.reason, self.now = alice, customer, reason, now
        self.done = 0

    def deed(self, name: str, pick: int) -> Callable[[], Any] | None:
        rows = list(Opportunity.objects.filter(customer=self.customer).order_by("pk"))
        one = rows[pick % len(rows)] if rows else None
        said: dict[str, Any] = {"reason": "客户说的", "now": self.now}
        target = TARGETS[pick % len(TARGETS)]
        new = NewOpportunity(name="一期", kind=("", "repeat", "upsell", "renewal")[pick % 4])
        deeds: dict[str, Callable[[], Any]] = {
            "move": partial(move_stage, self.alice, self.customer, target, **said),
            "lose": partial(move_stage, self.alice, self.customer, "lost", lost_reason=self.reason, **said),
            "open": partial(open_opportunity, self.alice, self.customer, new, now=self.now),
            "behind_the_back": partial(below.move_stage, self.alice, self.customer, target, **said),
            "catch_up": partial(follow_customers, [self.customer.pk], self.now),
        }
        if one is not None:
            deeds["move_purchase"] = partial(move_opportunity, self.alice, one, PURCHASE[pick % 3], **said)
            deeds["lose_purchase"] = partial(
                move_opportunity, self.alice, one, "lost", lost_reason=self.reason, **said
            )
        return deeds.get(name)

    def live(self, script: list[tuple[str, int, int]]) -> None:
        for name, pick, hours in script:
            self.now += timedelta(hours=hours)
            deed = self.deed(name, pick)
            if deed is None:
                continue
            try:
                with transaction.atomic():
                    deed()
                self.done += 1
            except (RuleError, ObjectDoesNotExist):
                continue
            if (
                name != "behind_the_back"
            ):  # what was done there is made up for by the next deed, or within a minute
                assert_sound()


def assert_sound() -> None:
    """Ask the database: the stage is the function of the purchases, and every stage has its history."""
    assert out_of_line() == []
    with connection.cursor() as cursor:
        for what, statement in BROKEN.items():
            cursor.execute(statement)
            assert cursor.fetchall() == [], what


@given(script=steps)
@settings(
    max_examples=40,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.target],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_customer_and_purchases_never_say_different_things(script, prospect, prove, too_dear, alice, now):
    with transaction.atomic():
        row = prospect(alice)
        prove(alice, row, *ALL[:5], "refusal", "new_need")
        prove(alice, row, "contract")
        sale = Sale(alice, row, too_dear, now)
        sale.live(script)
        look_at_everybody(sale.now)
        assert_sound()
        transaction.set_rollback(True)


@pytest.fixture
def old(make_customer, alice, prove, now):
    """Customers of a database from before purchases: one in each stage, moved by hand."""

    def make(stage):
        row = make_customer(owner=alice, need="旧系统", budget="50万")
        known = {"stage": stage, "stage_entered_at": now - timedelta(days=9)}
        Customer.objects.filter(pk=row.pk).update(**known)
        return Customer.objects.get(pk=row.pk)

    return {stage: make(stage) for stage in (*TARGETS, "lead")}


def test_a_database_from_before_gets_its_purchases_once(old, prove, alice, now):
    prove(alice, old["won"], "contract")
    StageChange.objects.create(
        customer=old["won"], at=now - timedelta(days=30), origin="prospect", target="qualified"
    )
    assert look_nightly(now) == 4
    assert look_nightly(now) == 0
    assert {stage: stages(row)[1] for stage, row in old.items()} == {
        "lead": [], "prospect": [], "qualified": ["qualified"], "negotiation": ["negotiation"], "won": ["won"], "repeat": ["won", "qualified"],
    }  # fmt: skip
    won = Opportunity.objects.get(customer=old["won"])
    assert (won.amount, won.opened_at, won.closed_at) == (
        860_000,
        now - timedelta(days=30),
        now - timedelta(days=9),
    )
    assert out_of_line() == []


def test_moves_behind_the_back_are_followed_within_a_minute(prospect, prove, alice, now):
    row = prospect(alice)
    prove(alice, row, "need", "budget", "authority")
    below.move_stage(alice, row, "qualified", now=now)
    assert stages(row) == ("qualified", [])
    follow_trail(now)
    assert stages(row) == ("qualified", ["qualified"])
    mark = Bookmark.objects.get(name="purchases").event_id
    follow_trail(now)  # reads its own event, and nothing more
    follow_trail(now)
    assert stages(row) == ("qualified", ["qualified"])
    assert Bookmark.objects.get(name="purchases").event_id > mark


def test_a_merge_brings_purchases_along_and_parting_takes_them_back(prospect, prove, bob, alice, now):
    kept, other = prospect(alice), prospect(alice)
    for row in (kept, other):
        prove(alice, row, *ALL[:5])
        move_stage(alice, row, "qualified", now=now)
    (theirs,) = Opportunity.objects.filter(customer=other)
    move_opportunity(alice, theirs, "negotiation", now=now)
    follow_trail(now)
    (merge,) = merge_customers(bob, kept, [other], take={}, now=now)
    follow_trail(now)
    assert stages(kept) == ("negotiation", ["qualified", "negotiation"])
    unmerge(bob, merge, now=now)
    follow_trail(now)
    assert stages(kept) == ("qualified", ["qualified"])
    assert stages(other) == ("negotiation", ["negotiation"])
    assert out_of_line() == []
