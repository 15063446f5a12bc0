"""A customer becomes qualified, its opportunity appears, is refused with a checklist, and passes with evidence."""

from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import expect

from genjin.customers.models import Contact, Customer
from genjin.selling.models import Opportunity
from tests.browser.conftest import Windows
from tests.browser.test_gates import prospect, refused
from tests.browser.test_work import _drag

MakeCustomer = Callable[..., Customer]


def test_from_the_customers_board_to_the_opportunities_board(
    windows: Windows, customer: MakeCustomer
) -> None:
    row = prospect(customer, "绍兴上虞风机有限公司")
    now = timezone.now()
    Contact.objects.create(customer=row, name="何总", is_decider=True, created_at=now, updated_at=now)
    page = windows.open("alice", "/customers/board/?tab=all&q=上虞")
    refused(page, row.name)
    dialog = page.locator("#dialog")
    dialog.locator("[name=text]").fill("何总在电话里确认了需求、预算和审批人")
    dialog.get_by_role("button", name="Move", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("Moved")

    page.goto(page.url.partition("/customers/")[0] + "/opportunities/board/?q=上虞")
    card = page.locator(".board-card", has_text=row.name)
    expect(page.locator('.board-list[data-stage="qualified"]')).to_contain_text(row.name)
    with page.expect_response("**/stage/"):
        _drag(page, card, page.locator('.board-list[data-stage="negotiation"]'))
    expect(dialog.locator("[data-gate]")).to_have_count(3)
    expect(page.locator('.board-list[data-stage="qualified"]')).to_contain_text(row.name)
    row.refresh_from_db()
    assert (row.stage, Opportunity.objects.get(customer=row).stage) == ("qualified", "qualified")

    dialog.locator("[name=text]").fill("方案第一版已发邮件,何总回复认可")
    dialog.get_by_role("button", name="Move", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("Moved")
    expect(page.locator('.board-list[data-stage="negotiation"]')).to_contain_text(row.name)
    row.refresh_from_db()
    assert (row.stage, Opportunity.objects.get(customer=row).stage) == ("negotiation", "negotiation")
