from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.cli.arguments import new_file
from genjin.cli.command import GenjinCommand, add_actor_argument, person
from genjin.customers.models import Customer
from genjin.customers.queries.find import search
from genjin.intake.actions.export import export_customers


class Command(GenjinCommand):
    help = _("Write what somebody may see to a sheet, masked as for them, and logged.")

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        add_actor_argument(parser)
        parser.add_argument("what", choices=["customers"])
        parser.add_argument("--out", metavar="F.xlsx", type=new_file, required=True)
        parser.add_argument("--search", default="", help=_("only what the search box finds for this"))
        parser.add_argument("--reason", default="genjin export", help=_("what it is for; kept in the log"))

    def handle(self, *_args: Any, actor: str, out: Path, **options: Any) -> None:
        who = person(actor)
        rows = search(Customer.objects.visible_to(who), options["search"], who)
        count = export_customers(who, rows, out, reason=options["reason"], now=timezone.now())
        lines = [_("%(count)d customers: %(path)s") % {"count": count, "path": out}]
        self.answer({"rows": count, "file": str(out)}, lines, as_json=options["as_json"])
