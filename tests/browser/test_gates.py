"""A refused drag with its checklist, evidence given in the dialog, an exception asked and granted."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from genjin.customers.models import Customer
from genjin.followups.models import Evidence, GateException
from tests.browser.conftest import Windows
from tests.browser.test_work import _drag

MakeCustomer = Callable[..., Customer]
CLEAR = {"need": "两台注塑机", "budget_max": 500_000, "is_authority_clear": True}


def prospect(customer: MakeCustomer, name: str) -> Customer:
    row = customer(name, owner="alice", **CLEAR)
    Customer.objects.filter(pk=row.pk).update(stage="prospect")
    return row


def refused(page: Page, name: str) -> None:
    """Drop a card where its gate is shut."""
    card = page.locator(".board-card", has_text=name)
    with page.expect_response("**/stage/"):
        _drag(page, card, page.locator('.board-list[data-stage="qualified"]'))
    expect(page.locator("#dialog")).to_be_visible()
    expect(page.locator("#dialog [data-gate]")).to_have_count(3)
    expect(page.locator('.board-list[data-stage="prospect"]')).to_contain_text(name)


def test_a_refused_card_shows_the_checklist_and_moves_once_it_is_supplied(
    windows: Windows, customer: MakeCustomer
) -> None:
    row = prospect(customer, "绍兴嵊州领带有限公司")
    page = windows.open("alice", "/customers/board/?tab=all&q=嵊州")
    refused(page, row.name)
    dialog = page.locator("#dialog")
    expect(dialog.locator('[data-gate="budget"]')).to_contain_text("nothing on record shows it")
    dialog.locator("[name=text]").fill("王经理在电话里确认了需求、预算和审批人")
    dialog.get_by_role("button", name="Move", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("Moved")
    expect(page.locator('.board-list[data-stage="qualified"]')).to_contain_text(row.name)
    assert Evidence.objects.get(customer=row).proves == ["authority", "budget", "need"]


def test_an_exception_is_asked_granted_and_shows_as_owed(windows: Windows, customer: MakeCustomer) -> None:
    row = prospect(customer, "绍兴新昌轴承有限公司")
    page = windows.open("alice", "/customers/board/?tab=all&q=新昌")
    refused(page, row.name)
    page.locator("#dialog").get_by_role("button", name="Ask for an exception").click()
    page.locator("#dialog [name=reason]").fill("客户下周才出书面确认")
    page.locator("#dialog").get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("Asked")
    row.refresh_from_db()
    assert row.stage == "prospect"

    bob = windows.open("bob", "/requests/")
    line = bob.locator("tr", has_text=row.name)
    line.get_by_role("button", name="Grant").click()
    bob.locator("#dialog").get_by_role("button", name="Grant").click()
    expect(bob.locator("#toasts")).to_contain_text("Granted")
    bob.goto(bob.url.replace("/requests/", f"/customers/{row.pk}/"))
    expect(bob.locator("#customer-head")).to_contain_text("evidence owed")
    row.refresh_from_db()
    assert (row.stage, GateException.objects.get(customer=row).approver.username) == ("qualified", "bob")

    page.goto(page.url.partition("/customers/")[0] + f"/customers/{row.pk}/?proves=need")
    expect(page.locator('.composer-proves input[value="need"]')).to_be_checked()
    for code in ("budget", "authority"):
        page.locator(f'.composer-proves input[value="{code}"]').check()
    page.locator("#composer-summary").fill("上门拜访,总经理当面确认需求和预算")
    page.get_by_role("button", name="Save follow-up").click()
    expect(page.locator("#customer-head")).not_to_contain_text("evidence owed")
    assert GateException.objects.get(customer=row).outcome == "paid"
