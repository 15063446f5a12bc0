"""Grades: proposed by rule, confirmed by people, with the reason kept."""

from datetime import date, timedelta

import pytest

from genjin.customers.actions.axes import grade_customers
from genjin.customers.models import Customer, GradeChange
from genjin.customers.rules import Facts, Grade
from genjin.customers.rules.score import is_need_stated, is_within_a_quarter, propose_grade
from genjin.events.models import Event
from tests.refusals import refused, unseen

TODAY = date(2026, 3, 11)
A_FACTS = {
    "need": "更换排产系统",
    "has_budget": True,
    "is_authority_clear": True,
    "purchase_by": TODAY + timedelta(days=60),
}


@pytest.mark.parametrize(
    ("facts", "grade"),
    [
        (A_FACTS, "A"),  # S0-9
        (A_FACTS | {"purchase_by": TODAY + timedelta(days=92)}, "A"),
        (A_FACTS | {"purchase_by": TODAY + timedelta(days=93)}, "B"),
        (A_FACTS | {"purchase_by": None}, "B"),  # S0-27: no purchase plan
        (A_FACTS | {"has_budget": False}, "B"),
        (A_FACTS | {"is_authority_clear": False}, "B"),
        ({"need": "更换排产系统"}, "B"),  # S0-10
        ({"need": "", "has_budget": True, "is_authority_clear": True}, "B"),
        ({"need": "", "has_budget": True}, "C"),
        ({"need": "了解下"}, "C"),  # S0-11
        ({}, "C"),
    ],
)
def test_the_proposal_reads_need_budget_power_and_date(facts, grade):
    proposed, reason = propose_grade(Facts(**facts), TODAY)
    assert proposed == Grade(grade)
    assert reason


@pytest.mark.parametrize(
    ("need", "stated"), [("排产系统", True), ("排 产\n系", False), ("    ", False), ("排产系", False)]
)
def test_a_need_says_something_from_four_characters_on(need, stated):
    assert is_need_stated(need) is stated


def test_a_quarter_is_92_days():
    assert [is_within_a_quarter(TODAY + timedelta(days=days), TODAY) for days in (0, 92, 93)] == [
        True,
        True,
        False,
    ]
    assert not is_within_a_quarter(None, TODAY)


def test_a_person_confirms_several_at_once_with_one_reason(alice, make_customer, now):
    rows = [make_customer(owner=alice).pk for _number in range(3)]
    assert len(grade_customers(alice, rows, "A", reason=" 本季度采购 ", now=now)) == 3
    for row in Customer.objects.filter(pk__in=rows):
        assert (row.grade, row.grade_reason, row.is_grade_confirmed, row.version) == (
            "A",
            "本季度采购",
            True,
            2,
        )
    changes = GradeChange.objects.filter(by=alice).values_list("origin", "target", "reason", "is_proposal")
    assert list(changes) == [("C", "A", "本季度采购", False)] * 3
    assert Event.objects.filter(kind="customer.graded", actor=alice).count() == 3


def test_without_a_reason_or_with_another_letter_nothing_moves(alice, make_customer, now):
    row = make_customer(owner=alice)
    with refused("grade_reason_missing"):
        grade_customers(alice, [row.pk], "A", reason=" ", now=now)
    with refused("grade_unknown"):
        grade_customers(alice, [row.pk], "D", reason="x", now=now)


def test_strangers_readers_and_mixed_sets_are_refused_whole(alice, charlie, erin, make_customer, now):
    hers, his = make_customer(owner=alice), make_customer(owner=charlie)
    with unseen():
        grade_customers(alice, [hers.pk, his.pk], "A", reason="x", now=now)
    with refused("forbidden", status=403):
        grade_customers(erin, [hers.pk], "A", reason="x", now=now)


def test_a_pool_customer_one_sees_is_not_ones_to_grade(alice, make_customer, pool, now):
    hers, waiting = make_customer(owner=alice), make_customer(pool=pool)
    with refused("not_yours", status=403):
        grade_customers(alice, [hers.pk, waiting.pk], "A", reason="x", now=now)
