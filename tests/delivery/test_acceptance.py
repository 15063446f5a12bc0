"""Acceptance makes payments due, a slip moves what is expected: delivery and money in one transaction (idea 12)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.db import connection, transaction

from genjin.contracts.actions.milestones import mark_trigger
from genjin.contracts.actions.receipts import NewReceipt, record_receipt, reverse_receipt
from genjin.contracts.models import Contract, Milestone
from genjin.delivery.actions import acceptance, projects, steps
from genjin.delivery.actions.acceptance import NewAcceptance
from genjin.delivery.actions.trail import follow_trail
from genjin.delivery.models import Acceptance, Project, Slip
from genjin.events.actions import record
from genjin.events.models import Event
from genjin.followups.actions.files import remove_file
from genjin.followups.models import Attachment, Deadline
from genjin.notices.models import Notice
from tests.refusals import fingerprint, refused, unseen

DAY = timedelta(days=1)
SHEET = NewAcceptance(date(2026, 3, 11), words="验收合格,可以付款")


def rest() -> Milestone:
    return Milestone.objects.get(trigger="acceptance")


@pytest.fixture
def running(derek, project, now):
    return projects.start_project(derek, project, on=date(2026, 3, 9), now=now)


def test_slipping_moves_what_the_forecast_expects_with_its_reason(alice, derek, running, now):
    projects.slip_project(derek, running, expected_end=date(2026, 6, 19), why="客户机房晚两周", now=now)
    assert (rest().expected_on, rest().expected_why, rest().due_on) == (
        date(2026, 6, 19),
        "客户机房晚两周",
        None,
    )
    slip = Slip.objects.get()
    assert (slip.origin, slip.target, slip.by) == (date(2026, 5, 29), date(2026, 6, 19), derek)
    event = Event.objects.get(kind="delivery.slipped")
    assert (event.data["target"], event.data["reason"]) == ("2026-06-19", "客户机房晚两周")
    assert Notice.objects.get(kind="delivery_slipped").person == alice
    clock = Deadline.objects.get(kind="delivery")
    assert clock.due_at.isoformat() == "2026-06-19T16:00:00+00:00"  # the end of the day in Shanghai


def test_where_the_forecast_cannot_move_the_delivery_does_not_slip_either(derek, running, now):
    """The second half fails in the database itself: nothing of the first half stays."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "ALTER TABLE contracts_milestone ADD CONSTRAINT no_june CHECK (expected_on IS DISTINCT FROM DATE '2026-06-19')"
        )
    before = fingerprint()
    with pytest.raises(Exception, match="no_june"), transaction.atomic():
        projects.slip_project(derek, running, expected_end=date(2026, 6, 19), why="客户机房晚两周", now=now)
    assert fingerprint() == before
    assert not Slip.objects.exists()
    assert Project.objects.get().expected_end is None


def test_a_payment_after_acceptance_is_due_by_the_acceptance_row_alone(alice, derek, fiona, running, now):
    acceptance.deliver_project(derek, running, on=date(2026, 3, 10), now=now)
    assert rest().due_on is None
    clock = Deadline.objects.get(kind="delivery")
    assert clock.met_at is not None
    assert clock.breached_at is None
    row = acceptance.accept_project(derek, running, SHEET, now=now)
    assert (rest().triggered_on, rest().due_on) == (date(2026, 3, 11), date(2026, 3, 11))
    project = Project.objects.get()
    assert (project.state, project.accepted_on, project.delivered_on) == (
        "accepted",
        date(2026, 3, 11),
        date(2026, 3, 10),
    )
    assert (row.recorded_by, row.words) == (derek, "验收合格,可以付款")
    told = Notice.objects.filter(kind="delivery_accepted").values_list("person", flat=True)
    assert set(told) == {alice.pk, fiona.pk}
    assert Event.objects.filter(kind="delivery.accepted", subject_id=project.pk).count() == 1


def test_an_acceptance_wants_what_shows_it(alice, charlie, derek, lena, running, make_customer, now):
    with refused("acceptance_empty"):
        acceptance.accept_project(derek, running, NewAcceptance(date(2026, 3, 11), words="好"), now=now)
    with refused("happened_in_future"):
        acceptance.accept_project(
            derek, running, NewAcceptance(date(2026, 3, 12), words=SHEET.words), now=now
        )
    with refused("happened_too_early"):
        acceptance.accept_project(derek, running, NewAcceptance(date(2026, 3, 8), words=SHEET.words), now=now)
    other = make_customer(owner=alice, contacts=[{"name": "李总"}]).contacts.get()
    with refused("signer_unknown"):
        acceptance.accept_project(
            derek, running, NewAcceptance(date(2026, 3, 11), other, SHEET.words), now=now
        )
    with refused("forbidden", status=403):
        acceptance.accept_project(lena, running, SHEET, now=now)
    with unseen():
        acceptance.accept_project(charlie, running, SHEET, now=now)
    assert rest().due_on is None


def test_a_sheet_is_kept_with_its_hash_and_stays(alice, derek, running, customer, now):
    signer = customer.contacts.create(name="王厂长", created_at=now, updated_at=now)
    new = NewAcceptance(date(2026, 3, 11), signer, file=ContentFile(b"%PDF-1.7 sheet", name="验收单.pdf"))
    row = acceptance.accept_project(derek, running, new, now=now)
    assert (row.signer, row.file.name, len(row.file.sha256)) == (signer, "验收单.pdf", 64)
    with refused("file_is_evidence", status=409):
        remove_file(alice, row.file, now=now)
    assert Attachment.objects.filter(pk=row.file.pk).exists()


def test_taking_the_acceptance_back_takes_the_due_day_back(derek, running, now):
    acceptance.accept_project(derek, running, SHEET, now=now)
    with refused("reason_missing"):
        acceptance.reopen_project(derek, running, reason=" ", now=now)
    acceptance.reopen_project(derek, running, reason="签错了单子", now=now + DAY)
    assert (rest().due_on, rest().triggered_on, rest().expected_on) == (None, None, date(2026, 5, 29))
    assert rest().expected_why == "签错了单子"
    row = Acceptance.objects.get()
    assert (row.withdrawn_by, row.withdrawn_reason) == (derek, "签错了单子")
    project = Project.objects.get()
    assert (project.state, project.accepted_on, project.delivered_on) == ("running", None, None)
    assert Deadline.objects.running().filter(kind="delivery", subject_id=project.pk).exists()
    acceptance.accept_project(derek, project, SHEET, now=now + 2 * DAY)  # and the right sheet afterwards
    assert Acceptance.objects.filter(withdrawn_at=None).count() == 1
    assert rest().due_on == date(2026, 3, 11)


def test_of_two_projects_the_last_acceptance_makes_the_payment_due(alice, derek, signed, running, now):
    second = projects.open_project(
        alice, signed, projects.NewProject("二期", derek, planned_end=date(2026, 8, 31)), now=now
    )
    assert rest().expected_on == date(2026, 8, 31)
    acceptance.accept_project(derek, running, SHEET, now=now)
    assert rest().due_on is None
    projects.stop_project(alice, second, reason="客户取消二期", now=now)
    assert rest().due_on == date(2026, 3, 11)


def test_a_step_can_be_the_fact_a_payment_waits_for(alice, derek, signed, running, now):
    Milestone.objects.create(
        contract=signed, position=2, name="上线款", amount=1, trigger="launch", offset_days=5
    )
    step = steps.add_step(
        derek, running, steps.NewStep("上线", derek, date(2026, 4, 30), trigger="launch"), now=now
    )
    launch = Milestone.objects.get(trigger="launch")
    assert (launch.expected_on, launch.due_on) == (date(2026, 5, 5), None)
    steps.change_step(
        derek,
        step,
        steps.NewStep("上线", derek, date(2026, 5, 10), trigger="launch"),
        why="客户推迟上线",
        now=now,
    )
    launch.refresh_from_db()
    assert (launch.expected_on, launch.expected_why) == (date(2026, 5, 15), "客户推迟上线")
    steps.tick_step(derek, step, on=date(2026, 3, 11), now=now)
    launch.refresh_from_db()
    assert (launch.triggered_on, launch.due_on) == (date(2026, 3, 11), date(2026, 3, 16))
    steps.untick_step(derek, step, now=now)
    launch.refresh_from_db()
    assert (launch.due_on, launch.triggered_on) == (None, None)
    assert rest().due_on is None


def test_nothing_is_due_of_a_contract_that_is_void(derek, signed, running, now):
    Contract.objects.update(state="void")
    acceptance.accept_project(derek, running, SHEET, now=now)
    assert rest().due_on is None


def test_accepted_work_is_not_accepted_twice(derek, running, now):
    acceptance.accept_project(derek, running, SHEET, now=now)
    with refused("project_state", status=409):
        acceptance.accept_project(derek, running, SHEET, now=now)
    with refused("project_state", status=409):
        projects.slip_project(derek, running, expected_end=date(2026, 6, 1), why="太晚了", now=now)


@pytest.fixture
def launch(signed):
    return Milestone.objects.create(contract=signed, position=2, name="上线款", amount=1, trigger="launch")


def two_steps(derek, running, now):
    """Two steps that stand for going live, the first of them done."""
    new = steps.NewStep("上线", derek, date(2026, 4, 30), trigger="launch")
    one, two = (steps.add_step(derek, running, new, now=now) for _time in range(2))
    steps.tick_step(derek, one, on=date(2026, 3, 10), now=now)
    return one, two


def fired(milestone):
    milestone.refresh_from_db()
    return milestone.triggered_on


def test_the_last_open_step_taken_out_makes_it_due(derek, running, launch, now):
    _one, two = two_steps(derek, running, now)
    assert fired(launch) is None
    steps.remove_step(derek, two, now=now)
    assert fired(launch) == date(2026, 3, 10)


def test_the_last_open_step_that_stands_for_something_else_makes_it_due(derek, running, launch, now):
    _one, two = two_steps(derek, running, now)
    steps.change_step(derek, two, steps.NewStep("上线", derek, date(2026, 4, 30)), now=now)
    assert fired(launch) == date(2026, 3, 10)


def test_a_project_called_off_settles_the_facts_of_its_steps_and_resuming_takes_them_back(
    alice, derek, signed, running, launch, now
):
    new = steps.NewStep("上线", derek, date(2026, 4, 30), trigger="launch")
    second = projects.open_project(alice, signed, projects.NewProject("二期", derek), now=now)
    steps.tick_step(derek, steps.add_step(derek, running, new, now=now), on=date(2026, 3, 10), now=now)
    assert fired(launch) == date(2026, 3, 10)
    steps.untick_step(derek, running.steps.get(), now=now)
    steps.add_step(derek, second, new, now=now)
    steps.tick_step(derek, running.steps.get(), on=date(2026, 3, 10), now=now)
    acceptance.accept_project(derek, running, SHEET, now=now)
    assert (fired(launch), rest().due_on) == (None, None)
    projects.stop_project(alice, second, reason="客户取消二期", now=now)
    assert (fired(launch), rest().due_on) == (date(2026, 3, 10), date(2026, 3, 11))
    projects.resume_project(alice, second, now=now)
    assert (fired(launch), rest().due_on) == (None, None)


def test_what_was_marked_by_hand_outlives_a_pause(alice, derek, fiona, signed, running, launch, now):
    day, new = date(2026, 3, 10), steps.NewStep("上线", derek, date(2026, 4, 30), trigger="launch")
    step = steps.add_step(derek, running, new, now=now)
    mark_trigger(fiona, signed, "launch", day, now=now)
    projects.stop_project(alice, running, reason="客户停工", now=now)
    projects.resume_project(alice, running, now=now)
    assert fired(launch) == day
    steps.tick_step(derek, step, on=date(2026, 3, 11), now=now)
    steps.untick_step(derek, step, now=now)
    assert fired(launch) == day  # the tick had not made it due


def test_what_a_step_said_before_another_was_planned_goes_with_its_tick(derek, running, launch, now):
    new = steps.NewStep("上线", derek, date(2026, 4, 30), trigger="launch")
    step = steps.add_step(derek, running, new, now=now)
    steps.tick_step(derek, step, on=date(2026, 3, 10), now=now)
    steps.add_step(derek, running, new, now=now)
    assert fired(launch) == date(2026, 3, 10)
    steps.untick_step(derek, step, now=now)
    assert fired(launch) is None


def test_what_was_paid_and_taken_back_is_not_paid(derek, fiona, running, now):
    acceptance.accept_project(derek, running, SHEET, now=now)
    receipt = record_receipt(
        fiona,
        running.contract,
        NewReceipt(Decimal(1000), date(2026, 3, 11), parts={rest().pk: Decimal(1000)}),
        now=now,
    )
    reverse_receipt(fiona, receipt, reason="退票", now=now)
    acceptance.reopen_project(derek, running, reason="签错了单子", now=now)
    assert rest().due_on is None


def test_a_milestone_added_after_the_acceptance_is_due(alice, derek, signed, running, now):
    Milestone.objects.filter(trigger="acceptance").delete()
    acceptance.accept_project(derek, running, SHEET, now=now)
    Milestone.objects.create(contract=signed, position=3, name="追加款", amount=1, trigger="acceptance")
    record(alice, "contract.amended", at=now, customer_id=signed.customer_id, subject_id=signed.pk, name="")
    follow_trail(now)
    assert rest().due_on == date(2026, 3, 11)
