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


def test_a_colleague_in_the_form_is_shown_and_gone_with_the_window(
    windows: Windows, customer: MakeCustomer
) -> None:
    row = customer("嘉兴平湖箱包有限公司", owner="alice", need="原来的需求")
    alice = windows.open("alice", f"/customers/{row.pk}/")
    here = alice.locator(".customer-head [data-presence]")
    expect(here).to_be_hidden()
    bob = windows.open("bob", f"/customers/{row.pk}/")
    expect(here).to_contain_text("鲍勃 is looking, too")
    expect(bob.locator(".customer-head [data-presence]")).to_contain_text("艾丽")

    bob.locator(".key-facts .fact").first.click()
    expect(here).to_contain_text("鲍勃 is editing")
    alice.locator(".key-facts .fact").first.click()
    expect(alice.locator("#dialog [data-presence]")).to_contain_text("鲍勃 is editing")
    alice.locator("#dialog [data-close]").first.click()
    expect(bob.locator("#dialog [data-presence]")).to_contain_text("艾丽 is looking, too")

    bob.locator("#dialog [data-close]").first.click()
    expect(here).to_contain_text("鲍勃 is looking, too")
    bob.context.close()
    expect(here).to_be_empty(timeout=30_000)


def test_different_fields_of_one_form_are_both_saved_and_the_same_one_asks(
    windows: Windows, customer: MakeCustomer
) -> None:
    row = customer("衢州江山门业有限公司", owner="alice", need="原来的需求")
    alice, bob = (windows.open(name, f"/customers/{row.pk}/") for name in ("alice", "bob"))
    for page in (alice, bob):
        page.locator(".key-facts .fact").first.click()
        expect(page.locator("#dialog [name=need]")).to_have_value("原来的需求")
    bob.locator("#dialog [name=pain_points]").fill("板材受潮")
    bob.locator("#dialog").get_by_role("button", name="Save").click()
    expect(bob.locator(".key-facts")).to_contain_text("板材受潮")
    _edit_need(alice, "两台烘干机")
    expect(alice.locator(".key-facts")).to_contain_text("两台烘干机")
    expect(alice.locator(".key-facts")).to_contain_text("板材受潮")

    for page in (alice, bob):
        page.goto(f"/customers/{row.pk}/")
        page.locator(".key-facts .fact").first.click()
    _edit_need(bob, "三台烘干机")
    expect(bob.locator(".key-facts")).to_contain_text("三台烘干机")
    _edit_need(alice, "一台烘干机")
    choice = alice.locator("#dialog [data-conflict=need]")
    expect(choice).to_contain_text("三台烘干机")
    choice.get_by_label(re.compile("Keep what 鲍勃 wrote")).check()
    alice.locator("#dialog").get_by_role("button", name="Save").click()
    expect(alice.locator("#dialog")).to_be_hidden()
    row.refresh_from_db()
    assert (row.need, row.pain_points) == ("三台烘干机", "板材受潮")


def test_a_mentioned_colleague_finds_the_notice_and_the_comment(
    windows: Windows, customer: MakeCustomer
) -> None:
    row = customer("金华浦江水晶有限公司", owner="alice")
    alice = windows.open("alice", f"/customers/{row.pk}/")
    bob = windows.open("bob", "/")
    alice.locator("#composer-summary").fill("客户确认预算八十万元，下周安排演示")
    alice.get_by_role("button", name="Save follow-up").click()
    expect(alice.locator("#timeline")).to_contain_text("客户确认预算八十万元")

    alice.locator("#timeline .comment-on").first.click()
    text = alice.locator("#dialog textarea[name=text]")
    text.press_sequentially("折扣请@bao")
    expect(alice.locator(".mention-option").first).to_contain_text("鲍勃")
    text.press("Enter")
    expect(text).to_have_value("折扣请@鲍勃 ")
    text.press_sequentially("确认")
    text.press("Control+Enter")
    expect(alice.locator(".comment")).to_contain_text("折扣请@鲍勃 确认")

    bob.goto("/notices/")
    bob.get_by_text("艾丽 mentioned you").first.click()
    expect(bob.locator(".comment.is-pointed")).to_contain_text("折扣请@鲍勃 确认")
    expect(bob.locator(".mention")).to_have_text("@鲍勃")
