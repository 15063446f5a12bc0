"""Products, proposals and objections by API."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from genjin.proposals.actions.templates import save_template
from genjin.proposals.models import ProposalTemplate, ProposalVersion
from genjin.proposals.rules.papers import SHIPPED
from genjin.selling.models import Opportunity

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def customer(alice, make_customer):
    return make_customer(owner=alice)


@pytest.fixture
def opportunity(alice, customer):
    now = timezone.now()
    return Opportunity.objects.create(
        customer=customer, name="排产系统", owner=alice, opened_at=now, stage_entered_at=now
    )


@pytest.fixture
def offer(alice, dora, customer, opportunity, call):
    made = call(dora).post(
        "/products", {"code": "SYS", "name": "排产系统", "unit": "套", "list_price": "60000"}
    )
    assert made.status_code == 201, made.content
    lines = [{"product": made.json()["id"]}]
    body = {"opportunity": opportunity.pk, "title": "一期", "modules": ["排产"], "lines": lines}
    made = call(alice).post(f"/customers/{customer.pk}/proposals", body)
    assert made.status_code == 201, made.content
    return made.json()


def test_products_are_changed_by_who_may(alice, dora, offer, call):
    product = offer["versions"][0]["content"]["lines"][0]["product"]
    assert call(alice).patch(f"/products/{product}", {"list_price": "1"}).status_code == 403
    assert call(dora).patch(f"/products/{product}", {"family": "软件"}).json()["list_price"] == "60000.00"
    assert [one["code"] for one in call(alice).get("/products?is_active=true").json()["items"]] == ["SYS"]


def test_a_version_is_written_sent_answered_and_shared(
    alice, bob, charlie, customer, opportunity, offer, call
):
    body = {"opportunity": opportunity.pk, "title": "二期"}
    assert call(charlie).post(f"/customers/{customer.pk}/proposals", body).status_code == 404
    version = offer["versions"][0]
    assert (version["state"], version["amount"]) == ("draft", "60000.00")
    address = f"/proposal-versions/{version['id']}"
    late = {"revision": version["revision"], "terms": "一年质保"}
    assert call(bob).patch(address, late).status_code == 200
    refused = call(alice).patch(address, late | {"terms": "两年质保"})
    assert (refused.status_code, refused.json()["code"]) == (409, "version_conflict")
    assert call(alice).post(f"{address}/feedback", {"text": "长"}).status_code == 409
    sent = call(alice).post(f"{address}/send", {"method": "email", "to": "王经理"}).json()
    assert (sent["state"], len(sent["sha256"])) == ("sent", 64)
    said = call(alice).post(f"{address}/feedback", {"text": "缩短到 1 个月", "rating": 4})
    assert said.json()["rating"] == 4
    link = call(alice).post(f"{address}/links", {}).json()
    assert call(charlie).post(f"/proposal-links/{link['id']}/revoke").status_code == 404
    assert call(alice).post(f"/proposal-links/{link['id']}/revoke").json()["revoked_at"]


def test_the_next_version_waits_for_approval_and_is_compared(alice, charlie, customer, offer, call):
    first = f"/proposal-versions/{offer['versions'][0]['id']}"
    call(alice).post(f"{first}/send", {"method": "email", "to": "王经理"})
    second = call(alice).post(f"/proposals/{offer['id']}/versions").json()
    address = f"/proposal-versions/{second['id']}"
    change = {"revision": second["revision"], "discount": "10"}
    assert call(alice).patch(address, change).json()["amount"] == "54000.00"
    assert call(alice).post(f"{address}/send", {"method": "email", "to": "x"}).status_code == 409
    assert call(alice).post(f"{address}/hand-in", {"reason": "老客户"}).json()["state"] == "approval"
    found = call(alice).get(f"/proposals/{offer['id']}/diff?a=1&b=2").json()
    assert (found["texts"]["discount"], found["new_amount"]) == (["0.00", "10.00"], "54000.00")
    listed = call(alice).get(f"/proposals?state=approval&customer={customer.pk}").json()["items"]
    assert [[one["number"] for one in row["versions"]] for row in listed] == [[1, 2]]
    assert call(charlie).get("/proposals").json()["items"] == []
    assert call(charlie).get(f"/proposals/{offer['id']}").status_code == 404
    assert ProposalVersion.objects.get(pk=second["id"]).state == "approval"


def test_a_version_is_handed_out_as_a_word_file(alice, charlie, dora, offer, call):
    from docx import Document

    address = f"/proposal-versions/{offer['versions'][0]['id']}/document"
    got = call(alice).get(address)
    assert (got.status_code, got["Content-Type"]) == (200, DOCX)
    assert offer["number"] in got["Content-Disposition"]
    assert "60,000.00" in "".join(
        cell.text for table in Document(BytesIO(got.content)).tables for cell in table._cells
    )
    row = save_template(
        dora, ProposalTemplate(), {"name": "正式", "is_active": True},
        file=ContentFile(SHIPPED.read_bytes(), name="正式.docx"), now=timezone.now(),
    )  # fmt: skip
    assert call(alice).get("/proposal-templates").json() == [{"id": row.pk, "name": "正式"}]
    assert call(alice).get(f"{address}?template={row.pk}").status_code == 200
    assert call(alice).get(f"{address}?template={row.pk + 1}").status_code == 422
    assert call(charlie).get(address).status_code == 404


def test_a_list_of_proposals_holds_their_sums_and_not_their_lines(
    alice, opportunity, customer, offer, call, django_assert_max_num_queries
):
    for title in ("二期", "三期"):
        body = {"opportunity": opportunity.pk, "title": title, "lines": [{"name": "培训", "price": "10"}]}
        call(alice).post(f"/customers/{customer.pk}/proposals", body)
    with django_assert_max_num_queries(8):
        rows = call(alice).get("/proposals").json()["items"]
    assert [row["versions"][0]["amount"] for row in rows] == ["10.00", "10.00", "60000.00"]
    assert not {"content", "feedback", "links"} & rows[0]["versions"][0].keys()


def test_objections_by_api(alice, charlie, customer, opportunity, call):
    body = {"category": "price", "said": "比别家贵", "opportunity": opportunity.pk}
    address = f"/customers/{customer.pk}/objections"
    assert call(charlie).post(address, body).status_code == 404
    row = call(alice).post(address, body).json()
    assert row["acceptance"] == ""
    assert call(alice).get("/objections?is_open=true").json()["items"][0]["id"] == row["id"]
    answer = {"acceptance": "partly", "answer": "算总账"}
    assert call(charlie).post(f"/objections/{row['id']}/answer", answer).status_code == 404
    assert call(alice).post(f"/objections/{row['id']}/answer", answer | {"answer": ""}).status_code == 422
    assert call(alice).post(f"/objections/{row['id']}/answer", answer).json()["acceptance"] == "partly"
    assert call(alice).get("/objections?category=price&acceptance=partly").json()["items"]
