"""One archive of database and uploads that counts only after it was read back."""

import importlib.metadata
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg import sql

from genjin.events.actions.archive import FORMAT, Manifest, verify_archive, write_archive
from genjin.events.actions.programs import Programs, fitting_programs, login, server_major
from genjin.events.models import Backup
from genjin.events.rules import NIGHTLY_AT, is_nightly_due, superseded
from genjin.kit.errors import RuleError

LOCK = 727004
# What belongs to this machine and not to the company: sessions end, caches fill, the list names files here.
LEFT_OUT = ("django_session", "genjin_cache", "events_backup")
TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public' ORDER BY 1
"""


def back_up(path: Path, *, now: datetime) -> Manifest:
    """Write one verified archive to `path` and note the run; the old file there stays until the new one is good.

    Raises RuleError `backup_running` (409), `pg_dump_too_old`, `pg_dump_failed`, `backup_damaged`.
    """
    with _alone():
        row = Backup.objects.create(started_at=now, path=str(path.absolute()))
        try:
            manifest = write_verified(path, now)
        except BaseException as error:
            _finish(row, Backup.Status.FAILED, problem=str(error)[:2000] or type(error).__name__)
            raise
        _finish(row, Backup.Status.DONE, size=path.stat().st_size)
        return manifest


@contextmanager
def _alone() -> Iterator[None]:
    """Let one backup run at a time; what a killed one left as running is noted as failed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise RuleError(_("A backup is being made already."), "backup_running", status=409)
    try:
        Backup.objects.filter(status=Backup.Status.RUNNING).update(
            status=Backup.Status.FAILED, problem=_("It was cut off.")
        )
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _finish(row: Backup, status: Backup.Status, *, problem: str = "", size: int = 0) -> None:
    row.status, row.problem, row.size, row.finished_at = status, problem, size, timezone.now()
    row.save()


def write_verified(path: Path, now: datetime) -> Manifest:
    """Write, read back, compare, and only then give the archive its name."""
    programs = fitting_programs()
    draft = path.with_name(f".{path.name}.partial")
    try:
        with TemporaryDirectory(prefix=".genjin-backup-", dir=path.parent) as folder:
            dump, again = Path(folder, "dump"), Path(folder, "again")
            manifest = dump_database(programs, dump, now)
            write_archive(draft, dump, manifest)
            dump.unlink()
            verify_archive(draft, again)
            require_readable(programs, again)
        with draft.open("rb") as stream:
            os.fsync(stream.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def dump_database(programs: Programs, dump: Path, now: datetime) -> Manifest:
    """Dump the database and count its tables in one and the same snapshot."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        applied = MigrationRecorder(connection).applied_migrations()
        manifest = Manifest(
            format=FORMAT, genjin=importlib.metadata.version("genjin"), postgresql=server_major(),
            made_at=now.isoformat(), migrations=sorted(f"{app}.{name}" for app, name in applied),
            tables=count_tables(),
        )  # fmt: skip
        conninfo, environ = login()
        left_out = [f"--exclude-table-data={name}" for name in LEFT_OUT]
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", *left_out]
        said = subprocess.run(
            [programs.path("pg_dump"), *options, f"--file={dump}", f"--dbname={conninfo}"],
            check=False, capture_output=True, text=True, errors="replace", env=environ,
        )  # fmt: skip
    if said.returncode:
        raise RuleError(f"pg_dump: {said.stderr.strip()[-1000:]}", "pg_dump_failed")
    return manifest


def count_tables() -> dict[str, int]:
    """Return the number of rows of every table that a backup carries."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        names = [name for (name,) in cursor.fetchall() if name not in LEFT_OUT]
        counts = {}
        for name in names:
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("public", name)))
            counts[name] = cursor.fetchone()[0]
    return counts


def require_readable(programs: Programs, dump: Path) -> None:
    """Refuse a dump whose table of contents PostgreSQL cannot read. Raises RuleError `backup_damaged`."""
    said = subprocess.run(
        [programs.path("pg_restore"), "--list", str(dump)],
        check=False, capture_output=True, text=True, errors="replace",
    )  # fmt: skip
    if said.returncode:
        sentence = _("This backup is damaged or no backup (%(reason)s). Nothing was changed.")
        raise RuleError(sentence % {"reason": said.stderr.strip()[-300:]}, "backup_damaged")


def nightly_backup(now: datetime) -> Path | None:
    """Make tonight's backup when it is due, and let go of those the retention no longer keeps."""
    local = timezone.localtime(now, timezone.get_default_timezone())
    folder = Path(settings.HOME, "backups")
    nightly = Backup.objects.filter(path__startswith=f"{folder}{os.sep}")
    last = nightly.filter(status=Backup.Status.DONE).order_by("-started_at").first()
    last_done = timezone.localtime(last.started_at, local.tzinfo) if last else None
    tonight = datetime.combine(local.date(), NIGHTLY_AT, local.tzinfo)
    attempts = nightly.filter(started_at__gte=tonight, started_at__lt=tonight + timedelta(days=1)).count()
    if not is_nightly_due(local, last_done, attempts):
        return None
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"genjin-{local:%Y%m%d-%H%M}.tar.gz"
    back_up(path, now=now)
    forget_old_backups(folder)
    return path


def forget_old_backups(folder: Path) -> None:
    """Delete the nightly archives that are neither of the last seven days nor of the last four weeks."""
    rows = Backup.objects.filter(path__startswith=f"{folder}{os.sep}", status=Backup.Status.DONE)
    paths = {row.pk: Path(row.path) for row in rows}
    moments = {row.pk: timezone.localtime(row.started_at, timezone.get_default_timezone()) for row in rows}
    gone = superseded(moments)
    for pk in gone:
        paths[pk].unlink(missing_ok=True)
    Backup.objects.filter(pk__in=gone).delete()
