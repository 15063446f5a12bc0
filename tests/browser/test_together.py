"""Two people, one customer."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from genjin.customers.models import Customer
from tests.browser.conftest import Windows

MakeCustomer = Callable[..., Customer]


def _edit_need(page: Page, text: str) -> None:
    page.locator("#dialog [name=need]").fill(text)
    page.locator("#dialog").get_by_role("button", name="Save").click()


def test_both_values_are_shown_and_none_is_lost(windows: Windows, customer: MakeCustomer) -> None:
    row = customer("南通海门家纺有限公司", owner="alice", need="原来的需求")
    alice = windows.open("alice", f"/customers/{row.pk}/")
    bob = windows.open("bob", f"/customers/{row.pk}/")
    for page in (alice, bob):
        page.locator(".key-facts .fact").first.click()
        expect(page.locator("#dialog [name=need]")).to_have_value("原来的需求")
    _edit_need(bob, "三条绗缝线")
    expect(bob.locator(".key-facts")).to_contain_text("三条绗缝线")

    _edit_need(alice, "两条绗缝线")
    expect(alice.locator("#dialog")).to_contain_text("三条绗缝线")
    expect(alice.locator("#dialog")).to_contain_text("鲍勃")
    expect(alice.locator("#dialog [name=need]")).to_have_value("两条绗缝线")
    row.refresh_from_db()
    assert row.need == "三条绗缝线"

    alice.locator("#dialog").get_by_role("button", name="Save").click()
    expect(alice.locator(".key-facts")).to_contain_text("两条绗缝线")


def test_a_colleagues_record_appears_within_two_seconds_with_the_name(
    windows: Windows, customer: MakeCustomer
) -> None:
    row = customer("常州武进电机有限公司", owner="alice")
    alice = windows.open("alice", f"/customers/{row.pk}/")
    bob = windows.open("bob", f"/customers/{row.pk}/")
    alice.wait_for_timeout(1000)  # the stream of a page opens after the page
    bob.locator("#composer-summary").fill("我替艾丽回了电话")
    bob.get_by_role("button", name="Save follow-up").click()
    expect(bob.locator("#timeline")).to_contain_text("我替艾丽回了电话")
    expect(alice.locator("#timeline")).to_contain_text("我替艾丽回了电话", timeout=2000)
    expect(alice.locator("#toasts")).to_contain_text("鲍勃")


def test_one_of_two_claims_wins_and_the_other_reads_who_was_faster(
    windows: Windows, customer: MakeCustomer
) -> None:
    row = customer("无锡江阴轴承有限公司")
    pages = {name: windows.open(name, f"/customers/{row.pk}/") for name in ("alice", "anna")}
    for page in pages.values():
        page.locator(".customer-head .drop summary").click()
        page.get_by_role("link", name="Claim").click()
    buttons = [page.locator("#dialog").get_by_role("button", name="Claim") for page in pages.values()]
    for button in buttons:
        button.evaluate("button => setTimeout(() => button.click(), 50)")
    slower = re.compile("was faster and has claimed this customer")
    expect(pages["alice"].locator("#toasts")).to_contain_text(re.compile("Yours|was faster"))
    expect(pages["anna"].locator("#toasts")).to_contain_text(re.compile("Yours|was faster"))
    row.refresh_from_db()
    assert row.owner is not None
    winner = pages.pop(row.owner.username)
    loser = next(iter(pages.values()))
    expect(winner.locator("#toasts")).to_contain_text("Yours")
    expect(loser.locator("#toasts")).to_contain_text(slower)
    expect(loser.locator("#toasts")).to_contain_text(row.owner.name[:1])
