"""How sure a team's facts are, counted by the database as the page of one customer says it."""

from datetime import timedelta

import pytest

from genjin.customers.actions.records import change_customer, save_contact
from genjin.customers.models import Customer
from genjin.quality.actions.contradictions import look_for_contradictions
from genjin.quality.actions.facts import NewCheck, Seen, check_facts
from genjin.quality.models import Contradiction
from genjin.quality.queries.facts import fact_lines, values_of
from genjin.quality.queries.figures import (
    KEY_FACTS,
    contradiction_counts,
    fact_figures,
    fingerprint_of,
    with_contradictions,
    with_fact,
)
from genjin.quality.rules.facts import OF_CUSTOMER, fingerprint


@pytest.fixture
def rows(alice, make_customer, now):
    full = {
        "industry": "制造业", "need": "更换排产系统\n和报表", "budget": "50-80.5万", "is_authority_clear": True, "decision_process": "采购→总经理",
        "purchase_timing": "三季度", "purchase_by": "2026-09-30", "employee_count": 260, "founded_on": "2015", "province": "浙江省",
        "city": "杭州市", "address": "西湖区1号", "main_business": "机床", "pain_points": "慢", "competitors": "两家", "revenue": "1-3亿元",
    }  # fmt: skip
    made = [
        make_customer(owner=alice, **full),
        make_customer(owner=alice, need="换一台泵"),
        make_customer(owner=alice),
    ]
    check_facts(alice, made[0], NewCheck([Seen("need"), Seen("budget"), Seen("timing")], "call"), now=now)
    check_facts(alice, made[1], NewCheck([Seen("need")], "call"), now=now - timedelta(days=100))
    row = Customer.objects.get(pk=made[0].pk)
    change_customer(alice, row, {"budget": "90万"}, version=row.version, now=now)
    return [Customer.objects.get(pk=row.pk) for row in made]


def test_the_database_works_out_the_same_fingerprints(rows):
    for fact in OF_CUSTOMER:
        found = dict(Customer.objects.annotate(print=fingerprint_of(fact)).values_list("pk", "print"))
        assert found == {row.pk: fingerprint(values_of(fact, row)) for row in rows}, fact.key


def test_every_figure_is_the_number_of_rows_behind_it(alice, rows, now):
    figures = {one.fact.key: one for one in fact_figures(Customer.objects.visible_to(alice), now)}
    need, budget = figures["need"], figures["budget"]
    assert (need.on_record, need.verified, need.stale, need.changed, need.unverified, need.percent) == (
        2,
        1,
        1,
        0,
        0,
        50,
    )
    assert (budget.on_record, budget.verified, budget.changed, budget.unverified) == (1, 0, 1, 0)
    assert figures["name"].unverified == 3
    visible = Customer.objects.visible_to(alice)
    for fact in KEY_FACTS:
        for state in ("verified", "stale", "changed", "unverified"):
            behind = with_fact(visible, fact.key, state, now)
            assert behind.count() == getattr(figures[fact.key], state)
            for row in behind:
                [line] = [one for one in fact_lines(alice, row, [], now) if one.fact.key == fact.key]
                assert line.state == state
        assert with_fact(visible, fact.key, "", now).count() == figures[fact.key].on_record


def test_contradictions_are_kept_and_looked_at_again_when_something_changes(
    alice, charlie, make_customer, now
):
    row = make_customer(
        owner=alice, province="浙江省", city="杭州市", address="江苏省南京市某某路1号", contacts=[{"name": "王工", "phone": "0571-87654321"}]
    )  # fmt: skip
    fine = make_customer(owner=alice)
    assert look_for_contradictions(now) == 2
    visible = Customer.objects.visible_to(alice)
    assert contradiction_counts(visible) == [("region_against_address", 1)]
    assert list(with_contradictions(visible)) == [row]
    assert not with_contradictions(Customer.objects.visible_to(charlie)).exists()
    later = now + timedelta(hours=2)
    assert look_for_contradictions(later) == 2  # both were saved within ten minutes of the last look
    assert look_for_contradictions(later + timedelta(hours=1)) == 0
    row = Customer.objects.get(pk=row.pk)
    change_customer(alice, row, {"address": ""}, version=row.version, now=later + timedelta(hours=2))
    save_contact(alice, fine, {"name": "李总", "phone": "010-62345678"}, now=later + timedelta(hours=2))
    assert look_for_contradictions(later + timedelta(hours=3)) == 2
    assert not Contradiction.objects.exists()
    fine = Customer.objects.get(pk=fine.pk)
    change_customer(alice, fine, {"province": "浙江省"}, version=fine.version, now=later + timedelta(hours=4))
    look_for_contradictions(later + timedelta(hours=5))
    assert [one.code for one in Contradiction.objects.all()] == ["phone_against_region"]
