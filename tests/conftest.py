"""The cast every test is told through, and the database they play in.

alice is a rep of team A, bob leads team A, charlie is a rep of team B and must see nothing of alice's, dora
is the administrator, erin the auditor; lena (legal), fiona (finance), derek (delivery) and sam (service) see what they are involved in.
"""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection, connections, transaction

from genjin.accounts.actions import NewUser, add_user, save_team
from genjin.accounts.models import Team, User
from genjin.config.embedded import ensure_running
from genjin.config.home import home
from genjin.customers.actions.records import NewCustomer
from genjin.customers.models import Choice, Customer, Pool
from genjin.followups.actions.debts import settle_debts
from genjin.followups.actions.evidence import NewEvidence, add_evidence, write_evidence
from genjin.followups.actions.ownership import add_customer
from genjin.followups.models import Evidence
from genjin.followups.rules.evidence import ContractFacts

# A property is true or false; how long a busy machine takes for one example says nothing.
hypothesis.settings.register_profile("genjin", deadline=None)
hypothesis.settings.load_profile("genjin")
# Pages ask for hashed names, which exist after collectstatic only.
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

MakeCustomer = Callable[..., Customer]
SIGNED = ContractFacts(Decimal(860_000), date(2026, 3, 2), "两条排产线", date(2027, 3, 1))


def drop_database(name: str) -> None:
    """Drop a database of the tests' server, whoever is still connected to it."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def copy_database(source: str, name: str) -> None:
    """Make a database of its own out of another one."""
    connections.close_all()
    drop_database(name)
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Start the embedded server for the first test that needs it, unless an own one is named."""
    if os.environ.get("DATABASE_URL", "").strip():
        yield
        return
    handle = ensure_running(home())
    yield
    handle.release()


@pytest.fixture(scope="session")
def seeded_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """Keep a copy of the database as migrations leave it, which no test's flush can empty; yield its name."""
    source = connection.settings_dict["NAME"]
    name = f"{source}_seeded"
    with django_db_blocker.unblock():
        copy_database(source, name)
        yield name
        drop_database(name)


@pytest.fixture(scope="session", autouse=True)
def _seeded_before_any_test(request: pytest.FixtureRequest) -> None:
    """Take that copy before the first test, where any of the chosen ones will want it."""
    if any("seeded_database" in getattr(item, "fixturenames", ()) for item in request.session.items):
        request.getfixturevalue("seeded_database")


@pytest.fixture
def now() -> datetime:
    """A Wednesday morning in Shanghai."""
    return datetime(2026, 3, 11, 2, 30, tzinfo=UTC)


@pytest.fixture
def teams(db: None, now: datetime) -> dict[str, Team]:
    """Sales with its teams A and B."""
    top = save_team(None, Team(name="销售部"), now=now)
    return {
        "top": top,
        "A": save_team(None, Team(name="一组", parent=top), now=now),
        "B": save_team(None, Team(name="二组", parent=top), now=now),
    }


def _person(now: datetime, **known: Any) -> User:
    return add_user(None, NewUser(**known), now=now)


@pytest.fixture
def alice(teams: dict[str, Team], now: datetime) -> User:
    return _person(now, username="alice", name="艾丽", role="rep", team=teams["A"])


@pytest.fixture
def bob(teams: dict[str, Team], now: datetime) -> User:
    lead = _person(now, username="bob", name="鲍勃", role="lead", team=teams["A"])
    save_team(None, teams["A"], leads=[lead], now=now)
    return lead


@pytest.fixture
def charlie(teams: dict[str, Team], now: datetime) -> User:
    return _person(now, username="charlie", name="查理", role="rep", team=teams["B"])


@pytest.fixture
def dora(teams: dict[str, Team], now: datetime) -> User:
    return _person(now, username="dora", name="朵拉", role="admin")


@pytest.fixture
def erin(teams: dict[str, Team], now: datetime) -> User:
    return _person(now, username="erin", name="艾琳", role="auditor")


@pytest.fixture
def lena(teams: dict[str, Team], now: datetime) -> User:
    """Legal."""
    return _person(now, username="lena", name="蕾娜", role="legal")


@pytest.fixture
def fiona(teams: dict[str, Team], now: datetime) -> User:
    """Finance."""
    return _person(now, username="fiona", name="菲娜", role="finance")


@pytest.fixture
def derek(teams: dict[str, Team], now: datetime) -> User:
    """Delivery."""
    return _person(now, username="derek", name="德睿", role="delivery")


@pytest.fixture
def sam(teams: dict[str, Team], now: datetime) -> User:
    """Service."""
    return _person(now, username="sam", name="山姆", role="service")


@pytest.fixture
def pool(db: None) -> Pool:
    """The pool that ships with Genjin, open to everybody."""
    return Pool.objects.get_or_create(name="公海")[0]


@pytest.fixture
def pointless(db: None) -> Choice:
    """A reason for returning a customer after which further contacts are pointless, whatever its grade asks for."""
    return Choice.objects.get_or_create(
        kind="release_reason", name="非本区域", defaults={"waives_touches": True}
    )[0]


@pytest.fixture
def make_customer(dora: User, now: datetime) -> MakeCustomer:
    """Return a factory of customers: `make_customer(owner=alice, name=..., contacts=[{...}])`."""
    numbers = count(1)

    def make(*, owner: User | None = None, pool: Pool | None = None, **fields: Any) -> Customer:
        contacts = fields.pop("contacts", ())
        fields.setdefault("name", f"杭州第{next(numbers)}测试机电有限公司")
        new = NewCustomer(fields=fields, contacts=contacts, owner=owner, pool=pool)
        return Customer.objects.get(pk=add_customer(dora, new, now=now).pk)

    return make


@pytest.fixture
def prove(now: datetime) -> Callable[..., Evidence]:
    """Return a way to put evidence on record: `prove(alice, customer, "need", "budget")`; a contract comes whole."""

    def put(
        actor: User, customer: Customer, *proves: str, at: datetime | None = None, **more: Any
    ) -> Evidence:
        known: dict[str, Any] = {"kind": "verbal", "text": "王经理在电话里确认了"}
        if "contract" in proves:
            known = {
                "kind": "contract",
                "file": ContentFile(b"%PDF-1.7 scan", name="contract.pdf"),
                "facts": SIGNED,
            }
        new = NewEvidence(proves=proves, **(known | more))
        if "contract" not in proves:
            return add_evidence(actor, customer, new, now=at or now)
        with transaction.atomic():  # what signing does below its own checks; nobody may by hand
            row = Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
            evidence = write_evidence(actor, row, new, at or now)
            settle_debts([row.pk], at or now)
        return evidence

    return put
