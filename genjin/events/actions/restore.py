"""Back from an archive: looked through before anything is touched, written whole or not at all."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _
from psycopg import sql

from genjin.events.actions.archive import Manifest, restore_uploads, stored_files, too_new, verify_archive
from genjin.events.actions.backup import TABLES, require_readable
from genjin.events.actions.programs import Programs, fitting_programs, login, server_major
from genjin.kit.errors import RuleError

# PostgreSQL 17's programs say this to older servers, too, which do not know it.
UNKNOWN_BEFORE_17 = b"SET transaction_timeout = 0;\n"


def restore(path: Path) -> Manifest:
    """Restore a verified archive into an empty database and an empty folder of uploads.

    The database comes back in one transaction that counts every table before it commits. Raises RuleError
    `backup_damaged`, `backup_too_new`, `not_empty` (409), `restore_failed`; then nothing is changed.
    """
    with TemporaryDirectory(prefix=".genjin-restore-", dir=settings.HOME) as folder:
        dump = Path(folder, "dump")
        manifest = verify_archive(path, dump)
        require_known(manifest)
        require_empty()
        programs = fitting_programs()
        require_readable(programs, dump)
        placed: list[str] = []
        try:
            placed.extend(restore_uploads(path))
            load(programs, dump, manifest.tables)
        except BaseException:
            for name in placed:
                default_storage.delete(name)
            raise
    return manifest


def require_known(manifest: Manifest) -> None:
    """Refuse what a later Genjin or a later PostgreSQL wrote. Raises RuleError `backup_too_new`."""
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations or ()}
    if set(manifest.migrations) - known:
        too_new(manifest.genjin)
    if manifest.postgresql > server_major():
        sentence = _(
            "This backup comes from PostgreSQL %(theirs)d, this server is %(ours)d; restore into a newer one. Nothing was changed."
        )
        words = {"theirs": manifest.postgresql, "ours": server_major()}
        raise RuleError(sentence % words, "backup_too_new")


def require_empty() -> None:
    """Refuse to write over anything. Raises RuleError `not_empty` (409)."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables = cursor.fetchall()
    if tables or next(stored_files(), None):
        sentence = _(
            "A backup is restored into an empty data folder and database only; set GENJIN_HOME (or DATABASE_URL"
            " and GENJIN_STORAGE_URL) to new ones. Nothing was changed."
        )
        raise RuleError(sentence, "not_empty", status=409)


def load(programs: Programs, dump: Path, tables: Mapping[str, int]) -> None:
    """Run the dump as one transaction that ends by comparing the counts. Raises RuleError `restore_failed`."""
    conninfo, environ = login()
    options = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", "--file=-"]
    with (
        subprocess.Popen(
            [programs.path("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(dump)],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        ) as reader,
        subprocess.Popen(
            [programs.path("psql"), *options, f"--dbname={conninfo}"],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environ,
        ) as writer,
    ):  # fmt: skip
        said = _pass_on(reader, writer, counting(tables).encode())
    if writer.returncode:
        sentence = _("The backup could not be loaded, nothing was changed: %(reason)s")
        raise RuleError(sentence % {"reason": said.strip()[-1000:]}, "restore_failed")


def _pass_on(reader: "subprocess.Popen[bytes]", writer: "subprocess.Popen[bytes]", ending: bytes) -> str:
    """Hand the SQL on and end it with the count; a reader that failed fails the writer's transaction, too."""
    source, target = reader.stdout, writer.stdin
    assert source is not None  # noqa: S101 (both were opened as pipes)
    assert target is not None  # noqa: S101
    try:
        _copy_sql(source, target, is_old=server_major() < 17)
        target.write(b"\n" + ending if reader.wait() == 0 else b"\nDO 'pg_restore failed';\n")
        target.close()
    except BrokenPipeError:
        reader.kill()
    said = writer.stderr.read().decode(errors="replace") if writer.stderr else ""
    writer.wait()
    return said


def _copy_sql(source: IO[bytes], target: IO[bytes], *, is_old: bool) -> None:
    for line in source:
        if is_old and line == UNKNOWN_BEFORE_17:
            is_old = False
            continue
        target.write(line)


def counting(tables: Mapping[str, int]) -> str:
    """Return SQL that fails unless every table holds as many rows as the manifest says."""
    checks = [
        sql.SQL(
            "IF (SELECT count(*) FROM {}) <> {} THEN RAISE EXCEPTION 'rows missing in %', {}; END IF;"
        ).format(sql.Identifier("public", name), sql.Literal(count), sql.Literal(name))
        for name, count in tables.items()
    ]
    body = sql.SQL("BEGIN {} END").format(sql.SQL(" ").join(checks)).as_string(None)
    return f"DO $genjin${body}$genjin$;\n"
