from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.accounts.actions import issue_token
from genjin.cli.command import GenjinCommand, person


class Command(GenjinCommand):
    help = _("Make an API token and show it once.")

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("user", metavar="USER", help=_("login or full name"))
        parser.add_argument("--name", default="genjin token", help=_("what the token is for"))
        parser.add_argument(
            "--days", type=int, default=90, help=_("how long it lives (default 90, at most 366)")
        )

    def handle(self, *_args: Any, user: str, name: str, days: int, as_json: bool, **_options: Any) -> None:
        owner = person(user)
        secret = issue_token(owner, owner, name=name[:60], days=days, now=timezone.now())
        self.answer({"user": owner.username, "token": secret, "days": days}, [secret], as_json=as_json)
