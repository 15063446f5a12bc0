"""Telling: once, in the transaction that gives cause to, and out of the page as each person wants it."""

import json
import re
from datetime import UTC, datetime, time, timedelta

import psycopg
import pytest
from django.db import connection, transaction

from genjin.accounts.actions import change_user
from genjin.accounts.actions.calendar import save_absence
from genjin.accounts.models import Absence
from genjin.events.actions import CHANNEL
from genjin.notices.actions import Telling, tell, tell_many
from genjin.notices.actions.reading import forget_old, mark_read, save_habits, set_urgent_kinds
from genjin.notices.models import Delivery, Notice
from genjin.notices.queries import unread_count
from genjin.notices.rules import SENTENCES, NoticeKind, sentence
from genjin.web.notices.links import page_of
from tests.refusals import refused


def test_everybody_is_told_once(alice, bob, task_for):
    assert task_for(alice, bob.pk) == 2
    assert task_for(alice, bob) == 0
    assert [n.text for n in Notice.objects.filter(person=alice)] == [
        sentence("task_given", {"who": "鲍勃", "what": "寄样品"})
    ]
    assert unread_count(alice) == 1


def test_nobody_hears_of_what_was_rolled_back(alice, mail_to, task_for):
    mail_to(alice)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        task_for(alice)
        raise ZeroDivisionError
    assert (Notice.objects.count(), Delivery.objects.count()) == (0, 0)


def test_who_may_not_sign_in_is_not_told(dora, alice, now, task_for):
    change_user(dora, alice, is_active=False, now=now)
    assert task_for(alice) == 0


def test_many_are_told_in_a_fixed_number_of_statements(alice, bob, dora, now, mail_to, django_assert_max_num_queries):  # fmt: skip
    mail_to(alice)
    many = [
        Telling(person.pk, NoticeKind.TASK_GIVEN, f"task:{n}", words={"who": "a", "what": "b"})
        for n in range(300)
        for person in (alice, bob)
    ]
    with django_assert_max_num_queries(14):
        assert tell_many(many, at=now) == 600
    assert Delivery.objects.count() == 300
    assert tell_many(many, at=now) == 0


def test_without_a_way_out_telling_is_cheap(alice, now, settings, task_for, django_assert_max_num_queries):
    settings.HAS_MAIL_SERVER = False
    with django_assert_max_num_queries(5):  # with the savepoint of a transaction inside another
        task_for(alice)
    assert Delivery.objects.count() == 0


def test_open_pages_are_rung(alice, task_for, transactional_db):
    parameters = {k: v for k, v in connection.get_connection_params().items() if k not in {"cursor_factory", "context"}}  # fmt: skip
    with psycopg.connect(**parameters, autocommit=True) as listening:
        listening.execute(f"LISTEN {CHANNEL}")
        task_for(alice)
        heard = [json.loads(note.payload) for note in listening.notifies(timeout=2, stop_after=1)]
    assert heard == [{"told": [[alice.pk, Notice.objects.get().pk]]}]


def test_quiet_hours_and_days_off_let_it_wait(alice, mail_to, task_for):
    mail_to(alice)
    friday_evening = datetime(2026, 3, 13, 14, tzinfo=UTC)
    task_for(alice, at=friday_evening)
    assert Delivery.objects.get().next_at == datetime(2026, 3, 16, 1, tzinfo=UTC)


def test_who_is_away_is_written_to_when_back(dora, alice, now, mail_to, task_for):
    mail_to(alice)
    day = now.date()
    values = {"person": alice, "starts_on": day, "ends_on": day + timedelta(days=1)}
    save_absence(dora, Absence(), values, now=now)
    task_for(alice)
    assert Delivery.objects.get().next_at == datetime(2026, 3, 13, 1, tzinfo=UTC)


def test_what_is_urgent_waits_for_no_morning(dora, alice, now, mail_to, task_for):
    mail_to(alice)
    set_urgent_kinds(dora, ["task_given"], now=now)
    night = datetime(2026, 3, 14, 18, tzinfo=UTC)
    task_for(alice, at=night)
    assert Delivery.objects.get().next_at == night


def test_only_who_manages_settings_says_what_is_urgent(bob, dora, now):
    with refused("forbidden", status=403):
        set_urgent_kinds(bob, ["task_given"], now=now)
    with refused("kind_unknown"):
        set_urgent_kinds(dora, ["weather"], now=now)


@pytest.mark.parametrize(("mode", "when"), [("at_once", "2026-03-11T02:30"), ("digest", "2026-03-12T01:00"), ("off", None)])  # fmt: skip
def test_each_kind_comes_as_somebody_chose(alice, now, mail_to, task_for, mode, when):
    mail_to(alice)
    save_habits(alice, {"modes": {"task_given": mode}}, now=now)
    task_for(alice)
    found = [row.next_at.isoformat()[:16] for row in Delivery.objects.all()]
    assert found == ([when] if when else [])
    assert unread_count(alice) == 1  # in the page it stands whatever was chosen


def test_some_kinds_cannot_be_off(alice, now):
    with refused("always_told"):
        save_habits(alice, {"modes": {"customer_given": "off"}}, now=now)
    with refused("kind_unknown"):
        save_habits(alice, {"modes": {"weather": "off"}}, now=now)
    with refused("mode_unknown"):
        save_habits(alice, {"modes": {"task_given": "never"}}, now=now)
    with refused("quiet_too_long"):
        save_habits(alice, {"quiet_from": time(9), "quiet_until": time(8)}, now=now)


def test_one_reads_ones_own_only(alice, bob, now, task_for):
    task_for(alice, bob)
    hers = Notice.objects.get(person=alice)
    assert mark_read(bob, ids=[hers.pk], now=now) == 0
    assert mark_read(alice, ids=[hers.pk], now=now) == 1
    assert (unread_count(alice), unread_count(bob)) == (0, 1)
    assert mark_read(bob, now=now) == 1


def test_what_was_read_a_year_ago_is_forgotten(alice, bob, now, task_for):
    task_for(alice, bob)
    mark_read(alice, now=now)
    assert forget_old(now + timedelta(days=364)) == 0
    assert forget_old(now + timedelta(days=366)) == 1
    assert Notice.objects.get().person == bob


def test_a_notice_of_another_version_is_told_by_its_label():
    assert sentence("task_given", {}) == sentence("task_given", {"who": 1})
    assert sentence("long_gone", {"a": 1}) == "long_gone"


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_has_its_sentence_and_leads_somewhere(kind):
    named = re.findall(r"%\((\w+)\)s", str(SENTENCES[kind]))
    assert sentence(kind, dict.fromkeys(named, "1")) not in {"", kind.value}
    notice = Notice(kind=kind, customer_id=7, subject_id=8)
    assert page_of(notice).startswith("/")


def test_keys_longer_than_their_column_still_tell_once(alice, now):
    assert tell([alice], NoticeKind.TASK_GIVEN, key="k" * 400, at=now, who="a", what="b") == 1
    assert tell([alice], NoticeKind.TASK_GIVEN, key="k" * 400, at=now, who="a", what="b") == 0
