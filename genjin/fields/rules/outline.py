"""What a collection template asks: groups of fields in order, and how complete a record is by it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.utils.translation import gettext as _

from genjin.kit.errors import RuleError
from genjin.kit.text import clean

MOST_GROUPS, MOST_ITEMS, HEAVIEST = 20, 100, 10


@dataclass(frozen=True, slots=True)
class Item:
    """A field asked for: `key` is a built-in or an own one.

    `is_required` counts and is shown as missing; `must` refuses a save without it. `weight` 0 asks without counting.
    """

    key: str
    is_required: bool = False
    must: bool = False
    weight: int = 1
    help: str = ""
    question: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """The groups of a template, in the order in which one asks."""

    groups: tuple[Group, ...] = ()

    @property
    def items(self) -> Iterator[Item]:
        return (item for group in self.groups for item in group.items)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(item.key for item in self.items)

    @property
    def must(self) -> frozenset[str]:
        return frozenset(item.key for item in self.items if item.must)


def read_outline(kept: Sequence[Mapping[str, Any]]) -> Outline:
    """Return an outline as it is kept with a template."""
    known = {field.name for field in fields(Item)}
    return Outline(
        tuple(
            Group(
                group["title"],
                tuple(Item(**{n: v for n, v in item.items() if n in known}) for item in group["items"]),
            )
            for group in kept
        )
    )


def kept_outline(outline: Outline) -> list[dict[str, Any]]:
    """Return an outline as JSON; `read_outline` reads it again."""
    return [asdict(group) for group in outline.groups]


def check_outline(outline: Outline, known: Collection[str]) -> Outline:
    """Return the outline with its texts in order.

    Raises RuleError `template_empty`, `template_too_large`, `field_twice`, `field_unknown`, `weight_invalid`, `group_untitled`.
    """
    items = list(outline.items)
    if not items or not any(item.weight for item in items):
        raise RuleError(_("A template asks for at least one field that counts."), "template_empty")
    if len(items) > MOST_ITEMS or len(outline.groups) > MOST_GROUPS:
        sentence = _("At most %(items)d fields in %(groups)d groups.")
        raise RuleError(sentence % {"items": MOST_ITEMS, "groups": MOST_GROUPS}, "template_too_large")
    if len(outline.keys) != len(items):
        raise RuleError(_("A field stands in the template twice."), "field_twice")
    if unknown := sorted(outline.keys - set(known)):
        raise RuleError(_("Unknown field: %(names)s.") % {"names": ", ".join(unknown)}, "field_unknown")
    if any(not 0 <= item.weight <= HEAVIEST for item in items):
        raise RuleError(_("A weight is a whole number from 0 to 10."), "weight_invalid")
    if any(not clean(group.title) for group in outline.groups if group.items):
        raise RuleError(_("Give each group a title."), "group_untitled")
    return Outline(tuple(_tidy(group) for group in outline.groups if group.items or clean(group.title)))


def without_empty_groups(outline: Outline) -> Outline:
    """Return the outline as it is published: a group nobody put a field into is gone."""
    return Outline(tuple(group for group in outline.groups if group.items))


def _tidy(group: Group) -> Group:
    items = tuple(
        Item(i.key, i.is_required or i.must, i.must, i.weight, clean(i.help)[:300], clean(i.question)[:300])
        for i in group.items
    )
    return Group(clean(group.title)[:60], items)


@dataclass(frozen=True, slots=True)
class Completeness:
    """How much of a template is there: `percent` of the weights, and what is missing, heaviest first."""

    percent: int
    missing: tuple[Item, ...]


def completeness(outline: Outline, filled: Collection[str]) -> Completeness:
    """Weigh what is filled: 100 only when every field that counts is there (S1-5)."""
    items = list(outline.items)
    total = sum(item.weight for item in items)
    there = sum(item.weight for item in items if item.key in filled)
    missing = [item for item in items if item.key not in filled]
    missing.sort(key=lambda item: (not item.is_required, -item.weight))
    return Completeness(there * 100 // total if total else 0, tuple(missing))


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a difference: `what` is added, removed, moved or changed; both sides as read by people."""

    what: str
    key: str
    before: Item | None = None
    after: Item | None = None
    before_group: str = ""
    after_group: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The properties that differ."""
        if self.before is None or self.after is None:
            return ()
        return tuple(
            f.name for f in fields(Item) if getattr(self.before, f.name) != getattr(self.after, f.name)
        )


def difference(before: Outline, after: Outline) -> list[Change]:
    """Return what changed from one version to another, field by field (S1-18)."""
    old = {item.key: (group.title, item) for group in before.groups for item in group.items}
    new = {item.key: (group.title, item) for group in after.groups for item in group.items}
    changes = [
        Change("added", key, None, item, "", group) for key, (group, item) in new.items() if key not in old
    ]
    changes += [
        Change("removed", key, item, None, group) for key, (group, item) in old.items() if key not in new
    ]
    for key in (key for key in new if key in old):
        (old_group, was), (new_group, now) = old[key], new[key]
        if was != now or old_group != new_group:
            changes.append(Change("changed" if was != now else "moved", key, was, now, old_group, new_group))
    return changes
