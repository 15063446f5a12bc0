from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.cli.command import GenjinCommand
from genjin.cli.demo.load import SEED, SIZE, Demo, load_demo
from genjin.cli.prepare import prepare_tables
from genjin.customers.models import Customer
from genjin.kit.errors import RuleError


class Command(GenjinCommand):
    help = _("Load the demo company: three teams and six months of their work.")

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--size", type=int, default=SIZE, help=_("how many customers (default 2000)"))
        parser.add_argument("--seed", type=int, default=SEED, help=_("another seed tells another story"))
        parser.add_argument("--if-empty", action="store_true", help=_("do nothing where there are customers"))

    def handle(self, *_args: Any, size: int, seed: int, if_empty: bool, **options: Any) -> None:
        prepare_tables()
        if Customer.objects.exists():
            if if_empty:
                return
            raise RuleError(
                _("There are customers already; the demo company is loaded into an empty database only."),
                "not_empty",
            )
        staff = load_demo(Demo(size, seed), now=timezone.now(), on_progress=self.bar)
        people = [
            {"login": user.username, "name": user.name, "role": user.role, "team": str(user.team or ""),
             "password": staff.passwords[user.username]}
            for user in User.objects.filter(username__in=staff.passwords).select_related("team").order_by("pk")
        ]  # fmt: skip
        lines = [_("The demo company is loaded. Who can sign in, with passwords that are shown only now:")]
        lines += ["  {login:<12} {password:<14} {role:<8} {name} {team}".format(**one) for one in people]
        found = {"customers": Customer.objects.count(), "people": people}
        self.answer(found, lines, as_json=options["as_json"])
