"""What greetings are set to, what was done already, and words for each."""

from collections.abc import Iterable

from genjin.library.models import Entry, Greeting, GreetingSettings
from genjin.library.rules import EntryKind
from genjin.library.rules.greetings import Occasion


def greeting_settings() -> GreetingSettings:
    """Return the settings; those that ship when nobody has changed any."""
    return GreetingSettings.objects.first() or GreetingSettings()


def settled_greetings(contact_ids: Iterable[int], occasions: Iterable[str]) -> set[tuple[int, str]]:
    """Return which people were greeted on, or left out of, which occasions."""
    rows = Greeting.objects.filter(contact_id__in=list(contact_ids), occasion__in=list(occasions))
    return set(rows.values_list("contact_id", "occasion"))


def greeting_texts(occasions: Iterable[Occasion]) -> dict[str, list[Entry]]:
    """Return the library's texts by occasion key, those written for it before those for any; one query."""
    entries = list(Entry.objects.active().filter(kind=EntryKind.GREETING))
    keys = {occasion.key: {occasion.key, occasion.label} for occasion in occasions}
    return {
        key: sorted(
            (e for e in entries if e.topic in names or not e.topic), key=lambda e: (not e.topic, e.pk)
        )
        for key, names in keys.items()
    }
