"""Many customers at once: a field changed and taken back, a sheet asked for, granted and fetched."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.intake.actions.export import set_policy
from genjin.intake.models import BulkEdit, Export
from tests.browser.conftest import Windows

PLACE = "潮汐镇"


@pytest.fixture
def many(customer: Callable[..., Customer]) -> list[Customer]:
    """More customers of alice's than one page of the list shows, all in one place."""
    known = list(Customer.objects.live().filter(district=PLACE))
    return known or [
        customer(
            f"潮汐第{at}号水产有限公司",
            owner="alice",
            district=PLACE,
            city=PLACE,
            industry="水产",
            phone=f"1361234{at:04d}",
        )
        for at in range(52)
    ]


@pytest.fixture
def limit(person: Callable[..., User], many: list[Customer]) -> Iterator[None]:
    set_policy(person("dora"), most_rows=10, days_kept=7, now=timezone.now())
    yield
    set_policy(person("dora"), most_rows=5000, days_kept=7, now=timezone.now())


def choose_all(page: Page) -> None:
    page.goto(f"/customers/?tab=all&f=city&op=eq&v={quote(PLACE)}&v2=")
    page.locator("[data-bulk-all]").check()
    page.locator("[data-bulk-matching]").click()


def test_all_that_match_are_edited_looked_at_first_and_taken_back(
    windows: Windows, many: list[Customer]
) -> None:
    page = windows.open("alice")
    choose_all(page)
    page.locator("[data-bulk-bar]").get_by_role("button", name="Bulk edit").click()
    expect(page.locator("main")).to_contain_text("52 customers")
    page.locator("[name=field]").select_option("budget")
    expect(page.locator("main")).to_contain_text("As people say it")
    page.locator("[name=field]").select_option("industry")
    page.locator("[name=how]").select_option("append")
    page.locator("[name=value]").fill("冷链")
    page.get_by_role("button", name="Show what would change").click()
    expect(page.locator("main")).to_contain_text("水产、冷链")
    assert not Customer.objects.filter(industry="水产、冷链").exists()
    page.get_by_role("button", name="Change 52 customers").click()
    expect(page.get_by_role("link", name="Take back")).to_be_visible()
    assert Customer.objects.filter(industry="水产、冷链").count() == 52

    page.get_by_role("link", name="Take back").click()
    page.locator("#dialog").get_by_role("button", name="Take back").click()
    expect(page.locator("main")).to_contain_text("Taken back")
    assert Customer.objects.filter(industry="水产", city=PLACE).count() == 52
    assert BulkEdit.objects.get(by__username="alice").restored == 52


@pytest.mark.usefixtures("limit")
def test_above_the_limit_a_lead_grants_and_the_file_is_fetched(windows: Windows, tmp_path: Path) -> None:
    bob = windows.open("bob")
    choose_all(bob)
    bob.locator("[data-bulk-bar]").get_by_role("button", name="Export").click()
    dialog = bob.locator("#dialog")
    dialog.locator("[name=reason]").fill("渔业年会名单")
    dialog.locator("[name=format]").select_option("csv")
    dialog.get_by_role("button", name="Export", exact=True).click()
    expect(bob.locator("main")).to_contain_text("Your lead has been asked")
    export = bob.url

    dora = windows.open("dora", "/requests/")
    row = dora.locator("tr", has_text="渔业年会名单")
    row.get_by_role("button", name="Grant").click()
    dora.locator("#dialog").get_by_role("button", name="Grant").click()
    expect(dora.locator("#toasts")).to_contain_text("Granted")

    bob.goto(export)
    expect(bob.get_by_role("link", name="Download")).to_be_visible(timeout=30_000)
    with bob.expect_download() as download:
        bob.get_by_role("link", name="Download").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    text = path.read_text(encoding="utf-8-sig")
    assert text.count("潮汐第") == 52
    assert "136****" in text
    assert "1361234" not in text
    assert Export.objects.get(reason="渔业年会名单").downloads == 1
