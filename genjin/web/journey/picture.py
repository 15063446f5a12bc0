"""The line as one picture: a column a phase, a card a stop, a curve from what came before. Numbers for an SVG."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from genjin.desk.queries.journey import Journey, Key, Node, NodeKind
from genjin.web.journey.links import page_of
from genjin.web.shell.templatetags.genjin import money

COLUMNS: Sequence[tuple[Any, frozenset[str]]] = (
    (
        gettext_lazy("First touch and contacts"),
        frozenset({NodeKind.TOUCH, NodeKind.RECORD, NodeKind.EVIDENCE}),
    ),
    (pgettext_lazy("journey", "Stages"), frozenset({NodeKind.STAGE})),
    (gettext_lazy("Need and opportunity"), frozenset({NodeKind.NEED, NodeKind.OPPORTUNITY})),
    (pgettext_lazy("journey", "Proposals"), frozenset({NodeKind.PROPOSAL})),
    (pgettext_lazy("journey", "Contracts"), frozenset({NodeKind.CONTRACT})),
    (pgettext_lazy("journey", "Payments"), frozenset({NodeKind.MILESTONE})),
    (pgettext_lazy("journey", "Money received"), frozenset({NodeKind.RECEIPT})),
    (pgettext_lazy("journey", "Delivery"), frozenset({NodeKind.DELIVERY, NodeKind.ACCEPTANCE})),
    (
        pgettext_lazy("journey", "Care and renewal"),
        frozenset({NodeKind.SURVEY, NodeKind.TICKET, NodeKind.RENEWAL, NodeKind.REPURCHASE}),
    ),
)
WIDTH, GAP, CARD, ROW, TOP = 148, 22, 62, 74, 56
MOST_CARDS = 8  # of a column; the list below holds them all
SUMMED = {NodeKind.CONTRACT, NodeKind.MILESTONE, NodeKind.RECEIPT, NodeKind.OPPORTUNITY}
LETTERS = 10


@dataclass(frozen=True, slots=True)
class Place:
    """Where a card stands."""

    x: int
    y: int


def shown_day(node: Node) -> str:
    """Return the day of a stop."""
    return timezone.localtime(node.at).strftime("%Y-%m-%d")


def days_words(days: int | None) -> str:
    """Return how long after the stop before it."""
    if not days:
        return ""
    return ngettext("+%(count)d day", "+%(count)d days", days) % {"count": days}


def line_of(journey: Journey, keys: Collection[Key] = (), at: Key | None = None) -> list[dict[str, Any]]:
    """Return the stops as a list beside the picture; with `keys` only those on the walked line."""
    return [
        {
            "kind": NodeKind(node.kind).label, "code": node.kind, "title": node.title, "note": node.note, "state": node.state if node.kind != NodeKind.STAGE else "",
            "tone": node.tone or "line", "day": shown_day(node), "days": days_words(node.days), "money": money(node.money), "is_ahead": node.is_ahead,
            "url": page_of(journey.customer_id, node), "lineage_url": reverse("journey:lineage", args=[node.kind, node.pk]), "is_here": node.key == at,
        }
        for node in journey.nodes
        if not keys or node.key in keys
    ]  # fmt: skip


def picture(journey: Journey, keys: Collection[Key] = (), at: Key | None = None) -> dict[str, Any]:
    """Return cards, curves and heads of columns; with `keys` what is not on the walked line is faint."""
    columns = [[node for node in journey.nodes if node.kind in kinds] for _label, kinds in COLUMNS]
    shown = [_cut(nodes, keys) for nodes in columns]
    filled = [number for number, nodes in enumerate(shown) if nodes]
    places = {
        node.key: Place(column * (WIDTH + GAP), TOP + row * ROW)
        for column, number in enumerate(filled)
        for row, node in enumerate(shown[number])
    }
    width = len(filled) * (WIDTH + GAP) - GAP
    height = TOP + max((len(nodes) for nodes in shown), default=0) * ROW + 4
    cards = [_card(journey, node, places[node.key], keys, at) for number in filled for node in shown[number]]
    return {
        "heads": [_head(number, columns[number], len(shown[number]), place * (WIDTH + GAP)) for place, number in enumerate(filled)],
        "cards": cards, "curves": list(_curves(journey, places, keys)), "width": width, "height": height, "box": f"0 0 {width} {height}",
        "card_width": WIDTH, "card_height": CARD,
    }  # fmt: skip


def _cut(nodes: Sequence[Node], keys: Collection[Key]) -> list[Node]:
    """Return the cards a column has room for: the walked ones first, then the latest; in order."""
    if len(nodes) <= MOST_CARDS:
        return list(nodes)
    first = [nodes[0]] if nodes[0].kind == NodeKind.TOUCH else []
    walked = [node for node in nodes if node.key in keys and node not in first]
    others = [node for node in nodes if node not in walked and node not in first]
    room = MOST_CARDS - len(first)
    kept = (walked[-room:] + others[::-1])[:room]
    return [node for node in nodes if node in kept or node in first]


def _head(number: int, nodes: Sequence[Node], shown: int, x: int) -> dict[str, Any]:
    amount = sum((node.money or Decimal(0) for node in nodes if node.kind in SUMMED), Decimal(0))
    count = (
        str(len(nodes))
        if shown == len(nodes)
        else _("%(shown)d of %(count)d") % {"shown": shown, "count": len(nodes)}
    )
    words = [count, money(amount) if amount else ""]
    return {"label": COLUMNS[number][0], "note": " · ".join(word for word in words if word), "x": x}


def _card(  # noqa: PLR0917 (a step of the picture)
    journey: Journey, node: Node, place: Place, keys: Collection[Key], at: Key | None
) -> dict[str, Any]:
    second = [
        money(node.money) if node.money is not None else "",
        node.state if node.kind != NodeKind.STAGE else node.note,
    ]
    title = node.title if len(node.title) <= LETTERS else f"{node.title[: LETTERS - 1]}…"
    note = " · ".join(word for word in second if word) or node.note
    return {
        "x": place.x, "y": place.y, "text_x": place.x + 12, "title_y": place.y + 20, "day_y": place.y + 37, "note_y": place.y + 53,
        "title": title, "day": shown_day(node), "days": days_words(node.days), "note": note if len(note) <= LETTERS + 2 else f"{note[: LETTERS + 1]}…",
        "whole": " · ".join(part for part in (str(NodeKind(node.kind).label), node.title, shown_day(node), money(node.money), node.state if node.kind != NodeKind.STAGE else "", node.note) if part),
        "tone": node.tone or "line", "url": page_of(journey.customer_id, node), "is_faint": bool(keys) and node.key not in keys,
        "is_here": node.key == at, "is_ahead": node.is_ahead,
    }  # fmt: skip


def _curves(journey: Journey, places: dict[Key, Place], keys: Collection[Key]) -> Any:
    for node in journey.nodes:
        for parent in node.parents:
            if node.key in places and parent in places:
                is_walked = bool(keys) and node.key in keys and parent in keys
                yield {
                    "path": _path(places[parent], places[node.key]),
                    "is_walked": is_walked,
                    "is_faint": bool(keys) and not is_walked,
                }


def _path(start: Place, end: Place) -> str:
    """Return a curve from card to card; within a column it runs down along the left side, to the left it bows below."""
    if start.x == end.x:
        x = start.x + 10
        return (
            f"M{x} {start.y + CARD} L{x} {end.y}"
            if end.y > start.y
            else f"M{x} {start.y} L{x} {end.y + CARD}"
        )
    ahead = end.x > start.x
    x1, x2 = (start.x + WIDTH, end.x) if ahead else (start.x, end.x + WIDTH)
    y1, y2 = start.y + CARD // 2, end.y + CARD // 2
    bend = GAP if ahead else -GAP
    return f"M{x1} {y1} C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
