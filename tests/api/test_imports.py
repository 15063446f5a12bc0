import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from genjin.customers.models import Customer
from genjin.intake.actions.commit import commit_batch
from genjin.intake.models import ImportBatch

TABLE = """公司,联系人,电话,展位
杭州远景机电有限公司,王小明,13812345678,A1
杭州远景机电有限公司,李雷,13912345678,A2
,韩梅梅,13712345678,A3
上海鲸鱼贸易有限公司,赵六,1371234567,A4
"""


def sheet(text=TABLE, name="展会.csv"):
    return SimpleUploadedFile(name, text.encode())


@pytest.fixture
def uploaded(alice, call, pool):
    answer = call(alice).upload("/imports", {"file": sheet(), "owner": "alice", "keep_unknown": '["展位"]'})
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_an_upload_is_answered_with_the_preview_and_writes_no_customer(uploaded, alice):
    assert uploaded["status"] == "ready"
    assert uploaded["columns"] == ["公司", "联系人", "电话", "展位"]
    assert uploaded["mapping"] == {"公司": "name", "联系人": "contact.name", "电话": "contact.phone"}
    assert uploaded["owner"] == alice.pk
    assert uploaded["sample"][0] == ["杭州远景机电有限公司", "王小明", "13812345678", "A1"]
    counts = {name: uploaded["counts"][name] for name in ("rows", "created", "duplicates", "rejected")}
    assert counts == {"rows": 4, "created": 2, "duplicates": 1, "rejected": 1}
    assert {(one["row"], one["code"]) for one in uploaded["problems"]} >= {
        (3, "duplicate_in_file"), (4, "name_missing")
    }  # fmt: skip
    assert not Customer.objects.exists()


def test_a_batch_comes_in_and_is_taken_back(uploaded, alice, bob, call):
    caller, address = call(alice), f"/imports/{uploaded['id']}"
    assert caller.post(f"{address}/undo").status_code == 409
    going = caller.post(f"{address}/commit")
    assert (going.status_code, going.json()["status"]) == (202, "running")
    assert caller.post(f"{address}/commit").status_code == 409
    commit_batch(uploaded["id"])
    done = caller.get(address).json()
    assert (done["status"], done["written"]) == ("done", 2)
    listed = caller.get(f"/customers?import_batch={uploaded['id']}").json()["items"]
    assert {row["name"] for row in listed} == {"杭州远景机电有限公司", "上海鲸鱼贸易有限公司"}
    kept = next(row for row in listed if row["name"].startswith("杭州"))
    assert kept["extra"] == {"展位": "A1"}
    assert caller.patch(f"/customers/{kept['id']}", {"version": 1, "need": "排产系统"}).status_code == 200
    undone = caller.post(f"{address}/undo").json()
    assert undone == {
        "removed": 1, "kept": [{"id": kept["id"], "name": kept["name"]}], "kept_count": 1, "is_running": False,
        "restored": 0, "left": [], "products": [],
    }  # fmt: skip
    assert caller.get(address).json()["status"] == "undone"


def test_columns_and_destination_can_be_changed_before(uploaded, alice, call, pool):
    caller, address = call(alice), f"/imports/{uploaded['id']}"
    changed = caller.patch(address, {"mapping": {"公司": "name", "展位": "notes"}, "pool": pool.pk})
    assert changed.status_code == 200, changed.content
    assert changed.json()["mapping"] == {"公司": "name", "展位": "notes"}
    assert caller.patch(address, {"mapping": {"公司": "password"}}).status_code == 422
    assert (
        caller.patch(address, {"mapping": {"联系人": "contact.name"}}).json()["code"]
        == "mapping_without_name"
    )


def test_a_running_batch_keeps_its_columns(uploaded, alice, call):
    caller, address = call(alice), f"/imports/{uploaded['id']}"
    assert caller.post(f"{address}/commit").status_code == 202
    changed = caller.patch(address, {"mapping": {"公司": "name"}})
    assert (changed.status_code, changed.json()["code"]) == (409, "import_running")
    assert ImportBatch.objects.get().status == "running"


def test_the_error_file_is_a_workbook_for_those_who_see_the_batch(uploaded, alice, charlie, erin, call):
    address = f"/imports/{uploaded['id']}/errors.xlsx"
    answer = call(alice).get(address)
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert "attachment" in answer["Content-Disposition"]
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert "公司" in rows[0]
    missing = call(charlie).get(f"/imports/{2**53}/errors.xlsx")
    assert (call(charlie).get(address).status_code, call(charlie).get(address).content) == (
        404,
        missing.content,
    )
    assert call(erin).get(address).status_code == 403


@pytest.mark.parametrize(("fields", "code"), [
    ({}, "fields_invalid"), ({"file": "text"}, "fields_invalid"), ({"file": sheet("", "x.csv")}, None),
    ({"file": SimpleUploadedFile("x.xlsx", b"PK\x03\x04 nonsense")}, None),
    ({"file": sheet(), "mapping": "{"}, "fields_invalid"), ({"file": sheet(), "owner": "nobody"}, "reference_unknown"),
    ({"file": sheet(), "pool": 2**53}, "reference_unknown"), ({"file": sheet(), "sheet": "x" * 500}, "fields_invalid"),
])  # fmt: skip
def test_what_cannot_be_read_is_refused_with_a_sentence(alice, call, pool, fields, code):
    answer = call(alice).upload("/imports", fields)
    assert answer.status_code == 422, answer.content
    assert code in {None, answer.json()["code"]}
    assert not ImportBatch.objects.exists()


def test_people_unseen_are_masked_in_the_preview(alice, charlie, call, pool, make_customer):
    make_customer(
        owner=charlie, name="王小明", kind="person", contacts=[{"name": "王小明", "phone": "13812345678"}]
    )
    answer = call(alice).upload("/imports", {"file": sheet("公司,电话\n杭州远景机电有限公司,13812345678\n")})
    assert answer.json()["counts"]["duplicates"] == 1
    assert "王小明" not in answer.content.decode()
