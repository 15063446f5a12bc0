"""Own fields from outside: described, written typed or as people write, read back, filtered, masked."""

import pytest

from genjin.customers.models import Customer
from genjin.followups.models import Attachment
from tests.fields.seed import seed_templates
from tests.refusals import fingerprint

CUSTOM = {
    "f1": "FA-1", "f5": {"min": 500000, "max": 1000000}, "f6": "2026-03", "f8": [{"节点": "首付", "期限": "3 天"}], "f9": "已签订",
}  # fmt: skip


@pytest.fixture(autouse=True)
def templates(db):
    return seed_templates()


def test_fields_and_templates_are_described(alice, call):
    fields = {one["key"]: one for one in call(alice).get("/fields").json()["items"]}
    assert (fields["f9"]["kind"], fields["f9"]["options"]) == ("choice", ["待审核", "已签订", "履行中"])
    templates = {one["customer_type"]: one for one in call(alice).get("/templates").json()["items"]}
    assert set(templates) == {"new", "existing", "key"}
    assert templates["new"]["groups"][0]["fields"][0] == {
        "key": "name", "label": "客户名称", "is_required": True, "must": True, "weight": 2, "help": "写全称,不写简称。", "question": "",
    }  # fmt: skip


def test_every_kind_round_trips(alice, bob, call, templates):
    body = {"name": "杭州远景机电有限公司", "customer_type": "existing", "custom": CUSTOM | {"f10": "bob"}, "satisfaction_score": 4, "commitments": "周五前给方案"}  # fmt: skip
    made = call(alice).post("/customers", body).json()
    assert made["custom"] == CUSTOM | {"f10": bob.pk}
    assert (made["template"], made["satisfaction_score"]) == (templates["existing"].pk, 4)
    address = f"/customers/{made['id']}"
    patch = {"version": made["version"], "custom": {"f5": "80万", "f1": None}}
    changed = call(alice).patch(address, patch).json()
    assert changed["custom"] == {key: value for key, value in CUSTOM.items() if key != "f1"} | {"f5": {"min": 800000, "max": 800000}, "f10": bob.pk}  # fmt: skip
    again = call(alice).patch(address, {"version": changed["version"], "custom": changed["custom"]}).json()
    assert again == changed


def test_nonsense_is_refused_field_by_field(alice, call, make_customer):
    row = make_customer(owner=alice)
    before = fingerprint()
    for custom, status in (
        ({"f5": "若干", "f99": 1}, 422),
        ({"x": 1}, 422),
        ({"f13": "昨天"}, 422),
        ([], 422),
    ):
        answer = call(alice).patch(f"/customers/{row.pk}", {"version": 1, "custom": custom})
        assert answer.status_code == status, answer.content
    assert Customer.objects.get(pk=row.pk).custom == {}
    assert {k: v for k, v in fingerprint().items() if k.startswith(("customers", "fields"))} == {
        k: v for k, v in before.items() if k.startswith(("customers", "fields"))
    }


def test_a_list_is_filtered_by_own_fields_and_by_what_is_missing(alice, call, make_customer):
    row = make_customer(owner=alice, custom={"f9": "已签订"}, industry="制造业")
    other = make_customer(owner=alice)
    ids = lambda address: [one["id"] for one in call(alice).get(address).json()["items"]]  # noqa: E731
    assert ids("/customers?own=f9%3D已签订") == [row.pk]
    assert ids("/customers?missing=industry") == [other.pk]
    assert ids(f"/customers?completeness_below={row.completeness}") == [other.pk]
    assert ids("/customers?own=f99%3Dx") == []


def test_masked_like_further_fields(alice, bob, call, pool, make_customer):
    row = make_customer(pool=pool, custom={"f1": "13812345678", "f9": "已签订"})
    assert call(alice).get(f"/customers/{row.pk}").json()["custom"] == {"f9": "已签订"}
    assert "13812345678" not in call(bob).get("/customers").text


def test_a_file_of_another_customer_is_not_taken(alice, dora, call, make_customer, now, tmp_path, settings):
    from django.core.files.base import ContentFile

    from genjin.fields.actions.definitions import save_field
    from genjin.fields.models import CustomField
    from genjin.followups.actions.files import attach_file, remove_file

    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}}  # fmt: skip
    key = save_field(dora, CustomField(), {"label": "合同扫描件", "kind": "file"}, now=now).key
    row, other = make_customer(owner=alice), make_customer(owner=alice)
    theirs = attach_file(alice, other, ContentFile(b"hello", name="a.txt"), now=now)
    mine = attach_file(alice, row, ContentFile(b"hello", name="b.txt"), now=now)
    answer = call(alice).patch(f"/customers/{row.pk}", {"version": 1, "custom": {key: theirs.pk}})
    assert (answer.status_code, set(answer.json()["fields"])) == (422, {key})
    assert call(alice).patch(f"/customers/{row.pk}", {"version": 1, "custom": {key: mine.pk}}).json()["custom"] == {key: mine.pk}  # fmt: skip
    remove_file(alice, mine, now=now)
    assert (Customer.objects.get(pk=row.pk).custom, Attachment.objects.count()) == ({}, 1)
    assert call(alice).post("/customers", {"name": "甲公司", "custom": {key: theirs.pk}}).status_code == 422
