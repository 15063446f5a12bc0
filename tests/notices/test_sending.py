"""What leaves the page arrives at least once, under one id, and nobody waits for somebody else's broken endpoint."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.db import connection

from genjin.accounts.actions import change_user
from genjin.followups.actions.ownership import assign_customers
from genjin.notices.actions.claiming import claim, mark, send_again
from genjin.notices.actions.reading import mark_read, save_habits
from genjin.notices.actions.robots import remove_robot, save_robot, try_robot
from genjin.notices.models import Delivery, Notice, Robot
from genjin.notices.rules.delivery import LEASE, TRIED_FOR
from genjin.notices.rules.robots import Verdict
from tests.refusals import refused

Status = Delivery.Status


def statuses() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("status", flat=True))


def test_a_mail_says_who_asks_what_and_where_to_go(alice, mail_to, task_for, send):
    mail_to(alice)
    task_for(alice)
    assert send() == 1
    letter = mail.outbox[0]
    assert letter.to == ["alice@example.com"]
    assert letter.subject.startswith("请注意！")
    assert "鲍勃" in letter.body
    assert "寄样品" in letter.body
    assert f"/notices/{Notice.objects.get().pk}/" in letter.body
    assert "请及时跟进！" in letter.body
    row = Delivery.objects.get()
    assert letter.extra_headers["Message-ID"].startswith(f"<{row.message}@")
    assert (row.status, row.attempts, row.error) == (Status.SENT, 1, "")
    assert send(minutes=1) == 0


def test_what_waits_for_one_person_comes_in_one_mail(alice, bob, mail_to, task_for, send):
    mail_to(alice)
    mail_to(bob)
    for n in range(5):
        task_for(alice, key=f"task:{n}", what=f"第{n}件")
    task_for(bob)
    assert send() == 2
    hers = next(letter for letter in mail.outbox if letter.to == ["alice@example.com"])
    assert all(f"第{n}件" in hers.body for n in range(5))
    assert "5" in hers.subject


def test_words_of_others_stay_in_their_line(alice, mail_to, task_for, send):
    mail_to(alice)
    task_for(alice, what="寄样品\nBcc: all@example.com\r\n\r\n<b>请看</b>", who="鲍\n勃")
    send()
    letter = mail.outbox[0]
    assert "\n" not in letter.subject
    assert "Bcc" not in letter.message()
    assert "寄样品 Bcc: all@example.com <b>请看</b>" in letter.body


def test_a_customer_out_of_sight_is_neither_named_nor_told_of(alice, bob, dora, make_customer, now, mail_to, task_for, send):  # fmt: skip
    mail_to(alice)
    row = make_customer(owner=alice, name="杭州远景机电有限公司")
    task_for(alice, customer_id=row.pk, what="给远景寄样品")
    assign_customers(dora, [row.pk], bob, now=now)
    send()
    text = mail.outbox[0].subject + mail.outbox[0].body
    assert "远景" not in text
    assert f"/notices/{Notice.objects.filter(kind='task_given').get().pk}/" not in text


def test_what_was_read_in_the_page_or_is_wanted_no_more_is_not_sent(alice, bob, dora, now, mail_to, task_for, send):  # fmt: skip
    mail_to(alice)
    mail_to(bob)
    task_for(alice, bob)
    mark_read(alice, now=now)
    save_habits(bob, {"by_mail": False}, now=now)
    assert send() == 0
    assert mail.outbox == []
    assert statuses() == [Status.DROPPED, Status.DROPPED]
    mail_to(alice)
    task_for(alice, key="task:2")
    change_user(dora, alice, is_active=False, now=now)
    send()
    assert (mail.outbox, statuses()[-1]) == ([], Status.DROPPED)


def test_a_robot_of_one_person_says_everything(alice, make_customer, receiver, make_robot, task_for, send):
    make_robot(people=[alice])
    row = make_customer(owner=alice, name="杭州远景机电有限公司")
    task_for(alice, customer_id=row.pk)
    assert send() == 1
    text = receiver.bodies()[0]["markdown"]["content"]
    assert "远景" in text
    assert "寄样品" in text
    assert "请注意！" in text
    assert "请及时跟进！" in text


def test_a_group_hears_a_name_only_where_all_of_it_see_the_customer(alice, bob, charlie, make_customer, receiver, make_robot, task_for, send, now):  # fmt: skip
    row = make_customer(owner=alice, name="杭州远景机电有限公司")
    make_robot("两人", "/both", people=[alice, bob])
    make_robot("三人", "/three", people=[alice, bob, charlie])
    task_for(alice, customer_id=row.pk, what="给远景寄样品")
    assert send() == 2
    both, three = (receiver.bodies(path)[0]["markdown"]["content"] for path in ("/both", "/three"))
    assert "远景" in both
    assert "远景" not in three
    assert "艾丽" in three
    assert "/notices/" in three


def test_a_robot_serves_its_teams_with_all_below_and_its_kinds(alice, charlie, dora, teams, receiver, make_robot, task_for, send):  # fmt: skip
    make_robot("销售部", "/all", teams=[teams["top"]])
    make_robot("二组", "/b", teams=[teams["B"]])
    make_robot("简报", "/brief", teams=[teams["top"]], kinds=["daily_brief"])
    task_for(alice, dora)
    send()
    assert [len(receiver.bodies(path)) for path in ("/all", "/b", "/brief")] == [1, 0, 0]


def test_twenty_messages_a_minute_and_what_is_more_comes_joined(alice, receiver, make_robot, task_for, send):
    make_robot(people=[alice])
    for n in range(70):
        task_for(alice, key=f"task:{n}")
        send(milliseconds=n * 100)
    assert len(receiver.bodies()) <= 7  # five at once, and one every four seconds
    for minute in range(1, 4):
        send(minutes=minute)
    assert set(statuses()) == {Status.SENT}
    assert len(receiver.bodies()) <= 10


@pytest.mark.parametrize(
    ("answer", "words"),
    [({"status": 500}, "HTTP 500"), ({"status": 302, "headers": {"Location": "http://127.0.0.1:1/"}}, "HTTP 302"),
     ({"body": '{"errcode":45009,"errmsg":"freq"}'}, "45009 freq")],
)  # fmt: skip
def test_a_receiver_in_trouble_is_tried_again_with_the_same_id(alice, receiver, make_robot, task_for, send, answer, words):  # fmt: skip
    robot = make_robot(people=[alice])
    receiver.answers["/hook"] = answer
    task_for(alice)
    assert send() == 0
    row = Delivery.objects.get()
    assert (row.status, row.attempts, row.error) == (Status.WAITING, 1, words)
    robot.refresh_from_db()
    assert robot.problem == words
    assert send(seconds=30) == 0  # its time has not come
    receiver.answers.clear()
    assert send(minutes=2) == 1
    ids = {headers["X-Message-ID"] for _path, headers, _body in receiver.got}
    assert (len(receiver.got), ids) == (2, {str(row.message)})
    robot.refresh_from_db()
    assert (robot.problem, statuses()) == ("", [Status.SENT])


def test_a_receiver_that_asks_for_time_gets_it(alice, receiver, make_robot, task_for, send, now):
    make_robot(people=[alice])
    receiver.answers["/hook"] = {"status": 429, "headers": {"Retry-After": "1800"}}
    task_for(alice)
    send()
    assert Delivery.objects.get().next_at == now + timedelta(minutes=30)


def test_one_that_is_gone_is_set_aside_and_administrators_hear_of_it(alice, dora, receiver, make_robot, task_for, send):  # fmt: skip
    robot = make_robot(people=[alice])
    receiver.answers["/hook"] = {"status": 410}
    task_for(alice)
    send()
    robot.refresh_from_db()
    assert (robot.is_active, statuses()) == (False, [Status.FAILED])
    told = Notice.objects.get(person=dora)
    assert told.kind == "robot_stopped"
    assert "一群" in told.text
    task_for(alice, key="task:2")
    send(minutes=5)
    assert len(receiver.got) == 1


def test_after_75_hours_it_is_given_up_and_can_be_sent_again(alice, dora, receiver, make_robot, task_for, send, now):  # fmt: skip
    make_robot(people=[alice])
    receiver.answers["/hook"] = {"status": 500}
    task_for(alice)
    moment, tries = timedelta(), 0
    while statuses() == [Status.WAITING] and tries < 40:
        tries += 1
        send(seconds=moment.total_seconds())
        row = Delivery.objects.get()
        moment = row.next_at - now
    assert (statuses(), moment) == ([Status.FAILED], TRIED_FOR)
    receiver.answers.clear()
    with refused("forbidden", status=403):
        send_again(alice, Delivery.objects.get(), now=now + TRIED_FOR)
    send_again(dora, Delivery.objects.get(), now=now + TRIED_FOR)
    assert send(hours=76) == 1
    with refused("delivered_already", status=409):
        send_again(dora, Delivery.objects.get(), now=now + TRIED_FOR)


def test_a_slow_one_holds_up_nobody(alice, bob, receiver, make_robot, task_for, send):
    make_robot("慢", "/slow", people=[alice])
    make_robot("快", "/fast", people=[bob])
    receiver.answers["/slow"] = {"sleep": 1.5}
    task_for(alice, bob)
    began = time.monotonic()
    assert send() == 2
    fast = Delivery.objects.get(person=bob)
    assert fast.status == Status.SENT
    assert time.monotonic() - began < 2.5


def test_a_mail_server_that_is_down_is_asked_once_a_run(alice, bob, settings, mail_to, task_for, send):
    mail_to(alice)
    mail_to(bob)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    for n in range(20):
        task_for(alice, bob, key=f"task:{n}")
    assert send() == 0
    assert set(Delivery.objects.values_list("status", flat=True)) == {Status.WAITING}
    assert all("Refused" in row.error for row in Delivery.objects.all())


def test_two_workers_never_take_the_same(alice, bob, mail_to, task_for, now, receiver, make_robot):
    mail_to(alice)
    make_robot(people=[bob])
    task_for(alice, bob)
    first = claim(now)
    assert len(first) == 2
    assert claim(now) == []
    assert claim(now + LEASE - timedelta(seconds=1)) == []


def test_killed_between_sent_and_marked_it_goes_out_again_with_the_same_id(alice, receiver, make_robot, task_for, send, now):  # fmt: skip
    make_robot(people=[alice])
    task_for(alice)
    task_for(alice, key="task:2")
    (lost,) = claim(now)  # and here its worker is killed
    task_for(alice, key="task:3")
    assert send(seconds=LEASE.total_seconds() + 1) == 2  # what came later has an id of its own
    assert receiver.got[0][1]["X-Message-ID"] == str(lost.message)
    assert receiver.bodies()[0]["markdown"]["content"].count("/notices/") == 2
    assert statuses() == [Status.SENT] * 3
    mark(lost, Verdict.AGAIN, "late", now=now)  # the first worker wakes up after all
    assert statuses() == [Status.SENT] * 3


KILLED = """
import django, os, sys
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from django.conf import settings
object.__setattr__(settings.ENVIRONMENT, "private_hosts", ["127.0.0.1"])
from datetime import datetime
from genjin.customers.queries.sight import names_seen
from genjin.notices.actions import sending
sending.mark = lambda *a, **k: (print("sent", flush=True), __import__("time").sleep(60))
sending.send_due(names=names_seen, now=datetime.fromisoformat(sys.argv[2]))
"""


@pytest.mark.django_db(transaction=True)
def test_kill_9_of_the_sender_after_the_post(alice, receiver, make_robot, task_for, send, now):
    make_robot(people=[alice])
    task_for(alice)
    environ = os.environ | {"DJANGO_SETTINGS_MODULE": "genjin.config.settings"}
    command = [sys.executable, "-c", KILLED, connection.settings_dict["NAME"], now.isoformat()]
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(command, env=environ, cwd=root, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"sent\n"
        process.send_signal(signal.SIGKILL)
    assert statuses() == [Status.WAITING]
    assert send(seconds=LEASE.total_seconds() + 1) == 1
    assert statuses() == [Status.SENT]
    first, second = (headers["X-Message-ID"] for _path, headers, _body in receiver.got)
    assert first == second


def test_only_who_manages_settings_has_robots(bob, dora, receiver, make_robot, alice, now):
    robot = make_robot(people=[alice])
    values = {"name": "x", "url": receiver.url(), "people": [alice]}
    with refused("forbidden", status=403):
        save_robot(bob, Robot(), values, now=now)
    with refused("forbidden", status=403):
        try_robot(bob, robot, now=now)
    with refused("forbidden", status=403):
        remove_robot(bob, robot, now=now)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"url": "https://10.0.0.8/hook"}, "host_private"),
        ({"url": "http://8.8.8.8/hook"}, "plain_refused"),
        ({"url": "javascript:alert(1)"}, "url_invalid"),
        ({"url": ""}, "url_missing"),
        ({"people": []}, "for_nobody"),
        ({"kinds": ["weather"]}, "kind_unknown"),
    ],
)
def test_a_robot_that_cannot_be_is_refused(dora, alice, receiver, now, values, code):
    with refused(code):
        save_robot(
            dora, Robot(), {"name": "一群", "url": receiver.url(), "people": [alice]} | values, now=now
        )


def test_an_address_of_another_maker_is_refused(dora, alice, now, monkeypatch):
    monkeypatch.setattr("socket.getaddrinfo", lambda *_a, **_k: [(2, 1, 6, "", ("223.5.5.5", 443))])
    url = "https://oapi.dingtalk.com/robot/send?access_token=x"
    with refused("kind_mismatch"):
        save_robot(dora, Robot(), {"name": "x", "kind": "wecom", "url": url, "people": [alice]}, now=now)
    row = save_robot(dora, Robot(), {"name": "x", "kind": "dingtalk", "url": url, "people": [alice]}, now=now)
    assert "access_token" not in str(vars(row))


def test_the_secret_is_kept_sealed_and_never_goes_to_another_address(dora, alice, receiver, make_robot, now):
    robot = make_robot(people=[alice], secret="SEC-very-secret", kind="dingtalk")
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM notices_robot t")
        kept = cursor.fetchone()[0]
    assert "very-secret" not in kept
    assert "/hook" not in kept
    save_robot(dora, robot, {"url": receiver.url("/other")}, now=now)
    assert Robot.objects.get().secret_sealed == ""


def test_the_button_that_tries_keeps_the_pace(dora, alice, receiver, make_robot, now):
    robot = make_robot(people=[alice])
    assert try_robot(dora, robot, now=now) == ""
    receiver.answers["/hook"] = {"status": 404}
    assert try_robot(dora, robot, now=now) == "HTTP 404"
    for _n in range(3):
        try_robot(dora, robot, now=now)
    with refused("robot_busy", status=429):
        try_robot(dora, robot, now=now)
