"""A receiver of robots' messages, robots that speak to it, and a way to send what waits."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from genjin.accounts.actions import change_user
from genjin.customers.queries.sight import names_seen
from genjin.notices.actions import tell
from genjin.notices.actions.robots import save_robot
from genjin.notices.actions.sending import send_due
from genjin.notices.models import Robot
from genjin.notices.rules import NoticeKind
from tests.notices.receiver import receiving


@pytest.fixture
def receiver(settings):
    settings.ENVIRONMENT = SimpleNamespace(
        private_hosts=["127.0.0.1"], public_url=settings.ENVIRONMENT.public_url
    )
    with receiving() as server:
        yield server


@pytest.fixture
def make_robot(receiver, dora, now):
    """Return a way to add a robot: `make_robot("一群", people=[alice])`; it posts to a path of its own."""

    def make(name="一群", path="/hook", **values):
        given = {"name": name, "kind": "wecom", "url": receiver.url(path), "is_active": True, "kinds": []}
        given |= {"people": [], "teams": []} | values
        return save_robot(dora, Robot(), given, now=now)

    return make


@pytest.fixture
def mail_to(dora, now, settings):
    """Return a way to give somebody a mail address."""

    settings.HAS_MAIL_SERVER = True

    def give(person):
        change_user(dora, person, now=now, email=f"{person.username}@example.com")
        person.refresh_from_db()

    return give


@pytest.fixture
def task_for(now):
    """Return a way to tell somebody of a task: `task_for(alice, key="1", customer_id=...)`."""

    def give(*people, key="task:1", at=None, kind=NoticeKind.TASK_GIVEN, who="鲍勃", what="寄样品", **more):
        return tell(people, kind, key=key, at=at or now, who=who, what=what, **more)

    return give


@pytest.fixture
def send(now):
    """Send what is due: `send()`, `send(minutes=5)` from now."""

    def run(**later):
        return send_due(names=names_seen, now=now + timedelta(**later), seconds=10)

    return run
