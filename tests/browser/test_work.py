"""A rep's day: find, record, move."""

from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.followups.actions.evidence import NewEvidence, add_evidence
from genjin.followups.models import FollowUp, Task
from tests.browser.conftest import Windows

MakeCustomer = Callable[..., Customer]


def test_search_by_pinyin_finds_the_customer(windows: Windows, customer: MakeCustomer) -> None:
    customer("绍兴柯桥印染有限公司", owner="alice")
    page = windows.open("alice")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("keqiaoyinran")
    hit = page.locator("#search-results a").first
    expect(hit).to_contain_text("绍兴柯桥印染有限公司")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("绍兴柯桥印染有限公司")


def test_a_contact_with_its_next_step_takes_few_taps_on_a_phone(
    windows: Windows, customer: MakeCustomer
) -> None:
    row = customer("温州永嘉泵阀有限公司", owner="alice", phone="13750002001")
    page = windows.phone("alice", f"/customers/{row.pk}/")
    page.locator(".composer .chip", has_text="WeChat").tap()
    page.locator("#composer-summary").tap()
    page.keyboard.type("想看样品,下周给答复")
    page.locator(".composer-next .chip", has_text="In a week").tap()
    page.get_by_role("button", name="Save follow-up").tap()

    expect(page.locator("#timeline")).to_contain_text("想看样品")
    record = FollowUp.objects.get(customer=row)
    assert (record.method, record.summary) == ("wechat", "想看样品,下周给答复")
    assert Task.objects.open().filter(customer=row).count() == 1
    expect(page.locator(".tasks-card")).to_contain_text("Follow up")


def test_a_record_without_a_next_step_is_refused_and_nothing_typed_is_lost(windows: Windows, customer: MakeCustomer) -> None:  # fmt: skip
    row = customer("台州路桥模具有限公司", owner="alice")
    page = windows.open("alice", f"/customers/{row.pk}/")
    page.locator("#composer-summary").fill("报价太高")
    page.locator("#composer-next-at").fill("")
    page.get_by_role("button", name="Save follow-up").click()
    expect(page.locator(".composer .field-error")).to_be_visible()
    expect(page.locator("#composer-summary")).to_have_value("报价太高")
    assert not FollowUp.objects.filter(customer=row).exists()


def _drag(page: Page, card: Locator, target: Locator) -> None:
    start, end = card.bounding_box(), target.bounding_box()
    assert start and end
    page.mouse.move(start["x"] + 60, start["y"] + start["height"] - 8)
    page.mouse.down()
    page.mouse.move(start["x"] + 90, start["y"] + 30, steps=4)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 40, steps=12)
    page.mouse.up()


def test_a_card_is_dragged_to_another_stage(
    windows: Windows, customer: MakeCustomer, person: Callable[..., User]
) -> None:
    clear = {"need": "两台注塑机", "budget_max": 500_000, "is_authority_clear": True}
    ready = customer("宁波北仑注塑有限公司", owner="anna", **clear)
    Customer.objects.filter(pk=ready.pk).update(stage="prospect")
    shown = NewEvidence("verbal", ["need", "budget", "authority"], "王经理在电话里确认了")
    add_evidence(person("anna"), ready, shown, now=timezone.now())
    page = windows.open("anna", "/customers/board/")
    card = page.locator(".board-card", has_text="宁波北仑注塑有限公司")
    target = page.locator('.board-list[data-stage="qualified"]')
    with page.expect_response("**/stage/"):
        _drag(page, card, target)
    expect(page.locator('.board-list[data-stage="qualified"]')).to_contain_text("宁波北仑注塑有限公司")
    ready.refresh_from_db()
    assert ready.stage == "qualified"


def test_a_refused_card_goes_back_and_says_what_is_missing(windows: Windows, customer: MakeCustomer) -> None:
    row = customer("宁波象山铸造有限公司", owner="anna")
    page = windows.open("anna", "/customers/board/")
    card = page.locator(".board-card", has_text="宁波象山铸造有限公司")
    _drag(page, card, page.locator('.board-list[data-stage="prospect"]'))
    expect(page.locator("#dialog, #toasts").filter(has_text="first effective contact")).to_be_visible()
    expect(page.locator('.board-list[data-stage="lead"]')).to_contain_text("宁波象山铸造有限公司")
    row.refresh_from_db()
    assert row.stage == "lead"


def test_the_keyboard_moves_through_the_list(windows: Windows, customer: MakeCustomer) -> None:
    for name in ("丽水松阳茶业有限公司", "丽水遂昌竹炭有限公司"):
        customer(name, owner="alice")
    page = windows.open("alice", "/customers/?tab=all&q=丽水")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("#rows tr.is-current .name")).to_have_text("丽水松阳茶业有限公司")
    page.keyboard.press("k")
    expect(page.locator("#rows tr.is-current .name")).to_have_text("丽水遂昌竹炭有限公司")
    page.keyboard.press("Enter")
    expect(page.locator("#drawer")).to_contain_text("丽水遂昌竹炭有限公司")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.locator("#dialog [name=name]")).to_be_focused()


def test_who_is_known_already_shows_while_typing(windows: Windows, customer: MakeCustomer) -> None:
    customer("金华义乌饰品有限公司", owner="bob", phone="13750009001")
    page = windows.open("alice", "/customers/")
    page.keyboard.press("n")
    page.locator("#dialog [name=name]").press_sequentially("义乌饰品", delay=10)
    page.locator("#dialog [name=phone]").press_sequentially("13750009001", delay=10)
    known = page.locator("#known .notice")
    expect(known.first).to_be_visible()
    expect(known.first).to_contain_text("鲍*")
    expect(known.locator("a")).to_have_count(0)
