"""Objections counted, and what the library learnt of its answers."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from genjin.library.models import Entry
from genjin.library.queries.entries import entries
from genjin.library.rules import EntryKind
from genjin.proposals.models import Objection
from genjin.proposals.models.objections import ObjectionQuerySet
from genjin.proposals.rules import Acceptance
from genjin.proposals.rules.objections import Learnt

LOOKED_AT = 1000  # standard answers; a company has some dozens


@dataclass(frozen=True, slots=True)
class CategoryCount:
    """How many objections of a category there are, how many wait for an answer, how many answers were accepted."""

    category: str
    count: int
    open: int
    accepted: int
    partly: int
    refused: int


def counts(rows: ObjectionQuerySet) -> list[CategoryCount]:
    """Return objections by category, the most frequent first; one query (S2-21)."""
    found = rows.order_by().values_list("category").annotate(
        count=Count("id"), open=Count("id", filter=Q(acceptance="")), accepted=Count("id", filter=Q(acceptance=Acceptance.ACCEPTED)),
        partly=Count("id", filter=Q(acceptance=Acceptance.PARTLY)), refused=Count("id", filter=Q(acceptance=Acceptance.REFUSED)),
    )  # fmt: skip
    return sorted((CategoryCount(*row) for row in found), key=lambda one: (-one.count, one.category))


def learnt(entry_ids: Iterable[int]) -> dict[int, Learnt]:
    """Return how each standard answer was taken, everywhere in the company; one query."""
    rows = Objection.objects.filter(entry__in=list(entry_ids)).exclude(acceptance="").order_by()
    taken = rows.values_list("entry").annotate(
        **{word: Count("id", filter=Q(acceptance=word)) for word in Acceptance.values}
    )
    return {pk: Learnt(*figures) for pk, *figures in taken}


def suggestions(category: str = "", text: str = "", most: int = 30) -> list[tuple[Entry, Learnt]]:
    """Return standard answers of a category or of all, those known to work first; two queries (S3-12)."""
    asked = {"kind": EntryKind.OBJECTION, "objection": category}
    found = list(entries(asked, text)[:LOOKED_AT])
    known = learnt([entry.pk for entry in found])
    pairs = [(entry, known.get(entry.pk, Learnt())) for entry in found]
    return sorted(pairs, key=lambda pair: pair[1].rank, reverse=True)[:most]
