"""What customers report and confirm by pages of their own, without login."""

from datetime import timedelta

import pytest

from genjin.care.actions.links import (
    Sent,
    answer_confirmation,
    make_report_link,
    open_report_page,
    report_problem,
    revoke_report_link,
)
from genjin.care.actions.tickets import NewTicket, accept_ticket, decline_ticket
from genjin.care.models import Ticket
from genjin.care.rules.reports import DAILY_REPORTS, Report
from genjin.contracts.models import CollectionHold
from genjin.customers.models import Customer
from genjin.events.models import Event
from genjin.followups.models import Deadline, Task
from genjin.kit.errors import RuleError
from genjin.notices.models import Notice

WORDS = Report("设备停机", "从早上八点开始", "王工", "13800138000")


@pytest.fixture
def link(customer, alice, now):
    return make_report_link(alice, customer, None, now=now)


@pytest.fixture
def report(link, now):
    def send(words=WORDS, *, seconds=30, decoy="", at=None):
        moment = at or now
        return report_problem(link.key, Sent(words, moment - timedelta(seconds=seconds), decoy), now=moment)

    return send


def test_what_is_reported_waits_as_a_draft_and_changes_no_customer(customer, alice, report):
    before = Customer.objects.values().get(pk=customer.pk)
    ticket = report()
    after = Customer.objects.values().get(pk=customer.pk)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {
        "next_action_at",
        "no_next_step_since",
        "completeness",
    }  # what follows from the task alone
    assert (ticket.state, ticket.owner, ticket.way, ticket.sender, ticket.opened_by) == (
        "draft",
        None,
        "link",
        "王工",
        None,
    )
    assert not Deadline.objects.filter(kind="ticket").exists()
    assert not CollectionHold.objects.exists()
    task = Task.objects.open().get()
    assert (task.assignee, task.due_at) == (alice, ticket.due_at)
    notice = Notice.objects.get(person=alice, kind="ticket_reported")
    assert notice.subject_id == ticket.pk
    assert "13800138000" not in str(notice.words)


def test_accepted_its_limits_count_since_it_was_sent(customer, alice, sam, report, now):
    ticket = report()
    later = now + timedelta(hours=5)
    accept_ticket(alice, ticket, NewTicket("complaint", "设备停机", priority="high", owner=sam), now=later)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.owner, ticket.counts_from) == ("open", sam, now)
    assert ticket.answer_due_at == now + timedelta(hours=4)
    clock = Deadline.objects.get(kind="ticket", subject_id=ticket.pk)
    assert (clock.due_at, clock.responsible) == (ticket.answer_due_at, sam)
    assert CollectionHold.objects.open().exists()
    assert Task.objects.open().get().assignee == sam


def test_declined_with_a_reason_its_task_is_done(alice, report, now):
    ticket = report()
    with pytest.raises(RuleError) as refusal:
        decline_ticket(alice, ticket, reason="", now=now)
    assert refusal.value.code == "reason_missing"
    decline_ticket(alice, ticket, reason="广告", now=now)
    ticket.refresh_from_db()
    assert ticket.state == "declined"
    assert not Task.objects.open().exists()


def test_machines_and_repetitions_are_thrown_away(report, now):
    assert report(decoy="http://x") is None
    assert report(seconds=1) is None
    assert report() is not None
    assert report() is None
    assert Ticket.objects.count() == 1


def test_there_is_a_most_a_day(report, now):
    for number in range(DAILY_REPORTS):
        report(Report(f"问题{number}", name="王工"))
    with pytest.raises(RuleError) as refusal:
        report(Report("还有一个", name="王工"))
    assert (refusal.value.code, refusal.value.status) == ("report_full", 429)
    assert report(Report("还有一个", name="王工"), at=now + timedelta(days=1, hours=1)) is not None


@pytest.mark.parametrize(
    "words", [Report("", name="王"), Report("x"), Report("x" * 201, name="王"), Report("x", "y" * 2001, "王")]
)
def test_what_is_incomplete_is_refused(report, words):
    with pytest.raises(RuleError) as refusal:
        report(words)
    assert refusal.value.code == "report_incomplete"
    assert not Ticket.objects.exists()


def test_a_link_taken_back_leads_nowhere(link, alice, charlie, now):
    events = Event.objects.count()
    with pytest.raises(type(link).DoesNotExist):
        revoke_report_link(charlie, link, now=now)
    assert Event.objects.count() == events
    revoke_report_link(alice, link, now=now)
    for key in (link.key, "x" * 22):
        with pytest.raises(RuleError) as refusal:
            open_report_page(key)
        assert (refusal.value.code, refusal.value.status) == ("link_over", 404)


def test_the_customer_says_yes_or_no_once(customer, alice, complain, solve, now):
    ticket = solve(alice, complain(alice, customer))
    ticket.refresh_from_db()
    key = ticket.confirm_key
    with pytest.raises(RuleError) as refusal:
        answer_confirmation(key, is_solved=False, text=" ", now=now)
    assert refusal.value.code == "reason_missing"
    answer_confirmation(key, is_solved=False, text="还在停机", now=now)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.reopened) == ("open", 1)
    assert ticket.notes.get(kind="in").author is None
    with pytest.raises(RuleError) as refusal:
        answer_confirmation(key, is_solved=True, text="", now=now)
    assert refusal.value.status == 404
    solve(alice, ticket)
    ticket.refresh_from_db()
    assert ticket.confirm_key != key
    answer_confirmation(ticket.confirm_key, is_solved=True, text="", now=now)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.confirmed_how) == ("closed", "link")


def test_the_page_to_confirm_ends_after_a_month(customer, alice, complain, solve, now):
    ticket = solve(alice, complain(alice, customer))
    ticket.refresh_from_db()
    with pytest.raises(RuleError) as refusal:
        answer_confirmation(ticket.confirm_key, is_solved=True, text="", now=now + timedelta(days=30))
    assert refusal.value.status == 404
