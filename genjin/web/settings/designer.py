"""The designer of a template as one ordered list of rows: a group, its fields, the next group, its fields.

Each row is posted as `row` ("group:2" or "item:f1") in the order it stands on the page; dragging changes that order, and
so do the buttons for who has no mouse or no script.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from genjin.fields.rules import Group, Item, Outline

ITEM, GROUP = "item:", "group:"


def rows(outline: Outline, labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the rows of the designer."""
    found: list[dict[str, Any]] = []
    for at, group in enumerate(outline.groups):
        found.append(
            {"row": f"{GROUP}{at}", "is_group": True, "label": group.title, "at": at, "title": group.title}
        )
        found += [
            {"row": f"{ITEM}{item.key}", "item": item, "label": labels.get(item.key, item.key)}
            for item in group.items
        ]  # fmt: skip
    return found


def read(post: Any, before: Outline) -> Outline:
    """Return the outline as posted, after the pressed button: move, remove, add a field, add a group."""
    order = _moved(post.getlist("row"), post.get("move", ""))
    order = [row for row in order if row != post.get("remove")]
    if post.get("add_group"):
        order.append(f"{GROUP}new")
    if key := post.get("add") and post.get("key"):
        order.append(f"{ITEM}{key}")
    if not order:
        return before
    groups: list[tuple[str, list[Item]]] = []
    for row in order:
        if row.startswith(GROUP):
            groups.append((_title(post, row), []))
        elif row.startswith(ITEM):
            if not groups:  # dragged above the first group
                groups.append((_title(post, ""), []))
            groups[-1][1].append(_item(post, row.removeprefix(ITEM)))
    return Outline(tuple(Group(title, tuple(items)) for title, items in groups))


def _title(post: Any, row: str) -> str:
    title = post.get(f"title-{row.removeprefix(GROUP)}", "")
    return str(title).strip() or str(_("New group"))


def _item(post: Any, key: str) -> Item:
    weight = post.get(f"weight-{key}", "1")
    return Item(
        key,
        is_required=f"required-{key}" in post,
        must=f"must-{key}" in post,
        weight=int(weight) if weight.isdecimal() and len(weight) < 4 else 1,
        help=post.get(f"help-{key}", ""),
        question=post.get(f"question-{key}", ""),
    )


def _moved(order: Sequence[str], move: str) -> list[str]:
    """Return the rows after one was moved up or down by a place: `up:item:f1`."""
    order = list(order)
    direction, _colon, row = move.partition(":")
    if row not in order:
        return order
    at = order.index(row)
    to = at - 1 if direction == "up" else at + 1
    # The first row is a group; nothing stands above it.
    if 0 <= to < len(order) and not (min(at, to) == 0 and ITEM in order[max(at, to)][:5]):
        order[at], order[to] = order[to], order[at]
    return order


def anchor(post: Any) -> str:
    """Return where the page goes on after a press."""
    if post.get("add") or post.get("add_group"):
        return "end"
    return f"{post.get('move', '').partition(':')[2]}" if post.get("move") else "top"


def shares(outline: Outline) -> dict[str, int]:
    """Return how many fields, how many required ones and the sum of weights there are."""
    items = list(outline.items)
    return {
        "fields": len(items),
        "required": sum(i.is_required for i in items),
        "weight": sum(i.weight for i in items),
    }


def in_words(item: Item | None, group: str) -> str:
    """Return a field of a template as a line of a difference."""
    if item is None:
        return ""
    parts = [group, _("weight %(weight)d") % {"weight": item.weight}]
    if item.must:
        parts.append(_("must be there to save"))
    elif item.is_required:
        parts.append(_("required"))
    parts += [text for text in (item.help, item.question) if text]
    return " · ".join(parts)
