"""What must stand before the web process starts: tables, static files, a first administrator."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.utils import timezone

from genjin.accounts.actions import create_first_admin
from genjin.accounts.models import User
from genjin.kit.errors import RuleError

FIRST_ADMIN = "admin"


def prepare_tables() -> None:
    """Bring the database to the present shape; safe to repeat."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def prepare_static_files() -> None:
    """Collect and compress the static files when one of them changed since the last time."""
    root = Path(settings.STATIC_ROOT)
    note = root / "fingerprint"
    present = fingerprint()
    if note.is_file() and note.read_text(encoding="ascii") == present:
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=root.is_dir())
    note.write_text(present, encoding="ascii")


def fingerprint() -> str:
    """Return a digest over name, size and time of every static file."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def prepare_administrator() -> str | None:
    """Create the first administrator of an empty database; return the password to be shown once."""
    if User.objects.exists():
        return None
    try:
        return create_first_admin(FIRST_ADMIN, now=timezone.now())
    except RuleError:
        # Another process was faster, and has shown its password.
        return None
