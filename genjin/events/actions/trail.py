"""The trail of what happened, and the ledgers that keep requests and jobs honest."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from genjin.events.models import Event, Heartbeat, IdempotentReply
from genjin.kit.errors import RuleError

CHANNEL = "genjin"
REPLIES_KEPT = timedelta(days=7)


def record(
    actor: Any,
    kind: str,
    *,
    at: datetime,
    customer_id: int | None = None,
    subject_id: int | None = None,
    **data: Any,
) -> Event:
    """Write one event and tell listening pages after commit.

    `actor` is a user or None for a background rule; `kind` is `noun.participle`; `data` must be JSON.
    """
    event = Event.objects.create(
        at=at, kind=kind, actor=actor, customer_id=customer_id, subject_id=subject_id, data=data
    )
    if customer_id is not None:
        announce(customer_id, kind, actor)
    return event


def record_many(
    actor: Any,
    kind: str,
    rows: Iterable[tuple[int, dict[str, Any]]],
    *,
    at: datetime,
    subjects: Sequence[int] | None = None,
) -> None:
    """Write one event for each (customer id, data), as `record` does one; two statements for any number.

    `subjects` are the ids of what the events are about, one for each of `rows`.
    """
    events = [Event(at=at, kind=kind, actor=actor, customer_id=pk, data=data) for pk, data in rows]
    for event, subject in zip(events, subjects or (), strict=bool(subjects)):
        event.subject_id = subject
    Event.objects.bulk_create(events, batch_size=2000)
    by = getattr(actor, "pk", None)
    notices = [json.dumps({"customer": event.customer_id, "kind": kind, "by": by}) for event in events]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, notice) FROM unnest(%s::text[]) AS notice", [CHANNEL, notices])


def announce(customer_id: int, kind: str, actor: Any) -> None:
    """Send a page notice over LISTEN/NOTIFY; PostgreSQL delivers it at commit or never."""
    payload = {"customer": customer_id, "kind": kind, "by": getattr(actor, "pk", None)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps(payload)])


def whisper(messages: Iterable[dict[str, Any]]) -> None:
    """Tell the other web processes something of the moment that nobody keeps; one statement."""
    notes = [json.dumps(message) for message in messages]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, note) FROM unnest(%s::text[]) AS note", [CHANNEL, notes])


@transaction.atomic
def record_heartbeat(now: datetime, *, name: str = "worker") -> None:
    """Note that the process `name` is alive."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now})


@transaction.atomic
def once(user: Any, key: str, fingerprint: str) -> tuple[int, Any] | None:
    """Lock request `key` of `user`; return the reply already given, or None when the work is still to do.

    Raises RuleError `idempotency_key_reused` when the key came with another body. Call inside the
    transaction that does the work, so that two simultaneous repeats wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [f"{user.pk}:{key}"])
    reply = IdempotentReply.objects.filter(user=user, key=key).first()
    if reply is None:
        return None
    if reply.fingerprint != fingerprint:
        raise RuleError(
            _("This Idempotency-Key was used for another request; send a new key."), "idempotency_key_reused"
        )
    return reply.status, reply.body


def remember_reply(user: Any, key: str, fingerprint: str, *, status: int, body: Any, now: datetime) -> None:
    """Keep the answer of a request key beside the work it did, in the same transaction."""
    IdempotentReply.objects.create(
        user=user, key=key, fingerprint=fingerprint, status=status, body=body, created_at=now
    )


@transaction.atomic
def forget_replies(now: datetime) -> int:
    """Forget the answers kept for request keys after a week; returns how many."""
    return IdempotentReply.objects.filter(created_at__lt=now - REPLIES_KEPT).delete()[0]


def enqueue(task: str, **arguments: Any) -> None:
    """Ask the background worker for a job by its name, in the transaction that needs it."""
    from procrastinate.contrib.django import app

    app.configure_task(task).defer(**arguments)
