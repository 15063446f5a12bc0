import time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from genjin.cli.arguments import existing_file
from genjin.cli.command import GenjinCommand
from genjin.cli.prepare import prepare_tables
from genjin.events.actions.restore import restore


class Command(GenjinCommand):
    help = _("Bring a backup back into an empty data folder.")

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", metavar="F", type=existing_file)

    def handle(self, *_args: Any, file: Path, as_json: bool, **_options: Any) -> None:
        began = time.monotonic()
        manifest = restore(file)
        prepare_tables()
        rows, uploads = sum(manifest.tables.values()), len(manifest.parts) - 1
        found = {
            "rows": rows, "uploads": uploads, "made_at": manifest.made_at, "version": manifest.genjin,
            "seconds": round(time.monotonic() - began, 3),
        }  # fmt: skip
        line = _("Restored and counted: %(rows)d rows, %(files)d uploads, made at %(moment)s")
        words = {"rows": rows, "files": uploads, "moment": manifest.made_at}
        self.answer(found, [line % words], as_json=as_json)
