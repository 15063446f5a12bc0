"""What others wrote to the same fields since somebody looked: both values, who and when."""

from collections.abc import Mapping
from typing import Any

from genjin.customers.models import Contact, Customer
from genjin.events.models import Event

# Events whose `version` and `changes`, or `fields`, say which fields of a customer were written.
REWRITING = (
    "customer.changed",
    "customer.need_added",
    "customer.merged",
    "customer.unmerged",
    "file.removed",
)

Conflicts = dict[str, dict[str, Any]]


def plain(value: Any) -> Any:
    """Return a value as the trail keeps it."""
    if isinstance(value, Customer):
        return value.code  # not everybody who reads the log sees the other customer
    if hasattr(value, "pk"):
        return str(value)
    return value if value is None or isinstance(value, bool | int | str | dict) else str(value)


def conflicts_of(
    row: Customer, changed: Mapping[str, Any], kept: Mapping[str, Any], version: int
) -> Conflicts:
    """Return which of the `changed` fields others wrote after `version`; `kept` holds the values as they are now."""
    if version >= row.version:
        return {}
    since = (
        Event.objects.about(row.pk)
        .filter(kind__in=REWRITING, data__version__gt=version)
        .select_related("actor")
    )
    theirs: Conflicts = {}
    seen: dict[str, Any] = {}
    for event in since.order_by("pk"):
        values = dict.fromkeys(event.data.get("fields", ())) | event.data.get("changes", {})
        for name in values.keys() & changed.keys():
            old, new = values[name] or (NotImplemented, plain(kept[name]))  # an event may name fields alone
            seen.setdefault(name, old)
            theirs[name] = {
                "theirs": new,
                "yours": plain(changed[name]),
                "by": event.actor.name if event.actor else "",
                "at": event.at.isoformat(),
            }
    return {name: both for name, both in theirs.items() if both["theirs"] != seen[name]}


def contact_conflicts_of(person: Contact, theirs: Mapping[str, Any], version: int) -> Conflicts:
    """Return which fields of a person others wrote after `version`; `theirs` are the values they hold now."""
    since = Event.objects.about(person.customer_id).filter(
        kind="contact.changed", subject_id=person.pk, data__version__gt=version
    )
    conflicts: Conflicts = {}
    for event in since.select_related("actor").order_by("pk"):
        for name in theirs.keys() & set(event.data["fields"]):
            conflicts[name] = {
                "theirs": plain(theirs[name]),
                "yours": plain(getattr(person, name)),
                "by": event.actor.name if event.actor else "",
                "at": event.at.isoformat(),
            }
    return conflicts
