"""PostgreSQL's own programs that write and read a dump: which ones fit a server, and how they log in."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo

from genjin.kit.errors import RuleError


@dataclass(frozen=True, slots=True)
class Programs:
    """A folder with pg_dump, pg_restore and psql of one major version."""

    folder: Path
    major: int

    def path(self, name: str) -> str:
        return str(self.folder / name)


def server_major() -> int:
    """Return the major version of the connected server."""
    connection.ensure_connection()
    return int(connection.connection.info.server_version) // 10_000


def fitting_programs() -> Programs:
    """Return the programs nearest to the server's version and not older. Raises RuleError `pg_dump_too_old`."""
    major = server_major()
    found = [one for one in (_installed(), _bundled()) if one and one.major >= major]
    if not found:
        sentence = _(
            "PostgreSQL %(major)d needs its own pg_dump and psql; install postgresql-client-%(major)d."
        )
        raise RuleError(sentence % {"major": major}, "pg_dump_too_old")
    return min(found, key=lambda one: one.major)


def _installed() -> Programs | None:
    found = shutil.which("pg_dump")
    folder = Path(found).parent if found else None
    if folder is None or not all((folder / name).exists() for name in ("pg_restore", "psql")):
        return None
    return _of(folder)


def _bundled() -> Programs | None:
    return _of(Path(settings.POSTGRES_PROGRAMS))


def _of(folder: Path) -> Programs | None:
    try:
        said = subprocess.run(
            [folder / "pg_dump", "--version"], check=True, capture_output=True, text=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    version = re.search(r"\) (\d+)", said)
    return Programs(folder, int(version[1])) if version else None


def login() -> tuple[str, dict[str, str]]:
    """Return the connection string, without the password, and the environment that holds it."""
    connection.ensure_connection()
    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    # What was asked for, not what libpq filled in: older programs do not know all of its options.
    given = {name: value for name, value in connection.get_connection_params().items() if name in known}
    environ = dict(os.environ)
    if password := given.pop("password", None):
        environ["PGPASSWORD"] = str(password)
    # Our limits on statements and idle transactions are for pages, not for a dump that takes its time.
    patient = "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0 -c lock_timeout=60s"
    return make_conninfo("", **given | {"options": patient}), environ
