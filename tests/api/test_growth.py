"""Renewals, figures of use, proposals to buy again and churn alarms over the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from genjin.care.actions.churn import look_nightly
from genjin.care.actions.renewals import keep_renewals
from genjin.care.models import ChurnAlert, Renewal, Repurchase, UsageFigure, WinBack
from tests.care.conftest import bought, sign

__all__ = ["bought", "sign"]  # fixtures of the floor below


@pytest.fixture
def now():
    """Routes look at the clock."""
    return timezone.now()


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def customer(bought, alice):
    return bought(alice, name="杭州接口机电有限公司")


def test_a_renewal_is_listed_planned_and_decided(call, alice, charlie, customer, sign, today, now):
    contract = sign(customer, today + timedelta(days=20))
    keep_renewals(now)
    mine = call(alice)
    row = mine.get("/renewals?outcome=open&days=30").json()["items"][0]
    assert (row["contract"]["id"], row["amount"], row["customer"]["name"]) == (
        contract.pk,
        "100000.00",
        customer.name,
    )
    url = f"/renewals/{row['id']}"
    planned = mine.post(
        f"{url}/plan", {"plan": "上门沟通", "until": today.isoformat(), "version": row["version"]}
    )
    assert (planned.status_code, planned.json()["plan"]) == (200, "上门沟通")
    stale = mine.post(f"{url}/decide", {"outcome": "renewed", "amount": "90000", "version": row["version"]})
    assert (stale.status_code, stale.json()["code"]) == (409, "version_conflict")
    missing = mine.post(f"{url}/decide", {"outcome": "lost", "reason": "预算被砍"})
    assert (missing.status_code, missing.json()["code"]) == (422, "lost_reason_missing")
    lost = mine.post(f"{url}/decide", {"outcome": "lost", "reason": "预算被砍", "lost_reason": "价格"})
    assert (lost.status_code, lost.json()["outcome"], lost.json()["lost_reason"]["name"]) == (
        200,
        "lost",
        "价格",
    )
    assert call(charlie).get(url).status_code == 404
    assert call(charlie).get("/renewals").json()["items"] == []
    assert Renewal.objects.get().decided_by == alice


def test_renewals_come_by_the_piece_in_the_order_of_their_ends(call, alice, customer, sign, today, now):
    for days in (25, 20, 20):
        sign(customer, today + timedelta(days=days))
    keep_renewals(now)
    mine, found, cursor = call(alice), [], ""
    while cursor is not None:
        piece = mine.get(f"/renewals?page_size=1{cursor and '&cursor='}{cursor}").json()
        found, cursor = [*found, *piece["items"]], piece["next"]
    assert [row["ends_on"] for row in found] == sorted(row["ends_on"] for row in found)
    assert len({row["id"] for row in found}) == 3
    for nonsense in ("WzEsMV0", "WyIyMDI2IiwxXQ"):  # [1,1] and ["2026",1]
        refused = mine.get(f"/renewals?cursor={nonsense}")
        assert (refused.status_code, refused.json()["code"]) == (422, "cursor_invalid")


def test_usage_is_idempotent_and_leads_to_a_purchase(call, alice, charlie, erin, customer, today):
    mine = call(alice)
    body = {
        "customer": customer.pk,
        "metric": "高级功能",
        "period": "2025Q4",
        "percent": "85",
        "active_users": 30,
    }
    first = mine.post("/usage", body).json()
    assert (first["period"], first["percent"], first["origin"]) == ("2025-Q4", "85.00", "api")
    again = mine.post("/usage", body | {"period": "2025年第四季度"}).json()
    assert (again["id"], again["recorded_at"]) == (first["id"], first["recorded_at"])
    assert UsageFigure.objects.count() == 1
    wrong = mine.post("/usage", body | {"period": "去年"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "period_invalid")
    assert call(charlie).post("/usage", body).status_code == 404
    assert call(erin).post("/usage", body).status_code == 403
    made = mine.post("/repurchases", {"customer": customer.pk, "why": "客户问起模块"})
    assert made.status_code == 201
    url = f"/repurchases/{made.json()['id']}"
    plan = {
        "plan": "先培训",
        "next_step": "约演示",
        "next_on": today.isoformat(),
        "intent": "high",
        "budget": "20000",
    }
    assert mine.post(f"{url}/plan", plan).json()["state"] == "planned"
    word = mine.post(f"{url}/confirm", {"said": "客户确认要买模块"})
    assert (word.status_code, word.json()["state"]) == (200, "confirmed")
    assert Repurchase.objects.get().opportunity_id == word.json()["opportunity"]["id"]
    assert mine.post(f"{url}/dismiss", {"reason": "太晚"}).status_code == 409
    assert [row["metric"] for row in mine.get(f"/usage?customer={customer.pk}").json()["items"]] == [
        "高级功能"
    ]


def test_an_alarm_is_answered_and_closed(call, alice, charlie, customer, today, now):
    look_nightly(now)
    mine = call(alice)
    row = mine.get("/churn-alerts?state=open").json()["items"][0]
    assert (row["score"], row["signs"][0]["part"]) == (25, "gap")
    url = f"/churn-alerts/{row['id']}"
    assert mine.post(f"{url}/answer", {"answer": "acting"}).json()["code"] == "plan_missing"
    plan = {"reason": "用不起来", "measures": "免费服务三个月", "until": today.isoformat()}
    acting = mine.post(f"{url}/answer", {"answer": "acting", "win_back": plan})
    assert (acting.status_code, acting.json()["win_back"]["owner"]["id"]) == (200, alice.pk)
    assert (
        mine.post(f"{url}/win-back", plan | {"measures": "上门培训"}).json()["win_back"]["measures"]
        == "上门培训"
    )
    done = mine.post(f"{url}/result", {"result": "won_back", "outcome": "恢复使用"})
    assert done.json()["win_back"]["result"] == "won_back"
    assert mine.get("/churn-alerts/accuracy").json()["all"]["precision"] == 100
    assert call(charlie).get(url).status_code == 404
    assert ChurnAlert.objects.get().closed_at is not None


def test_numbers_in_what_was_written_are_masked_where_people_are(
    call, alice, erin, charlie, customer, sign, today, now
):
    secret = "请致电13900001111"
    sign(customer, today + timedelta(days=20))
    keep_renewals(now)
    look_nightly(now)
    Renewal.objects.update(plan=secret, reason=secret)
    alarm, renewal = ChurnAlert.objects.get(), Renewal.objects.get()
    WinBack.objects.create(
        alert=alarm, owner=alice, until=today, made_at=now, reason=secret, measures=secret, outcome=secret
    )
    Repurchase.objects.create(
        customer=customer,
        why=secret,
        plan=secret,
        next_step=secret,
        answer=secret,
        owner=alice,
        opened_at=now,
    )
    for route in (
        f"/renewals/{renewal.pk}",
        f"/repurchases?customer={customer.pk}",
        f"/churn-alerts/{alarm.pk}",
    ):
        whole, masked = str(call(alice).get(route).json()), str(call(erin).get(route).json())
        assert "13900001111" in whole
        assert ("请致电" in masked, "13900001111" in masked) == (True, False), route
        hidden = call(charlie).get(route)
        assert hidden.status_code == 404 or hidden.json()["items"] == []
