import asyncio
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _
from procrastinate import App
from procrastinate.contrib.django import app

from genjin.cli.arguments import process_count

STOP_SECONDS = 6.0


class Command(BaseCommand):
    help = _("Run the background worker alone, for further machines.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--concurrency", type=process_count, default=2, help=_("jobs at a time (default 2)")
        )

    def handle(self, *_args: Any, concurrency: int, **_options: Any) -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as worker_app:  # type: ignore[attr-defined]
            asyncio.run(work(worker_app, concurrency))


async def work(worker_app: App, concurrency: int) -> None:
    async with worker_app.open_async():
        await worker_app.run_worker_async(
            concurrency=concurrency,
            # A job that is still running then is taken up again by retry_stalled_jobs.
            shutdown_graceful_timeout=STOP_SECONDS,
            delete_jobs="successful",
        )
