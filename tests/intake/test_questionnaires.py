"""Questionnaires: a link answered once, answers proposed and never written by themselves, owners reminded (S1-8)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genjin.customers.actions.records import change_customer, delete_customers
from genjin.customers.models import Customer
from genjin.events.models import Event
from genjin.followups.actions.merge import merge_customers, unmerge
from genjin.followups.models import Task
from genjin.intake.actions.questionnaires import (
    answer_questionnaire,
    decide_proposal,
    open_link,
    remind_unanswered,
    remove_questionnaire,
    revoke_link,
    save_questionnaire,
    send_questionnaire,
)
from genjin.intake.models import ProposedChange, Questionnaire, QuestionnaireLink
from genjin.intake.rules.questionnaires import FIELDS, Question, read_replies, reminder_due
from genjin.kit.errors import RuleError
from tests.races import at_once
from tests.refusals import refused, unseen

ASKED = [
    Question("您最需要解决什么?", "need", is_required=True), Question("预算大概多少?", "budget"),
    Question("何时采购?", "purchase_timing", ("一个月内", "三个月内")), Question("还想说什么?"),
]  # fmt: skip
TYPED = ["更换排产系统", "50-100万", "三个月内", "希望看演示"]
YEAR = datetime(2026, 1, 1, tzinfo=UTC)

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture
def survey(dora, now):
    values = {"name": "需求调研", "title": "客户需求调研问卷", "days_valid": 14, "remind_days": 5}
    return save_questionnaire(dora, Questionnaire(), values, ASKED, now=now)


@pytest.fixture
def customer(alice, make_customer):
    return make_customer(owner=alice, need="旧需求")


@pytest.fixture
def link(alice, customer, survey, now):
    return send_questionnaire(alice, customer, survey, now=now)


def test_answers_are_proposed_and_change_nothing(alice, customer, link, now):
    assert len(link.key) == 22
    before = Customer.objects.values().get(pk=customer.pk)
    answer_questionnaire(link.key, TYPED, now=now)
    after = Customer.objects.values().get(pk=customer.pk)
    follows = {"next_action_at", "no_next_step_since", "completeness"}
    assert {k: v for k, v in after.items() if k not in follows} == {
        k: v for k, v in before.items() if k not in follows
    }
    assert [(row.field, row.answer) for row in ProposedChange.objects.undecided()] == [
        ("need", "更换排产系统"),
        ("budget", "50-100万"),
        ("purchase_timing", "三个月内"),
    ]
    task = Task.objects.get()
    assert (task.assignee, task.created_by, "需求调研" in task.objective) == (alice, None, True)
    event = Event.objects.get(kind="questionnaire.answered")
    assert event.data["notes"] == "还想说什么?: 希望看演示"


def test_the_owner_decides_one_by_one(alice, customer, link, now):
    answer_questionnaire(link.key, TYPED, now=now)
    need, budget, timing = ProposedChange.objects.all()
    version = Customer.objects.get(pk=customer.pk).version
    decide_proposal(alice, need, accept=False, version=version, now=now)
    decide_proposal(alice, budget, accept=True, version=version, now=now)
    row = Customer.objects.get(pk=customer.pk)
    assert (row.need, row.budget_min, row.budget_max, row.purchase_timing) == (
        "旧需求",
        Decimal(500_000),
        Decimal(1_000_000),
        "",
    )
    assert (row.updated_by, Event.objects.filter(kind="customer.changed").get().actor) == (alice, alice)
    with refused("proposal_decided", status=409):
        decide_proposal(alice, need, accept=True, version=row.version, now=now)
    decide_proposal(alice, timing, accept=True, version=row.version, now=now)
    assert not ProposedChange.objects.undecided().exists()


def test_what_somebody_changed_meanwhile_is_not_overwritten(alice, bob, customer, link, now):
    answer_questionnaire(link.key, TYPED, now=now)
    seen = Customer.objects.get(pk=customer.pk).version
    change_customer(bob, customer, {"need": "鲍勃问到的"}, version=seen, now=now)
    with refused("version_conflict", status=409):
        decide_proposal(alice, ProposedChange.objects.get(field="need"), accept=True, version=seen, now=now)
    decide_proposal(alice, ProposedChange.objects.get(field="budget"), accept=True, version=seen, now=now)
    assert Customer.objects.get(pk=customer.pk).need == "鲍勃问到的"


def test_a_stranger_neither_sends_nor_decides_nor_takes_back(charlie, customer, survey, link, now):
    answer_questionnaire(link.key, TYPED, now=now)
    with unseen():
        send_questionnaire(charlie, customer, survey, now=now)
    with unseen():
        decide_proposal(charlie, ProposedChange.objects.first(), accept=True, version=1, now=now)
    with unseen():
        revoke_link(charlie, link, now=now)
    assert not QuestionnaireLink.objects.visible_to(charlie).exists()


def test_who_helps_sees_but_does_not_decide(charlie, dora, customer, link, now):
    from genjin.followups.actions.tasks import NewTask, add_task

    answer_questionnaire(link.key, TYPED, now=now)
    add_task(dora, customer, NewTask("看一下", now + timedelta(days=1), charlie), now=now)
    with refused("not_yours", status=403):
        decide_proposal(charlie, ProposedChange.objects.first(), accept=True, version=1, now=now)


def test_a_link_is_answered_once_and_is_over_or_taken_back_for_good(alice, customer, survey, link, now):
    for when, doing in ((now + timedelta(days=15), "over"), (now, "answered")):
        if doing == "answered":
            answer_questionnaire(link.key, TYPED, now=now)
        with refused("link_over", status=404):
            open_link(link.key, now=when)
        with refused("link_over", status=404):
            answer_questionnaire(link.key, TYPED, now=when)
    with refused("link_over", status=409):
        revoke_link(alice, link, now=now)
    other = send_questionnaire(alice, customer, survey, now=now)
    revoke_link(alice, other, now=now)
    with refused("link_over", status=404):
        answer_questionnaire(other.key, TYPED, now=now)
    with refused("link_over", status=404):
        open_link("x" * 22, now=now)


def test_a_deleted_customer_has_no_open_link(bob, customer, link, now):
    delete_customers(bob, [customer.pk], now=now)
    with refused("link_over", status=404):
        open_link(link.key, now=now)


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_is_kept(dora, alice, make_customer, now):
    survey = save_questionnaire(dora, Questionnaire(), {"name": "问卷", "title": "问卷"}, ASKED, now=now)
    link = send_questionnaire(alice, make_customer(owner=alice), survey, now=now)
    got = at_once([lambda: answer_questionnaire(link.key, TYPED, now=now)] * 2)
    assert [one for one in got if one == "link_over"] == ["link_over"]
    assert ProposedChange.objects.count() == 3


@pytest.mark.parametrize(
    ("typed", "code", "field"),
    [(["", "", "", ""], "answers_invalid", "q0"), (["x", "很多", "", ""], "answers_invalid", "q1"),
     (["x", "", "明天", ""], "answers_invalid", "q2"), (["x", "", "", "长" * 4001], "answers_invalid", "q3")],
)  # fmt: skip
def test_answers_that_cannot_be_read_are_said_at_their_question(link, typed, code, field, now):
    with refused(code) as caught:
        answer_questionnaire(link.key, typed, now=now)
    assert list(caught.value.fields) == [field]


def test_a_link_keeps_its_questions_when_the_questionnaire_changes(dora, survey, link, now):
    save_questionnaire(dora, survey, {"title": "新标题"}, [Question("别的?")], now=now)
    answer_questionnaire(link.key, TYPED, now=now)
    assert ProposedChange.objects.count() == 3
    with refused("entry_in_use", status=409):
        remove_questionnaire(dora, survey, now=now)


@pytest.mark.parametrize("asked", [[], [Question("")], [Question("a", "need"), Question("b", "need")], [Question("a", "name")],
                                   [Question("a", "owner")], [Question("a", "budget", ("很多",))]])  # fmt: skip
def test_a_questionnaire_that_makes_no_sense_is_refused(dora, alice, asked, now):
    with refused("questions_invalid"):
        save_questionnaire(dora, Questionnaire(), {"name": "x", "title": "x"}, asked, now=now)
    with refused("forbidden", status=403):
        save_questionnaire(alice, Questionnaire(), {"name": "x", "title": "x"}, ASKED, now=now)


def test_the_owner_is_reminded_once_when_nobody_answers(alice, customer, survey, link, now):
    assert remind_unanswered(now + timedelta(days=4, hours=23)) == 0
    assert remind_unanswered(now + timedelta(days=5)) == 1
    assert remind_unanswered(now + timedelta(days=6)) == 0
    task = Task.objects.get()
    assert (task.assignee, task.due_at) == (alice, now + timedelta(days=6))


def test_nobody_is_reminded_of_what_was_answered_taken_back_over_or_never_to_be(
    dora, alice, customer, survey, link, now
):
    answered = send_questionnaire(alice, customer, survey, now=now)
    answer_questionnaire(answered.key, TYPED, now=now)
    revoke_link(alice, send_questionnaire(alice, customer, survey, now=now), now=now)
    assert remind_unanswered(now + timedelta(days=30)) == 0
    save_questionnaire(dora, survey, {"remind_days": 0}, ASKED, now=now)
    assert remind_unanswered(now + timedelta(days=6)) == 0


def test_links_and_answers_move_with_a_merge_and_back(alice, bob, customer, link, make_customer, now):
    answer_questionnaire(link.key, TYPED, now=now)
    kept = make_customer(owner=alice)
    merge = merge_customers(bob, kept, [customer], take={}, now=now)[0]
    assert set(ProposedChange.objects.values_list("customer", flat=True)) == {kept.pk}
    unmerge(bob, merge, now=now)
    assert set(ProposedChange.objects.values_list("customer", flat=True)) == {customer.pk}
    assert QuestionnaireLink.objects.get().customer == customer


MOMENTS = st.datetimes(
    datetime(2023, 12, 1), datetime(2028, 3, 31), timezones=st.just(UTC)
) | st.sampled_from(
    [
        datetime(2024, 2, 29, tzinfo=UTC),
        datetime(2026, 12, 31, 23, 59, tzinfo=UTC),
        datetime(2027, 1, 1, tzinfo=UTC),
    ]
)


@UNHURRIED
@given(
    sent=MOMENTS,
    lives=st.none() | st.integers(1, 90),
    days=st.none() | st.integers(0, 400),
    after=st.integers(-500, 500),
)
def test_a_reminder_is_due_between_its_day_and_the_links_end_and_never_without_either(
    sent, lives, days, after
):
    now = sent + timedelta(days=after)
    expires = None if lives is None else sent + timedelta(days=lives)
    due = reminder_due(sent, expires, days, now)
    if not days or lives is None or after < 0:
        assert not due
    else:
        assert due == (days <= after < lives)


@UNHURRIED
@given(st.lists(st.text(max_size=200), max_size=20))
def test_whatever_is_typed_is_read_or_refused(typed):
    questions = [Question(str(label), field) for field, label in FIELDS.items()]
    try:
        answers = read_replies(questions, typed)
    except RuleError as refusal:
        assert refusal.code in {"answers_invalid", "answers_empty"}
    else:
        assert len(answers) == len(questions)
        assert any(answers)
