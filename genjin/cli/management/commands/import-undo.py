from typing import Any  # noqa: N999 (called as it is typed)

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.cli.command import GenjinCommand, add_actor_argument, person
from genjin.intake.actions.undo import undo_import
from genjin.intake.models import ImportBatch
from genjin.kit.errors import not_found


class Command(GenjinCommand):
    help = _("Take an import back within 24 hours.")

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        add_actor_argument(parser)
        parser.add_argument("batch", metavar="BATCH", type=int, help=_("the number the import gave"))

    def handle(self, *_args: Any, actor: str, batch: int, as_json: bool, **_options: Any) -> None:
        who = person(actor)
        row = ImportBatch.objects.visible_to(who).filter(pk=batch).first()
        if row is None:
            raise not_found()
        undone = undo_import(who, row, now=timezone.now(), on_progress=self.bar)
        kept, products = (
            [{"id": pk, "name": name} for pk, name in rows] for rows in (undone.kept, undone.products)
        )
        lines = [_("Removed: %(count)d") % {"count": undone.removed}]
        lines += [_("Kept, as somebody worked on it: %(name)s") % one for one in [*kept, *products]]
        left = [{"id": pk, "name": name, "why": why} for pk, name, why in undone.left]
        if undone.restored or left:
            lines.append(_("Old values restored: %(count)d") % {"count": undone.restored})
        lines += [_("Stays as it is now: %(name)s (%(why)s)") % one for one in left]
        found = {
            "batch": batch,
            "removed": undone.removed,
            "kept": kept,
            "products": products,
            "restored": undone.restored,
            "left": left,
        }
        self.answer(found, lines, as_json=as_json)
