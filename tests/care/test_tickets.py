"""Tickets from the first word to the customer's yes (S3-17, S3-19)."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile

from genjin.accounts.actions import change_user
from genjin.care.actions.deeds import (
    answer_ticket,
    change_ticket,
    confirm_ticket,
    hand_on_ticket,
    merge_ticket,
    note_ticket,
    reopen_ticket,
    solve_ticket,
)
from genjin.care.actions.keeping import keep_owners, keep_tasks
from genjin.care.actions.surveys import answer_survey
from genjin.care.actions.tickets import NewTicket, open_ticket, ticket_of_task
from genjin.care.models import Ticket, TicketNote
from genjin.care.rules.surveys import Answer
from genjin.contracts.models import CollectionHold
from genjin.customers.models import Customer
from genjin.events.models import Event
from genjin.followups.actions.ownership import assign_customers
from genjin.followups.actions.tasks import NewTask, add_task, finish_task
from genjin.followups.models import Deadline, Task
from genjin.kit.errors import RuleError
from genjin.notices.models import Notice


def clocks(ticket, kind="ticket"):
    return list(Deadline.objects.filter(kind=kind, subject_id=ticket.pk).order_by("pk"))


def refused(deed):
    events = Event.objects.count()
    with pytest.raises(RuleError) as refusal:
        deed()
    assert Event.objects.count() == events
    return refusal.value.code


def test_a_ticket_gets_number_owner_task_clock_and_sight(customer, alice, derek, complain, now):
    assert not Customer.objects.visible_to(derek).exists()
    ticket = complain(alice, customer, owner=derek)
    assert ticket.number == "GD-202603-001"
    assert (ticket.state, ticket.owner, ticket.opened_by) == ("open", derek, alice)
    task = Task.objects.get(kind="todo")
    assert (task.assignee, task.due_at) == (derek, ticket.answer_due_at)
    assert ticket.number in task.objective
    assert [(one.due_at, one.responsible, one.met_at) for one in clocks(ticket)] == [
        (ticket.answer_due_at, derek, None)
    ]
    assert Customer.objects.visible_to(derek).get() == customer
    notice = Notice.objects.get(person=derek)
    assert (notice.kind, notice.subject_id) == ("ticket_given", ticket.pk)
    assert complain(alice, customer, title="别的").number == "GD-202603-002"


def test_answered_the_clock_runs_on_to_the_solution(customer, alice, derek, complain, now):
    ticket = complain(alice, customer, owner=derek)
    answer_ticket(derek, ticket, text="已收到，明天上门", now=now + timedelta(hours=1))
    ticket.refresh_from_db()
    first, second = clocks(ticket)
    assert (first.met_at, first.breached_at) == (now + timedelta(hours=1), None)
    assert (second.due_at, second.met_at) == (ticket.due_at, None)
    assert ticket.task.due_at == ticket.due_at
    solve_ticket(derek, ticket, solution="换了控制板", now=now + timedelta(hours=5))
    first, second = clocks(ticket)
    assert second.met_at == now + timedelta(hours=5)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.solution) == ("solved", "换了控制板")
    assert len(ticket.confirm_key) >= 22
    assert [note.kind for note in ticket.notes.all()] == ["answer", "solution"]


def test_late_is_late_even_when_it_is_done(customer, alice, complain, now):
    ticket = complain(alice, customer)
    late = ticket.answer_due_at + timedelta(minutes=1)
    answer_ticket(alice, ticket, text="抱歉晚了", now=late)
    assert clocks(ticket)[0].breached_at == ticket.answer_due_at


def test_solved_without_an_answer_is_refused_until_one_is_on_record(customer, alice, complain, now):
    ticket = complain(alice, customer)
    assert refused(lambda: solve_ticket(alice, ticket, solution="换了控制板", now=now)) == "answer_missing"
    assert (
        refused(lambda: solve_ticket(alice, ticket, solution=" ", answer="已告知", now=now))
        == "solution_missing"
    )
    ticket.refresh_from_db()
    assert ticket.state == "open"
    solve_ticket(alice, ticket, solution="换了控制板", answer="已告知王经理", now=now)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.answered_at) == ("solved", now)
    assert [one.met_at for one in clocks(ticket)] == [now, now]


def test_a_bad_rating_is_met_only_by_answer_and_solution(customer, alice, ask, now):
    answer_survey(alice, ask(alice, customer), Answer(1), now=now)
    ticket = Ticket.objects.get()
    answer_ticket(alice, ticket, text="已致电道歉", now=now + timedelta(hours=2))
    assert [one.met_at for one in clocks(ticket, "bad_rating")] == [None]
    assert clocks(ticket) == []
    solve_ticket(alice, ticket, solution="更换设备", now=now + timedelta(hours=23))
    (one,) = clocks(ticket, "bad_rating")
    assert (one.met_at, one.breached_at) == (now + timedelta(hours=23), None)


def test_the_customer_confirms(customer, alice, derek, complain, solve, now):
    ticket = solve(derek, complain(alice, customer, owner=derek))
    assert (
        refused(lambda: confirm_ticket(derek, ticket, how="phone", name="", now=now)) == "confirmer_missing"
    )
    confirm_ticket(derek, ticket, how="phone", name="王经理", now=now)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.confirmed_name, ticket.confirmed_how, ticket.confirm_key) == (
        "closed",
        "王经理",
        "phone",
        "",
    )
    assert not Task.objects.open().exists()
    assert not Customer.objects.visible_to(derek).exists()  # what let him see it is over


def test_reopened_it_counts_anew(customer, alice, derek, complain, solve, now):
    ticket = solve(derek, complain(alice, customer, owner=derek))
    confirm_ticket(derek, ticket, how="phone", name="王经理", now=now)
    later = now + timedelta(days=2)
    assert refused(lambda: reopen_ticket(alice, ticket, reason="", now=later)) == "reason_missing"
    reopen_ticket(alice, ticket, reason="又停机了", now=later)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.reopened, ticket.answered_at, ticket.solved_at) == ("open", 1, None, None)
    assert ticket.answer_due_at > later
    assert Customer.objects.visible_to(derek).exists()
    assert Task.objects.open().get().assignee == derek
    assert clocks(ticket)[-1].due_at == ticket.answer_due_at
    assert Notice.objects.filter(person=derek, kind="ticket_reopened").exists()


def test_an_open_complaint_holds_the_collection_and_the_last_one_solved_releases_it(
    customer, alice, complain, solve, now
):
    first, second = complain(alice, customer), complain(alice, customer, title="发票开错")
    request = complain(alice, customer, kind="request", title="想加一个报表")
    assert CollectionHold.objects.open().count() == 1
    solve(alice, first)
    assert CollectionHold.objects.open().count() == 1
    solve(alice, second)
    assert not CollectionHold.objects.open().exists()
    reopen_ticket(alice, second, reason="还是错的", now=now)
    assert CollectionHold.objects.open().count() == 1
    merge_ticket(alice, second, request, now=now)
    assert not CollectionHold.objects.open().exists()


def test_a_change_of_kind_moves_limits_and_the_hold(customer, alice, complain, now):
    ticket = complain(alice, customer)
    change_ticket(
        alice, ticket, {"kind": "request", "priority": "low"}, version=1, now=now + timedelta(hours=1)
    )
    ticket.refresh_from_db()
    assert not CollectionHold.objects.open().exists()
    assert ticket.counts_from == now
    assert clocks(ticket)[-1].due_at == ticket.answer_due_at
    assert (
        refused(lambda: change_ticket(alice, ticket, {"title": "x"}, version=1, now=now))
        == "version_conflict"
    )
    assert (
        refused(lambda: change_ticket(alice, ticket, {"kind": "bad_rating"}, version=2, now=now))
        == "kind_unknown"
    )


def test_merged_its_notes_move_and_its_clocks_end(customer, alice, derek, complain, now):
    kept, other = complain(alice, customer), complain(alice, customer, title="同一台设备", owner=derek)
    note_ticket(derek, other, kind="internal", text="查了日志", now=now)
    merge_ticket(alice, other, kept, now=now + timedelta(hours=1))
    other.refresh_from_db()
    assert (other.state, other.merged_into) == ("merged", kept)
    assert "查了日志" in kept.notes.values_list("text", flat=True)
    assert not TicketNote.objects.filter(ticket=other).exists()
    assert [one.ended_at for one in clocks(other)] == [now + timedelta(hours=1)]
    assert Task.objects.open().get().assignee == alice
    assert not Customer.objects.visible_to(derek).exists()
    assert refused(lambda: merge_ticket(alice, kept, kept, now=now)) == "merge_target"


def test_tickets_of_two_customers_do_not_merge(customer, make_customer, alice, complain, now):
    one, far = complain(alice, customer), complain(alice, make_customer(owner=alice))
    assert refused(lambda: merge_ticket(alice, one, far, now=now)) == "merge_target"


def test_handed_on_sight_task_and_clock_follow(customer, alice, derek, fiona, complain, now):
    ticket = complain(alice, customer, owner=derek)
    hand_on_ticket(derek, ticket, fiona, note="是发票问题", now=now)
    assert Task.objects.open().get().assignee == fiona
    assert not Customer.objects.visible_to(derek).exists()
    assert Customer.objects.visible_to(fiona).exists()
    assert clocks(ticket)[0].responsible == fiona
    answer_ticket(
        fiona, ticket, text="已重开发票", now=now
    )  # finance holds no right to serve, but the ticket is hers
    assert ticket.notes.filter(text="是发票问题").exists()


def test_who_may_write_a_ticket(customer, alice, bob, charlie, derek, sam, erin, complain, now):
    ticket = complain(alice, customer, owner=derek)
    for person, status in ((charlie, None), (sam, None), (erin, 403)):
        events = Event.objects.count()
        with pytest.raises(RuleError if status else Ticket.DoesNotExist) as refusal:
            answer_ticket(person, ticket, text="我来", now=now)
        assert status is None or refusal.value.status == status
        assert Event.objects.count() == events
    note_ticket(bob, ticket, kind="internal", text="盯紧", now=now)
    complain(alice, customer, owner=sam, title="另一件")
    with pytest.raises(
        RuleError
    ) as refusal:  # sees the customer through another ticket; this one is not theirs
        answer_ticket(sam, ticket, text="我来", now=now)
    assert refusal.value.code == "not_yours"
    with pytest.raises(Customer.DoesNotExist):
        open_ticket(charlie, customer, NewTicket("request", "x"), now=now)


def test_a_ticket_wants_a_title_and_an_owner_who_can(customer, alice, erin, complain, now):
    assert refused(lambda: complain(alice, customer, title=" ")) == "title_missing"
    assert refused(lambda: complain(alice, customer, owner=erin)) == "owner_inactive"
    assert refused(lambda: complain(alice, customer, since=now + timedelta(hours=1))) == "happened_in_future"
    assert not Ticket.objects.exists()
    assert complain(alice, customer).number == "GD-202603-001"  # refused ones use up no number


def test_a_task_becomes_a_ticket(customer, alice, derek, now):
    task = add_task(alice, customer, NewTask("客户要退货", now + timedelta(days=1)), now=now)
    ticket = ticket_of_task(
        alice, task, NewTicket("complaint", "客户要退货", owner=derek, way="task"), now=now
    )
    task.refresh_from_db()
    assert task.status == "done"
    assert ticket.number in task.outcome
    assert Task.objects.open().get().assignee == derek


def test_no_ticket_is_orphaned(customer, alice, bob, dora, derek, complain, solve, now):
    theirs, mine, solved = (
        complain(alice, customer, owner=derek),
        complain(alice, customer),
        complain(alice, customer),
    )
    solve(alice, solved)
    change_user(dora, alice, is_active=False, now=now)
    change_user(dora, derek, is_active=False, now=now)
    assert keep_owners(now) == 3
    owners = {ticket.pk: ticket.owner for ticket in Ticket.objects.all()}
    assert owners[mine.pk] == owners[solved.pk] == bob
    assert owners[theirs.pk].is_active
    assert keep_owners(now) == 0
    assert clocks(mine)[0].responsible == bob
    open_tasks = Task.objects.open().filter(pk__in=Ticket.objects.values("task"))
    assert open_tasks.count() == 3
    assert all(task.assignee.is_active for task in open_tasks)


def test_tickets_follow_their_task_through_a_handover(customer, alice, bob, sam, complain, now):
    mine, theirs = complain(alice, customer), complain(alice, customer, owner=sam)
    assert keep_owners(now) == 0
    assign_customers(bob, [customer.pk], bob, reason="区域调整", now=now)
    assert keep_owners(now) == 1
    assert keep_owners(now) == 0
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.owner, clocks(mine)[0].responsible, mine.task.assignee) == (bob, bob, bob)
    assert theirs.owner == sam


def test_a_closed_task_of_an_open_ticket_comes_back(customer, alice, complain, now):
    ticket = complain(alice, customer)
    finish_task(alice, ticket.task, outcome="处理了", now=now)
    assert keep_tasks(now) == 1
    assert Task.objects.open().count() == 1
    assert keep_tasks(now) == 0


def test_notes_and_files_stand_on_the_timeline(customer, alice, complain, now):
    ticket = complain(alice, customer)
    note = note_ticket(
        alice, ticket, kind="out", text="请先断电", file=ContentFile(b"text", name="a.txt"), now=now
    )
    assert note.file.customer == customer
    event = Event.objects.get(kind="ticket.noted")
    assert (event.data["note"], event.data["how"]) == ("请先断电", "out")
    assert refused(lambda: note_ticket(alice, ticket, kind="internal", text=" ", now=now)) == "text_missing"
    assert (
        refused(lambda: note_ticket(alice, ticket, kind="answer", text="x", now=now)) == "note_kind_unknown"
    )


@pytest.mark.parametrize(
    ("more", "code"), [({"kind": "bad_rating"}, "kind_unknown"), ({"project": True}, "not_found")]
)
def test_no_bad_rating_by_hand_and_no_delivery_of_another(
    project, make_customer, alice, complain, more, code
):
    other = make_customer(owner=alice)
    if "project" in more:
        more = {"project": project}
    assert refused(lambda: complain(alice, other, **more)) == code
    assert not Ticket.objects.exists()
