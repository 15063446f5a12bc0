"""Telling people, in the transaction that gives cause to."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from genjin.accounts.models import User
from genjin.events.actions import CHANNEL
from genjin.notices.actions.outbox import Told, plan_deliveries

_INSERT = """
INSERT INTO notices_notice (person_id, kind, key, customer_id, subject_id, words, at)
SELECT u.id, t.kind, t.key, t.customer, t.subject, t.words, %(at)s
FROM unnest(%(people)s::bigint[], %(kinds)s::text[], %(keys)s::text[], %(customers)s::bigint[], %(subjects)s::bigint[],
            %(words)s::jsonb[]) AS t(person, kind, key, customer, subject, words)
JOIN accounts_user u ON u.id = t.person AND u.is_active
ON CONFLICT (person_id, key) DO NOTHING RETURNING id, person_id, kind
"""
_AT_ONCE = 250  # people a NOTIFY names, lest it outgrow 8,000 bytes


@dataclass(frozen=True, slots=True)
class Telling:
    """One thing one person is to be told; `words` fill the placeholders of the kind's sentence."""

    person: int
    kind: str
    key: str
    customer_id: int | None = None
    subject_id: int | None = None
    words: dict[str, Any] = field(default_factory=dict)


def tell(
    people: Iterable[User | int],
    kind: str,
    *,
    key: str,
    at: datetime,
    customer_id: int | None = None,
    subject_id: int | None = None,
    **words: Any,
) -> int:
    """Tell `people` (users or their ids) once, whatever happens twice; returns how many were told anew.

    `key` names what happened and is unique per person. `words` fill the placeholders of the kind's sentence; the
    customer's name is none of them, as it is looked up when somebody reads. The page where it is dealt with follows
    from kind, customer and subject, which only the doors know. Rolls back with the caller's transaction.
    """
    ids = sorted({person.pk if isinstance(person, User) else person for person in people})
    return tell_many([Telling(pk, kind, key, customer_id, subject_id, words) for pk in ids], at=at)


@transaction.atomic
def tell_many(tellings: Sequence[Telling], *, at: datetime) -> int:
    """Tell many people many things in a handful of statements, as `tell` does one; returns how many were new."""
    if not tellings:
        return 0
    columns: dict[str, Any] = {
        "people": [one.person for one in tellings], "kinds": [str(one.kind) for one in tellings],
        "keys": [one.key[:120] for one in tellings], "customers": [one.customer_id for one in tellings],
        "subjects": [one.subject_id for one in tellings], "at": at,
        "words": [json.dumps(one.words, cls=DjangoJSONEncoder, ensure_ascii=False) for one in tellings],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, columns)
        told = [Told(*row) for row in cursor.fetchall()]
    _announce(told)
    plan_deliveries(told, at)
    return len(told)


def _announce(told: Sequence[Told]) -> None:
    """Ring the bells of open pages; PostgreSQL does so at commit or never."""
    newest = {one.person: one.notice for one in told}
    pairs = list(newest.items())
    notes = [
        json.dumps({"told": pairs[start : start + _AT_ONCE]}) for start in range(0, len(pairs), _AT_ONCE)
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, note) FROM unnest(%s::text[]) AS note", [CHANNEL, notes])


def ring(person_id: int) -> None:
    """Let somebody's open pages count their notices anew."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps({"told": [[person_id, None]]})])
