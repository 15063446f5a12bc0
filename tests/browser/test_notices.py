"""What somebody is told appears in every window they have open."""

import re
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.followups.actions.tasks import NewTask, add_task
from genjin.notices.models import Notice
from tests.browser.conftest import Windows


def test_the_bell_rings_in_both_windows_and_leads_to_the_deed(windows: Windows, customer: Callable[..., Customer], person: Callable[..., User]) -> None:  # fmt: skip
    # Of no other story, and of this minute: no limit of hers passes meanwhile and rings her bell.
    row = customer("温州龙湾阀门有限公司", owner="nora", ago=timedelta())
    nora, bob = person("nora"), person("bob")
    Notice.objects.filter(person=nora).update(read_at=timezone.now())
    first = windows.open("nora", "/settings/")
    second = windows.open("nora", "/notices/")
    for page in (first, second):
        expect(page.locator("#bell .count")).to_have_count(0)
    first.wait_for_timeout(1500)  # the stream of a page opens after the page

    now = timezone.now()
    add_task(bob, row, NewTask("带上样品去一趟", now + timedelta(days=1), assignee=nora), now=now)
    for page in (first, second):
        expect(page.locator("#bell .count")).to_have_text("1", timeout=3000)
        expect(page.locator("#toasts")).to_contain_text("带上样品去一趟")
    expect(second.locator("#notices")).to_contain_text("温州龙湾阀门有限公司")

    first.locator(".bar-button", has=first.locator("#bell")).click()
    expect(first.locator("#drawer")).to_contain_text("带上样品去一趟")
    first.locator("#drawer .note-link").first.click()
    expect(first).to_have_url(re.compile(r"/tasks/\d+/"))
    expect(first.locator("main")).to_contain_text(row.name)
    expect(second.locator("#bell .count")).to_have_count(0)


def test_a_notice_is_marked_as_read_in_its_place(windows: Windows, customer: Callable[..., Customer], person: Callable[..., User]) -> None:  # fmt: skip
    row = customer("嘉兴桐乡针织有限公司", owner="alice")
    now = timezone.now()
    add_task(person("bob"), row, NewTask("核对尺码表", now + timedelta(days=1), assignee=person("alice")), now=now)  # fmt: skip
    page = windows.phone("alice", "/notices/")
    note = page.locator(".note", has_text="核对尺码表")
    note.get_by_role("button", name="Mark as read").click()
    expect(note).not_to_have_class(re.compile("note-unread"))
    expect(note).to_contain_text("核对尺码表")
