"""Figures as one uses them: choose days, open a bar, see its list; on the phone, too."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.followups.models import FollowUp
from tests.browser.conftest import Windows

MakeCustomer = Callable[..., Customer]
PLACES = iter(("宁波镇海", "台州玉环", "温州龙湾"))


@pytest.fixture
def spoken(customer: MakeCustomer) -> Customer:
    """A customer of alice's, spoken to just now."""
    row = customer(f"{next(PLACES)}轴承有限公司", owner="alice")
    now = timezone.now()
    alice = User.objects.get(username="alice")
    FollowUp.objects.create(
        customer=row,
        author=alice,
        happened_at=now,
        recorded_at=now,
        summary="谈了轴承的交期",
        got_response=True,
    )
    return row


def _open_bar(page: Page, chart: str) -> None:
    """Click where the only bar of a lying chart lies."""
    box = page.locator(chart).bounding_box()
    assert box
    for height in range(100, 200, 7):
        page.mouse.click(box["x"] + box["width"] * 0.3, box["y"] + height)
        page.wait_for_timeout(150)
        if "/records/" in page.url:
            return
    pytest.fail("no bar was hit")


def test_a_period_is_chosen_and_a_bar_opens_its_list(windows: Windows, spoken: Customer) -> None:
    page = windows.open("alice", "/insights/")
    expect(page.locator(".figure-bar .chip.is-on").first).to_have_text("This week")
    page.locator(".figure-bar .chip", has_text="This month").click()
    expect(page.locator(".figure-bar .chip.is-on").first).to_have_text("This month")
    page.locator(".tile", has_text="Contacts made").click()
    expect(page.locator("h1")).to_have_text("Contacts made")
    expect(page.locator("#chart-by canvas")).to_be_visible()
    _open_bar(page, "#chart-by")
    expect(page.locator("table")).to_contain_text(spoken.name)
    expect(page.locator("table")).to_contain_text("谈了轴承的交期")


def test_a_chart_is_saved_as_a_picture_and_fills_the_screen(windows: Windows, spoken: Customer) -> None:
    page = windows.open("alice", "/insights/?stretch=month")
    expect(page.locator(".chart canvas").first).to_be_visible()
    with page.expect_download() as waiting:
        page.locator("[data-chart-picture]").first.click()
    assert waiting.value.suggested_filename.endswith(".png")
    page.locator("[data-full-screen]").click()
    expect(page.locator("#page:fullscreen")).to_be_visible()
    expect(page.locator(".figure-bar")).to_be_hidden()


def test_on_a_phone_the_filters_fold_and_tables_scroll_in_themselves(
    windows: Windows, spoken: Customer
) -> None:
    page = windows.phone("alice", "/insights/")
    expect(page.locator(".figure-bar")).to_be_hidden()
    page.locator(".fold-label").tap()
    page.locator(".figure-bar .chip", has_text="This month").tap()
    expect(page.locator(".fold-label")).to_contain_text("This month")
    page.locator(".tab", has_text="Cohorts").tap()
    expect(page.locator(".cohorts")).to_be_visible()
    page.goto(page.url.replace("stretch=month", "stretch=year") + "&step=contacted")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.locator(".cohorts tfoot td a").last.tap()
    expect(page.locator("table")).to_contain_text(spoken.name)
    page.goto(page.url.split("/insights/")[0] + "/insights/hours/?stretch=month")
    expect(page.locator("#chart-hours canvas").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_grid_of_targets_opens_at_the_month_that_runs(windows: Windows) -> None:
    for page in (windows.open("bob", "/insights/targets/"), windows.phone("bob", "/insights/targets/")):
        expect(page.locator("th[aria-current=date]")).to_be_in_viewport(ratio=1)
