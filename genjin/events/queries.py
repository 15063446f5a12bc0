"""Reads over the trail and over the machine's own health."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection

from genjin.events.models import Backup, Event, EventQuerySet, Heartbeat

SILENT_AFTER = timedelta(minutes=5)

# What stands in the log that managers and auditors read, by theme; the rest of the trail belongs to its customer.
LOG_THEMES: Mapping[str, Sequence[str]] = {
    "login": ("login.succeeded", "login.failed", "login.password_changed"),
    "rights": (
        "user.added", "user.changed", "user.link_issued", "team.saved", "team.removed", "token.issued", "token.revoked", "feed.made", "feed.revoked",
    ),
    "data": (
        "customers.exported", "list.exported", "export.asked", "export.downloaded", "export.cancelled", "export.failed", "contact.revealed",
        "customers.bulk_edited", "customers.bulk_edit_cancelled", "customers.bulk_edit_undone", "import.started", "import.done", "import.cancelled", "import.undone",
        "customer.deleted", "customer.restored", "duplicates.scan_started", "duplicates.scan_done", "sample.drawn",
    ),
    "owners": ("customer.assigned", "customer.claimed", "customer.released"),
    "settings": (
        "rule_set.published", "rule_set.drafted", "rule_set.discarded", "rule_set.backtested", "match_policy.changed", "custom_field.saved", "template.published", "template.discarded", "template.revision_due", "fact_terms.published", "export_policy.set", "campaign.saved", "campaign.removed", "form.saved", "form.removed", "choice.saved", "choice.removed", "tag.saved", "tag.removed", "pool.saved",
        "questionnaire.saved", "questionnaire.removed", "mailbox.saved", "mailbox.removed",
        "robot.saved", "robot.removed", "robot.stopped", "notices.urgent_set", "delivery.sent_again",
        "target.set", "ranking_settings.changed",
        "pool.removed", "calendar.day_saved", "calendar.day_removed", "calendar.year_loaded",
    ),
}  # fmt: skip


def log(theme: str = "", *, actor_id: int | None = None, before: int | None = None) -> EventQuerySet:
    """Return the log newest first: of one theme or all, of one person or everybody, older than event `before`.

    For readers who may see every row; the right is asked by the door.
    """
    kinds = LOG_THEMES.get(theme) or [kind for kinds in LOG_THEMES.values() for kind in kinds]
    rows = Event.objects.filter(kind__in=kinds).select_related("actor").order_by("-pk")
    if actor_id is not None:
        rows = rows.filter(actor_id=actor_id)
    return rows if before is None else rows.filter(pk__lt=before)


@dataclass(frozen=True, slots=True)
class TakenOut:
    """What one person took out on one day: exports, their rows, those with contact data in full, single reveals."""

    day: date
    actor_id: int
    exports: int
    rows: int
    unmasked_rows: int
    reveals: int


_TAKEN_OUT = """
SELECT (at AT TIME ZONE %(zone)s)::date AS day, actor_id, count(*) FILTER (WHERE kind IN ('customers.exported', 'list.exported')),
    coalesce(sum((data->>'rows')::bigint) FILTER (WHERE kind IN ('customers.exported', 'list.exported')), 0),
    coalesce(sum((data->>'unmasked_rows')::bigint) FILTER (WHERE kind IN ('customers.exported', 'list.exported')), 0),
    count(*) FILTER (WHERE kind = 'contact.revealed')
FROM events_event
WHERE kind IN ('customers.exported', 'list.exported', 'contact.revealed') AND at >= %(since)s AND actor_id IS NOT NULL
    AND (%(actor)s::bigint IS NULL OR actor_id = %(actor)s)
GROUP BY 1, 2 ORDER BY 1 DESC, 5 DESC, 4 DESC, 6 DESC LIMIT 60
"""


def taken_out(now: datetime, *, days: int = 14, actor_id: int | None = None) -> list[TakenOut]:
    """Return how much each person took out a day, over the last `days`; the most on top of each day."""
    values: dict[str, str | datetime | int | None] = {
        "zone": settings.TIME_ZONE,
        "since": now - timedelta(days=days),
        "actor": actor_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN_OUT, values)
        return [TakenOut(day, actor, *map(int, rest)) for day, actor, *rest in cursor.fetchall()]


def last_beat(name: str = "worker") -> datetime | None:
    """Return when the process `name` was last alive; None when it never was."""
    return Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()


def is_silent(beat: datetime | None, now: datetime) -> bool:
    """Say whether a process has been silent for too long: more than five minutes, or ever since."""
    return beat is None or now - beat > SILENT_AFTER


def last_backups(top: int = 10) -> list[Backup]:
    """Return the newest backup runs, whatever became of them."""
    return list(Backup.objects.order_by("-pk")[:top])


def last_good_backup() -> Backup | None:
    """Return the newest backup that was finished and verified."""
    return Backup.objects.filter(status=Backup.Status.DONE).order_by("-finished_at").first()


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """The database's version and its size in words."""

    version: str
    size: str


def database_facts() -> DatabaseFacts:
    """Return what runs below us; one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), pg_size_pretty(pg_database_size(current_database()))"
        )
        return DatabaseFacts(*cursor.fetchone())
