"""Moves the embedded server's data to a new major version, with a backup first.

The old data folder is only ever renamed, and only after its copy was restored and counted. A stop at any
moment leaves either the old folder in place, to start over, or the finished new one, to be put in place.
"""

import os
import shutil
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from psycopg import sql

from genjin.config.addresses import WrongSetting
from genjin.config.postgres import FOLDERS, SUPERUSER, VERSION, Server, programs

TABLES = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2
"""
Counts = dict[tuple[str, str, str], int]


def make_fresh(server: Server) -> None:
    """Make the data folder of a new home; half of one never stands in its place."""
    fresh = replace(server, data=server.data.with_name("postgres-fresh"))
    remove(fresh.data)
    fresh.initialise()
    fresh.data.rename(server.data)


def finish(server: Server) -> None:
    """Put an upgraded folder in place when we were stopped between the two renames."""
    upgraded = server.data.with_name("postgres-upgraded")
    if upgraded.exists() and not server.data.exists():
        upgraded.rename(server.data)


def upgrade(server: Server, version: int) -> Path:
    """Replace the data folder of `version` by one of the present version and return the backup's file.

    Raises WrongSetting when the old version's programs are missing; the old data is then untouched.
    """
    if version not in FOLDERS or not (programs(version) / "postgres").exists():
        raise WrongSetting(
            f"{server.data} 是 PostgreSQL {version} 的数据,这里没有它的程序。请用原来的 Genjin 版本做 genjin backup,"
            f"再在新的 GENJIN_HOME 里 genjin restore。 {server.data} holds data of PostgreSQL {version}, whose"
            " programs are not here; run `genjin backup` with the Genjin that made it, then `genjin restore`"
            " into a new GENJIN_HOME."
        )
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    backup = server.data.parent / "backups" / f"postgres-{version}-{stamp}.sql"
    print(f"PostgreSQL {version} → {VERSION}: {backup}", file=sys.stderr)  # noqa: T201
    counts = save(replace(server, programs=programs(version)), server, backup)
    fresh = replace(server, data=server.data.with_name("postgres-fresh"))
    load(fresh, backup, counts)
    upgraded = fresh.data.rename(server.data.with_name("postgres-upgraded"))
    server.data.rename(server.data.with_name(f"postgres-{version}-{stamp}"))
    upgraded.rename(server.data)
    return backup


def save(old: Server, new: Server, backup: Path) -> Counts:
    """Write everything the old server holds into one file and return its row counts."""
    backup.parent.mkdir(mode=0o700, exist_ok=True)
    if old.process() is None:
        old.start()
    try:
        counts = count_rows(old)
        handle = os.open(backup, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as stream:
            dumped = new.client("pg_dumpall", stdout=stream)
            os.fsync(stream.fileno())
    finally:
        old.stop()
    if dumped.returncode:
        backup.unlink()
        raise RuntimeError(f"pg_dumpall: {dumped.stderr}")
    return counts


def load(fresh: Server, backup: Path, counts: Counts) -> None:
    """Read the backup into a new data folder and compare what arrived."""
    remove(fresh.data)
    fresh.initialise()
    fresh.start()
    try:
        with backup.open("rb") as stream:
            restored = fresh.client("psql", "--no-psqlrc", "--quiet", "--dbname=postgres", stdin=stream)
        known = f'role "{SUPERUSER}" already exists'
        errors = [line for line in restored.stderr.splitlines() if "ERROR:" in line and known not in line]
        if restored.returncode or errors or count_rows(fresh) != counts:
            reason = "\n".join(errors) or restored.stderr or "row counts differ"
            raise RuntimeError(f"PostgreSQL upgrade stopped, the old data is untouched: {reason}")
        fresh.client("vacuumdb", "--all", "--analyze-only", "--quiet")
    finally:
        fresh.stop()


def count_rows(server: Server) -> Counts:
    """Return the number of rows of every table of every database, by database, schema and table."""
    counts: Counts = {}
    with server.connection() as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE datallowconn").fetchall()
    for (database,) in rows:
        with server.connection(database) as connection:
            for schema, table in connection.execute(TABLES).fetchall():
                count = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))
                row = connection.execute(count).fetchone()
                counts[database, schema, table] = row[0] if row else 0
    return counts


def remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
