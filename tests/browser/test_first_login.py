from playwright.sync_api import expect

from tests.browser.conftest import Served, Windows


def test_the_first_administrator_must_choose_an_own_password(served: Served, windows: Windows) -> None:
    page = windows.open()
    page.locator("[name=login]").fill("admin")
    page.locator("[name=password]").fill(served.password)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{served.url}/accounts/password/change/")

    page.goto("/customers/")
    expect(page).to_have_url(f"{served.url}/accounts/password/change/")

    if page.locator("[name=oldpassword]").count():
        page.locator("[name=oldpassword]").fill(served.password)
    page.locator("[name=password1]").fill("a-long-own-phrase-7")
    if page.locator("[name=password2]").count():
        page.locator("[name=password2]").fill("a-long-own-phrase-7")
    page.locator("[name=password1]").press("Enter")
    page.goto("/")
    expect(page.locator("h1")).to_contain_text("admin")
    expect(page.locator(".menu-link")).not_to_have_count(0)


def test_a_wrong_password_is_told_on_the_page(windows: Windows) -> None:
    page = windows.open()
    page.locator("[name=login]").fill("nobody")
    page.locator("[name=password]").fill("wrong-wrong-wrong")
    page.keyboard.press("Enter")
    expect(page.locator("main, .bare")).to_contain_text("password")
    expect(page.locator("[name=login]")).to_have_value("nobody")
