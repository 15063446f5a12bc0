from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.accounts.actions import create_first_admin
from genjin.accounts.models import User
from genjin.cli import passwords, prepare
from genjin.cli.arguments import login_name
from genjin.cli.command import GenjinCommand


class Command(GenjinCommand):
    help = _("Create the database and its first administrator; once.")

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--admin",
            metavar="NAME",
            type=login_name,
            default=prepare.FIRST_ADMIN,
            help=_("login of the administrator"),
        )
        parser.add_argument("--name", default="", help=_("full name of the administrator"))
        parser.add_argument(
            "--password-stdin", action="store_true", help=_("read the password from stdin; else one is made")
        )

    def handle(self, *_args: Any, admin: str, name: str, **options: Any) -> None:
        given = passwords.piped_password() if options["password_stdin"] else ""
        prepare.prepare_tables()
        secret = create_first_admin(admin, name=name, password=given, now=timezone.now())
        found = {"admin": admin}
        lines = [_("First administrator: %(name)s") % {"name": admin}]
        if given:
            weakness = passwords.weakness(given, User(username=admin, name=name))
            if weakness:
                self.say(_("This password is weak: %(reason)s") % {"reason": weakness})
        else:
            found["password"] = secret
            lines.append(_("One-time password:   %(password)s") % {"password": secret})
        self.answer(found, lines, as_json=options["as_json"])
