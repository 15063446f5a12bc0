import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from genjin.cli.arguments import existing_file, values_of
from genjin.cli.command import GenjinCommand
from genjin.cli.readings import READINGS, reading


class Command(GenjinCommand):
    help = _("Show how values are read, and why they are refused; needs no database.")

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("kind", choices=list(READINGS))
        parser.add_argument(
            "values", metavar="VALUE", nargs="*", help=_("values; without any, lines of stdin")
        )
        parser.add_argument(
            "--file", metavar="F", type=existing_file, help=_("a text file with one on each line")
        )

    def handle(self, *_args: Any, kind: str, values: list[str], file: Path | None, **_options: Any) -> None:
        texts = values_of(values, file) if values or file else (line.rstrip("\r\n") for line in sys.stdin)
        for text in texts:
            self.stdout.write(json.dumps(reading(kind, text), ensure_ascii=False))
