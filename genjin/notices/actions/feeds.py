"""The calendar of one's phone: a secret address, shown once, kept as a fingerprint, ended at will."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.rules import digest, new_secret
from genjin.events.actions import record
from genjin.kit.errors import RuleError
from genjin.notices.models import Feed

WINDOW, MOST_IN_IT = timedelta(minutes=10), 30
_COUNT = """
UPDATE notices_feed SET
    window_fetches = CASE WHEN window_since > %(border)s THEN window_fetches + 1 ELSE 1 END,
    window_since = CASE WHEN window_since > %(border)s THEN window_since ELSE %(now)s END,
    fetched_at = %(now)s
WHERE digest = %(digest)s RETURNING person_id, window_fetches
"""


@transaction.atomic
def make_feed(actor: User, *, now: datetime) -> str:
    """Make the address of one's calendar and return its secret, which is never shown again; a former one ends."""
    secret = new_secret(32)
    Feed.objects.update_or_create(
        person=actor,
        defaults={
            "digest": digest(secret), "created_at": now, "fetched_at": None, "window_since": None, "window_fetches": 0,
        },
    )  # fmt: skip
    record(actor, "feed.made", at=now, subject_id=actor.pk)
    return secret


@transaction.atomic
def revoke_feed(actor: User, *, now: datetime) -> None:
    """End the address of one's calendar at once."""
    if Feed.objects.filter(person=actor).delete()[0]:
        record(actor, "feed.revoked", at=now, subject_id=actor.pk)


def open_feed(secret: str, *, now: datetime) -> User | None:
    """Return whose calendar an address is; None when it is nobody's, or the person may not sign in.

    Raises RuleError `feed_too_often` (429) when it is fetched more than 30 times in ten minutes.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"digest": digest(secret), "now": now, "border": now - WINDOW})
        row = cursor.fetchone()
    person: User | None = User.objects.active().filter(pk=row[0]).first() if row else None
    if person is not None and row[1] > MOST_IN_IT:
        raise RuleError(_("This calendar is fetched too often."), "feed_too_often", status=429)
    return person
