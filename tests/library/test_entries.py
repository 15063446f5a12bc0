"""The library: found by Chinese words, written by who may, and what came of its use."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from hypothesis import given
from hypothesis import strategies as st

from genjin.customers.models import Customer, StageChange
from genjin.followups.actions.contact import NewFollowUp, record_contact
from genjin.followups.actions.tasks import NewTask, add_task, prepare_task
from genjin.followups.queries.outcomes import Outcome, latest_uses, outcomes
from genjin.kit.text import fold
from genjin.kit.tokens import text_question, text_tokens
from genjin.library.actions.entries import remove_entry, save_entry
from genjin.library.models import Entry, Use
from genjin.library.queries.entries import entries, fitting, materials_of
from genjin.library.rules.entries import filled, read_tags
from tests.refusals import refused


@pytest.fixture
def script(bob, now):
    values = {
        "kind": "script", "title": "报价后的回访", "body": "{姓名},报价您看过之后,哪一项最想再商量?", "stage": "negotiation", "topic": "报价", "tags": ["价格"],
    }  # fmt: skip
    return save_entry(bob, Entry(), values, now=now)


def titles(text, **asked):
    return [entry.title for entry in entries(asked, text)]


def test_words_of_title_text_topic_and_tags_are_found(script):
    for words in ("报价", "回访", "再商量", "价格", "报价 商量", "報價", "bjhdhf", "价"):
        assert "报价后的回访" in titles(words), words
    assert titles("报价 潜水艇") == []
    assert titles("！！") == []


def test_what_ships_has_the_four_kinds_of_questions(db):
    kinds = set(Entry.objects.filter(kind="question").values_list("spin", flat=True))
    assert kinds == {"situation", "problem", "implication", "payoff"}
    assert titles("供应商", kind="question", spin="problem") == ["对现有供应商"]
    assert {"script", "objection", "material", "greeting"} <= set(
        Entry.objects.values_list("kind", flat=True)
    )


def test_what_is_written_for_the_stage_comes_first(script):
    assert fitting("script", stage="negotiation", grade="A")[0].stage == "negotiation"
    assert script not in fitting("script", stage="lead", grade="A")


def test_who_writes_the_library(alice, dora, script, now):
    with refused("forbidden", status=403):
        save_entry(alice, Entry(), {"title": "我的话术", "body": "您好"}, now=now)
    with refused("forbidden", status=403):
        save_entry(alice, script, {"title": "改"}, now=now)
    with refused("forbidden", status=403):
        remove_entry(alice, script, now=now)
    assert save_entry(dora, script, {"body": "新的说法", "version": 1}, now=now).version == 2
    with refused("version_conflict", status=409):
        save_entry(dora, script, {"body": "旧页面上的说法", "version": 1}, now=now)
    assert titles("新的说法") == ["报价后的回访"]
    assert titles("再商量") == []


def test_what_an_entry_must_have(bob, now):
    with refused("title_missing"):
        save_entry(bob, Entry(), {"title": " ", "body": "内容"}, now=now)
    with refused("body_missing"):
        save_entry(bob, Entry(), {"title": "空"}, now=now)
    with refused("fields_invalid"):
        save_entry(bob, Entry(), {"title": "甲", "body": "乙", "spin": "nonsense"}, now=now)


def test_files_are_checked_as_attachments_are(bob, now):
    page = ContentFile(b"%PDF-1.7 handbook", name="手册.pdf")
    row = save_entry(bob, Entry(), {"kind": "material", "title": "产品手册"}, file=page, now=now)
    assert (row.file_name, row.file_size, len(row.sha256)) == ("手册.pdf", 17, 64)
    assert "手册" not in row.file.name
    with refused("file_refused"):
        save_entry(bob, Entry(), {"title": "假"}, file=ContentFile(b"MZ", name="a.pdf"), now=now)


def test_a_used_entry_is_put_out_of_use_an_unused_one_goes(alice, bob, make_customer, script, now):
    unused = save_entry(bob, Entry(), {"title": "没人用", "body": "内容"}, now=now)
    customer = make_customer(owner=alice)
    add_task(alice, customer, NewTask("演示", now + timedelta(days=1), entries=[script]), now=now)
    for row in (script, unused):
        remove_entry(bob, row, now=now)
    assert not Entry.objects.get(pk=script.pk).is_active
    assert not Entry.objects.filter(pk=unused.pk).exists()


def say(actor, customer, now, used, *, got_response=True, text="客户认真听了,愿意再谈一次"):
    step = [NewTask("再谈", now + timedelta(days=3))]
    new = NewFollowUp("phone", text, now, got_response=got_response, used=used, next_actions=step)
    return record_contact(actor, customer, new, now=now)


def test_uses_are_counted_with_what_came_of_them(alice, bob, charlie, make_customer, script, now):
    first, second = make_customer(owner=alice), make_customer(owner=alice)
    theirs = make_customer(owner=charlie)
    say(alice, first, now, [script])
    say(alice, second, now, [script], got_response=False)
    say(charlie, theirs, now, [script])
    moves = ((first, 13, "prospect"), (second, 15, "prospect"), (theirs, 1, "lost"))
    for customer, days, target in moves:
        StageChange.objects.create(
            customer=customer, at=now + timedelta(days=days), origin="lead", target=target
        )
    assert outcomes(alice, [script.pk]) == {script.pk: Outcome(uses=2, answered=1, moved=1)}
    assert outcomes(bob, [script.pk])[script.pk].uses == 2  # charlie's is beyond his sight
    assert outcomes(charlie, [script.pk]) == {script.pk: Outcome(uses=1, answered=1, moved=0)}
    assert {customer.pk for _use, customer in latest_uses(bob, script.pk)} == {first.pk, second.pk}


def test_an_entry_counts_once_a_record(alice, make_customer, script, now):
    say(alice, make_customer(owner=alice), now, [script, script])
    assert Use.objects.count() == 1


def test_materials_are_attached_to_a_task_and_changed(alice, charlie, make_customer, script, bob, now):
    customer = make_customer(owner=alice)
    other = save_entry(bob, Entry(), {"kind": "material", "title": "案例", "body": "一页纸"}, now=now)
    task = add_task(alice, customer, NewTask("演示", now + timedelta(days=1), entries=[script]), now=now)
    assert materials_of([task.pk]) == {task.pk: [script]}
    assert prepare_task(alice, task, materials="样品", entries=[other], now=now).materials == "样品"
    assert materials_of([task.pk]) == {task.pk: [other]}
    with pytest.raises(task.DoesNotExist):
        prepare_task(charlie, task, materials="", entries=[], now=now)
    assert Customer.objects.get(pk=customer.pk).next_action_at == task.due_at


def test_placeholders_are_filled_and_nothing_else_is_run():
    body = "{姓名}您好,我是{我},{公司}的{unknown} {{ x }} %(y)s {姓名.__class__}"
    assert (
        filled(body, name="王经理", me="艾丽", company="远景")
        == "王经理您好,我是艾丽,远景的{unknown} {{ x }} %(y)s {姓名.__class__}"
    )
    assert read_tags("价格、交期,价格;　") == ["价格", "交期"]


@given(st.text(max_size=40), st.text(max_size=20))
def test_any_part_of_a_text_asks_a_question_its_tokens_answer(text, piece):
    tokens = set(text_tokens(text))
    assert all(token[0] in "bi" for token in tokens)
    folded = fold(piece)
    assert (text_question(piece) == "") == (folded == "")
