from pathlib import Path

import xlsxwriter
from playwright.sync_api import expect

from tests.browser.conftest import Windows

ROWS = [
    ("江门晨曦包装有限公司", "陈总", "13650001001", "50-100万"),
    ("江门晨曦包装有限公司", "陈总", "13650001001", "50-100万"),
    ("中山海纳灯饰有限公司", "林经理", "136 5000 1002", "8万以下"),
    ("佛山立成陶瓷有限公司", "黄厂长", "1398036", "说不准"),
    ("", "没有名字", "13650001004", ""),
]


def write_sheet(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("展会")
        for at, row in enumerate([("客户名称", "联系人", "手机号", "预算"), *ROWS]):
            sheet.write_row(at, 0, row)


def test_a_sheet_with_mistakes_comes_in_and_is_taken_back(windows: Windows, tmp_path: Path) -> None:
    write_sheet(tmp_path / "展会.xlsx")
    page = windows.open("alice", "/imports/new/")
    page.set_input_files("[name=file]", str(tmp_path / "展会.xlsx"))
    page.get_by_role("button", name="Check the file").click()

    commit = page.locator("[name=commit]")
    expect(commit).to_have_text("Import 3 customers", timeout=30_000)
    expect(page.locator("main")).to_contain_text("This is not a phone number")
    expect(page.locator("main")).to_contain_text("same name")
    commit.click()

    expect(page.get_by_role("link", name="Show the customers")).to_be_visible(timeout=30_000)
    batch = page.url
    page.get_by_role("link", name="Show the customers").click()
    expect(page.locator("#rows tr")).to_have_count(3)

    page.goto(batch)
    page.get_by_role("link", name="Take back").click()
    page.locator("#dialog").get_by_role("button", name="Take back").click()
    expect(page.locator("main")).to_contain_text("Taken back")
    page.goto("/customers/?tab=all&q=晨曦")
    expect(page.locator("main")).to_contain_text("Nothing found")
