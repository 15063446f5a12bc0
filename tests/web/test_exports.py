"""The button above a list and the dialog behind it: the sheet holds what the page shows."""

from datetime import date
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest

from genjin.contracts.models import Contract
from genjin.intake.actions.export import set_policy
from genjin.intake.models import Export
from genjin.selling.models import Opportunity

PAGES = {
    "opportunities": "/opportunities/?tab=all", "proposals": "/proposals/", "contracts": "/contracts/", "milestones": "/payments/", "receipts": "/payments/receipts/",
    "invoices": "/payments/invoices/", "deliveries": "/deliveries/", "tickets": "/tickets/", "renewals": "/renewals/",
}  # fmt: skip


@pytest.fixture
def two(make_customer, alice, now):
    """A running and a void contract of alice's."""
    rows = []
    for number, state in (("HT-1", "signed"), ("HT-2", "void")):
        customer = make_customer(owner=alice)
        deal = Opportunity.objects.create(
            customer=customer, name=f"采购{number}", owner=alice, opened_at=now, stage_entered_at=now
        )
        rows.append(
            Contract.objects.create(
                number=number, customer=customer, opportunity=deal, title="排产线", amount=Decimal("1234.50"), state=state,
                signed_on=date(2026, 3, 9), owner=alice, created_at=now,
            )
        )  # fmt: skip
    return rows


def text_of(answer):
    return b"".join(answer.streaming_content).decode("utf-8-sig")


@pytest.mark.parametrize(("what", "page"), PAGES.items())
def test_every_list_offers_itself_with_its_filters(bob, alice, client, what, page):
    client.force_login(bob)
    offered = urlsplit(client.get(page, {"q": "远景", "page": "2"}).context["export_url"])
    asked = parse_qs(offered.query)
    assert (offered.path, asked["what"]) == ("/exports/new/", [what])
    assert "q=%E8%BF%9C%E6%99%AF" in asked["query"][0]
    assert "page" not in asked["query"][0]
    client.force_login(alice)
    assert client.get(page).context["export_url"] == ""


def test_the_sheet_is_what_the_page_shows(bob, client, two):
    client.force_login(bob)
    url = client.get("/contracts/?view=running").context["export_url"]
    dialog = client.get(url, headers={"HX-Request": "true"})
    assert dialog.context["title"].endswith("1 行")
    text = text_of(client.post(url, {"reason": "对账", "format": "csv"}))
    assert ("HT-1" in text, "HT-2" in text, "1234.50" in text) == (True, False, True)
    export = Export.objects.get()
    assert (export.what, export.query, export.rows, export.downloads) == ("contracts", "view=running", 1, 1)
    page = client.get(f"/exports/{export.pk}/")
    assert page.context["title"] == f"contracts-{export.pk}.csv"
    assert [row["what"] for row in client.get("/exports/").context["rows"]] == ["合同"]


def test_without_a_reason_or_rows_nothing_is_written(bob, client, two):
    client.force_login(bob)
    for url, field in (("what=contracts", "reason"), ("what=contracts&query=view%3Ddone", "__all__")):
        answer = client.post(f"/exports/new/?{url}", {"reason": "" if field == "reason" else "对账"})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert client.get("/exports/new/?what=users").status_code == 404
    assert not Export.objects.exists()


def test_above_the_limit_a_lead_is_asked(bob, dora, alice, charlie, client, two, now):
    set_policy(dora, most_rows=1, days_kept=7, now=now)
    client.force_login(bob)
    answer = client.post("/exports/new/?what=contracts", {"reason": "年报"})
    export = Export.objects.get()
    assert (answer["Location"], export.status) == (f"/exports/{export.pk}/", "asked")
    for other in (alice, charlie):
        client.force_login(other)
        assert client.get("/exports/new/?what=contracts").status_code == 403
        assert client.post("/exports/new/?what=contracts", {"reason": "年报"}).status_code == 403
    assert Export.objects.count() == 1
