"""Asking how satisfied a customer is, and what follows from the answer (S3-17)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError

from genjin.accounts.models import User
from genjin.care.actions.each import each
from genjin.care.actions.keeping import follow_deliveries, keep_tasks
from genjin.care.actions.surveys import (
    NewSurvey,
    answer_by_link,
    answer_survey,
    call_off_survey,
    open_questionnaire,
    open_survey,
    revoke_survey_link,
    send_survey,
)
from genjin.care.models import Survey, Ticket
from genjin.care.rules.surveys import Answer
from genjin.contracts.models import CollectionHold
from genjin.customers.models import Contact, Customer
from genjin.delivery.models import Acceptance, Project
from genjin.events.models import Event
from genjin.followups.actions.ownership import assign_customers
from genjin.followups.actions.tasks import finish_task
from genjin.followups.models import Deadline, Evidence, Task
from genjin.kit.errors import RuleError
from genjin.notices.models import Notice
from tests.refusals import refused


def clock(kind, subject):
    return Deadline.objects.filter(kind=kind, subject_id=subject.pk).latest("pk")


def accept(project, at, *, on=None):
    """The customer accepts, as `accept_project` writes it down."""
    day = on or at.date()
    Project.objects.filter(pk=project.pk).update(state="accepted", delivered_on=day, accepted_on=day)
    return Acceptance.objects.create(
        project=project, accepted_on=day, words="口头验收", recorded_at=at, recorded_by=project.customer.owner
    )


def reopen(project, at):
    Project.objects.filter(pk=project.pk).update(state="running", delivered_on=None, accepted_on=None)
    project.acceptances.update(withdrawn_at=at, withdrawn_by=project.lead, withdrawn_reason="还有缺陷")


def test_an_accepted_delivery_is_asked_about_once(project, sam, now):
    accept(project, now)
    assert follow_deliveries(now + timedelta(minutes=1)) == 1
    assert follow_deliveries(now + timedelta(minutes=2)) == 0
    survey = Survey.objects.get()
    assert (survey.project, survey.responsible, survey.occasion) == (project, sam, "delivery")
    assert survey.due_at == now + timedelta(days=7)
    task = Task.objects.get(kind="survey")
    assert (task.assignee, task.due_at, task.customer) == (sam, survey.due_at, project.customer)
    running = clock("survey", survey)
    assert (running.responsible, running.due_at, running.met_at) == (sam, survey.due_at, None)
    assert Notice.objects.get(person=sam, kind="survey_given").subject_id == survey.pk
    assert Customer.objects.visible_to(sam).get() == project.customer


def test_written_down_later_the_week_counts_from_the_acceptance(project, now):
    accept(project, now, on=now.date() - timedelta(days=3))
    follow_deliveries(now)
    assert Survey.objects.get().due_at == datetime(
        2026, 3, 15, 16, tzinfo=UTC
    )  # the end of 8 March in Shanghai, and a week


def test_a_delivery_of_another_customer_is_not_asked_about(project, alice, make_customer, now):
    other = make_customer(owner=alice)
    with refused("not_found", status=404):
        open_survey(alice, other, NewSurvey(alice, project), now=now)
    assert not Survey.objects.exists()


def test_who_was_asked_since_is_not_asked_again(project, now):
    accept(project, now)
    follow_deliveries(now)
    answer_survey(project.customer.owner, Survey.objects.get(), Answer(4), now=now)
    assert follow_deliveries(now + timedelta(minutes=1)) == 0
    assert Survey.objects.count() == 1


def test_a_row_a_rule_refuses_does_not_stop_those_after_it(project):
    refuse = iter([True, False])

    def deed(_row):
        if next(refuse):
            raise RuleError("nein", "not_now")
        return 1

    assert each([project, project], deed) == 1


def test_a_delivery_opened_again_is_asked_about_after_its_next_acceptance(project, now):
    accept(project, now)
    follow_deliveries(now)
    reopen(project, now)
    follow_deliveries(now + timedelta(minutes=1))
    first = Survey.objects.get()
    assert first.called_off_at is not None
    assert clock("survey", first).ended_at is not None
    assert not Task.objects.open().filter(kind="survey").exists()
    accept(project, now + timedelta(days=3))
    follow_deliveries(now + timedelta(days=3))
    assert Survey.objects.waiting().get().due_at == now + timedelta(days=10)


def test_without_a_service_person_the_owner_asks(project, alice, derek, now):
    project.members.update(user=derek, part="engineer")
    accept(project, now)
    follow_deliveries(now)
    assert Survey.objects.get().responsible == alice


def test_who_is_given_the_task_asks_and_the_clock_knows(customer, project, ask, alice, bob, sam, now):
    mine, theirs = ask(alice, customer), ask(alice, customer, responsible=sam, project=project)
    assert keep_tasks(now) == 0
    assign_customers(bob, [customer.pk], bob, reason="区域调整", now=now)
    assert keep_tasks(now) == 1
    assert keep_tasks(now) == 0
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.responsible, clock("survey", mine).responsible) == (bob, bob)
    assert theirs.responsible == sam
    User.objects.filter(pk=sam.pk).update(is_active=False)
    assert keep_tasks(now) == 1
    theirs.refresh_from_db()
    assert (theirs.responsible, theirs.task.assignee, clock("survey", theirs).responsible) == (bob, bob, bob)
    assert Task.objects.open().filter(assignee=sam).count() == 0


def test_only_the_rating_stops_the_clock(project, sam, now):
    accept(project, now)
    follow_deliveries(now)
    survey = Survey.objects.get()
    finish_task(sam, survey.task, outcome="打了电话", now=now)
    assert clock("survey", survey).met_at is None
    assert keep_tasks(now) == 1  # and the task comes back
    assert Task.objects.open().filter(kind="survey").count() == 1
    answer_survey(
        sam,
        survey,
        Answer(5, is_stable=True, meets_need=True, nps=9, comment="很好"),
        now=now + timedelta(days=1),
    )
    assert clock("survey", survey).met_at == now + timedelta(days=1)
    assert clock("survey", survey).breached_at is None
    assert not Task.objects.open().filter(kind="survey").exists()
    assert keep_tasks(now) == 0


def test_the_answer_is_kept_and_the_score_follows(customer, alice, ask, now):
    survey = ask(alice, customer)
    answer = Answer(4, is_stable=True, meets_need=False, nps=8, comment="够用", new_need="还想要移动端报工")
    contact = Contact.objects.create(customer=customer, name="王", created_at=now, updated_at=now)
    before = customer.version
    answer_survey(alice, survey, answer, contact=contact, now=now)
    row = Survey.objects.get()
    assert (row.rating, row.is_stable, row.meets_need, row.nps, row.comment) == (4, True, False, 8, "够用")
    assert (row.answered_by, row.answered_how, row.contact) == (alice, "phone", contact)
    customer.refresh_from_db()
    assert customer.satisfaction_score == 4
    assert customer.version > before
    event = Event.objects.get(kind="survey.answered")
    assert (event.subject_id, event.data["rating"]) == (row.pk, 4)
    proof = Evidence.objects.get(kind="survey")
    assert (proof.proves, proof.text) == (["new_need"], "还想要移动端报工")
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(None), "rating_missing"),
        (Answer(6), "answer_invalid"),
        (Answer(0), "answer_invalid"),
        (Answer(3, nps=11), "answer_invalid"),
    ],
)
def test_a_wrong_answer_changes_nothing(customer, alice, ask, now, answer, code):
    survey = ask(alice, customer)
    events = Event.objects.count()
    with pytest.raises(RuleError) as refusal:
        answer_survey(alice, survey, answer, now=now)
    assert refusal.value.code == code
    assert Survey.objects.get().answered_at is None
    assert Event.objects.count() == events
    customer.refresh_from_db()
    assert customer.satisfaction_score is None


@pytest.mark.parametrize("rating", [1, 2])
def test_a_bad_rating_opens_a_ticket_within_24_hours_and_holds_the_collection(
    project, customer, alice, bob, sam, ask, now, rating
):
    survey = ask(alice, customer, responsible=sam, project=project)
    answer_survey(sam, survey, Answer(rating, comment="总是停机"), now=now)
    ticket = Ticket.objects.get()
    assert (ticket.kind, ticket.priority, ticket.owner, ticket.survey, ticket.project) == (
        "bad_rating",
        "urgent",
        sam,
        survey,
        project,
    )
    assert ticket.answer_due_at == ticket.due_at == now + timedelta(hours=24)
    running = clock("bad_rating", ticket)
    assert (running.due_at, running.met_at, running.responsible) == (now + timedelta(hours=24), None, sam)
    assert CollectionHold.objects.open().get().customer == customer
    told = set(Notice.objects.filter(kind="bad_rating").values_list("person", flat=True))
    assert told == {alice.pk, bob.pk}


def test_a_rating_of_three_opens_none(customer, alice, ask, now):
    answer_survey(alice, ask(alice, customer), Answer(3), now=now)
    assert not Ticket.objects.exists()
    assert not CollectionHold.objects.exists()


def test_the_link_is_answered_once(customer, alice, ask, now):
    survey = send_survey(alice, ask(alice, customer), now=now)
    key = survey.link_key
    assert len(key) >= 22  # 128 bits
    opened = open_questionnaire(key, now=now + timedelta(hours=1))
    assert opened.pk == survey.pk
    assert Survey.objects.get().link_opened_at == now + timedelta(hours=1)
    answer_by_link(key, Answer(5, nps=10), now=now + timedelta(hours=2))
    row = Survey.objects.get()
    assert (row.rating, row.answered_how, row.answered_by) == (5, "link", None)
    for deed in (lambda: open_questionnaire(key, now=now), lambda: answer_by_link(key, Answer(1), now=now)):
        with pytest.raises(RuleError) as refusal:
            deed()
        assert (refusal.value.code, refusal.value.status) == ("link_over", 404)
    assert Survey.objects.get().rating == 5
    assert not Ticket.objects.exists()


def test_a_link_ends_by_time_by_hand_and_by_a_newer_one(customer, alice, ask, now):
    survey = ask(alice, customer)
    old = send_survey(alice, survey, now=now).link_key
    new = send_survey(alice, survey, now=now).link_key
    assert old != new
    late = now + timedelta(days=14)
    for key, at in ((old, now), ("", now), ("x" * 22, now), (new, late)):
        with pytest.raises(RuleError) as refusal:
            answer_by_link(key, Answer(1), now=at)
        assert refusal.value.status == 404
    revoke_survey_link(alice, survey, now=now)
    with pytest.raises(RuleError):
        open_questionnaire(new, now=now)
    assert Survey.objects.get().answered_at is None


def test_a_bad_rating_by_link_opens_the_ticket_too(customer, alice, ask, now):
    survey = send_survey(alice, ask(alice, customer), now=now)
    answer_by_link(survey.link_key, Answer(1, comment="没人理我们"), now=now)
    ticket = Ticket.objects.get()
    assert (ticket.owner, ticket.details, ticket.opened_by) == (alice, "没人理我们", None)
    assert Notice.objects.filter(person=alice, kind="ticket_arisen", subject_id=ticket.pk).exists()


def test_called_off_it_is_neither_kept_nor_broken(customer, alice, ask, now):
    survey = ask(alice, customer)
    with pytest.raises(RuleError) as refusal:
        call_off_survey(alice, survey, reason=" ", now=now)
    assert refusal.value.code == "reason_missing"
    call_off_survey(alice, survey, reason="客户要求不再回访", now=now)
    ended = clock("survey", survey)
    assert (ended.met_at, ended.breached_at, ended.ended_at) == (None, None, now)
    with pytest.raises(RuleError) as refusal:
        answer_survey(alice, survey, Answer(5), now=now)
    assert (refusal.value.code, refusal.value.status) == ("survey_over", 409)


def test_two_askings_at_once_are_refused(customer, alice, ask, now):
    ask(alice, customer)
    with pytest.raises(RuleError) as refusal:
        ask(alice, customer)
    assert (refusal.value.code, refusal.value.status) == ("survey_open", 409)
    assert Survey.objects.count() == 1


def test_strangers_ask_nobody(customer, alice, charlie, erin, ask, now):
    survey = ask(alice, customer)
    events = Event.objects.count()
    for person, deed in (
        (charlie, lambda who: open_survey(who, customer, NewSurvey(who), now=now)),
        (charlie, lambda who: answer_survey(who, survey, Answer(1), now=now)),
        (charlie, lambda who: send_survey(who, survey, now=now)),
    ):
        with pytest.raises((Customer.DoesNotExist, Survey.DoesNotExist)):
            deed(person)
    with pytest.raises(RuleError) as refusal:
        answer_survey(erin, survey, Answer(1), now=now)
    assert refusal.value.status == 403
    assert Event.objects.count() == events
    assert Survey.objects.get().answered_at is None


def test_a_rating_needs_its_moment(customer, alice, ask):
    survey = ask(alice, customer)
    with pytest.raises(IntegrityError):
        Survey.objects.filter(pk=survey.pk).update(rating=3)
