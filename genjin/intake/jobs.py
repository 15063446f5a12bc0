"""Background work of this floor: load, call one action."""

from datetime import UTC, datetime

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from genjin.intake.actions.commit import commit_batch
from genjin.intake.actions.edits import run_edit, run_undo
from genjin.intake.actions.export import expire_exports, run_export
from genjin.intake.actions.kept import forget_old_tables
from genjin.intake.actions.mailboxes import look_into, look_into_all
from genjin.intake.actions.mails import ask_to_confirm
from genjin.intake.actions.preview import preview_batch
from genjin.intake.actions.questionnaires import remind_unanswered
from genjin.intake.actions.resume import resume_batches
from genjin.intake.actions.share_out import share_out
from genjin.intake.actions.submissions import forget_submissions, take_in
from genjin.intake.actions.undo import undo_batch


@app.task(name="intake.check")
def check(batch_id: int) -> None:
    """Read and compare a batch for its preview."""
    preview_batch(batch_id)


@app.task(name="intake.commit")
def commit(batch_id: int) -> None:
    """Write a batch, from where it stopped."""
    commit_batch(batch_id)


@app.task(name="intake.undo")
def undo(batch_id: int) -> None:
    """Take a batch back, from where it stopped."""
    undo_batch(batch_id)


@app.task(name="intake.bulk_edit")
def bulk_edit(batch_id: int) -> None:
    """Change a field of many customers, from where it stopped."""
    run_edit(batch_id, now=timezone.now())


@app.task(name="intake.bulk_undo")
def bulk_undo(batch_id: int) -> None:
    """Take such a change back, from where it stopped."""
    run_undo(batch_id)


@app.periodic(cron="* * * * *")
@app.task(name="intake.resume", queueing_lock="intake.resume")
def resume(timestamp: int) -> int:
    """Send on batches whose worker went away in the middle."""
    return resume_batches(datetime.fromtimestamp(timestamp, UTC))


@app.task(name="intake.export")
def export(export_id: int) -> None:
    """Write an export, from the beginning when a killed worker left it."""
    run_export(export_id, now=timezone.now())


@app.periodic(cron="47 3 * * *")
@app.task(name="intake.expire_exports", queueing_lock="intake.expire_exports")
def expire(timestamp: int) -> int:
    """Remove the files of exports whose time is over."""
    return expire_exports(datetime.fromtimestamp(timestamp, UTC))


@app.task(name="intake.share_out")
def share(batch_id: int) -> int:
    """Give the customers of a batch away by the rules."""
    return share_out(batch_id, now=timezone.now())


@app.periodic(cron="41 3 * * *")
@app.task(name="intake.forget_old_tables", queueing_lock="intake.forget_old_tables")
def forget_tables(timestamp: int) -> int:
    """Empty the cache of sheets nobody went on with."""
    return forget_old_tables(datetime.fromtimestamp(timestamp, UTC))


@app.task(name="intake.take_in", retry=RetryStrategy(max_attempts=10, exponential_wait=5))
def take_in_submission(submission_id: int) -> None:
    """Make a customer of what a visitor sent."""
    take_in(submission_id, now=timezone.now())


@app.task(name="intake.ask_to_confirm", retry=RetryStrategy(max_attempts=6, exponential_wait=10))
def mail_submission(submission_id: int) -> None:
    """Ask a visitor by mail whether the address is theirs."""
    ask_to_confirm(submission_id, now=timezone.now())


@app.periodic(cron="47 3 * * *")
@app.task(name="intake.forget_submissions", queueing_lock="intake.forget_submissions")
def forget_old_submissions(timestamp: int) -> int:
    """Forget spam and what nobody confirmed."""
    return forget_submissions(datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="7 * * * *")
@app.task(name="intake.remind_unanswered", queueing_lock="intake.remind_unanswered")
def remind_of_questionnaires(timestamp: int) -> int:
    """Tell owners whose customers have not answered."""
    return remind_unanswered(datetime.fromtimestamp(timestamp, UTC))


@app.task(name="intake.look_into_mailbox", pass_context=False)
def look_into_mailbox(mailbox_id: int) -> int:
    """Make drafts of what is new in a mailbox."""
    return look_into(mailbox_id, now=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="intake.look_into_mailboxes", queueing_lock="intake.look_into_mailboxes")
def look_into_mailboxes(timestamp: int) -> int:
    """Ask for a look into every mailbox."""
    return look_into_all(datetime.fromtimestamp(timestamp, UTC))
