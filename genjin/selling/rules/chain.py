"""The decision chain as a picture: who reports to whom, laid out in rows; and when it wants to be verified again. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from genjin.kit.errors import wrong_at

REVERIFY_AFTER = timedelta(days=90)  # titles and the chain are verified regularly (S3-21)
WIDTH, HEIGHT, GAP_X, GAP_Y, EDGE = 176, 84, 20, 44, 8


def is_stale(verified_at: datetime, now: datetime) -> bool:
    """Whether a person's part was verified so long ago that somebody should ask again."""
    return now - verified_at > REVERIFY_AFTER


def check_reports_to(member: int, leader: int | None, leaders: Mapping[int, int | None]) -> None:
    """Refuse a circle of people who report to one another. Raises RuleError `chain_circle`."""
    seen = {member}
    while leader is not None:
        if leader in seen:
            sentence = _("These people would report to one another in a circle.")
            raise wrong_at("reports_to", sentence, "chain_circle")
        seen.add(leader)
        leader = leaders.get(leader)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a box stands: its left upper corner."""

    id: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes and the lines between them, each from the middle below to the middle above."""

    width: int
    height: int
    places: tuple[Place, ...]
    lines: tuple[tuple[int, int, int, int], ...]


def picture(leaders: Mapping[int, int | None]) -> Picture:
    """Lay out people by whom they report to, in the order given; no two boxes share a place.

    `leaders` holds by person the one it reports to; who is unknown, or in a circle, stands on the first row.
    """
    below: dict[int | None, list[int]] = {}
    for member in leaders:
        below.setdefault(_leader(member, leaders), []).append(member)
    places: dict[int, Place] = {}
    edge = EDGE
    for root in below.get(None, ()):
        edge = _lay(root, below, places, edge, 0)
    lines = tuple(
        (places[a].x + WIDTH // 2, places[a].y + HEIGHT, places[b].x + WIDTH // 2, places[b].y)
        for a, members in below.items()
        if a is not None
        for b in members
    )
    width = max((place.x + WIDTH for place in places.values()), default=0) + EDGE
    height = max((place.y + HEIGHT for place in places.values()), default=0) + EDGE
    return Picture(width, height, tuple(places[member] for member in leaders), lines)


def _leader(member: int, leaders: Mapping[int, int | None]) -> int | None:
    leader = leaders[member]
    at, seen = leader, {member}
    while at is not None:
        if at in seen or at not in leaders:
            return None
        seen.add(at)
        at = leaders[at]
    return leader


def _lay(  # noqa: PLR0917 (a step of the picture)
    member: int, below: Mapping[int | None, Sequence[int]], places: dict[int, Place], edge: int, depth: int
) -> int:
    """Place a person above the middle of those who report to it; return where the next one begins."""
    begin, members = edge, below.get(member, ())
    for one in members:
        edge = _lay(one, below, places, edge, depth + 1)
    end = max(edge, begin + WIDTH + GAP_X)
    x = (places[members[0]].x + places[members[-1]].x) // 2 if members else begin
    places[member] = Place(member, x, EDGE + depth * (HEIGHT + GAP_Y))
    return end
