"""What our commands have in common: who acts, JSON or words, a bar on a terminal."""

import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.queries import find_person
from genjin.kit.errors import RuleError

BAR = 30


class GenjinCommand(BaseCommand):
    """A command that answers in words, or with --json in one object; messages go to stderr."""

    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help=_("answer in JSON"))

    def answer(self, found: Mapping[str, Any], lines: Iterable[str], *, as_json: bool) -> None:
        """Print the result: one JSON object on one line, or the given lines."""
        if as_json:
            self.stdout.write(json.dumps(found, ensure_ascii=False, default=str))
            return
        for line in lines:
            self.stdout.write(line)

    def say(self, sentence: str) -> None:
        self.stderr.write(sentence)

    def wrong_use(self, sentence: str) -> CommandError:
        """Return what to raise for words that make no sense together; the exit code is 2."""
        return CommandError(sentence, returncode=2)

    def bar(self, done: int, total: int) -> None:
        """Draw how far a long work is, on a terminal only."""
        if not sys.stderr.isatty() or not total:
            return
        filled = BAR * done // total
        end = "\n" if done >= total else ""
        sys.stderr.write(f"\r[{'#' * filled}{'.' * (BAR - filled)}] {done:,} / {total:,}{end}")
        sys.stderr.flush()


def add_actor_argument(parser: CommandParser) -> None:
    parser.add_argument(
        "--as", dest="actor", metavar="USER", required=True, help=_("in whose name: login or full name")
    )


def person(text: str) -> User:
    """Return the active person of a login or full name. Raises RuleError `user_unknown`."""
    require_tables()
    found = find_person(text)
    if found is None:
        raise RuleError(_("No single active person is called %(name)s.") % {"name": text}, "user_unknown")
    return found


def require_tables() -> None:
    """Refuse to work on a database that is empty or of another version. Raises RuleError `not_migrated`."""
    if unapplied():
        sentence = _(
            "The database is not prepared for this version; run `genjin init` or `genjin serve` first."
        )
        raise RuleError(sentence, "not_migrated")


def unapplied() -> list[str]:
    """Return the names of the migrations the database still lacks."""
    loader = MigrationLoader(connection)
    return [
        f"{app}.{name}" for app, name in loader.graph.nodes if (app, name) not in loader.applied_migrations
    ]
