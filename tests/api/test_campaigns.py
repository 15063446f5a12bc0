"""Campaigns from outside, and customers that say where they came from."""

import pytest

from genjin.customers.models import Campaign, Choice, Customer


@pytest.fixture
def fair(db):
    return Campaign.objects.create(name="春季机电展", cost=9000)


@pytest.fixture(autouse=True)
def source(db):
    return Choice.objects.get_or_create(kind="source", name="官网留言")[0]


def test_the_list_shows_costs_to_who_plans(alice, dora, fair, call):
    assert call(alice).get("/campaigns").json()["items"][0]["cost"] is None
    assert call(dora).get("/campaigns?is_active=true").json()["items"][0]["cost"] == "9000.00"
    assert call(alice).post("/campaigns", {"name": "x"}).status_code == 403
    assert call(dora).post("/campaigns", {"name": fair.name}).json()["code"] == "name_taken"
    made = call(dora).post("/campaigns", {"name": "直播", "starts_on": "2026-03-01", "cost": "12.50"})
    assert (made.status_code, made.json()["starts_on"], made.json()["cost"]) == (201, "2026-03-01", "12.50")
    assert Campaign.objects.count() == 2


def test_a_customer_says_where_it_came_from(alice, charlie, fair, call):
    body = {
        "name": "杭州远景机电有限公司",
        "source": "官网留言",
        "campaign": fair.name,
        "contacts": [{"name": "王", "phone": "13812345678"}],
    }
    made = call(alice).post("/customers", body)
    assert (made.status_code, made.json()["campaign"], made.json()["source"]) == (201, fair.name, "官网留言")
    assert len(call(alice).get(f"/customers?campaign={fair.name}").json()["items"]) == 1
    assert call(charlie).get(f"/customers?campaign={fair.name}").json()["items"] == []
    refused = call(alice).post(
        "/customers", body | {"name": "另一家机电有限公司", "campaign": "没有的", "contacts": []}
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "reference_unknown")
    assert Customer.objects.count() == 1


def test_the_marks_of_a_link_say_it_where_nothing_else_does(alice, fair, call):
    utm = {"source": "baidu", "medium": "cpc", "campaign": fair.name}
    row = call(alice).post("/customers", {"name": "杭州远景机电有限公司", "utm": utm}).json()
    assert (row["source_detail"], row["campaign"]) == (f"baidu / cpc / {fair.name}", fair.name)
    own = {"name": "宁波海图机电有限公司", "utm": utm | {"campaign": "不知道"}, "source_detail": "老板朋友"}
    row = call(alice).post("/customers", own).json()
    assert (row["source_detail"], row["campaign"]) == ("老板朋友", "")
