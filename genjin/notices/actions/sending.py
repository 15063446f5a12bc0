"""Sending what waits: claimed in a short transaction, sent outside of any, marked in another.

Killed between sending and marking, a message is claimed again when its lease is over, and goes out with the same id.
"""

import random
import smtplib
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.core.mail import EmailMessage

from genjin.accounts.models import User
from genjin.kit.errors import RuleError
from genjin.notices.actions.claiming import AT_A_TIME, Parcel, claim, drop, mark
from genjin.notices.actions.letters import Names, mail_for, robot_message
from genjin.notices.actions.robots import post_to
from genjin.notices.models import Delivery, Habits
from genjin.notices.queries import audiences
from genjin.notices.rules.robots import Verdict

RUN_SECONDS = 40.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attempt; `is_server_down` when no other mail has a chance either."""

    verdict: Verdict
    words: str = ""
    asked: timedelta = field(default_factory=timedelta)
    is_server_down: bool = False


def send_due(*, names: Names, now: datetime, seconds: float = RUN_SECONDS) -> int:
    """Send everything that is due, several endpoints side by side; returns how many messages were taken.

    A slow endpoint holds up nobody but itself, a mail server that is down only the mails of this run.
    """
    ends, sent, without_mail = time.monotonic() + seconds, 0, False
    with ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="notices") as threads:
        while time.monotonic() < ends:
            parcels = claim(now, without_mail=without_mail)
            if not parcels:
                break
            jobs = {}
            for parcel in parcels:
                attempt = _attempt(parcel, names, now)
                if attempt is not None:
                    jobs[threads.submit(attempt)] = parcel
            for job in as_completed(jobs):
                outcome = job.result()
                mark(jobs[job], outcome.verdict, outcome.words, asked=outcome.asked, dice=random.random(), now=now)  # noqa: S311 (spreads waits)  # fmt: skip
                without_mail = without_mail or outcome.is_server_down
                sent += outcome.verdict == Verdict.SENT
    return sent


def _attempt(parcel: Parcel, names: Names, now: datetime) -> "partial[Outcome] | None":
    """Return the sending of a parcel, ready for a thread without a database; None when nobody needs it any more."""
    rows = _still_wanted(parcel, now)
    if not rows:
        return None
    notices = [row.notice for row in rows]
    try:
        if parcel.robot is None:
            return partial(_mail, mail_for(rows[0].person, notices, message=parcel.message, names=names))
        members = list(User.objects.filter(pk__in=audiences([parcel.robot])[parcel.robot.pk]).order_by("pk"))
        outgoing = robot_message(parcel.robot, notices, members, message=parcel.message, names=names, now=now)
    except RuleError as refusal:
        return partial(Outcome, Verdict.AGAIN, refusal.message)
    return partial(_post, parcel, outgoing)


def _still_wanted(parcel: Parcel, now: datetime) -> list[Delivery]:
    """Return the rows that are still to be told; what was read meanwhile, or is wanted no more, is dropped."""
    rows = parcel.rows
    habits = Habits.objects.in_bulk({row.person_id for row in rows})
    switch = "by_mail" if parcel.robot is None else "by_robot"
    wanted = []
    for row in rows:
        habit = habits.get(row.person_id)
        is_off = habit is not None and not getattr(habit, switch)
        has_no_address = parcel.robot is None and not row.person.email
        if row.notice.read_at is None and row.person.is_active and not is_off and not has_no_address:
            wanted.append(row)
    drop([row.pk for row in rows if row not in wanted], parcel, is_empty=not wanted, now=now)
    return wanted


def _mail(letter: EmailMessage) -> Outcome:
    try:
        letter.send()
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        return Outcome(Verdict.AGAIN, _words(error))
    except (OSError, ValueError) as error:  # smtplib's own errors are OSErrors, too
        return Outcome(Verdict.AGAIN, _words(error), is_server_down=isinstance(error, OSError))
    return Outcome(Verdict.SENT)


def _post(parcel: Parcel, outgoing: Any) -> Outcome:
    assert parcel.robot is not None  # noqa: S101 (only robots come here)
    judged, words, asked = post_to(parcel.robot, outgoing, mark=str(parcel.message))
    return Outcome(judged, words, timedelta(seconds=asked))


def _words(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]
