"""Entries by what they are about, and how often each was used."""

from collections.abc import Iterable, Mapping

from django.db.models import Case, Count, IntegerField, Q, Value, When

from genjin.accounts.models import User
from genjin.library.models import Entry, EntryQuerySet, Use
from genjin.library.rules import Spin

IN_TURN = Case(  # questions as they are asked: situation, problem, implication, payoff
    *(When(spin=word, then=Value(at)) for at, word in enumerate(Spin.values)),
    default=Value(0),
    output_field=IntegerField(),
)
FILTERS = ("kind", "spin", "objection", "stage", "grade")


def entries(asked: Mapping[str, str], text: str = "", *, everything: bool = False) -> EntryQuerySet:
    """Return the entries that answer filters by name and a search text; those out of use only when `everything` is asked.

    A stage or grade finds what is written for it and what is for any.
    """
    rows = Entry.objects.all() if everything else Entry.objects.active()
    for name in FILTERS:
        if not (value := asked.get(name, "")):
            continue
        rows = rows.filter(**{f"{name}__in": ["", value]} if name in {"stage", "grade"} else {name: value})
    if topic := asked.get("topic", "").strip():
        rows = rows.filter(topic=topic)
    found = rows.found_by(text) if text.strip() else rows
    return found.order_by("kind", IN_TURN, "objection", "id")


def fitting(kind: str, *, stage: str, grade: str, text: str = "", most: int = 30) -> list[Entry]:
    """Return what fits a customer best first: written for this stage, for this grade, for any."""
    asked = {"kind": kind, "stage": stage, "grade": grade}
    rows = entries(asked, text)
    written_for = Case(
        When(stage=stage, then=Value(0)),
        When(grade=grade, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return list(rows.annotate(place=written_for).order_by("place", IN_TURN, "objection", "id")[:most])


def topics() -> list[str]:
    """Return the topics in use, sorted."""
    return list(
        Entry.objects.active().exclude(topic="").order_by("topic").values_list("topic", flat=True).distinct()
    )


def use_counts(user: User, ids: Iterable[int]) -> dict[int, int]:
    """Return how often each entry was put into a record by the people whose rows `user` sees."""
    rows = Use.objects.of_people(user).filter(entry__in=list(ids)).order_by().values_list("entry")
    return dict(rows.annotate(count=Count("id", filter=Q(followup_id__isnull=False))))


def materials_of(task_ids: Iterable[int]) -> dict[int, list[Entry]]:
    """Return the entries attached to tasks; one query."""
    found: dict[int, list[Entry]] = {}
    rows = Use.objects.filter(task_id__in=list(task_ids)).select_related("entry").order_by("id")
    for use in rows:
        assert use.task_id is not None  # noqa: S101 (asked for above)
        found.setdefault(use.task_id, []).append(use.entry)
    return found


def used_in(followup_ids: Iterable[int]) -> dict[int, list[Entry]]:
    """Return the entries put into records; one query."""
    found: dict[int, list[Entry]] = {}
    for use in Use.objects.filter(followup_id__in=list(followup_ids)).select_related("entry").order_by("id"):
        assert use.followup_id is not None  # noqa: S101 (asked for above)
        found.setdefault(use.followup_id, []).append(use.entry)
    return found
