"""A sheet that updates customers, and one of follow-up history: looked at, let in, taken back."""

from collections.abc import Callable
from pathlib import Path

import xlsxwriter
from playwright.sync_api import expect

from genjin.customers.models import Customer
from tests.browser.conftest import Windows


def write_book(path: Path, *sheets: tuple[str, list[tuple[str, ...]]]) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)


def test_differences_are_seen_before_an_update_and_a_second_sheet_brings_the_history(
    windows: Windows, customer: Callable[..., Customer], tmp_path: Path
) -> None:
    row = customer("绍兴越秀印染有限公司", owner="alice", industry="印染", phone="13650002001")
    write_book(
        tmp_path / "更新.xlsx",
        ("客户", [("客户名称", "所属行业", "城市", "联系人姓名", "手机", "职务"), (row.name, "纺织印染", "绍兴市", "王经理", "13650002001", "厂长"), ("绍兴没有这家公司", "贸易", "", "", "", "")]),
        ("跟进记录", [("客户名称", "跟进时间", "跟进方式", "跟进内容", "下次跟进时间"), (row.name, "2026-03-01 10:00", "电话", "客户确认了预算,想看看样布", "2099-03-05 09:00")]),
    )  # fmt: skip
    page = windows.open("alice", "/imports/new/")
    page.set_input_files("[name=file]", str(tmp_path / "更新.xlsx"))
    page.get_by_role("button", name="Check the file").click()
    page.locator("[name=mode]").wait_for(timeout=60_000)
    page.locator("[name=mode]").select_option("update")
    page.locator("[name=check]").click()
    commit = page.locator("[name=commit]")
    expect(commit).to_have_text("Add 0 and update 1 customers", timeout=60_000)
    expect(page.locator("main del").filter(has_text="印染")).to_be_visible()
    expect(page.locator("main ins").filter(has_text="纺织印染")).to_be_visible()
    commit.click()

    expect(page.get_by_role("button", name="跟进记录")).to_be_visible(timeout=60_000)
    result = page.url
    page.get_by_role("button", name="跟进记录").click()
    expect(page.locator("[name=commit]")).to_have_text("Import 1 rows", timeout=60_000)
    page.locator("[name=commit]").click()
    expect(page.get_by_role("link", name="Take back")).to_be_visible(timeout=60_000)
    page.goto(f"/customers/{row.pk}/")
    expect(page.locator("main")).to_contain_text("客户确认了预算")
    expect(page.locator("main")).to_contain_text("纺织印染")

    page.goto(result)
    page.get_by_role("link", name="Take back").click()
    page.locator("#dialog").get_by_role("button", name="Take back").click()
    expect(page.locator("main")).to_contain_text("Old values restored", timeout=60_000)
    row.refresh_from_db()
    assert (row.industry, row.city) == ("印染", "")
