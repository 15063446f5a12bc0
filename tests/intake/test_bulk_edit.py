"""One field of many customers: looked at, changed, taken back."""

from datetime import timedelta
from functools import partial

import pytest

from genjin.accounts.actions import change_user
from genjin.customers.actions.records import change_customer
from genjin.customers.models import Campaign, Choice, Customer
from genjin.fields.actions.definitions import save_field
from genjin.fields.models import CustomField
from genjin.intake.actions.edit_values import raw_value
from genjin.intake.actions.edits import (
    Edit,
    cancel_edit,
    preview_edit,
    run_edit,
    start_edit,
    undo_edit,
)
from genjin.intake.models import BulkEdit
from genjin.intake.rules.edits import EDITABLE, hows_of
from tests.refusals import fingerprint, refused


@pytest.fixture
def three(make_customer, alice):
    return [
        make_customer(owner=alice, industry="制造业", notes="老客户"),
        make_customer(owner=alice, industry="贸易"),
        make_customer(owner=alice, budget="80万"),
    ]


def ids(rows):
    return [row.pk for row in rows]


def values(name):
    return list(Customer.objects.order_by("pk").values_list(name, flat=True))


def test_a_preview_says_what_would_happen_and_writes_nothing(alice, three, now):
    before = fingerprint()
    found = preview_edit(alice, ids(three), Edit("industry", "set", "贸易"))
    assert (found.total, found.changes, found.same, found.refused) == (3, 2, 1, 0)
    first = three[0]
    assert found.examples[0] == (first.pk, first.name, {"industry": "制造业"}, {"industry": "贸易"})
    found = preview_edit(alice, ids(three), Edit("name", "set", "杭州远景机电有限公司"))
    assert (found.changes, found.refused) == (1, 2)
    assert {one.code for one in found.refusals} == {"duplicate_same"}
    assert fingerprint() == before


def test_what_the_preview_promises_is_what_happens(alice, three, now):
    for edit in (
        Edit("industry", "set", "贸易"), Edit("industry", "append", "出口"), Edit("notes", "append", "展会见过"), Edit("notes", "clear"),
        Edit("budget", "set", "10-20万"), Edit("budget", "clear"), Edit("is_authority_clear", "set", "是"), Edit("tags", "add", "展会,重点"),
        Edit("tags", "remove", "重点"), Edit("name", "append", "（分店）"), Edit("founded_on", "set", "2012年"), Edit("size", "clear"),
        Edit("first_contact_at", "set", "2026-03-01T09:30"),
    ):  # fmt: skip
        promised = preview_edit(alice, ids(three), edit)
        done = start_edit(alice, ids(three), edit, now=now)
        assert (done.status, done.changed, done.same, done.refused) == (
            "done",
            promised.changes,
            promised.same,
            promised.refused,
        ), edit
    assert values("industry") == ["贸易、出口", "贸易、出口", "贸易、出口"]
    assert values("budget_max") == [None, None, None]
    assert values("name")[0].endswith("（分店）")


def test_every_field_can_be_set_and_taken_back(alice, three, now):
    source = Choice.objects.get_or_create(kind="source", name="行业展会")[0]
    campaign = Campaign.objects.create(name="春季展会")
    given = {"source": str(source.pk), "campaign": str(campaign.pk), "customer_type": "key", "kind": "person", "size": "50_200", "employee_count": "180", "revenue": "1-3亿",
             "founded_on": "2001", "budget": "8万", "is_authority_clear": "是", "needs_many_approvals": "是", "do_not_disturb": "是", "review_cycle_months": "3", "purchase_by": "2028-02-29",
             "satisfaction_score": "4", "repurchase_intent": "high", "need_fit": "high", "intent": "low", "credit_code": "91440300708461136T", "first_contact_at": "2026-03-01 09:30"}  # fmt: skip
    fields = [
        f.attname
        for f in Customer._meta.concrete_fields
        if f.attname not in {"version", "updated_at", "updated_by_id"}
    ]
    for name in EDITABLE:
        before = (
            list(Customer.objects.order_by("pk").values_list(*fields)),
            [[str(t) for t in row.tags.all()] for row in three],
        )
        batch = start_edit(alice, ids(three), Edit(name, hows_of(name)[0], given.get(name, "甲组")), now=now)
        assert batch.changed > 0, name
        back = undo_edit(alice, batch, now=now + timedelta(hours=23))
        assert (back.status, back.restored, back.left) == ("undone", batch.changed, 0), name
        after = (
            list(Customer.objects.order_by("pk").values_list(*fields)),
            [[str(t) for t in row.tags.all()] for row in three],
        )
        assert after == before, name


def test_what_makes_no_sense_is_refused_before_anything_changes(alice, three, now):
    for edit, code in (
        (Edit("owner", "set", "1"), "field_unknown"), (Edit("grade", "set", "A"), "field_unknown"), (Edit("stage", "set", "won"), "field_unknown"),
        (Edit("name", "clear"), "how_unknown"), (Edit("budget", "append", "1"), "how_unknown"), (Edit("industry", "set", " "), "value_missing"),
        (Edit("budget", "set", "若干"), "fields_invalid"), (Edit("size", "set", "巨大"), "fields_invalid"), (Edit("source", "set", "x"), "fields_invalid"),
    ):  # fmt: skip
        with refused(code):
            start_edit(alice, ids(three), edit, now=now)
        with refused(code):
            preview_edit(alice, ids(three), edit)


def test_one_that_is_not_theirs_refuses_the_whole_deed(alice, charlie, erin, pool, three, make_customer, now):
    edit = Edit("industry", "set", "贸易")
    theirs, waiting = make_customer(owner=charlie), make_customer(pool=pool)
    for deed in (partial(start_edit, now=now), preview_edit):
        with refused("not_found", status=404):
            deed(alice, [*ids(three), theirs.pk], edit)
        with refused("not_yours", status=403):
            deed(alice, [*ids(three), waiting.pk], edit)
        with refused("forbidden", status=403):
            deed(erin, ids(three), edit)
        with refused("nothing_chosen"):
            deed(alice, [], edit)


def test_in_the_background_rights_are_asked_again(alice, dora, charlie, three, now):
    batch = start_edit(alice, ids(three), Edit("industry", "set", "出口"), now=now, in_background=True)
    assert batch.status == "running"
    Customer.objects.filter(pk=three[0].pk).update(owner=charlie)
    done = run_edit(batch.pk, now=now)
    assert (done.status, done.changed, done.refused) == ("done", 2, 1)
    assert values("industry") == ["制造业", "出口", "出口"]
    batch = start_edit(alice, ids(three[1:]), Edit("industry", "set", "采矿"), now=now, in_background=True)
    change_user(dora, alice, role="service", now=now)
    done = run_edit(batch.pk, now=now)
    assert (done.status, done.changed, bool(done.problem)) == ("failed", 0, True)
    assert values("industry") == ["制造业", "出口", "出口"]


def test_cancelled_before_it_ran_it_changes_nothing(alice, three, now):
    batch = start_edit(alice, ids(three), Edit("industry", "set", "出口"), now=now, in_background=True)
    cancel_edit(alice, batch, now=now)
    assert run_edit(batch.pk, now=now).status == "cancelled"
    assert values("industry") == ["制造业", "贸易", ""]
    with refused("edit_not_running", status=409):
        cancel_edit(alice, batch, now=now)


def test_it_goes_on_where_it_stopped(alice, three, now, monkeypatch):
    monkeypatch.setattr("genjin.intake.actions.edits.CHUNK", 1)
    batch = start_edit(alice, ids(three), Edit("notes", "append", "见过"), now=now)
    assert (batch.done, batch.changed, batch.status) == (3, 3, "done")
    BulkEdit.objects.filter(pk=batch.pk).update(
        status="running", done=2, changed=2
    )  # killed after the second
    assert run_edit(batch.pk, now=now).changed == 3
    assert values("notes") == ["老客户\n见过", "见过", "见过\n见过"]


def test_undo_lists_what_others_changed_and_comes_once_within_a_day(alice, bob, three, now):
    batch = start_edit(alice, ids(three), Edit("industry", "set", "出口"), now=now)
    change_customer(bob, three[0], {"industry": "采矿"}, version=2, now=now)
    with refused("undo_too_late", status=409):
        undo_edit(alice, batch, now=now + timedelta(hours=24, seconds=1))
    back = undo_edit(bob, batch, now=now + timedelta(hours=24))
    assert (back.status, back.restored, back.left) == ("undone", 2, 1)
    assert values("industry") == ["采矿", "贸易", ""]
    with refused("edit_not_done", status=409):
        undo_edit(alice, batch, now=now)


def test_tags_others_touched_since_stay(alice, three, now):
    batch = start_edit(alice, ids(three), Edit("tags", "add", "展会"), now=now)
    start_edit(alice, [three[0].pk], Edit("tags", "add", "重点"), now=now)
    back = undo_edit(alice, batch, now=now)
    assert (back.restored, back.left) == (2, 1)
    assert [[str(tag) for tag in row.tags.all()] for row in three] == [["展会", "重点"], [], []]


def test_nobody_sees_or_takes_back_another_teams_edit(alice, charlie, three, now):
    batch = start_edit(alice, ids(three), Edit("industry", "set", "出口"), now=now)
    assert not BulkEdit.objects.visible_to(charlie).exists()
    with pytest.raises(BulkEdit.DoesNotExist):
        undo_edit(charlie, batch, now=now)
    assert set(values("industry")) == {"出口"}


def test_clearing_reads_like_an_empty_form():
    assert raw_value(Edit("need", "clear")) is None
    assert raw_value(Edit("is_authority_clear", "clear")) == ""


@pytest.fixture
def own(dora, now):
    """Two own fields: a text and several words; by name their keys."""

    def make(label, kind, **more):
        return save_field(dora, CustomField(), {"label": label, "kind": kind, **more}, now=now).key

    return {
        "text": make("门店", "text"), "words": make("渠道", "choices", options=["线上", "线下", "展会"]),
        "money": make("年采购额", "money"), "date": make("上次检修", "date"),
    }  # fmt: skip


def test_own_fields_are_edited_and_taken_back_each_by_itself(alice, bob, three, own, now):
    text, words = own["text"], own["words"]
    for edit in (
        Edit(text, "set", "一店"), Edit(text, "append", "二店"), Edit(words, "add", "线上"), Edit(words, "add", "展会"),
        Edit(words, "remove", "线上"), Edit(own["money"], "set", "50-100万"), Edit(own["date"], "set", "2024-02-29"),
    ):  # fmt: skip
        promised = preview_edit(alice, ids(three), edit)
        done = start_edit(alice, ids(three), edit, now=now)
        assert (done.status, done.changed, promised.changes) == ("done", 3, 3), edit
    kept = {
        text: "一店、二店",
        words: ["展会"],
        own["money"]: {"min": 500000, "max": 1000000},
        own["date"]: "2024-02-29",
    }
    assert values("custom") == [kept, kept, kept]
    batch = BulkEdit.objects.get(field=own["money"])
    change_customer(bob, three[0], {"custom": {own["money"]: "8万"}}, version=8, now=now)
    change_customer(bob, three[1], {"custom": {text: "三店"}}, version=8, now=now)
    back = undo_edit(alice, batch, now=now)
    assert (back.restored, back.left) == (2, 1)
    assert [own["money"] in custom for custom in values("custom")] == [True, False, False]
    assert values("custom")[1][text] == "三店"


def test_an_own_value_that_cannot_be_read_is_refused_first(alice, three, own, now):
    for edit in (
        Edit(own["words"], "add", "广播"),
        Edit(own["money"], "set", "若干"),
        Edit(own["date"], "set", "昨天吧"),
    ):
        with refused("fields_invalid") as caught:
            start_edit(alice, ids(three), edit, now=now)
        assert caught.value.fields["value"]
    with refused("field_unknown"):
        start_edit(alice, ids(three), Edit("f999", "set", "x"), now=now)
