"""The jobs that keep the background work itself going."""

from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app

from genjin.events.actions import forget_replies, record_heartbeat
from genjin.events.actions.backup import nightly_backup


@app.periodic(cron="*/5 * * * *")
@app.task(pass_context=True)
async def retry_stalled_jobs(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 (given to periodic jobs)
    """Take up again the jobs whose worker was killed or cut off in the middle of them."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)


@app.periodic(cron="* * * * *")
@app.task
def beat(timestamp: int) -> None:  # noqa: ARG001 (given to periodic jobs)
    """Show the pages that background work is being done."""
    record_heartbeat(timezone.now())


@app.periodic(cron="0,30 * * * *")
@app.task(name="events.nightly_backup", queueing_lock="events.nightly_backup")
def back_up_nightly(timestamp: int) -> None:  # noqa: ARG001 (given to periodic jobs)
    """Make the backup of 02:30, or later when the machine slept."""
    nightly_backup(timezone.now())


@app.periodic(cron="23 3 * * *")
@app.task
def forget_old_replies(timestamp: int) -> int:  # noqa: ARG001 (given to periodic jobs)
    """Forget the answers to requests nobody will repeat any more."""
    return forget_replies(timezone.now())
