"""Asking colleagues of any department: the loop from the question to an answer that does."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile

from genjin.accounts.actions import NewUser, add_user
from genjin.accounts.models import Absence, User
from genjin.customers.actions.collaborators import NewCollaborator, add_collaborator
from genjin.customers.models import Customer, Participant
from genjin.events.models import Event
from genjin.followups.actions.asks import Ask, answer_task, ask_back, ask_colleague, explain_task, reopen_task
from genjin.followups.actions.comments import NewComment, add_comment
from genjin.followups.actions.ownership import assign_customers
from genjin.followups.models import Attachment, Comment, Task
from genjin.followups.queries.asks import course_of, departments, least_busy
from genjin.followups.queries.timeline import timeline
from genjin.notices.models import Notice
from tests.refusals import refused, unseen


@pytest.fixture
def lily(teams, now):
    return add_user(None, NewUser(username="lily", name="莉莉", role="service"), now=now)


@pytest.fixture
def asked(alice, lily, customer, now):
    """Alice asks Lily, with a number in the words."""
    wish = Ask("报价前确认 13812345678 能否改型", now + timedelta(days=2), lily, details="图纸在附件")
    return ask_colleague(alice, customer, wish, now=now)


def fresh(user):
    return User.objects.get(pk=user.pk)


def told(person):
    return [row.kind for row in Notice.objects.filter(person=person, kind__startswith="task_").order_by("pk")]


def sees(user, customer):
    return Customer.objects.visible_to(fresh(user)).filter(pk=customer.pk).exists()


def test_the_whole_loop_until_the_answer_does(alice, lily, customer, asked, now):
    assert (asked.kind, asked.assignee, asked.created_by) == ("todo", lily, alice)
    assert sees(lily, customer) and told(lily) == ["task_given"]
    assert "13812345678" not in Notice.objects.get(person=lily).text

    ask_back(lily, asked, question="哪个型号？", now=now)
    asked.refresh_from_db()
    assert (asked.question, asked.status, told(alice)) == ("哪个型号？", "open", ["task_asks_back"])
    explain_task(alice, asked, answer="YX-200", due_at=now + timedelta(days=4), now=now)
    asked.refresh_from_db()
    assert (asked.question, asked.due_at) == ("", now + timedelta(days=4))
    assert asked.details == "图纸在附件\n\n哪个型号？\nYX-200"

    file = ContentFile("可以改型".encode(), name="answer.txt")
    answer_task(lily, asked, outcome="可以", files=[file], now=now)
    assert not sees(lily, customer)
    assert told(alice) == ["task_asks_back", "task_answered"]
    assert Attachment.objects.get(task=asked).name == "answer.txt"

    reopen_task(alice, asked, reason="交期呢？", due_at=now + timedelta(days=5), now=now)
    asked.refresh_from_db()
    assert (asked.status, asked.outcome, asked.closed_at) == ("open", "", None)
    assert asked.details.endswith("可以\n\n交期呢？")
    assert sees(lily, customer) and told(lily) == ["task_given", "task_explained", "task_reopened"]
    assert Customer.objects.get(pk=customer.pk).next_action_at == now + timedelta(days=5)

    answer_task(lily, asked, outcome="三周", now=now)
    kinds = ["task.added", "task.asked_back", "task.explained", "task.done", "task.reopened", "task.done"]
    assert [event.kind for event in course_of(asked)] == kinds
    assert {"三周", "可以"} <= {item.data.get("outcome") for item in timeline(customer)}


def test_a_department_is_asked_and_the_least_busy_one_who_is_there_gets_it(alice, lily, customer, asked, now):
    rose = add_user(None, NewUser(username="rose", name="小玫", role="service"), now=now)
    assert {"role:service", "role:legal"} <= {key for key, _name in departments()}
    wish = Ask("再看一下", now + timedelta(days=1), department="role:service")
    assert ask_colleague(alice, customer, wish, now=now).assignee == rose
    Absence.objects.create(person=rose, starts_on=now.date(), ends_on=now.date())
    assert least_busy("role:service", now.date()) == lily
    with refused("nobody_asked"):
        ask_colleague(alice, customer, Ask("x", now + timedelta(days=1), department="role:legal"), now=now)
    with refused("nobody_asked"):
        ask_colleague(alice, customer, Ask("x", now + timedelta(days=1)), now=now)
    assert least_busy("team:999", now.date()) is least_busy("x", now.date()) is None


def test_only_who_was_asked_asks_back_and_only_who_asked_goes_on(
    alice, bob, charlie, lily, customer, asked, now
):
    with refused("not_yours", status=403):
        ask_back(alice, asked, question="?", now=now)
    with refused("nothing_asked", status=409):
        explain_task(alice, asked, answer="x", now=now)
    with refused("question_missing"):
        ask_back(lily, asked, question=" ", now=now)
    ask_back(lily, asked, question="哪个型号？", now=now)
    with refused("not_yours", status=403):
        explain_task(lily, asked, answer="x", now=now)
    with unseen():
        explain_task(charlie, asked, answer="x", now=now)
    explain_task(bob, asked, answer="YX-200", now=now)
    answer_task(lily, asked, outcome="可以", now=now)
    with unseen():
        reopen_task(charlie, asked, reason="x", due_at=now + timedelta(days=1), now=now)
    with refused("not_yours", status=403):
        reopen_task(lily, asked, reason="x", due_at=now + timedelta(days=1), now=now)
    asked.refresh_from_db()
    assert asked.status == "done"


def test_what_cannot_be_opened_again(alice, lily, customer, plan, asked, now):
    day = now + timedelta(days=1)
    with refused("not_closed", status=409):
        reopen_task(alice, asked, reason="x", due_at=day, now=now)
    mine = plan(alice, customer)
    answer_task(alice, mine, outcome="打过了", now=now)
    with refused("not_an_ask", status=409):
        reopen_task(alice, mine, reason="x", due_at=day, now=now)
    answer_task(lily, asked, outcome="可以", now=now)
    for more, code in (({"reason": " ", "due_at": day}, "reason_missing"), ({"reason": "x", "due_at": now - timedelta(days=3)}, "due_in_past")):  # fmt: skip
        with refused(code):
            reopen_task(alice, asked, now=now, **more)
    Customer.objects.filter(pk=customer.pk).update(stage="lost")
    with refused("customer_lost", status=409):
        reopen_task(alice, asked, reason="x", due_at=day, now=now)


def test_a_refused_file_asks_nothing(alice, lily, customer, now):
    bad = ContentFile(b"MZ", name="x.exe")
    with refused("file_refused"):
        ask_colleague(alice, customer, Ask("x", now + timedelta(days=1), lily, files=[bad]), now=now)
    assert not Task.objects.exists() and told(lily) == []


def test_a_handover_keeps_everything(alice, bob, charlie, lily, customer, asked, say, now):
    """S2-2: who helps, what was said about it, what is asked; the former owner hears the answer no more than they see."""
    add_collaborator(alice, customer, NewCollaborator(charlie, may_write=True, part="售前"), now=now)
    record = say(alice, customer)
    add_comment(charlie, customer, NewComment("我来演示", record), now=now)
    before = list(Participant.objects.order_by("pk").values("user", "via", "may_write", "part", "ends_at"))
    assign_customers(bob, [customer.pk], bob, reason="艾丽休假", now=now)
    assert (
        list(Participant.objects.order_by("pk").values("user", "via", "may_write", "part", "ends_at"))
        == before
    )
    assert Comment.objects.get().followup == record
    asked.refresh_from_db()
    assert (asked.assignee, asked.status, asked.created_by) == (lily, "open", alice)
    assert sees(charlie, customer) and sees(lily, customer) and not sees(alice, customer)
    ask_back(lily, asked, question="哪个型号？", now=now)
    explain_task(bob, asked, answer="YX-200", now=now)
    answer_task(lily, asked, outcome="可以", now=now)
    reopen_task(bob, asked, reason="交期呢？", due_at=now + timedelta(days=3), now=now)
    with unseen():
        explain_task(fresh(alice), asked, answer="x", now=now)
    assert Event.objects.about(customer.pk).filter(kind="task.reopened").count() == 1
