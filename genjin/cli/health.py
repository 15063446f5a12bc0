"""What `genjin check` looks at; each look gives one line that says what to do when something is wrong."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.accounts.queries import work_calendar
from genjin.cli.command import unapplied
from genjin.events.queries import database_facts, is_silent, last_beat, last_good_backup

GIBIBYTE = 1024**3
LEAST_FREE = 2 * GIBIBYTE
LATE_JOB = timedelta(minutes=10)
OLD_BACKUP = timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class Look:
    """One thing looked at; what is not `ok` and only a `hint` does not make the whole unhealthy."""

    name: str
    ok: bool
    sentence: str
    hint: bool = False


def look_at_everything(now: datetime) -> list[Look]:
    """Return what was found, in the order in which one would mend it."""
    looks = [_database()]
    if looks[0].ok:
        looks.append(_migrations())
    if all(look.ok for look in looks):
        looks += [_worker(now), _jobs(now), _calendar(now), _backup(now)]
    return [*looks, _disk(), _settings()]


def _database() -> Look:
    try:
        facts = database_facts()
    except DatabaseError as error:
        return Look("database", ok=False, sentence=" ".join(str(error).split()))
    return Look("database", ok=True, sentence=_("PostgreSQL %(version)s, %(size)s") % {
        "version": facts.version, "size": facts.size,
    })  # fmt: skip


def _migrations() -> Look:
    missing = unapplied()
    if missing:
        sentence = _("%(count)d changes of the tables are missing (first %(name)s); restart `genjin serve`.")
        return Look("migrations", ok=False, sentence=sentence % {"count": len(missing), "name": missing[0]})
    return Look("migrations", ok=True, sentence=_("The tables are of this version."))


def _worker(now: datetime) -> Look:
    beat = last_beat()
    if is_silent(beat, now):
        since = timezone.localtime(beat).strftime("%Y-%m-%d %H:%M") if beat else _("ever")
        sentence = _(
            "The background worker is silent since %(moment)s; start `genjin serve` or `genjin worker`."
        )
        return Look("worker", ok=False, sentence=sentence % {"moment": since})
    return Look("worker", ok=True, sentence=_("The background worker is at work."))


def _jobs(now: datetime) -> Look:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE j.status = 'todo'), count(*) FILTER (WHERE j.status = 'failed')"
            " FROM procrastinate_jobs j WHERE j.status = 'failed' OR coalesce(j.scheduled_at,"
            " (SELECT min(e.at) FROM procrastinate_events e WHERE e.job_id = j.id)) < %s",
            [now - LATE_JOB],
        )
        late, failed = cursor.fetchone()
    if late or failed:
        sentence = _(
            "Jobs that wait for more than 10 minutes: %(late)d; jobs that failed: %(failed)d. The log says why."
        )
        return Look("jobs", ok=not late, sentence=sentence % {"late": late, "failed": failed}, hint=not late)
    return Look("jobs", ok=True, sentence=_("No job is late."))


def _calendar(now: datetime) -> Look:
    calendar, year = work_calendar(), timezone.localtime(now).year
    # The State Council's notice for the next year comes in November.
    wanted = [year, year + 1] if timezone.localtime(now).month == 12 else [year]
    missing = [str(one) for one in wanted if not calendar.knows(one)]
    if missing:
        sentence = _("Holidays are unknown for %(years)s; load them in Settings.")
        return Look("calendar", ok=False, sentence=sentence % {"years": ", ".join(missing)})
    return Look("calendar", ok=True, sentence=_("Holidays are known."))


def _backup(now: datetime) -> Look:
    last = last_good_backup()
    if last is None or now - last.started_at > OLD_BACKUP:
        sentence = _("There is no verified backup of the last 36 hours; the worker makes one every night.")
        return Look("backup", ok=False, sentence=sentence, hint=True)
    moment = timezone.localtime(last.started_at).strftime("%Y-%m-%d %H:%M")
    return Look("backup", ok=True, sentence=_("Last verified backup: %(moment)s") % {"moment": moment})


def _disk() -> Look:
    free = shutil.disk_usage(settings.HOME).free
    words = {"size": f"{free / GIBIBYTE:.1f} GB", "folder": settings.HOME}
    if free < LEAST_FREE:
        return Look("disk", ok=False, sentence=_("Only %(size)s are free in %(folder)s; make room.") % words)
    return Look("disk", ok=True, sentence=_("%(size)s are free in %(folder)s.") % words)


def _settings() -> Look:
    said = [found for found in checks.run_checks() if found.level >= checks.WARNING]
    if said:
        return Look("settings", ok=False, sentence="; ".join(f"{one.id}: {one.msg}" for one in said))
    if not settings.ENVIRONMENT.https:
        sentence = _(
            "Pages are served without HTTPS; set GENJIN_PUBLIC_URL to an https:// address behind a proxy."
        )
        return Look("settings", ok=False, sentence=sentence, hint=True)
    return Look("settings", ok=True, sentence=_("The settings are sound."))
