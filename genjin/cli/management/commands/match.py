import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from genjin.cli.arguments import existing_file, values_of
from genjin.cli.command import GenjinCommand, add_actor_argument, person
from genjin.cli.match import match


class Command(GenjinCommand):
    help = _("Say whom we already know under names, phones or codes.")

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        add_actor_argument(parser)
        parser.add_argument(
            "names", metavar="NAME", nargs="*", help=_("name, phone, credit code or mail address")
        )
        parser.add_argument(
            "--file", metavar="F", type=existing_file, help=_("a text file with one on each line")
        )
        parser.add_argument("--top", type=int, default=5, help=_("how many candidates at most (default 5)"))

    def handle(self, *_args: Any, actor: str, names: list[str], file: Path | None, **options: Any) -> None:
        if not names and file is None:
            raise self.wrong_use(_("Give names, or --file with one on each line."))
        who = person(actor)
        for query in values_of(names, file):
            found = {"query": query, "candidates": match(who, query, options["top"])}
            self.stdout.write(json.dumps(found, ensure_ascii=False))
