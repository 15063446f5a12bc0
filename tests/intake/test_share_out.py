"""A sheet whose customers find their owners by the rules."""

from collections import Counter

import pytest

from genjin.customers.models import Customer
from genjin.intake.actions.share_out import share_out
from genjin.routing.actions.rules import Draft, Part, save_rule
from genjin.routing.models import AssignmentRule, Unassigned
from tests.intake.conftest import HEADER

SHEET = f"{HEADER},负责人\n" + "".join(
    f"无锡第{at}机电有限公司,王一,1380000{at:04d},行业展会,{'charlie' if at == 0 else ''}\n"
    for at in range(5)
)


@pytest.fixture
def rule(alice, bob, dora, now):
    draft = Draft({"name": "展会线索"}, parts=[Part(alice), Part(bob)])
    return save_rule(dora, AssignmentRule(), draft, now=now)


def owners() -> Counter[str | None]:
    return Counter(Customer.objects.values_list("owner__username", flat=True))


def test_rows_without_an_owner_are_given_away_in_turns(rule, dora, charlie, let_in, pool, now):
    batch = let_in(dora, SHEET, pool=pool, assign=True)
    assert owners() == {"charlie": 1, None: 4}
    assert share_out(batch.pk, now=now) == 4
    assert owners() == {"charlie": 1, "alice": 2, "bob": 2}
    assert share_out(batch.pk, now=now) == 0


def test_without_a_rule_they_wait_with_the_reason(dora, charlie, let_in, pool, now):
    batch = let_in(dora, SHEET, pool=pool, assign=True)
    assert share_out(batch.pk, now=now) == 0
    assert set(Unassigned.objects.values_list("reason", flat=True)) == {"no_rule"}
    assert Unassigned.objects.count() == 4
