"""From a working company to an archive and back into an empty database, through the commands."""

import json
import os
import subprocess
import sys
from urllib.parse import quote

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from genjin.accounts.actions import NewUser, add_user
from genjin.events.actions.backup import back_up, count_tables

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "Wiederher-9-stellen"
LOGIN = f"""
import django; django.setup()
from django.contrib.auth import authenticate
from django.core.files.storage import default_storage
from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.customers.queries.find import search
user = authenticate(None, username="frank", password={PASSWORD!r})
found = search(Customer.objects.visible_to(User.objects.get(username="alice")), "备份测试", user)
print(user.username, found.count(), default_storage.open("files/ab/secret").read().decode())
"""


@pytest.fixture
def empty_database():
    """An empty database beside the playing one; yields its address."""
    name = f"{connection.settings_dict['NAME']}_restored"
    info = connection.settings_dict
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    login = (
        f"{quote(info['USER'])}:{quote(info['PASSWORD'])}@" if info["PASSWORD"] else f"{quote(info['USER'])}@"
    )
    yield f"postgresql://{login}{quote(info['HOST'], safe='')}:{info['PORT'] or 5432}/{name}"
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")  # it waits for a checkpoint
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        cursor.execute("RESET statement_timeout")


def test_login_search_files_counts_and_numbers_survive(
    alice, make_customer, now, settings, tmp_path, empty_database
):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "old"},
        }
    }
    default_storage.save("files/ab/secret", ContentFile(b"contract"))
    add_user(None, NewUser(username="frank", password=PASSWORD), now=now)
    customer = make_customer(owner=alice, name="杭州备份测试机电有限公司")
    archive = tmp_path / "genjin.tar.gz"
    back_up(archive, now=now)
    counts = count_tables()
    environ = os.environ | {
        "DATABASE_URL": empty_database, "GENJIN_HOME": str(tmp_path / "home"),
        "DJANGO_SETTINGS_MODULE": "genjin.config.settings",
    }  # fmt: skip

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *words], capture_output=True, text=True, env=environ, check=False
        )

    restored = run("-m", "genjin.config.main", "restore", str(archive), "--json")
    assert restored.returncode == 0, restored.stderr
    found = json.loads(restored.stdout)
    assert (found["rows"], found["uploads"]) == (sum(counts.values()), 1)
    assert run("-c", LOGIN).stdout.split() == ["frank", "1", "contract"]
    # The next row gets a number nobody has.
    following = (
        "import django; django.setup()\nfrom django.db import connection as c\ncursor = c.cursor()\n"
        "cursor.execute(\"SELECT nextval(pg_get_serial_sequence('customers_customer', 'id'))\")\n"
        "print(cursor.fetchone()[0])"
    )
    assert int(run("-c", following).stdout) > customer.pk
    again = run("-m", "genjin.config.main", "restore", str(archive))
    assert again.returncode == 1
    assert len(again.stderr.strip().splitlines()) == 1
