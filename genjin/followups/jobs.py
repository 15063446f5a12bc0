"""Background work of this floor: load, call one action."""

from django.utils import timezone
from procrastinate.contrib.django import app

from genjin.followups.actions.brief import tell_briefs
from genjin.followups.actions.debts import watch_debts
from genjin.followups.actions.dormancy import note_dormant
from genjin.followups.actions.grading import end_overrides
from genjin.followups.actions.ladder import watch_deadlines


@app.periodic(cron="* * * * *")
@app.task(name="followups.watch_deadlines", queueing_lock="followups.watch_deadlines", pass_context=False)
def watch(timestamp: int) -> int:  # noqa: ARG001 (periodic jobs are handed their moment)
    """Let clocks follow what happened and take the steps that are due, once a minute."""
    return watch_deadlines(timezone.now())


@app.periodic(cron="20 3 * * *")
@app.task(name="followups.note_dormant", queueing_lock="followups.note_dormant", pass_context=False)
def note_silence(timestamp: int) -> int:  # noqa: ARG001
    """Look once a night who has not answered for months."""
    return note_dormant(timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="followups.tell_briefs", queueing_lock="followups.tell_briefs")
def brief(timestamp: int) -> int:  # noqa: ARG001 (periodic jobs are handed their moment)
    """Tell people at half past eight what the working day brings."""
    return tell_briefs(timezone.now())


@app.periodic(cron="23 * * * *")
@app.task(name="followups.watch_debts", queueing_lock="followups.watch_debts", pass_context=False)
def watch_gate_debts(timestamp: int) -> int:  # noqa: ARG001 (periodic jobs are handed their moment)
    """Settle gate debts that were paid, and tell of those that ran out, once an hour."""
    return watch_debts(timezone.now())


@app.periodic(cron="7 * * * *")
@app.task(name="followups.end_overrides", queueing_lock="followups.end_overrides", pass_context=False)
def end_words(timestamp: int) -> int:  # noqa: ARG001 (periodic jobs are handed their moment)
    """Let the rules count again where a word above them has run out, once an hour."""
    total = 0
    while ended := end_overrides(timezone.now()):
        total += ended
    return total
