"""Readers of the trail and their bookmarks: what lies above hears of what happened below, and looks around once a day."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date

from genjin.events.models import Bookmark, Event

MOST_EVENTS = 20_000


@contextmanager
def read_trail(
    reader: str, kinds: Collection[str] | None = None, most: int = MOST_EVENTS
) -> Iterator[list[Event]]:
    """Hand out the events after the bookmark of `reader`, oldest first: of these kinds, or all; at most `most`.

    The bookmark moves once the block has acted on them, past other kinds too, and never backwards: whoever is stopped
    before reads them again. Acting twice must change nothing.
    """
    mark, _made = Bookmark.objects.get_or_create(name=reader)
    reached = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    rows = Event.objects.after(mark.event_id).filter(pk__lte=reached)
    seen = list((rows if kinds is None else rows.filter(kind__in=kinds))[:most])
    yield seen
    _move(reader, seen[-1].pk if len(seen) == most else reached)


def is_day_done(name: str, day: date) -> bool:
    """Whether what is done once a day under this name was done for `day` already."""
    return Bookmark.objects.filter(name=name, event_id__gte=day.toordinal()).exists()


def end_day(name: str, day: date) -> bool:
    """Note that what is done once a day was done for `day`; whether nobody had noted it yet."""
    Bookmark.objects.get_or_create(name=name)
    return _move(name, day.toordinal())


def _move(name: str, to: int) -> bool:
    return bool(Bookmark.objects.filter(name=name, event_id__lt=to).update(event_id=to))
