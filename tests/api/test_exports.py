"""Sheets asked for and fetched over the API."""

from decimal import Decimal

import pytest

from genjin.approvals.models import Request
from genjin.intake.actions.export import grant_export, run_export, set_policy
from genjin.intake.models import Export
from genjin.selling.models import Opportunity

PEOPLE = [{"name": "王小明", "phone": "13812345678"}]


@pytest.fixture
def two(make_customer, alice):
    return [make_customer(owner=alice, contacts=PEOPLE), make_customer(owner=alice, industry="制造业")]


def test_a_small_sheet_comes_at_once_masked_and_is_fetched(bob, call, two):
    answer = call(bob).post(
        "/exports",
        {"reason": "周会", "query": "tab=all", "columns": ["name", "contact.phone"], "format": "csv"},
    )
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["status"], made["rows"], made["unmasked_rows"], made["downloads"]) == ("done", 2, 0, 0)
    sheet = call(bob).get(f"/exports/{made['id']}/file")
    assert sheet.headers["Content-Disposition"] == f'attachment; filename="customers-{made["id"]}.csv"'
    text = b"".join(sheet.streaming_content).decode("utf-8-sig")
    assert text.startswith("客户名称,手机/电话,导出标记")
    assert "138****5678" in text
    assert "13812345678" not in text
    assert call(bob).get(f"/exports/{made['id']}").json()["downloads"] == 1
    assert [one["id"] for one in call(bob).get("/exports?status=done").json()["items"]] == [made["id"]]


def test_chosen_customers_or_a_saved_list(bob, call, two, charlie, make_customer):
    answer = call(bob).post("/exports", {"reason": "周会", "ids": [two[1].pk]})
    assert (answer.status_code, answer.json()["rows"]) == (201, 1)
    theirs = make_customer(owner=charlie)
    assert call(bob).post("/exports", {"reason": "周会", "ids": [two[0].pk, theirs.pk]}).status_code == 404
    answer = call(bob).post("/exports", {"reason": "周会", "view": "没有"})
    assert (answer.status_code, answer.json()["code"]) == (422, "view_unknown")
    assert Export.objects.count() == 1


def test_above_the_limit_it_waits_for_a_lead(bob, dora, call, two, now):
    set_policy(dora, most_rows=1, days_kept=7, now=now)
    answer = call(bob).post("/exports", {"reason": "年会", "query": "tab=all", "is_unmasked": True})
    made = answer.json()
    assert (answer.status_code, made["status"], made["answer"]) == (202, "asked", "open")
    assert call(bob).get(f"/exports/{made['id']}/file").status_code == 409
    grant_export(dora, Request.objects.get(pk=made["request"]), now=now)
    run_export(made["id"], now=now)
    made = call(bob).get(f"/exports/{made['id']}").json()
    assert (made["status"], made["answer"], made["unmasked_rows"]) == ("done", "granted", 1)
    assert call(dora).get(f"/exports/{made['id']}").status_code == 200
    assert call(dora).get(f"/exports/{made['id']}/file").status_code == 403


def test_cancelled_it_is_over(bob, dora, call, two, now):
    set_policy(dora, most_rows=1, days_kept=7, now=now)
    made = call(bob).post("/exports", {"reason": "年会", "query": "tab=all"}).json()
    assert call(bob).post(f"/exports/{made['id']}/cancel").json()["status"] == "cancelled"
    assert call(bob).post(f"/exports/{made['id']}/cancel").status_code == 409


def test_strangers_and_reps_get_nothing(alice, bob, charlie, call, two):
    made = call(bob).post("/exports", {"reason": "周会"}).json()
    for stranger in (alice, charlie):
        assert call(stranger).get(f"/exports/{made['id']}").status_code == 403
        assert call(stranger).post("/exports", {"reason": "周会"}).status_code == 403


def test_other_lists_go_the_same_way(bob, alice, charlie, call, two, make_customer, now):
    rows = [
        Opportunity.objects.create(
            customer=customer, name=f"采购{customer.pk}", owner=customer.owner, amount=Decimal("1234.50"), opened_at=now, stage_entered_at=now
        )
        for customer in (two[0], two[1], make_customer(owner=charlie))
    ]  # fmt: skip
    asked = {"reason": "周会", "what": "opportunities", "format": "csv", "columns": ["name", "amount"]}
    answer = call(bob).post("/exports", asked | {"query": f"tab=all&q=采购{two[0].pk}"})
    made = answer.json()
    assert (answer.status_code, made["what"], made["rows"], made["columns"]) == (
        201,
        "opportunities",
        1,
        ["name", "amount"],
    )
    text = b"".join(call(bob).get(f"/exports/{made['id']}/file").streaming_content).decode("utf-8-sig")
    assert text.splitlines()[1].startswith(f"采购{two[0].pk},1234.50,")
    assert [one["id"] for one in call(bob).get("/exports?what=opportunities").json()["items"]] == [made["id"]]
    assert call(bob).get("/exports?what=tickets").json()["items"] == []
    assert call(bob).post("/exports", asked | {"ids": [row.pk for row in rows]}).status_code == 404
    assert call(bob).post("/exports", asked | {"view": "我的"}).json()["code"] == "view_unknown"
    assert call(bob).post("/exports", asked | {"columns": ["password"]}).json()["code"] == "column_unknown"
    assert call(bob).post("/exports", asked | {"what": "users"}).status_code == 422
    assert call(alice).post("/exports", asked).status_code == 403
    assert Export.objects.count() == 1
