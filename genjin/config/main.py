"""The command line `genjin`: sees to the database, then hands over to the command."""

import difflib
import importlib.metadata
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

import django
from django.core.management import find_commands, get_commands, load_command_class
from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, NotSupportedError, OperationalError

from genjin.config.embedded import Handle, ensure_running
from genjin.config.home import WrongSetting, home
from genjin.kit.errors import RuleError, ValueRefused

OURS = "genjin.cli"
COMMANDS = Path(__file__).resolve().parents[1] / "cli" / "management"
WITHOUT_DATABASE = {"normalise", "predict", "collectstatic", "makemessages", "compilemessages"}
WRONG_USE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 refused with a sentence, 2 wrong use."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "genjin.config.settings")
    signal.signal(signal.SIGTERM, leave)
    try:
        return run(arguments)
    except WrongSetting as refusal:
        return refuse(str(refusal))
    except (RuleError, ValueRefused) as refusal:
        return refuse(refusal.message)
    except (OperationalError, InterfaceError, NotSupportedError) as error:
        return refuse(unreachable(error))
    except BrokenPipeError:
        # Whoever read us, such as `head`, has seen enough; Python must not try to say so again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130


def run(arguments: list[str]) -> int:
    if not arguments or arguments in (["help"], ["--help"], ["-h"]):
        print(overview())  # noqa: T201
        return 0
    if arguments in (["version"], ["--version"]):
        print(f"genjin {importlib.metadata.version('genjin')}")  # noqa: T201
        return 0
    if arguments[0] == "help":
        arguments = [*arguments[1:2], "--help"]
    # Commands and jobs may take long, pages may not; the settings read this.
    os.environ.setdefault("GENJIN_STATEMENT_SECONDS", "900")
    django.setup()
    name = arguments[0]
    if name not in get_commands():
        return unknown(name)
    handle = start_database() if needs_database(arguments) else None
    try:
        load(name).run_from_argv(["genjin", *arguments])
    finally:
        if handle is not None:
            handle.release()
    return 0


def load(name: str) -> BaseCommand:
    app = get_commands()[name]
    return app if isinstance(app, BaseCommand) else load_command_class(app, name)


def needs_database(arguments: Sequence[str]) -> bool:
    options = set(arguments[1 : arguments.index("--") if "--" in arguments else None])
    return arguments[0] not in WITHOUT_DATABASE and not options & {"-h", "--help"}


def start_database() -> Handle | None:
    """Start the embedded server, or join it, unless an own one is named."""
    return None if os.environ.get("DATABASE_URL", "").strip() else ensure_running(home())


def overview() -> str:
    """Return the list of our own commands; Django's work too, but nobody needs them."""
    django.setup()
    names = sorted(find_commands(str(COMMANDS)))
    lines = [f"  {name:<16} {load_command_class(OURS, name).help}" for name in names]
    return "\n".join(["usage: genjin COMMAND [--help] ...", "", *lines])


def unknown(name: str) -> int:
    ours = find_commands(str(COMMANDS))
    near = ", ".join(difflib.get_close_matches(name, ours)) or "genjin --help"
    print(f"没有命令 {name!r}。试试:{near}。 Unknown command {name!r}; try: {near}.", file=sys.stderr)  # noqa: T201
    return WRONG_USE


def refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201
    return 1


def unreachable(error: DatabaseError | InterfaceError) -> str:
    reason = " ".join(str(error).split())
    return f"数据库不可用。请检查 DATABASE_URL 和数据库。 The database is not available: {reason}"


def leave(_number: int, _frame: FrameType | None) -> None:
    """End like after Ctrl-C, so that the embedded server is not left behind."""
    raise SystemExit(128 + signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
