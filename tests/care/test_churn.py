"""Alarms are raised at night, at most one a customer, and each is answered."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils.translation import override

from genjin.accounts.models import User
from genjin.care.actions.alarms import keep_alarms
from genjin.care.actions.churn import (
    WinBackPlan,
    answer_alarm,
    change_win_back,
    close_win_back,
    look_nightly,
    raise_alarms,
)
from genjin.care.actions.churn_weights import propose_weights, save_weights, settle_weights
from genjin.care.models import ChurnAlert, ChurnWeights, Survey, Ticket, UsageFigure, WinBack
from genjin.care.queries.churn import (
    bought_ever,
    foresee,
    judged,
    readings,
    replay,
    watched,
    watched_on,
    weights_in_force,
)
from genjin.care.rules.accuracy import foresight, tally
from genjin.care.rules.churn import FIRST_WEIGHTS
from genjin.contracts.models import Milestone
from genjin.customers.actions.records import remove_contact
from genjin.customers.models import Customer, StageChange
from genjin.events.models import Event
from genjin.followups.actions.tasks import NewTask, add_task
from genjin.followups.models import Deadline, FollowUp, Task
from genjin.notices.models import Notice
from tests.refusals import refused, unseen

WEIGHTS = {str(part): weight for part, weight in FIRST_WEIGHTS.items()}


@pytest.fixture
def silent(bought, alice):
    """A customer nobody has been in touch with since it bought."""
    return bought(alice, name="杭州沉默机电有限公司")


@pytest.fixture
def alarm(silent, now):
    look_nightly(now)
    return ChurnAlert.objects.get(customer=silent)


def plan_of(actor, now, **more):
    known = {
        "reason": "用不起来",
        "measures": "免费服务三个月",
        "owner": actor,
        "until": now.date() + timedelta(days=30),
    }
    return WinBackPlan(**(known | more))


def talk(customer, author, at, *, answered=True):
    FollowUp.objects.create(
        customer=customer, author=author, happened_at=at, recorded_at=at, summary="电话回访使用情况", got_response=answered
    )  # fmt: skip


def test_the_night_raises_one_alarm_with_its_reasons_a_clock_and_a_word(silent, alice, bob, now):
    assert look_nightly(now) == 1
    assert look_nightly(now) == 0, "once a day"
    assert look_nightly(now + timedelta(days=1)) == 0, "never two for one customer"
    row = ChurnAlert.objects.get()
    assert (row.customer, row.score, row.responsible, row.answer) == (silent, 25, alice, "")
    assert row.parts == [{"part": "gap", "weight": 25, "days": 400, "limit": 30, "basis": "never"}]
    clock = Deadline.objects.get(kind="churn")
    assert (clock.subject_id, clock.responsible, clock.due_at) == (row.pk, alice, row.due_at)
    assert row.due_at == datetime(2026, 3, 16, 10, tzinfo=UTC), (
        "18:00 in Shanghai, three working days after Wednesday"
    )
    assert list(Notice.objects.filter(kind="churn_raised").values_list("person", flat=True)) == [alice.pk]
    assert Event.objects.filter(kind="churn.raised", customer_id=silent.pk, subject_id=row.pk).exists()


def test_a_high_score_is_told_to_the_lead_as_well(silent, alice, bob, now):
    UsageFigure.objects.create(
        customer=silent, metric="登录", period="2025-12", ends_on=date(2025, 12, 31), last_login_on=date(2025, 12, 1), recorded_at=now
    )  # fmt: skip
    Ticket.objects.create(
        customer=silent, kind="complaint", title="系统慢", number="GD-1", owner=alice, opened_at=now - timedelta(days=9),
        counts_from=now - timedelta(days=9), answer_due_at=now - timedelta(days=8), due_at=now - timedelta(days=8),
    )  # fmt: skip
    look_nightly(now)
    row = ChurnAlert.objects.get()
    assert (row.score, {part["part"] for part in row.parts}) == (85, {"gap", "login", "complaint"})
    assert set(Notice.objects.filter(kind="churn_raised").values_list("person", flat=True)) == {
        alice.pk,
        bob.pk,
    }


def test_every_source_is_read(bought, alice, sign, now):
    row = bought(alice, days_ago=500, contacts=[{"name": "王经理", "phone": "13800138000"}])
    contract = sign(row, now.date() + timedelta(days=50))
    Milestone.objects.create(
        contract=contract, name="尾款", amount=Decimal("70000.00"), trigger="signing", triggered_on=date(2026, 2, 1), due_on=date(2026, 2, 1)
    )  # fmt: skip
    for rating, days in ((5, 200), (3, 20)):
        at = now - timedelta(days=days)
        Survey.objects.create(customer=row, opened_at=at, due_at=at, answered_at=at, rating=rating)
    for month, users in ((9, 40), (10, 41), (11, 39), (12, 12)):
        UsageFigure.objects.create(
            customer=row, metric="活跃", period=f"2025-{month:02d}", ends_on=date(2025, month, 28), active_users=users, recorded_at=now
        )  # fmt: skip
    for days in range(60, 0, -10):
        talk(row, alice, now - timedelta(days=days + 20), answered=days > 10)
    remove_contact(alice, row.contacts.get(), now=now)
    shown = {sign.part: sign.detail for sign in readings(watched(), now)[0].reading.signs}
    assert shown.keys() == {"gap", "reply", "usage", "rating", "payment", "contact_left", "contract_end"}
    assert shown["gap"] == {"days": 30, "limit": 11, "basis": "own"}
    assert shown["payment"] == {"days": 38, "amount": "70000.00"}
    assert shown["contract_end"]["days"] == 50


@pytest.mark.parametrize("stage", ["lead", "prospect", "qualified", "negotiation", "lost"])
def test_who_has_not_bought_or_is_lost_never_matches(silent, now, stage):
    Customer.objects.filter(pk=silent.pk).update(
        stage=stage, no_next_step_since=None if stage == "lost" else now
    )
    assert look_nightly(now) == 0
    assert raise_alarms([silent.pk], now) == 0
    assert not ChurnAlert.objects.exists()


def test_who_is_in_the_bin_or_has_no_owner_never_matches(silent, bought, alice, pool, now):
    Customer.objects.filter(pk=silent.pk).update(deleted_at=now)
    pooled = bought(alice)
    Customer.objects.filter(pk=pooled.pk).update(owner=None, pool=pool, no_next_step_since=None)
    assert look_nightly(now) == 0


@pytest.mark.parametrize(
    "gone", [{"stage": "lost", "no_next_step_since": None}, {"owner": None, "no_next_step_since": None}, {"deleted": True}]
)  # fmt: skip
def test_an_alarm_ends_with_its_customer_and_the_next_may_come(alarm, silent, alice, pool, now, gone):
    before = {"stage": "won", "owner": alice, "pool": None, "deleted_at": None, "no_next_step_since": now}
    if gone.pop("deleted", False):
        gone = {"deleted_at": now}
    if "owner" in gone:
        gone["pool"] = pool
    assert keep_alarms(now) == 0, "nothing happened yet"
    Customer.objects.filter(pk=silent.pk).update(**gone)
    assert keep_alarms(now) == 1
    assert keep_alarms(now) == 0
    alarm.refresh_from_db()
    assert alarm.closed_at == now
    assert Deadline.objects.get(kind="churn").ended_at == now
    assert Event.objects.filter(kind="churn.closed", subject_id=alarm.pk).exists()
    Customer.objects.filter(pk=silent.pk).update(**before)
    assert look_nightly(now + timedelta(days=1)) == 1


def test_an_alarm_follows_a_handover_with_its_clock(alarm, silent, bob, now):
    Customer.objects.filter(pk=silent.pk).update(owner=bob)
    assert keep_alarms(now) == 1
    assert keep_alarms(now) == 0
    alarm.refresh_from_db()
    assert (alarm.responsible, Deadline.objects.get(kind="churn").responsible) == (bob, bob)


def test_the_lead_answers_for_an_owner_who_may_not_sign_in(silent, alice, bob, now):
    User.objects.filter(pk=alice.pk).update(is_active=False)
    look_nightly(now)
    assert ChurnAlert.objects.get().responsible == bob
    assert Notice.objects.get(kind="churn_raised").person == bob


def test_two_plans_with_the_same_words_have_a_task_each(alarm, alice, now):
    words = "Win back: 免费服务三个月"
    with override("en"):
        add_task(alice, alarm.customer, NewTask(words, now + timedelta(days=3)), now=now)
        answer_alarm(alice, alarm, "acting", plan=plan_of(alice, now), now=now)
    task = WinBack.objects.get(alert=alarm).task
    assert (task.status, Task.objects.open().filter(objective=words).count()) == ("open", 2)


def test_a_plan_to_win_back_is_a_task_until_it_ends(alarm, alice, bob, now):
    answer_alarm(alice, alarm, "acting", plan=plan_of(alice, now), now=now)
    task = Task.objects.get(objective__contains="免费服务三个月")
    assert (task.assignee, task.status, task.due_at.date()) == (
        alice,
        "open",
        now.date() + timedelta(days=30),
    )
    change_win_back(alice, alarm, plan_of(alice, now, measures="派人驻场"), now=now)
    task.refresh_from_db()
    assert ("派人驻场" in task.objective, task.status) == (True, "open")
    change_win_back(alice, alarm, plan_of(bob, now, measures="派人驻场"), now=now)
    task.refresh_from_db()
    assert (task.status, Task.objects.open().get(customer=alarm.customer).assignee) == ("cancelled", bob)
    assert not Event.objects.filter(kind="task.done").exists(), "planning anew is no work done"
    close_win_back(alice, alarm, "won_back", outcome="续用", now=now)
    assert not Task.objects.open().filter(customer=alarm.customer).exists()


def test_who_was_called_lately_raises_nothing(silent, alice, now):
    talk(silent, alice, now - timedelta(days=3))
    assert look_nightly(now) == 0


def test_a_night_has_a_limit_and_the_next_goes_on(bought, alice, dora, now):
    for _number in range(5):
        bought(alice)
    save_weights(dora, WEIGHTS, raise_at=25, high_at=60, limit_per_run=2, reason="先试两条", now=now)
    raised = [look_nightly(now + timedelta(days=day)) for day in range(4)]
    assert raised == [2, 2, 1, 0]
    assert ChurnAlert.objects.values("customer").distinct().count() == 5


def test_a_look_changes_nothing(silent, now):
    found = [one for chunk in foresee(now) for one in chunk]
    assert [(one.customer, one.reading.score) for one in found] == [(silent, 25)]
    assert not ChurnAlert.objects.exists()


def test_acting_wants_a_plan_and_ends_with_a_result(alarm, alice, bob, now):
    with refused("plan_missing"):
        answer_alarm(alice, alarm, "acting", now=now)
    with refused("due_in_past"):
        answer_alarm(
            alice, alarm, "acting", plan=plan_of(alice, now, until=now.date() - timedelta(days=1)), now=now
        )
    answer_alarm(alice, alarm, "acting", plan=plan_of(alice, now), now=now)
    alarm.refresh_from_db()
    assert (alarm.answer, alarm.answered_by, alarm.closed_at) == ("acting", alice, None)
    assert Deadline.objects.get(kind="churn").met_at == now
    with refused("answered_already", status=409):
        answer_alarm(bob, alarm, "false", why="误报", now=now)
    change_win_back(bob, alarm, plan_of(bob, now, measures="上门培训一次"), now=now)
    assert WinBack.objects.get().measures == "上门培训一次"
    assert look_nightly(now + timedelta(days=1)) == 0, "while somebody acts there is no second alarm"
    with refused("outcome_missing"):
        close_win_back(alice, alarm, "won_back", outcome=" ", now=now)
    close_win_back(alice, alarm, "won_back", outcome="客户恢复每日使用", now=now)
    assert WinBack.objects.get().result == "won_back"
    with refused("not_acting", status=409):
        close_win_back(alice, alarm, "lost", outcome="还是走了", now=now)
    assert look_nightly(now + timedelta(days=2)) == 0


def test_a_false_alarm_says_why_and_silences_its_parts_for_sixty_days(alarm, silent, alice, now):
    with refused("reason_missing"):
        answer_alarm(alice, alarm, "false", now=now)
    answer_alarm(alice, alarm, "false", why="客户按年对账，不需要月度联系", now=now)
    assert look_nightly(now + timedelta(days=59)) == 0
    Ticket.objects.create(
        customer=silent, kind="complaint", title="对账不符", number="GD-2", owner=alice, opened_at=now, counts_from=now,
        answer_due_at=now + timedelta(days=1), due_at=now + timedelta(days=1),
    )  # fmt: skip
    assert look_nightly(now + timedelta(days=30, hours=23)) == 0, "an earlier day was looked at already"
    assert look_nightly(now + timedelta(days=59, hours=23)) == 1, "another part speaks all the same"
    assert [part["part"] for part in ChurnAlert.objects.unanswered().get().parts] == ["complaint"]


def test_after_sixty_days_the_same_part_speaks_again(alarm, alice, now):
    answer_alarm(alice, alarm, "false", why="客户按年对账", now=now)
    assert look_nightly(now + timedelta(days=61)) == 1


def test_strangers_and_who_only_reads_answer_nothing(alarm, alice, charlie, erin, fiona, now):
    with unseen():
        answer_alarm(charlie, alarm, "known", now=now)
    with refused("forbidden", status=403):
        answer_alarm(erin, alarm, "known", now=now)
    with refused("answer_unknown"):
        answer_alarm(alice, alarm, "maybe", now=now)
    assert not ChurnAlert.objects.visible_to(charlie).exists()


def test_weights_have_a_history_and_only_who_may_change_them(silent, alice, dora, now):
    with refused("forbidden", status=403):
        save_weights(alice, WEIGHTS, raise_at=25, high_at=60, limit_per_run=9, reason="调整", now=now)
    for wrong, code in (({"raise_at": 0}, "threshold_range"), ({"high_at": 101}, "threshold_range"), ({"limit_per_run": 0}, "limit_range"), ({"reason": " "}, "reason_missing")):  # fmt: skip
        with refused(code):
            save_weights(dora, WEIGHTS, **({"raise_at": 25, "high_at": 60, "limit_per_run": 9, "reason": "调整"} | wrong), now=now)  # fmt: skip
    save_weights(
        dora,
        WEIGHTS | {"gap": 10},
        raise_at=25,
        high_at=60,
        limit_per_run=9,
        reason="联系间隔误报多",
        now=now,
    )
    assert look_nightly(now) == 0
    assert weights_in_force().weights["gap"] == 10
    assert Event.objects.get(kind="churn_weights.saved").data["changes"] == {"gap": [25, 10]}


def test_a_noisy_part_is_proposed_to_weigh_less_and_a_person_confirms(bought, alice, dora, now):
    for _number in range(10):
        bought(alice)
    look_nightly(now)
    assert propose_weights(now) is None, "nothing is judged yet"
    for place, alarm in enumerate(ChurnAlert.objects.order_by("pk")):
        if place < 3:
            answer_alarm(alice, alarm, "acting", plan=plan_of(alice, now), now=now)
        else:
            answer_alarm(alice, alarm, "false", why="季度联系即可", now=now)
    counted = tally(judged(alice, now.date() - timedelta(days=30)))
    assert (counted.alarms, counted.hits, counted.misses, counted.precision) == (10, 3, 7, 30)
    proposal = propose_weights(now)
    assert (proposal.weights["gap"], proposal.weights["login"], weights_in_force().weights["gap"]) == (
        12,
        30,
        25,
    )
    assert propose_weights(now) is None, "one waits"
    with refused("forbidden", status=403):
        settle_weights(alice, proposal, accept=True, now=now)
    settle_weights(dora, proposal, accept=True, now=now)
    assert weights_in_force().weights["gap"] == 12
    with refused("decided_already", status=409):
        settle_weights(dora, proposal, accept=False, now=now)
    assert set(ChurnWeights.objects.values_list("state", flat=True)) == {"confirmed", "in_force"}


def test_a_year_played_again_tells_lead_time_and_false_alarms(bought, alice, now):
    """Three customers called weekly; one falls silent in June and is lost in September, one is silent and stays."""
    start = now - timedelta(days=365)
    leaver, quiet, steady = (bought(alice, days_ago=500) for _number in range(3))
    for week in range(52):
        at = start + timedelta(days=7 * week)
        talk(steady, alice, at)
        if week < 12:
            talk(leaver, alice, at)
        if week < 12 or week > 26:
            talk(quiet, alice, at)
    lost_at = start + timedelta(days=7 * 24)
    StageChange.objects.create(customer=leaver, origin="won", target="lost", at=lost_at, by=alice)

    def evening(day):
        return datetime.combine(day, now.timetz())

    raised, losses = replay(start.date() + timedelta(days=56), now.date(), evening)
    found = foresight(raised, losses)
    assert {customer for customer, _day in raised} == {leaver.pk, quiet.pk}
    right = [customer for customer, _day in raised].count(leaver.pk)
    assert (found.losses, found.seen, found.right) == (1, 1, right)
    assert 60 <= found.lead_days <= 84
    assert found.false_rate == round(100 * (len(raised) - right) / len(raised))
    assert not ChurnAlert.objects.exists()


def test_some_customers_are_played_again_by_themselves(bought, alice, now):
    mine, _other = bought(alice), bought(alice)
    assert set(watched_on(now, [mine.pk])) == {mine.pk}
    raised, _losses = replay(now.date(), now.date(), lambda _day: now, only=[mine.pk])
    assert [customer for customer, _day in raised] == [mine.pk]


def test_of_too_many_some_are_drawn_over_all_the_years(bought, alice):
    ids = [bought(alice).pk for _number in range(6)]
    assert bought_ever(3) == [ids[0], ids[2], ids[4]]
    assert bought_ever(4) == [ids[0], ids[1], ids[3], ids[4]]
    assert bought_ever(6) == bought_ever(99) == ids


def test_queries_do_not_grow_with_customers(bought, alice, now, django_assert_max_num_queries):
    for _number in range(6):
        bought(alice)
    with django_assert_max_num_queries(16):
        assert sum(len(chunk) for chunk in foresee(now)) == 6
