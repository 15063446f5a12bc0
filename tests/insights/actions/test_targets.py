"""Who sets whose targets, and what stays of each change."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from genjin.events.models import Event
from genjin.followups.models import FollowUp
from genjin.followups.rules import Period
from genjin.insights.actions.targets import NewTarget, save_ranking_settings, set_targets
from genjin.insights.models import Target
from genjin.insights.queries.asking import Question, records
from genjin.insights.queries.catalogue import METRICS
from genjin.insights.queries.targets import of_subject, subjects_of, targets_now, targets_of
from genjin.kit.errors import RuleError

pytestmark = pytest.mark.django_db
MARCH = date(2026, 3, 1)


def march(amount, **of):
    return NewTarget("contacts", "month", MARCH, None if amount is None else Decimal(amount), **of)


def refused(actor, line, now):
    before = list(Target.objects.values())
    with pytest.raises(RuleError) as refusal:
        set_targets(actor, [line], now=now)
    assert list(Target.objects.values()) == before
    assert not Event.objects.filter(kind="target.set").exists()
    return refusal.value.code, refusal.value.status


def test_a_lead_sets_those_of_the_people_led(alice, bob, charlie, teams, now):
    assert [row.amount for row in set_targets(bob, [march(20, person=alice.pk)], now=now)] == [20]
    Event.objects.all().delete()
    for of in ({"person": charlie.pk}, {"team": teams["A"].pk}, {}, {"person": bob.pk}):
        assert refused(bob, march(5, **of), now) == ("target_not_led", 403)


def test_a_rep_sets_none_and_an_administrator_all(alice, erin, dora, teams, now):
    for actor in (alice, erin):
        assert refused(actor, march(5, person=alice.pk), now) == ("forbidden", 403)
    rows = set_targets(dora, [march(90), march(40, team=teams["A"].pk), march(20, person=alice.pk)], now=now)
    assert len(rows) == 3


def test_nobody_and_two_are_refused(alice, dora, teams, now):
    assert refused(dora, march(5, person=999_999), now)[0] == "person_unknown"
    assert refused(dora, march(5, person=alice.pk, team=teams["A"].pk), now)[0] == "target_of_two"


def test_each_change_is_kept_and_what_stands_is_left_alone(alice, dora, now):
    line = march(20, person=alice.pk)
    set_targets(dora, [line], now=now)
    assert set_targets(dora, [line], now=now) == []
    set_targets(dora, [replace(line, amount=Decimal(25))], now=now)
    set_targets(dora, [replace(line, amount=None)], now=now)
    assert not Target.objects.exists()
    events = Event.objects.filter(kind="target.set").order_by("pk")
    told = [(one.data["before"]["amount"], one.data["after"]["amount"]) for one in events]
    assert told == [(None, "20.00"), ("20.00", "25.00"), ("25.00", None)]


def test_each_sees_the_targets_of_whom_they_see(alice, bob, charlie, dora, teams, now):
    set_targets(
        dora,
        [march(90), march(40, team=teams["A"].pk), march(20, person=alice.pk), march(9, person=charlie.pk)],
        now=now,
    )
    seen = {
        user.username: sorted(Target.objects.visible_to(user).values_list("amount", flat=True))
        for user in (alice, bob, charlie, dora)
    }
    assert seen == {"alice": [20], "bob": [20, 40], "charlie": [9], "dora": [9, 20, 40, 90]}


def test_what_was_reached_opens_its_records(make_customer, alice, dora, now):
    customer = make_customer(owner=alice)
    for _one in range(3):
        FollowUp.objects.create(
            customer=customer, author=alice, happened_at=now, recorded_at=now, summary="谈了价格"
        )
    set_targets(dora, [march(4, person=alice.pk)], now=now)
    question = Question(alice, Period(MARCH, date(2026, 3, 31)), date(2026, 3, 11))
    (found,) = targets_of(question, subjects_of(alice, "公司"))
    metric = found.metric
    assert (metric, found.actual, found.target, found.attainment, found.gap) == (
        "contacts",
        3,
        4,
        Decimal("0.75"),
        1,
    )
    assert records(METRICS[metric], of_subject(question, found.subject)).count() == found.actual


def test_only_who_keeps_settings_opens_rankings(bob, dora, now):
    with pytest.raises(RuleError):
        save_ranking_settings(bob, is_open_to_reps=False, now=now)
    assert not Event.objects.filter(kind="ranking_settings.changed").exists()
    assert not save_ranking_settings(dora, is_open_to_reps=False, now=now).is_open_to_reps


def test_two_writers_are_told_of_each_other(alice, bob, dora, now):
    line = march(20, person=alice.pk)
    set_targets(dora, [line], now=now)
    with pytest.raises(RuleError) as refusal:
        set_targets(bob, [replace(line, amount=Decimal(30), seen=None)], now=now)
    assert (refusal.value.code, refusal.value.status) == ("target_changed", 409)
    assert [row.amount for row in Target.objects.all()] == [20]
    assert set_targets(bob, [replace(line, seen=None)], now=now) == []  # both wanted the same
    assert [
        row.amount for row in set_targets(bob, [replace(line, amount=Decimal(30), seen=Decimal(20))], now=now)
    ] == [30]


def test_today_the_shortest_stretch_with_a_target_is_told(alice, bob, dora, teams, now):
    quarter = NewTarget("cash", "quarter", date(2026, 1, 1), Decimal(300), person=alice.pk)
    set_targets(
        dora,
        [march(4, person=alice.pk), quarter, replace(quarter, grain="year", amount=Decimal(900))],
        now=now,
    )
    told = {
        one.metric: (one.period.first, one.target)
        for one in targets_now(alice, date(2026, 3, 11), subjects_of(alice, ""))
    }
    assert told == {"contacts": (MARCH, 4), "cash": (date(2026, 1, 1), 300)}
    assert [one.key for one in subjects_of(bob, "")] == [f"person:{bob.pk}", f"team:{teams['A'].pk}"]
    assert [one.key for one in subjects_of(dora, "公司")] == ["company", f"person:{dora.pk}"]


def test_the_people_of_a_team_are_read_once_for_all_its_targets(bob, dora, teams, now):
    def asked(metrics):
        lines = [replace(march(4, team=teams["A"].pk), metric=metric) for metric in metrics]
        set_targets(dora, lines, now=now)
        with CaptureQueriesContext(connection) as told:
            targets_now(bob, date(2026, 3, 11), subjects_of(bob, ""))
        return [query["sql"] for query in told if '"parent_id"' in query["sql"]]

    assert len(asked(["contacts"])) == len(asked(["contacts", "won", "cash"]))
