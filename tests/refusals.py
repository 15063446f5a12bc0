"""How a test says that something was refused: the code, the answer, and that not one row changed."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection

from genjin.kit.errors import RuleError

OURS = (
    "accounts",
    "notices",
    "approvals",
    "library",
    "fields",
    "customers",
    "events",
    "followups",
    "selling",
    "proposals",
    "contracts",
    "delivery",
    "care",
    "routing",
    "quality",
    "intake",
    "selling",
)


def fingerprint() -> dict[str, str]:
    """Return a digest of every row of every table of ours."""
    tables = [
        model._meta.db_table for app in OURS for model in apps.get_app_config(app).get_models(include_auto_created=True)
    ]  # fmt: skip
    digests = " UNION ALL ".join(
        f"SELECT '{table}', md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t"
        for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(digests)
        return dict(cursor.fetchall())


@contextmanager
def refused(code: str, *, status: int = 422) -> Iterator["pytest.ExceptionInfo[RuleError]"]:
    """Expect a RuleError with this code and answer, after which nothing has changed."""
    before = fingerprint()
    with pytest.raises(RuleError) as caught:
        yield caught
    assert (caught.value.code, caught.value.status) == (code, status)
    assert caught.value.message
    assert fingerprint() == before


@contextmanager
def unseen() -> Iterator[None]:
    """Expect that what is out of sight is as good as missing, and that nothing has changed."""
    before = fingerprint()
    with pytest.raises((ObjectDoesNotExist, RuleError)) as caught:
        yield
    assert isinstance(caught.value, ObjectDoesNotExist) or caught.value.status == 404
    assert fingerprint() == before
