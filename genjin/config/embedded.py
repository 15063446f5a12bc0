"""The PostgreSQL that needs no installing: started by whoever comes first, stopped by whoever leaves last.

Every process that uses the server holds a shared lock on `postgres.lock` in the home. The operating system
lets go of it even after kill -9, so that the lock, and not a count, says who is still there.
"""

import atexit
import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import psycopg
from psycopg import sql

from genjin.config import upgrade
from genjin.config.addresses import WrongSetting
from genjin.config.postgres import PORT, START_SECONDS, VERSION, Server, account, programs

NAME = "genjin"
# Linux cuts the path of a socket at 107 bytes, and `/.s.PGSQL.5432` takes 14 of them.
LONGEST_SOCKET_FOLDER = 90


@dataclass
class Handle:
    """The right of this process to use the server; `release` gives it back and may be called again."""

    server: Server
    lock: int
    owner: int

    def release(self) -> None:
        """Stop the server unless another process uses it."""
        if self.lock < 0 or os.getpid() != self.owner:
            return
        lock, self.lock = self.lock, -1
        atexit.unregister(self.release)
        try:
            # Let go first: of two processes that leave together, the later one then finds itself alone.
            fcntl.flock(lock, fcntl.LOCK_UN)
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass
        else:
            self.server.stop()
        finally:
            os.close(lock)


def connection_settings(home: Path) -> dict[str, Any]:
    """Return the entry of Django's DATABASES for the server of `home`, without starting it."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": NAME,
        "USER": NAME,
        "PASSWORD": "",
        "HOST": str(socket_folder(home)),
        "PORT": str(PORT),
        "OPTIONS": {},
    }


def socket_folder(home: Path) -> Path:
    """Return where the socket lies: in the home, or, when its path is too long, in /tmp under a hash of it."""
    home = Path(os.path.realpath(home))
    folder = home / "run"
    # A comma in a host means a list of hosts to the client library.
    if len(os.fsencode(folder)) < LONGEST_SOCKET_FOLDER and "," not in str(folder):
        return folder
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return Path("/tmp") / f"genjin-{digest}"  # noqa: S108 (TMPDIR may differ between processes of one home)


def embedded_server(home: Path) -> Server:
    """Return the server of `home` with the programs of the present version."""
    home = Path(os.path.realpath(home))
    uid, gid = account(home / "postgres")
    return Server(programs(VERSION), home / "postgres", socket_folder(home), uid, gid)


@contextmanager
def running(home: Path) -> Iterator[Handle]:
    """Hold the server of `home` for the length of a block."""
    handle = ensure_running(home)
    try:
        yield handle
    finally:
        handle.release()


def ensure_running(home: Path) -> Handle:
    """Return when the server of `home` answers and has our database; it stays until the last user leaves.

    Raises WrongSetting when the home cannot be used or holds data of another version that cannot be upgraded.
    """
    make_home(home)
    starting = open_lock(home / "postgres.start")
    lock = open_lock(home / "postgres.lock")
    try:
        # One starts at a time; a server that is just being stopped holds the second lock until it is down.
        fcntl.flock(starting, fcntl.LOCK_EX)
        fcntl.flock(lock, fcntl.LOCK_SH)
        server = embedded_server(home)
        prepare_data(server, lock)
        start_when_down(server)
    except BaseException:
        os.close(lock)
        raise
    finally:
        os.close(starting)
    handle = Handle(server, lock, os.getpid())
    atexit.register(handle.release)
    return handle


def make_home(home: Path) -> None:
    """Make the home, or say what is wrong with it."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        refuse_home(home, error)
    if not os.access(home, os.W_OK | os.X_OK):
        refuse_home(home)


def refuse_home(home: Path, error: OSError | None = None) -> NoReturn:
    raise WrongSetting(
        f"数据文件夹 {home} 不能写。请把 GENJIN_HOME 设为可写的文件夹。"
        f" The data folder {home} cannot be written; set GENJIN_HOME to a folder that can be."
    ) from error


def open_lock(file: Path) -> int:
    try:
        return os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        refuse_home(file.parent, error)


def prepare_data(server: Server, lock: int) -> None:
    """Make the data folder when there is none, finish or do an upgrade when it is of another version."""
    upgrade.finish(server)
    version = server.version()
    if version == VERSION:
        return
    if version is None:
        upgrade.make_fresh(server)
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise WrongSetting(
            f"数据库要从 PostgreSQL {version} 升级,但还有别的 Genjin 进程在用它。请先停掉它们。"
            f" The database is to be upgraded from PostgreSQL {version}, but another Genjin process uses it;"
            " stop it first."
        ) from None
    upgrade.upgrade(server, version)
    fcntl.flock(lock, fcntl.LOCK_SH)


def start_when_down(server: Server) -> None:
    """Start the server or adopt a running one, also when it is just shutting down or recovering."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        if server.process() is None:
            server.start()
        try:
            make_database(server)
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


def make_database(server: Server) -> None:
    """Make our role and database when missing; the role may make databases, as the tests need their own."""
    name = sql.Identifier(NAME)
    with server.connection() as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [NAME]).fetchone():
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(name))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))
