"""What a record is asked by, and how good it is: the version stays, a copy scores low."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from genjin.customers.models import Customer, StageChange
from genjin.followups.models import FollowUp
from genjin.followups.queries.quality import judged_records, quality_by, quality_lift
from genjin.followups.queries.timeline import timeline
from genjin.followups.rules.quality import Told, completeness, in_words, is_copy, judge
from genjin.library.actions.templates import publish_record_template
from genjin.library.models import RecordTemplate
from genjin.library.queries.templates import template_for
from genjin.library.rules.templates import Prompt, Scope, Version, answers, best
from genjin.web.customers.moments import moments
from tests.refusals import refused

ONE = (Prompt("甲"),)
FULL = "第一次上门,看了车间。\n【需求】双轴排产\n【预算】十五万以内"
PROMPTS = [Prompt("需求", 3), Prompt("预算", 2), Prompt("原话", 1, field="feedback")]


@pytest.fixture
def version(bob, now):
    """The first version of what a visit to an A customer in stage lead should tell."""
    return publish_record_template(bob, Scope("A", "lead", "visit"), PROMPTS, note="", now=now)


@pytest.fixture
def key_customer(alice, make_customer):
    row = make_customer(owner=alice, name="杭州远景机电有限公司")
    Customer.objects.filter(pk=row.pk).update(grade="A", is_grade_confirmed=True)
    return Customer.objects.get(pk=row.pk)


def test_old_records_render_under_their_version(alice, bob, key_customer, version, say, now):
    """The acceptance test of templates, first half."""
    old = say(alice, key_customer, FULL, method="visit", feedback="“只要双轴的”")
    assert (old.template, old.quality, old.quality_notes) == (version, 100, [])
    new_prompts = [Prompt("现场情况", 5), Prompt("预算", 5)]
    second = publish_record_template(bob, Scope("A", "lead", "visit"), new_prompts, note="改问现场", now=now)
    assert (second.number, template_for("A", "lead", "visit").pk) == (2, second.pk)
    shown = moments(timeline(Customer.objects.get(pk=key_customer.pk), only="contacts"))[0]
    assert shown["text"] == "第一次上门,看了车间。"
    assert shown["extra"][:2] == [("需求", "双轴排产"), ("预算", "十五万以内")]
    assert FollowUp.objects.get(pk=old.pk).quality == 100
    later = say(
        alice,
        key_customer,
        FULL.replace("第一次", "又一次到车间,"),
        method="visit",
        at=now + timedelta(days=1),
    )
    assert later.template == second
    words = {label for label, _text in moments(timeline(key_customer, only="contacts"))[0]["extra"]}
    assert "预算" in words
    assert "需求" not in words


def test_a_copy_of_the_last_record_scores_low(alice, make_customer, key_customer, version, say, now):
    """Second half: letter by letter, nearly, and of another customer's record."""
    say(alice, key_customer, FULL, method="visit", feedback="可以")
    again = say(alice, key_customer, f"{FULL}。", method="visit", feedback="可以", at=now + timedelta(days=1))
    assert again.quality <= 20
    assert in_words(again.quality_notes)[0] == "与上一条记录几乎相同"
    other = make_customer(owner=alice)
    pasted = say(alice, other, FULL, method="visit", feedback="可以", at=now + timedelta(days=2))
    assert pasted.quality <= 20
    honest = say(alice, other, "客户说“价格还要再谈”,约好周四和财务一起过报价", at=now + timedelta(days=3))
    assert honest.quality > 20


def test_what_would_make_it_better_is_said(alice, key_customer, version, say):
    row = say(alice, key_customer, "到现场看了两条产线,和主任谈了半小时", method="visit")
    assert row.quality == 30
    assert row.quality_notes == [["no_own_words", ""], ["missing", "需求、预算、原话"]]
    assert row.stage == "lead"


def test_the_version_the_form_showed_holds(alice, bob, key_customer, version, say, now):
    publish_record_template(bob, Scope("A", "lead", "visit"), [Prompt("别的", 1)], note="换", now=now)
    assert say(alice, key_customer, FULL, method="visit", template=version.pk).template == version
    assert (
        say(alice, key_customer, "客户问了别的问题,下周答复", method="visit", template=987654).template.number
        == 2
    )


def test_the_most_specific_template_holds():
    def one(pk, *scope, prompts=ONE):
        return Version(pk, Scope(*scope), 1, prompts)

    current = [
        one(1),
        one(2, "A"),
        one(3, "", "lead"),
        one(4, "", "", "visit"),
        one(5, "A", "", "visit"),
        one(6, "", "won"),
    ]
    assert best(current, "B", "prospect", "phone").pk == 1
    assert best(current, "A", "prospect", "phone").pk == 2
    assert best(current, "A", "lead", "phone").pk == 3
    assert best(current, "A", "lead", "visit").pk == 5
    assert best([*current, one(7, "A", "", "visit", prompts=())], "B", "lead", "visit").pk == 3
    assert best([], "A", "lead", "visit") is None


def test_a_published_version_is_never_changed(alice, bob, version, now):
    for deed in (lambda rows: rows.update(note="x"), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            deed(RecordTemplate.objects.filter(pk=version.pk))
    scope = Scope("A", "lead", "visit")
    with refused("forbidden", status=403):
        publish_record_template(alice, scope, [Prompt("甲")], note="x", now=now)
    with refused("note_missing"):
        publish_record_template(bob, scope, [Prompt("甲")], note=" ", now=now)
    with refused("template_unchanged"):
        publish_record_template(bob, scope, PROMPTS, note="一样", now=now)
    with refused("prompt_twice"):
        publish_record_template(bob, scope, [Prompt("甲"), Prompt(" 甲 ")], note="x", now=now)
    with refused("prompt_untitled"):
        publish_record_template(bob, scope, [Prompt("【甲】")], note="x", now=now)
    with refused("weight_invalid"):
        publish_record_template(bob, scope, [Prompt("甲", 11)], note="x", now=now)
    with refused("prompt_field_unknown"):
        publish_record_template(bob, scope, [Prompt("甲", field="name")], note="x", now=now)
    with refused("prompts_too_many"):
        publish_record_template(bob, scope, [Prompt(f"问{at}") for at in range(13)], note="x", now=now)
    with refused("scope_unknown"):
        publish_record_template(bob, Scope("Z"), [Prompt("甲")], note="x", known={"A"}, now=now)
    publish_record_template(bob, scope, [], note="不用了", now=now)
    assert template_for("A", "lead", "visit").scope != scope


def test_quality_by_version_person_and_stage_within_sight(
    alice, bob, charlie, make_customer, key_customer, version, say, now
):
    say(alice, key_customer, FULL, method="visit", feedback="好")
    say(alice, key_customer, FULL, method="visit", feedback="好", at=now + timedelta(days=1))
    say(charlie, make_customer(owner=charlie), "别的团队的记录,客户很满意,约了下周")
    StageChange.objects.create(
        customer=key_customer, at=now + timedelta(days=2), origin="lead", target="prospect"
    )
    since = now - timedelta(days=1)
    line = next(line for line in quality_by(bob, "version", since) if line.key == version.pk)
    assert (line.count, line.average, line.good, line.copies, line.moved) == (2, 60, 1, 1, 2)
    assert [row.key for row in quality_by(bob, "person", since)] == [alice.pk]
    assert [row.key for row in quality_by(charlie, "person", since)] == [charlie.pk]
    assert [row.key for row in quality_by(bob, "stage", since)] == ["lead"]
    assert judged_records(bob, since, {"band": "copy"}).count() == 1
    assert judged_records(bob, since, {"person": str(alice.pk), "band": "good", "stage": "lead"}).count() == 1
    assert quality_lift(bob, since)["good"].moved_percent == 100


LABELS = st.lists(st.text("甲乙丙丁戊", min_size=1, max_size=3), min_size=1, max_size=5, unique=True)


@given(labels=LABELS, texts=st.lists(st.text(max_size=12), min_size=5, max_size=5), weights=st.lists(st.integers(0, 10), min_size=5, max_size=5))  # fmt: skip
def test_what_is_answered_is_found_and_weighed(labels, texts, weights):
    prompts = [Prompt(label, weight) for label, weight in zip(labels, weights, strict=False)]
    clean = [text.replace("【", "").replace("】", "") for text in texts]
    body = "开头" + "".join(f"【{label}】{text}" for label, text in zip(labels, clean, strict=False))
    lead, found = answers(prompts, body)
    assert lead == "开头"
    assert found == {label: text.strip() for label, text in zip(labels, clean, strict=False)}
    percent, missing = completeness(prompts, Told(body))
    assert 0 <= percent <= 100
    assert (percent == 100) == (not missing)


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=3))
def test_any_words_get_a_score_with_reasons(text, earlier):
    found = judge([Prompt("需求", 3)], Told(text, earlier=earlier))
    assert 0 <= found.percent <= 100
    assert len(in_words(found.notes)) == len(found.notes)
    assert is_copy(text, [text]) == (
        judge([], Told(text, earlier=[text])).percent <= 20 and bool(found) and is_copy(text, [text])
    )
