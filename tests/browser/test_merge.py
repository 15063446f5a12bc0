"""One company entered twice: merged by the team lead, and taken apart again."""

from collections.abc import Callable

from playwright.sync_api import expect

from genjin.customers.models import Customer
from tests.browser.conftest import Windows

MakeCustomer = Callable[..., Customer]


def test_merge_and_unmerge(windows: Windows, customer: MakeCustomer) -> None:
    kept = customer("镇江听潮泵业有限公司", owner="alice", need="换两台泵")
    other = customer("听潮泵业（镇江）", owner="alice", industry="机械")
    bob = windows.open("bob", f"/customers/{kept.pk}/")
    bob.locator(".customer-head .drop summary").click()
    bob.get_by_role("link", name="Merge", exact=True).click()
    bob.get_by_role("link", name=other.name).click()
    bob.get_by_role("button", name="Merge").click()
    expect(bob.locator("#toasts")).to_contain_text("It can be taken back")
    expect(bob.locator("#timeline")).to_contain_text(other.name)
    kept.refresh_from_db()
    assert (kept.industry, kept.need) == ("机械", "换两台泵")

    bob.locator(".customer-head .drop summary").click()
    bob.get_by_role("link", name="Take the merge back").click()
    bob.locator("#dialog").get_by_role("button", name="Take back").click()
    expect(bob.locator("#toasts")).to_contain_text("Taken back")
    kept.refresh_from_db()
    other.refresh_from_db()
    assert (kept.industry, other.deleted_at) == ("", None)
