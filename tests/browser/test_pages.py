"""What holds for every page: usable by all, at every width, in both themes, from this host alone, and light."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import xlsxwriter
from django.utils import timezone
from playwright.sync_api import Page, expect

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.followups.actions.tasks import NewTask, add_task
from genjin.intake.models import ImportBatch
from genjin.notices.models import Notice
from tests.browser.conftest import ROOT, Windows

MakeCustomer = Callable[..., Customer]
AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
WIDTHS = (390, 768, 1440, 1920)
MOST_BYTES, MOST_REQUESTS = 350_000, 12
PATHS = [
    "/", "/customers/", "/customers/board/", "/customers/{pk}/", "/customers/{pk}/?tab=people", "/customers/{pk}/?tab=info",
    "/customers/{pk}/?tab=files", "/customers/{pk}/?tab=history", "/customers/{pk}/edit/base/", "/tasks/", "/new/", "/record/",
    "/imports/", "/imports/new/", "{preview}", "/settings/", "/me/",
]  # fmt: skip
FINDINGS = """
async () => {
  const options = {resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]};
  const { violations } = await axe.run(document, options);
  return violations.filter(({ impact }) => ["serious", "critical"].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
}
"""


@pytest.fixture
def shown(customer: MakeCustomer, windows: Windows, tmp_path: Path) -> dict[str, str]:
    """A customer with all that a page may show, and an import that waits for a look."""
    long = "内蒙古自治区呼和浩特市土默特左旗金山开发区乳制品工业机械设备制造（集团）股份有限公司"
    row = Customer.objects.filter(name=long).first() or customer(
        long, owner="dora", phone="13760001001", need="要一条灌装线" * 8, city="呼和浩特市"
    )
    known = ImportBatch.objects.filter(name="看.xlsx", status=ImportBatch.Status.READY).first()
    return {
        "pk": str(row.pk),
        "preview": f"/imports/{known.pk}/" if known else _preview(windows, tmp_path, long),
    }


def _preview(windows: Windows, tmp_path: Path, long: str) -> str:
    with xlsxwriter.Workbook(str(tmp_path / "看.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("客户名称", "联系人", "手机号", "预算"))
        sheet.write_row(1, 0, (f"{long}二厂", "包经理", "1376", "说不准"))
    page = windows.open("dora", "/imports/new/")
    page.set_input_files("[name=file]", str(tmp_path / "看.xlsx"))
    page.get_by_role("button", name="Check the file").click()
    page.locator("[name=commit]").wait_for(timeout=30_000)
    return page.url.removeprefix(windows.url)


def _look(page: Page, where: str) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return [f"{where} {finding}" for finding in page.evaluate(FINDINGS)]


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: npm ci in frontend/")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_shuts_anybody_out(
    windows: Windows, shown: dict[str, str], person: Callable[..., User], theme: str
) -> None:
    dora, now = person("dora"), timezone.now()
    row = Customer.objects.get(pk=shown["pk"])
    add_task(dora, row, NewTask("看灌装线", now + timedelta(minutes=1), assignee=dora), now=now)
    Notice.objects.update_or_create(
        person=dora, key="shown", defaults={"kind": "task", "at": now, "read_at": None}
    )
    page = windows.open("dora", "/me/")
    page.evaluate("theme => localStorage.setItem('theme', theme)", theme)
    found = []
    for path in (
        "/",
        "/customers/",
        "/customers/board/",
        "/customers/{pk}/",
        "{preview}",
        "/settings/",
        "/tasks/",
    ):
        page.goto(path.format(**shown))
        expect(page.locator("#bell .count")).to_be_visible()
        found += _look(page, path)
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    found += _look(page, "login")
    assert not found


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_scrolls_sideways_or_asks_another_host(
    windows: Windows, shown: dict[str, str], width: int
) -> None:
    page = windows.open("dora", width=width)
    wide = []
    for path in PATHS:
        page.goto(path.format(**shown))
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            wide.append(f"{path}: {over} px")
    assert not wide


def test_the_first_page_is_light(windows: Windows, shown: dict[str, str]) -> None:
    page = windows.open("dora", "/accounts/logout/")
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    client.send("Network.clearBrowserCache")
    sizes: list[float] = []
    client.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(f"/customers/{shown['pk']}/", wait_until="load")
    page.wait_for_timeout(300)
    assert sum(sizes) <= MOST_BYTES
    assert 0 < len(sizes) <= MOST_REQUESTS
