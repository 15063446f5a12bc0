import os
import socket
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connections
from django.utils.translation import gettext as _

from genjin.cli import prepare
from genjin.cli.arguments import process_count
from genjin.cli.supervisor import Child, supervise
from genjin.kit.errors import RuleError


class Command(BaseCommand):
    help = _("Run the web pages and the background worker until Ctrl-C.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workers", type=process_count, default=2, help=_("web processes (default 2)"))

    def handle(self, *_args: Any, workers: int, **_options: Any) -> None:
        environment = settings.ENVIRONMENT
        require_free_port(environment.host, environment.port)
        prepare.prepare_tables()
        prepare.prepare_static_files()
        password = prepare.prepare_administrator()
        if password:
            self.stdout.write(_("First administrator: %(name)s") % {"name": prepare.FIRST_ADMIN})
            self.stdout.write(_("One-time password:   %(password)s") % {"password": password})
        connections.close_all()
        welcome = Welcome(self, environment.host, environment.port, environment.public_url)
        supervise(children(workers), say=self.stderr.write, tick=welcome.look)
        self.stdout.write(_("Stopped."))


class Welcome:
    """Prints the address once, when it answers."""

    def __init__(self, command: Command, host: str, port: int, url: str) -> None:
        self.command = command
        self.address = ({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port)  # noqa: S104
        self.url = url
        self.is_said = False

    def look(self) -> None:
        if self.is_said:
            return
        try:
            socket.create_connection(self.address, timeout=1).close()
        except OSError:
            return
        self.is_said = True
        self.command.stdout.write(_("Genjin: %(url)s (Ctrl-C stops it)") % {"url": self.url})
        self.command.stdout.flush()


def children(workers: int) -> list[Child]:
    """Return the web server and the background worker."""
    # Pages keep the short time limit of the settings; only commands and jobs may take long.
    web_environ = {name: value for name, value in os.environ.items() if name != "GENJIN_STATEMENT_SECONDS"}
    return [
        Child("web", web_command(workers), web_environ),
        Child("worker", [sys.executable, "-m", "genjin.config.main", "worker"], dict(os.environ)),
    ]


def web_command(workers: int) -> list[str]:
    environment = settings.ENVIRONMENT
    # Django has no lifespan protocol (asginl) and we speak no websockets.
    options = {
        "--interface": "asginl",
        "--host": environment.host,
        "--port": str(environment.port),
        "--workers": str(workers),
        "--workers-kill-timeout": "5",
        "--log-level": "warning",
    }
    flags = ["--no-ws", "--respawn-failed-workers"]
    pairs = [text for pair in options.items() for text in pair]
    return [sys.executable, "-m", "granian", *pairs, *flags, "genjin.config.asgi:application"]


def require_free_port(host: str, port: int) -> None:
    """Refuse before anything is started when another program holds the port."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        message = _(
            "Port %(port)s of %(host)s cannot be used (%(reason)s). Stop the other program or set"
            " GENJIN_HOST and GENJIN_PORT, for example GENJIN_PORT=8001."
        )
        values = {"port": port, "host": host, "reason": error.strerror or error}
        raise RuleError(message % values, "port_not_free") from None
