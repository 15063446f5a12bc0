"""Dora designs a template by form alone; alice sees what is asked and what is missing."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from genjin.customers.models import Customer
from genjin.customers.rules.collected import BY_KEY
from genjin.fields.actions.templates import publish_template, save_draft
from genjin.fields.models import CollectionTemplate, CustomField
from genjin.fields.queries import current_template
from genjin.fields.rules import Group, Item, Outline
from tests.fields.seed import seed_templates


@pytest.fixture(autouse=True)
def templates(db):
    return seed_templates()


def signed(user):
    client = Client()
    client.force_login(user)
    return client


def row_of(template):
    found = {"row": []}
    for at, group in enumerate(template.outline.groups):
        found["row"].append(f"group:{at}")
        found[f"title-{at}"] = group.title
        for item in group.items:
            found["row"].append(f"item:{item.key}")
            found |= {f"weight-{item.key}": str(item.weight), f"question-{item.key}": item.question, f"help-{item.key}": item.help}  # fmt: skip
            found |= {f"{name}-{item.key}": "1" for name, on in (("required", item.is_required), ("must", item.must)) if on}  # fmt: skip
    return found


def test_an_unchanged_form_keeps_the_draft_equal(dora, templates):
    client = signed(dora)
    for kind, template in templates.items():
        answer = client.post(f"/settings/collection/{kind}/", row_of(template) | {"save": "1"})
        assert answer.status_code == 302
        assert CollectionTemplate.objects.drafts().get(customer_type=kind).outline == template.outline


def test_move_remove_add_and_publish_without_scripts(dora, templates):
    client, page = signed(dora), "/settings/collection/new/"
    client.post("/settings/collection/fields/new/", {"label": "转型需求", "kind": "choice", "options": "有\n无", "is_active": "on"})  # fmt: skip
    form = row_of(templates["new"])
    assert client.post(page, form | {"add": "1", "key": "f16"}).status_code == 302
    draft = CollectionTemplate.objects.drafts().get(customer_type="new")
    assert draft.outline.groups[-1].items[-1].key == "f16"
    client.post(page, row_of(draft) | {"remove": "item:website", "move": "up:item:f16"})
    draft.refresh_from_db()
    assert [item.key for item in draft.outline.groups[-1].items][-2:] == ["f16", "notes"]
    client.post(page, row_of(draft) | {"remove": "item:notes", "weight-f16": "5", "required-f16": "1"})
    client.post(page, row_of(CollectionTemplate.objects.get(pk=draft.pk)) | {"add_group": "1"})
    draft.refresh_from_db()
    assert (len(draft.outline.groups), "notes" in draft.outline.keys) == (5, False)
    assert client.post("/settings/collection/new/publish/", {"note": ""}).status_code == 422
    assert "转型需求" in client.get("/settings/collection/new/publish/").text
    assert client.post("/settings/collection/new/publish/", {"note": "加了转型需求"}).status_code == 302
    published = current_template("new")
    assert (published.version, len(published.outline.groups)) == (2, 4)
    text = client.get("/settings/collection/new/versions/?from=1&to=2").text
    assert "转型需求" in text and "加了转型需求" in text


def test_a_field_dragged_above_the_first_group_is_not_lost(dora, templates):
    form = row_of(templates["new"])
    form["row"] = ["item:name", *[row for row in form["row"] if row != "item:name"]]
    signed(dora).post("/settings/collection/new/", form | {"save": "1"})
    draft = CollectionTemplate.objects.drafts().get(customer_type="new")
    assert draft.outline.keys == templates["new"].outline.keys


def test_nonsense_is_refused_and_shown(dora, alice, templates):
    client = signed(dora)
    answer = client.post("/settings/collection/new/", row_of(templates["new"]) | {"weight-name": "99"})
    assert answer.status_code == 422
    assert not CollectionTemplate.objects.drafts().exists()
    assert client.get("/settings/collection/odd/").status_code == 404
    assert signed(alice).get("/settings/collection/").status_code == 403
    assert (
        client.post("/settings/collection/fields/new/", {"label": "方案编号", "kind": "text"}).status_code
        == 422
    )
    assert CustomField.objects.count() == 15


def test_alice_sees_what_is_missing_and_fills_it_in(alice, charlie, make_customer):
    row = make_customer(owner=alice)
    client = signed(alice)
    text = client.get(f"/customers/{row.pk}/").text
    assert f"{row.completeness}%" in text and f"/customers/{row.pk}/edit/g1/" in text
    form = client.get(f"/customers/{row.pk}/edit/g1/").text
    assert "贵公司主要服务哪个行业?" in form
    answer = client.post(f"/customers/{row.pk}/edit/g1/", {"version": "1", "name": row.name, "customer_type": "new", "industry": "制造业-电机", "size": "ge200"})  # fmt: skip
    assert answer.status_code == 302
    after = Customer.objects.get(pk=row.pk)
    assert (after.industry, after.completeness > row.completeness) == ("制造业-电机", True)
    assert "制造业-电机" in client.get(f"/customers/{row.pk}/?tab=info").text
    assert signed(charlie).get(f"/customers/{row.pk}/edit/g1/").status_code == 404


def test_every_kind_is_filled_in_and_shown(alice, bob, make_customer):
    row = make_customer(owner=alice, customer_type="existing")
    client = signed(alice)
    page = client.get(f"/customers/{row.pk}/edit/g4/").text
    assert 'name="f8-0"' in page and 'name="f9"' in page
    data = {"version": "1", "f15-0": ["太贵", ""], "f15-1": ["分期", ""], "f15-2": ["接受", ""], "f4": "HT-1", "f5": "50-100万", "f6": "2026年3月",
            "f8-0": ["首付"], "f8-1": ["30%"], "f8-2": ["签约"], "f8-3": ["3 天"], "f9": "已签订", "f7": "", "negotiation_progress": "谈价格"}  # fmt: skip
    assert client.post(f"/customers/{row.pk}/edit/g4/", data).status_code == 302
    kept = Customer.objects.get(pk=row.pk)
    assert kept.custom == {
        "f15": [{"异议": "太贵", "答复": "分期", "客户接受程度": "接受"}], "f4": "HT-1", "f5": {"min": 500000, "max": 1000000}, "f6": "2026-03",
        "f8": [{"节点": "首付", "比例或金额": "30%", "触发": "签约", "期限": "3 天"}], "f9": "已签订",
    }  # fmt: skip
    text = client.get(f"/customers/{row.pk}/?tab=info").text
    assert all(word in text for word in ("首付 · 30% · 签约 · 3 天", "50万–100万", "HT-1", "谈价格"))
    wrong = client.post(f"/customers/{row.pk}/edit/g4/", data | {"version": "2", "f5": "若干"})
    assert wrong.status_code == 422 and 'value="若干"' in wrong.text
    assert Customer.objects.get(pk=row.pk).custom == kept.custom
    assert (
        client.post(f"/customers/{row.pk}/edit/g5/", {"version": "2", "f10": str(bob.pk)}).status_code == 302
    )
    assert bob.name in client.get(f"/customers/{row.pk}/?tab=info").text
    log = client.get(f"/customers/{row.pk}/?tab=history").text
    assert "合同编号" in log and "交付负责人" in log


def test_what_must_be_there_is_asked_for_in_the_quick_form(alice, dora, templates, now):
    items = tuple(Item(key, must=True) for key in ("name", "industry", "contact.email", "f9"))
    save_draft(dora, "new", Outline((Group("一", items),)), builtin=BY_KEY, now=now)
    publish_template(dora, "new", note="必填", now=now)
    client = signed(alice)
    page = client.get("/new/").text
    assert all(f'name="{name}"' in page for name in ("industry", "email", "f9"))
    data = {"name": "杭州远景机电有限公司", "contact_name": "王一", "phone": "13812345678", "kind": "org", "place": "mine", "email": "w@example.com"}  # fmt: skip
    answer = client.post("/new/", data)
    assert answer.status_code == 422 and "合同状态" in answer.text
    assert not Customer.objects.exists()
    assert client.post("/new/", data | {"industry": "制造业", "f9": "已签订"}).status_code == 302
    assert Customer.objects.get().completeness == 100


def test_administrators_are_reminded_on_the_workbench(alice, dora, templates):
    half_a_year_ago = timezone.now() - timedelta(days=190)
    CollectionTemplate.objects.create(
        customer_type="key", version=2, fields=templates["key"].fields, created_at=half_a_year_ago, published_at=half_a_year_ago
    )  # fmt: skip
    for user, is_told in ((dora, True), (alice, False)):
        assert ("半年修订" in signed(user).get("/").text) is is_told
    assert "半年修订" in signed(dora).get("/settings/collection/").text
