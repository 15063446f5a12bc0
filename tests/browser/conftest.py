"""The product as it runs: `genjin serve` on a database of its own, driven by a real Chromium.

Each test makes its own customers; the people are shared, so a test looks only at what it made.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, connections
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from genjin.accounts.actions import NewUser, add_user, save_team
from genjin.accounts.models import Team, User
from genjin.config.home import home
from genjin.customers.actions.records import NewCustomer
from genjin.customers.models import Customer, Pool
from genjin.followups.actions.ownership import add_customer
from tests.browser.watch import Watch
from tests.conftest import copy_database, drop_database

START_SECONDS = 400  # on a busy machine
ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass
class Served:
    """A running Genjin: where it answers, its database, and the administrator's one-time password."""

    url: str
    database: str
    log: Path
    password: str = ""


@contextmanager
def using(database: str) -> Iterator[None]:
    """Let Django of this process speak to the served database."""
    connections.close_all()
    before, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], database
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = before


def _address(database: str) -> str:
    given = connection.settings_dict
    query = urlencode({"host": given["HOST"], "port": given["PORT"], "user": given["USER"]})
    password = f":{quote(given['PASSWORD'], safe='')}@" if given["PASSWORD"] else ""
    return f"postgresql://{quote(given['USER']) if password else ''}{password}/{database}?{query}"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], served: Served) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{served.url}/accounts/login/", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"genjin serve did not answer:\n{served.log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="session")
def served(seeded_database: str, django_db_blocker: Any, worker_id: str) -> Iterator[Served]:
    """Run `genjin serve` with its worker until the last browser test is over."""
    port, database = _free_port(), f"browser_{worker_id}"
    folder = home() / f"browser-{worker_id}"
    folder.mkdir(parents=True, exist_ok=True)
    result = Served(f"http://127.0.0.1:{port}", database, folder / "serve.log")
    with django_db_blocker.unblock():
        copy_database(seeded_database, database)
        environ = os.environ | {
            "GENJIN_HOME": str(folder), "GENJIN_PORT": str(port), "DATABASE_URL": _address(database),
            "GENJIN_SECRET_KEY": settings.SECRET_KEY, "GENJIN_LANGUAGE": "en", "PYTHONUNBUFFERED": "1",
        }  # fmt: skip
        command = [sys.executable, "-m", "genjin.config.main", "serve", "--workers", "1"]
        with result.log.open("wb") as log, subprocess.Popen(command, env=environ, cwd=ROOT, stdout=log, stderr=log) as process:  # fmt: skip
            try:
                _wait(process, result)
                found = re.search(r"password: +(\S+)", result.log.read_text(encoding="utf-8"))
                result.password = found[1] if found else ""
                yield result
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(20)
        drop_database(database)


def _executable(playwright: Playwright) -> str:
    found = next(filter(None, map(shutil.which, NAMES)), "") or playwright.chromium.executable_path
    if Path(found).exists():
        return found
    sentence = "no Chromium: install chromium, or run `python -m playwright install chromium`"
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of this folder; gone before others run, as it holds an event loop."""
    patch = pytest.MonkeyPatch()
    patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_executable(playwright), args=ARGUMENTS)
        yield browser
        browser.close()
    patch.undo()


@pytest.fixture
def data(served: Served, django_db_blocker: Any) -> Iterator[None]:
    """Open the served database to this process."""
    with django_db_blocker.unblock(), using(served.database):
        yield


def _team(name: str) -> Team:
    return Team.objects.filter(name=name).first() or save_team(None, Team(name=name), now=timezone.now())


@pytest.fixture
def person(data: None) -> Callable[..., User]:
    """Return a person of the cast, made when first asked for: `person("alice")`."""
    names = {
        "alice": ("艾丽", "rep", "一组"), "bob": ("鲍勃", "lead", "一组"), "anna": ("安娜", "rep", "一组"), "nora": ("诺拉", "rep", "一组"), "dora": ("朵拉", "admin", ""),
        "lena": ("蕾娜", "legal", ""), "fiona": ("菲娜", "finance", ""), "derek": ("德睿", "delivery", ""), "sam": ("山姆", "service", ""),
    }  # fmt: skip

    def find(login: str) -> User:
        known = User.objects.filter(username=login).first()
        if known is not None:
            return known
        name, role, team = names[login]
        user = add_user(None, NewUser(login, name=name, role=role, team=_team(team) if team else None), now=timezone.now())  # fmt: skip
        if role == "lead":
            save_team(None, _team(team), leads=[user], now=timezone.now())
        return user

    return find


@pytest.fixture
def customer(person: Callable[..., User]) -> Callable[..., Customer]:
    """Return a factory: `customer("杭州远景机电有限公司", owner="alice", phone="13812345678")`; without owner in the pool.

    A customer came three days ago (its limits have passed, and the worker says so) or `ago`.
    """

    def make(name: str, *, owner: str = "", phone: str = "", ago: timedelta = timedelta(days=3), **fields: Any) -> Customer:  # fmt: skip
        contacts = [{"name": "王经理", "phone": phone}] if phone else []
        place: dict[str, Any] = {"owner": person(owner)} if owner else {"pool": Pool.objects.first()}
        new = NewCustomer(fields={"name": name, **fields}, contacts=contacts, **place)
        return Customer.objects.get(pk=add_customer(person("dora"), new, now=timezone.now() - ago).pk)

    return make


def _session(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    assert session.session_key
    return session.session_key


@dataclass
class Windows:
    """Opens windows of people; each has its own cookies, and is watched for errors and foreign requests."""

    browser: Browser
    url: str
    find: Callable[..., User]
    opened: list[BrowserContext]
    watch: Watch

    def open(
        self, login: str = "", path: str = "/", *, width: int = 1440, height: int = 900, **options: Any
    ) -> Page:
        context = self.browser.new_context(
            base_url=self.url, viewport={"width": width, "height": height}, locale="en-GB",
            timezone_id="Asia/Shanghai", **options,
        )  # fmt: skip
        context.set_default_timeout(30_000)
        if login:
            key = _session(self.find(login))
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": self.url}])
        self.opened.append(context)
        page = context.new_page()
        self.watch.over(page)
        page.goto(path)
        return page

    def phone(self, login: str, path: str = "/") -> Page:
        return self.open(login, path, width=390, height=844, has_touch=True, is_mobile=True)


@pytest.fixture
def windows(chromium: Browser, served: Served, person: Callable[..., User]) -> Iterator[Windows]:
    """Open pages: `windows.open("alice", "/customers/")`; fails when a page did what none may do."""
    opened = Windows(chromium, served.url, person, [], Watch(served.url))
    yield opened
    for context in opened.opened:
        context.close()
    assert not opened.watch.complaints
