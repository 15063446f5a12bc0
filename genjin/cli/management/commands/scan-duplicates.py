from typing import Any  # noqa: N999 (called as it is typed)

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.cli.command import GenjinCommand, add_actor_argument, person
from genjin.quality.actions.scan import run_scan, start_scan

COUNTS = ("keys", "compared", "found", "gone", "crowded")


class Command(GenjinCommand):
    help = _("Look through all customers for records that may be one; people decide about the pairs found.")

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        add_actor_argument(parser)

    def handle(self, *_args: Any, actor: str, as_json: bool, **_options: Any) -> None:
        who = person(actor)
        scan = start_scan(who, now=timezone.now(), in_background=False)
        scan = run_scan(scan.pk, on_progress=self.bar)
        found: dict[str, Any] = {"scan": scan.pk, "status": scan.status}
        if who.scope.sees_all:  # numbers of the whole base
            found |= {name: scan.counts.get(name, 0) for name in COUNTS}
            found |= {"crowds": scan.counts.get("crowds", [])}
        words = {"keys": _("Keys read"), "compared": _("Compared"), "found": _("New pairs"), "gone": _("No longer alike"),
                 "crowded": _("Shared by too many")}  # fmt: skip
        lines = [
            scan.get_status_display(),
            *(f"{word}: {found[name]}" for name, word in words.items() if name in found),
        ]
        self.answer(found, lines, as_json=as_json)
