from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.accounts.actions import NewUser, add_user, save_team
from genjin.accounts.models import Team
from genjin.accounts.permissions import Role
from genjin.cli import passwords
from genjin.cli.arguments import login_name
from genjin.cli.command import GenjinCommand, require_tables


class Command(GenjinCommand):
    help = _("Add a person; the password is piped in, or they choose one behind a one-time link.")

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("deed", choices=["add"])
        parser.add_argument("login", metavar="NAME", type=login_name, help=_("the login"))
        parser.add_argument("--role", choices=Role.values, default=Role.REP)
        parser.add_argument("--team", default="", help=_("the team; made when it is new"))
        parser.add_argument("--leads", action="store_true", help=_("they lead this team"))
        parser.add_argument("--name", default="", help=_("full name"))
        parser.add_argument("--email", default="")
        parser.add_argument(
            "--password-stdin", action="store_true", help=_("wait for the password on stdin, however long")
        )

    def handle(self, *_args: Any, login: str, team: str, leads: bool, **options: Any) -> None:
        if leads and not team:
            raise self.wrong_use(_("--leads needs --team."))
        require_tables()
        piped = options["password_stdin"]
        password = passwords.piped_password() if piped else passwords.waiting_password()
        now = timezone.now()
        with transaction.atomic():
            group = find_or_make_team(team)
            new = NewUser(
                username=login, name=options["name"], role=options["role"], team=group,
                email=options["email"], password=password,
            )  # fmt: skip
            user = add_user(None, new, now=now)
            if group is not None and leads:
                save_team(None, group, leads=[*group.leads.all(), user], now=now)
            link = "" if password else passwords.one_time_link(user)
        found = {"id": user.pk, "login": user.username, "role": user.role, "team": team or None}
        lines = [_("Added: %(name)s (%(login)s)") % {"name": user.name, "login": user.username}]
        if link:
            found["link"] = link
            lines.append(_("One-time link (1 hour): %(link)s") % {"link": link})
        elif weakness := passwords.weakness(password, user):
            self.say(_("This password is weak: %(reason)s") % {"reason": weakness})
        self.answer(found, lines, as_json=options["as_json"])


def find_or_make_team(name: str) -> Team | None:
    if not name:
        return None
    return Team.objects.filter(name=name).first() or save_team(None, Team(name=name), now=timezone.now())
