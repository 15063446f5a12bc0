"""Telling people, in the transaction that gives cause to."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from genjin.accounts.models import User
from genjin.notices.models import Notice


@transaction.atomic
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

    `key` names what happened and is unique per person. `words` fill the placeholders of the kind's sentence. The
    page where it is dealt with follows from kind, customer and subject, which only the doors know. Rolls back with the
    caller's transaction.
    """
    ids = {getattr(person, "pk", person) for person in people}
    active = User.objects.active().filter(pk__in=ids).values_list("pk", flat=True)
    known = set(Notice.objects.filter(person__in=ids, key=key).values_list("person_id", flat=True))
    Notice.objects.bulk_create(
        [
            Notice(
                person_id=pk,
                kind=kind,
                key=key,
                customer_id=customer_id,
                subject_id=subject_id,
                words=words,
                at=at,
            )
            for pk in active
            if pk not in known
        ],
        ignore_conflicts=True,
    )
    return len(set(active) - known)
