from dataclasses import asdict
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandParser
from django.core.management.commands.check import Command as DjangoCheck
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.cli.command import GenjinCommand
from genjin.cli.health import look_at_everything


class Command(GenjinCommand):
    help = _("Say whether all is well: database, worker, jobs, calendar, backup, disk, settings.")

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--deploy", action="store_true", help=_("Django's own checks of production settings")
        )

    def handle(self, *_args: Any, as_json: bool, deploy: bool, **_options: Any) -> None:
        if deploy:
            call_command(DjangoCheck(), deploy=True)
            return
        looks = look_at_everything(timezone.now())
        is_well = all(look.ok or look.hint for look in looks)
        marks = {True: "✓", False: "✗"}
        lines = [
            f"{marks[look.ok] if not look.hint else '!'} {look.name:<10} {look.sentence}" for look in looks
        ]
        self.answer({"ok": is_well, "checks": [asdict(look) for look in looks]}, lines, as_json=as_json)
        if not is_well:
            raise SystemExit(1)
