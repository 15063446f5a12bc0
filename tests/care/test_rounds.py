"""Customers with a running contract are asked again and again, as often as Settings say (S1-2)."""

import itertools
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from genjin.care.actions.keeping import ask_in_rounds
from genjin.care.actions.policies import save_survey_settings
from genjin.care.actions.surveys import answer_survey, call_off_survey
from genjin.care.models import Survey, SurveySettings
from genjin.care.queries.surveys import unasked_round
from genjin.care.rules.surveys import Answer
from genjin.customers.models import Customer
from genjin.events.models import Event
from genjin.followups.models import Deadline, Task
from genjin.kit.dates import months_back
from tests.refusals import refused

FAR = date(2040, 1, 1)


@pytest.fixture
def client_of_years(bought, sign, alice):
    """A customer whose contract was signed long ago and runs on."""
    row = bought(alice)
    sign(row, FAR)
    return row


def test_who_was_not_asked_for_a_quarter_is_asked_once(client_of_years, alice, charlie, now):
    assert ask_in_rounds(now) == 1
    assert ask_in_rounds(now + timedelta(hours=1)) == 0
    survey = Survey.objects.get()
    assert (survey.occasion, survey.responsible, survey.due_at) == ("round", alice, now + timedelta(days=7))
    assert survey.task.assignee == alice
    assert Deadline.objects.get(kind="survey", subject_id=survey.pk).responsible == alice
    assert not Survey.objects.visible_to(charlie).exists()
    answer_survey(alice, survey, Answer(5), now=now + timedelta(days=2))
    assert ask_in_rounds(now + timedelta(days=89)) == 0
    assert ask_in_rounds(now + timedelta(days=95)) == 1
    assert Task.objects.open().filter(kind="survey").count() == 1


def test_the_team_of_the_newest_delivery_asks(project, sam, now):
    project.contract.signed_on = now.date() - timedelta(days=200)
    project.contract.save()
    assert ask_in_rounds(now) == 1
    assert (Survey.objects.get().responsible, Survey.objects.get().project) == (sam, None)


@pytest.mark.parametrize(
    ("signed", "ends", "gone"),
    [
        (date(2026, 2, 1), FAR, {}),
        (date(2024, 2, 1), date(2026, 3, 10), {}),
        (date(2024, 2, 1), FAR, {"stage": "lost"}),
    ],
)
def test_new_ended_and_lost_ones_are_left_alone(bought, sign, alice, now, signed, ends, gone):
    row = bought(alice)
    sign(row, ends, signed_on=signed)
    if gone:
        Customer.objects.filter(pk=row.pk).update(next_action_at=None, no_next_step_since=None, **gone)
    assert ask_in_rounds(now) == 0
    assert not Survey.objects.exists()


def test_who_is_being_asked_already_is_not_asked_twice(client_of_years, alice, ask, now):
    ask(alice, client_of_years, at=now - timedelta(days=200))
    assert ask_in_rounds(now) == 0


def test_so_many_a_day_and_the_rest_on_the_next(bought, sign, alice, dora, now):
    with refused("limit_range"):
        save_survey_settings(dora, every_months=3, most_a_day=0, now=now)
    save_survey_settings(dora, every_months=3, most_a_day=2, now=now)
    for _number in range(5):
        sign(bought(alice), FAR)
    hours = (0, 1, 24, 25, 48, 72)
    assert [ask_in_rounds(now + timedelta(hours=hour)) for hour in hours] == [2, 0, 2, 0, 1, 0]
    assert Survey.objects.values("customer").distinct().count() == 5


def test_only_who_sets_up_chooses_how_often(client_of_years, alice, dora, now):
    with refused("forbidden", status=403):
        save_survey_settings(alice, every_months=6, now=now)
    with refused("interval_unknown"):
        save_survey_settings(dora, every_months=5, now=now)
    save_survey_settings(dora, every_months=0, now=now)
    assert ask_in_rounds(now) == 0
    save_survey_settings(dora, every_months=6, now=now)
    assert SurveySettings.objects.count() == 1
    assert Event.objects.filter(kind="survey_settings.changed").last().data["target"] == 6
    assert ask_in_rounds(now) == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        SurveySettings.objects.update(every_months=5)


visits = st.lists(
    st.tuples(st.integers(1, 70), st.sampled_from(["answer", "call off", "wait"])), min_size=1, max_size=12
)


@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(months=st.sampled_from([3, 6, 12]), begin=st.integers(0, 730), life=visits)
def test_never_sooner_than_the_interval_and_never_forgotten(client_of_years, alice, now, months, begin, life):
    """Whenever the job runs: nobody due is left, and two askings are at least the months apart, to the day."""
    moment = now + timedelta(days=begin)
    with transaction.atomic():
        SurveySettings.objects.create(every_months=months)
        for days, deed in life:
            moment += timedelta(days=days)
            ask_in_rounds(moment)
            assert not unasked_round(moment.date(), months).exists()
            waiting = Survey.objects.waiting().first()
            if waiting and deed == "answer":
                answer_survey(alice, waiting, Answer(4), now=moment)
            elif waiting and deed == "call off":
                call_off_survey(alice, waiting, reason="客户放假", now=moment)
        opened = list(Survey.objects.order_by("opened_at").values_list("opened_at", flat=True))
        assert opened, "the first look asks"
        for before, after in itertools.pairwise(opened):
            assert before.date() <= months_back(after.date(), months)
        transaction.set_rollback(True)
