"""A project opened from a signed contract: team, kick-off, dates, steps and risks."""

from datetime import date, timedelta

import pytest

from genjin.accounts.actions import change_user
from genjin.contracts.models import Contract, Milestone
from genjin.customers.models import Customer, Participant
from genjin.delivery.actions import projects, risks, steps, team
from genjin.delivery.actions.clocks import tell_late
from genjin.delivery.actions.trail import follow_trail, look_nightly
from genjin.delivery.models import Project, ProjectStep
from genjin.delivery.queries.projects import standings, waiting_contracts
from genjin.events.actions import record, record_many
from genjin.events.models import Bookmark, Event
from genjin.followups.actions.merge import merge_customers
from genjin.followups.actions.tasks import cancel_task, finish_task
from genjin.followups.models import Deadline, Task
from genjin.notices.models import Notice
from tests.refusals import refused

DAY = timedelta(days=1)


def rest() -> Milestone:
    return Milestone.objects.get(trigger="acceptance")


def test_a_project_links_to_its_contract_and_lets_the_team_see_the_customer(
    alice, charlie, derek, sam, signed, project, customer
):
    assert (project.contract, project.customer, project.state) == (signed, customer, "planned")
    for person in (derek, sam):
        assert Customer.objects.visible_to(person).filter(pk=customer.pk).exists()
        assert Project.objects.visible_to(person).get() == project
    assert not Project.objects.visible_to(charlie).exists()
    assert (rest().expected_on, rest().due_on) == (date(2026, 5, 29), None)
    assert Event.objects.filter(kind="delivery.planned", subject_id=project.pk).exists()
    clock = Deadline.objects.get(kind="delivery")
    assert (clock.subject_id, clock.responsible) == (project.pk, derek)
    assert set(Notice.objects.filter(kind="delivery_given").values_list("person", flat=True)) == {
        derek.pk,
        sam.pk,
    }


def test_only_a_signed_contract_has_a_project(alice, charlie, derek, lena, signed, now):
    Contract.objects.update(state="approved")
    with refused("contract_not_signed", status=409):
        projects.open_project(alice, signed, projects.NewProject(), now=now)
    Contract.objects.update(state="signed")
    with refused("project_dates"):
        projects.open_project(
            alice,
            signed,
            projects.NewProject(starts_on=date(2026, 3, 2), planned_end=date(2026, 3, 1)),
            now=now,
        )
    with pytest.raises(Contract.DoesNotExist):
        projects.open_project(charlie, signed, projects.NewProject(), now=now)
    with refused("forbidden", status=403):
        projects.open_project(lena, signed, projects.NewProject(), now=now)  # sees it, to read its terms
    assert not Project.objects.exists()
    assert not Deadline.objects.filter(kind="delivery").exists()


def test_a_signed_contract_stands_on_a_list_and_its_owner_gets_a_task(
    alice, bob, charlie, signed, project, now
):
    assert not waiting_contracts(alice).exists()
    Project.objects.all().delete()
    assert [waiting_contracts(who).count() for who in (alice, bob, charlie)] == [1, 1, 0]
    record(
        alice,
        "contract.signed",
        at=now,
        customer_id=signed.customer_id,
        subject_id=signed.pk,
        name=signed.number,
    )
    assert follow_trail(now) == 1
    task = Task.objects.get(objective__contains=signed.number)
    assert (task.assignee, task.due_at) == (alice, now + 3 * DAY)
    record(
        alice,
        "contract.signed",
        at=now,
        customer_id=signed.customer_id,
        subject_id=signed.pk,
        name=signed.number,
    )
    assert follow_trail(now) == 0
    assert Task.objects.filter(objective__contains=signed.number).count() == 1


def test_a_big_import_does_not_delay_a_signature(alice, signed, customer, now):
    record_many(None, "customer.imported", [(customer.pk, {})] * 1500, at=now)
    record(alice, "contract.signed", at=now, customer_id=customer.pk, subject_id=signed.pk)
    assert follow_trail(now) == 1


def test_what_was_committed_behind_the_bookmark_is_found_at_night(alice, derek, sam, signed, project, now):
    """The trail says nothing any more of a signature or of a finished task that was written late."""
    step = steps.add_step(derek, project, steps.NewStep("安装", derek, date(2026, 3, 20)), now=now)
    finish_task(derek, step.task, outcome="装好了", now=now)
    Bookmark.objects.update_or_create(
        name="delivery.follow_trail", defaults={"event_id": Event.objects.latest("pk").pk}
    )
    assert (follow_trail(now), look_nightly(now), look_nightly(now)) == (0, 1, 0)
    step.refresh_from_db()
    assert (step.done_by, step.done_on) == (derek, date(2026, 3, 11))
    Project.objects.all().delete()
    assert look_nightly(now + DAY) == 1
    task = Task.objects.get(objective__contains=signed.number)
    cancel_task(alice, task, reason="先不做", now=now + DAY)
    assert look_nightly(now + 2 * DAY) == 0, "whoever put it aside is not asked again"


def test_a_contract_voided_or_amended_behind_the_bookmark_is_followed_at_night(
    alice, derek, sam, signed, project, now
):
    def say_late(kind, at):
        record(alice, kind, at=at, customer_id=signed.customer_id, subject_id=signed.pk, name="")
        newest = Event.objects.latest("pk").pk
        Bookmark.objects.update_or_create(name="delivery.follow_trail", defaults={"event_id": newest})
        assert follow_trail(at) == 0

    Project.objects.filter(pk=project.pk).update(
        state="accepted", delivered_on=date(2026, 3, 10), accepted_on=date(2026, 3, 10)
    )
    say_late("contract.amended", now)
    assert rest().triggered_on is None
    assert look_nightly(now) == 1
    assert rest().triggered_on == date(2026, 3, 10)
    assert look_nightly(now + DAY) == 0, "twice changes nothing"
    Project.objects.filter(pk=project.pk).update(state="running", delivered_on=None, accepted_on=None)
    Contract.objects.update(state="void", void_reason="客户毁约")
    say_late("contract.voided", now + DAY)
    assert look_nightly(now + 2 * DAY) == 1
    project.refresh_from_db()
    assert (project.state, "客户毁约" in project.stop_reason) == ("stopped", True)
    assert look_nightly(now + 3 * DAY) == 0


def test_the_task_of_opening_goes_with_the_project_and_projects_with_the_contract(alice, derek, signed, now):
    def hear(kind, subject):
        record(alice, kind, at=now, customer_id=signed.customer_id, subject_id=subject, name="")
        follow_trail(now)

    hear("contract.signed", signed.pk)
    task = Task.objects.open().get(objective__contains=signed.number)
    row = projects.open_project(alice, signed, projects.NewProject(lead=derek), now=now)
    follow_trail(now)
    task.refresh_from_db()
    assert task.status == "done"
    Contract.objects.update(state="void", void_reason="客户毁约")
    hear("contract.voided", signed.pk)
    row.refresh_from_db()
    assert (row.state, "客户毁约" in row.stop_reason) == ("stopped", True)
    assert not Deadline.objects.running().filter(kind="delivery").exists()


def test_the_team_works_and_others_read(alice, bob, charlie, derek, sam, fiona, project, now):
    for who in (alice, bob, derek, sam):
        projects.change_project(who, project, {"notes": f"{who.name}记"}, now=now)
    before = Project.objects.get()
    with refused("forbidden", status=403):
        projects.change_project(fiona, project, {"notes": "x"}, now=now)
    with pytest.raises(Project.DoesNotExist):
        projects.change_project(charlie, project, {"notes": "x"}, now=now)
    assert Project.objects.get().notes == before.notes == "山姆记"
    with refused("version_conflict", status=409):
        projects.change_project(derek, project, {"notes": "y"}, version=before.version - 1, now=now)


def test_who_leaves_the_team_sees_the_customer_no_longer(alice, derek, sam, project, customer, now):
    team.remove_member(alice, project.members.get(user=sam), now=now)
    assert not Customer.objects.visible_to(sam).filter(pk=customer.pk).exists()
    projects.change_project(alice, project, {"lead": None}, now=now)
    assert not Customer.objects.visible_to(derek).filter(pk=customer.pk).exists()
    assert Deadline.objects.get(kind="delivery").responsible == alice
    team.add_member(alice, project, derek, "manager", now=now)
    projects.change_project(alice, project, {"lead": derek}, now=now)
    team.remove_member(alice, project.members.get(user=derek), now=now)
    assert Customer.objects.visible_to(derek).filter(pk=customer.pk).exists()  # still in charge
    assert Participant.objects.filter(via="delivery").count() == 1


def test_somebody_locked_out_is_not_put_in_charge(alice, bob, dora, derek, project, now):
    change_user(dora, bob, now=now, is_active=False)
    bob.refresh_from_db()
    with refused("person_inactive"):
        projects.change_project(alice, project, {"lead": bob}, now=now)
    with refused("person_inactive"):
        team.add_member(alice, project, bob, "other", now=now)
    assert Project.objects.get().lead == derek


def test_a_step_given_to_somebody_is_a_task_and_goes_both_ways(alice, derek, sam, project, now):
    step = steps.add_step(derek, project, steps.NewStep("培训班组长", sam, date(2026, 4, 10), 30), now=now)
    other = steps.add_step(derek, project, steps.NewStep("安装", derek, date(2026, 3, 20), 70), now=now)
    assert (step.task.assignee, step.task.objective) == (sam, "排产线交付: 培训班组长")
    steps.tick_step(derek, step, now=now)
    assert Task.objects.get(pk=step.task.pk).status == "done"
    assert standings([project], date(2026, 3, 25))[project.pk].percent == 30
    assert standings([project], date(2026, 3, 25))[project.pk].overdue == 1
    finish_task(derek, other.task, outcome="装好了", now=now + DAY)
    assert follow_trail(now + DAY) == 1
    other.refresh_from_db()
    assert (other.done_by, other.done_on) == (derek, date(2026, 3, 12))
    with refused("step_done", status=409):
        steps.tick_step(derek, step, now=now)
    steps.untick_step(derek, step, now=now + DAY)
    step.refresh_from_db()
    assert (step.done_on, Task.objects.get(pk=step.task_id).status) == (None, "open")


def test_a_step_that_moves_moves_its_task(alice, derek, sam, project, now):
    step = steps.add_step(derek, project, steps.NewStep("培训", sam, date(2026, 4, 10)), now=now)
    steps.change_step(derek, step, steps.NewStep("培训", derek, date(2026, 4, 20)), now=now)
    assert Task.objects.get(pk=step.task_id).status == "cancelled"
    step.refresh_from_db()
    assert (step.task.assignee, step.task.due_at.date()) == (derek, date(2026, 4, 20))
    steps.remove_step(derek, step, now=now)
    assert not Task.objects.open().filter(objective__contains="培训").exists()
    assert not ProjectStep.objects.exists()
    for wrong, code in (("", "step_missing"), ("装", "step_weight"), ("装", "trigger_unknown")):
        new = steps.NewStep(
            wrong,
            weight=0 if code == "step_weight" else 5,
            trigger="signing" if code == "trigger_unknown" else "",
        )
        with refused(code):
            steps.add_step(derek, project, new, now=now)
    assert not ProjectStep.objects.exists()


def test_the_usual_steps_can_be_the_beginning(alice, signed, now):
    new = projects.NewProject(
        starts_on=date(2026, 3, 9), planned_end=date(2026, 6, 17), with_usual_steps=True
    )
    row = projects.open_project(alice, signed, new, now=now)
    found = list(row.steps.values_list("position", "due_on", "trigger"))
    assert (found[0][1], found[-1][1:]) == (date(2026, 3, 14), (date(2026, 6, 17), "launch"))
    assert [place for place, _day, _trigger in found] == [1, 2, 3, 4, 5]
    steps.move_step(alice, row.steps.all()[1], up=True, now=now)
    assert list(row.steps.values_list("due_on", flat=True))[:2] == [found[1][1], found[0][1]]


def test_the_kick_off_is_on_record_with_minutes_and_split(derek, project, now):
    with refused("kickoff_empty"):
        projects.note_kickoff(derek, project, projects.Kickoff(date(2026, 3, 10)), now=now)
    with refused("happened_in_future"):
        projects.note_kickoff(derek, project, projects.Kickoff(date(2026, 3, 12), "纪要"), now=now)
    projects.note_kickoff(
        derek, project, projects.Kickoff(date(2026, 3, 10), "到会五人", "我方实施,客户备料"), now=now
    )
    row = Project.objects.get()
    assert (row.kickoff_on, row.kickoff_minutes, row.kickoff_split) == (
        date(2026, 3, 10),
        "到会五人",
        "我方实施,客户备料",
    )


def test_a_risk_is_answered_before_it_is_closed(alice, derek, project, now):
    risk = risks.raise_risk(derek, project, risks.NewRisk("客户机房未就绪", "high", derek), now=now)
    assert Notice.objects.get(kind="delivery_risk").person == alice
    with refused("answer_missing"):
        risks.change_risk(derek, risk, risks.NewRisk(risk.text, "high", derek), closed=True, now=now)
    risks.change_risk(
        derek, risk, risks.NewRisk(risk.text, "high", derek, "先用临时机房"), closed=True, now=now
    )
    risk.refresh_from_db()
    assert (risk.closed_by, risk.closed_at) == (derek, now)
    assert standings([project], now.date())[project.pk].risks == 0


def test_starting_stopping_and_resuming(alice, derek, project, now):
    projects.start_project(derek, project, on=date(2026, 3, 10), now=now)
    with refused("project_state", status=409):
        projects.start_project(derek, project, on=date(2026, 3, 10), now=now)
    with refused("reason_missing"):
        projects.stop_project(derek, project, reason=" ", now=now)
    projects.stop_project(derek, project, reason="客户暂停投资", now=now)
    clock = Deadline.objects.get(kind="delivery")
    assert (clock.ended_at, Project.objects.get().state) == (now, "stopped")
    with refused("project_state", status=409):
        steps.add_step(derek, project, steps.NewStep("装"), now=now)
    projects.resume_project(alice, project, now=now + DAY)
    assert Project.objects.get().state == "running"
    assert Deadline.objects.running().filter(kind="delivery", subject_id=project.pk).count() == 1


def test_of_a_late_project_the_owner_and_who_leads_them_hear_once(alice, bob, derek, project, now):
    late = now + timedelta(days=90)
    assert list(Project.objects.late(late.date())) == [project]
    assert not Project.objects.late(date(2026, 5, 29)).exists()
    assert tell_late(late) == 2
    assert tell_late(late) == 0
    assert set(Notice.objects.filter(kind="delivery_late").values_list("person", flat=True)) == {
        alice.pk,
        bob.pk,
    }
    projects.slip_project(derek, project, expected_end=date(2026, 6, 5), why="设备晚到", now=late)
    assert tell_late(late) == 2  # a new end that passed is a new word


def test_a_merge_carries_projects_along(make_customer, alice, bob, derek, signed, project, now):
    kept = make_customer(owner=alice, name="杭州远景机电股份有限公司")
    merge_customers(bob, kept, [project.customer], take={}, now=now)
    row = Project.objects.get()
    assert (row.customer, row.contract.customer) == (kept, kept)
    projects.start_project(derek, row, on=date(2026, 3, 10), now=now)
    assert Deadline.objects.running().get(kind="delivery").customer == kept


def test_refusals_leave_no_trace(derek, project, now):
    before = Event.objects.count()
    with refused("happened_in_future"):
        projects.start_project(derek, project, on=date(2026, 4, 1), now=now)
    row = Project.objects.get()
    assert (Event.objects.count(), row.state, row.started_on) == (before, "planned", None)
