import time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.cli.arguments import new_file
from genjin.cli.command import GenjinCommand, require_tables
from genjin.events.actions.backup import back_up


class Command(GenjinCommand):
    help = _("Write database and uploads to one verified archive.")

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--out", metavar="F.tar.gz", type=new_file, required=True)

    def handle(self, *_args: Any, out: Path, as_json: bool, **_options: Any) -> None:
        began = time.monotonic()
        require_tables()
        manifest = back_up(out, now=timezone.now())
        rows, files = sum(manifest.tables.values()), len(manifest.parts) - 1
        found = {
            "file": str(out), "size": out.stat().st_size, "rows": rows, "uploads": files,
            "version": manifest.genjin, "seconds": round(time.monotonic() - began, 3),
        }  # fmt: skip
        line = _("Verified: %(rows)d rows and %(files)d uploads in %(path)s")
        self.answer(found, [line % {"rows": rows, "files": files, "path": out}], as_json=as_json)
