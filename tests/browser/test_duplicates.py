"""The base is looked through, a pair is merged from the queue, and taken apart again."""

from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import expect

from genjin.customers.models import Customer
from genjin.quality.models import DuplicatePair
from tests.browser.conftest import Windows

MakeCustomer = Callable[..., Customer]


def test_scan_merge_from_the_queue_and_unmerge(windows: Windows, customer: MakeCustomer) -> None:
    kept = customer("镇江望海泵业有限公司", owner="alice", need="换两台泵")
    other = customer("望海泵业（镇江）", owner="alice", industry="机械")
    bob = windows.open("bob", "/customers/duplicates/")
    bob.get_by_role("link", name="Look for doubles").first.click()
    bob.locator("#dialog").get_by_role("button", name="Start").click()
    expect(bob.locator("#toasts")).to_contain_text("Started")
    card = bob.locator("article", has_text=kept.name)
    expect(card).to_contain_text(other.name, timeout=30_000)  # the worker looks, the page follows
    card.get_by_role("link", name="Merge").click()
    bob.get_by_role("button", name="Merge").click()
    expect(bob.locator("#toasts")).to_contain_text("It can be taken back")
    expect(bob.locator("article", has_text=kept.name)).to_have_count(0)
    kept.refresh_from_db()
    assert kept.industry == "机械"

    bob.goto(bob.url.partition("/customers/")[0] + f"/customers/{kept.pk}/")
    bob.locator(".customer-head .drop summary").click()
    bob.get_by_role("link", name="Take the merge back").click()
    bob.locator("#dialog").get_by_role("button", name="Take back").click()
    expect(bob.locator("#toasts")).to_contain_text("Taken back")
    other.refresh_from_db()
    assert other.deleted_at is None
    pair = DuplicatePair.objects.get(first=kept, second=other)
    assert (pair.status, pair.found_at <= timezone.now()) == ("open", True)
