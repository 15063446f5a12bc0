"""Which rows of a sheet are known already: in the file itself, or in the database. Pure."""

from array import array
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from genjin.customers.rules.identity import Match, Named, asked_keys, compare, reason_of

Judge = Callable[[str, Named, Named], Match | None]
MOST_COMPARED = 20  # rows that share one key
KEYS_OF_A_ROW = 4  # at a guess; the table of keys grows when there are more


@dataclass(frozen=True, slots=True)
class Known:
    """A customer in the database that has one of the keys asked for; `row` when it came in from this very sheet."""

    id: int
    name: str
    credit_code: str
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Twin:
    """Why a row is a double: the level, in words, and whom it matches (`id` None: an earlier row, `row`)."""

    level: Match
    reason: str
    id: int | None
    name: str
    row: int | None = None
    key: str = ""  # the shared one


def twins_in_database(
    keys: Sequence[str], ours: Named, known: Mapping[str, Sequence[Known]], judge: Judge = compare
) -> list[Twin]:
    """Return whom a row matches among known customers, surest first, each once; `judge` says what a shared key means."""
    found: dict[int, Twin] = {}
    for stored, key in asked_keys(keys).items():
        for customer in known.get(stored, ()):
            level = judge(key, ours, Named(customer.name, customer.credit_code))
            if level and (
                customer.id not in found or (level == Match.SAME and found[customer.id].level != Match.SAME)
            ):
                found[customer.id] = Twin(level, reason_of(key), customer.id, customer.name, key=key)
    return sorted(found.values(), key=lambda twin: (twin.level != Match.SAME, twin.id))


class EarlierRows:
    """The rows accepted so far, by key; asked and told in file order. For a slice or two: it keeps every text."""

    def __init__(self) -> None:
        self._rows: dict[str, list[tuple[int, Named]]] = {}

    def knows_any(self, keys: Collection[str]) -> bool:
        """Whether a row has one of these keys."""
        return not self._rows.keys().isdisjoint(keys)

    def rows_of(self, key: str) -> Sequence[tuple[int, Named]]:
        """Return number and names of the rows that have this key."""
        return self._rows.get(key, ())

    def add(self, keys: Sequence[str], row: tuple[int, int], ours: Named) -> None:
        """Remember a row: where it stands, and its number in the file."""
        for key in keys:
            if len(rows := self._rows.setdefault(key, [])) < MOST_COMPARED:
                rows.append((row[1], ours))


class EarlierPlaces:
    """The same for a whole sheet in twelve bytes a key: a hash, and where in the sheet the first such row stands.

    What a row is called is asked again when two share a key (`named_at` of a place gives its number and names).
    Two keys with one hash of 64 bits do not happen in a million rows.
    """

    def __init__(self, rows: int, named_at: Callable[[int], tuple[int, Named]]) -> None:
        size = 1 << max(10, (rows * KEYS_OF_A_ROW * 3 // 2).bit_length())
        self._mask = size - 1
        self._hashes = array("q", bytes(8 * size))
        self._places = array("I", bytes(4 * size))
        self._more: dict[int, list[int]] = {}  # further rows of a key that were not called the same
        self._named_at = named_at
        self._taken = 0

    def _slot(self, key: str) -> tuple[int, int]:
        mark = hash(key) or 1
        at = mark & self._mask
        while (found := self._hashes[at]) and found != mark:
            at = (at + 1) & self._mask
        return at, mark

    def knows_any(self, keys: Collection[str]) -> bool:
        """Whether a row has one of these keys."""
        return any(self._hashes[self._slot(key)[0]] for key in keys)

    def rows_of(self, key: str) -> Sequence[tuple[int, Named]]:
        """Return number and names of the rows that have this key."""
        at, mark = self._slot(key)
        if not self._hashes[at]:
            return ()
        return [self._named_at(place) for place in (self._places[at], *self._more.get(mark, ()))]

    def add(self, keys: Sequence[str], row: tuple[int, int], ours: Named) -> None:  # noqa: ARG002 (asked again when needed)
        """Remember a row: where it stands, and its number in the file."""
        place, _number = row
        for key in keys:
            at, mark = self._slot(key)
            if not self._hashes[at]:
                if self._taken * 8 > self._mask * 7:
                    self._grow()
                    at, mark = self._slot(key)
                self._hashes[at], self._places[at] = mark, place
                self._taken += 1
            elif len(more := self._more.setdefault(mark, [])) < MOST_COMPARED - 1:
                more.append(place)

    def _grow(self) -> None:
        hashes, places = self._hashes, self._places
        size = 2 * len(hashes)
        self._mask = size - 1
        self._hashes, self._places = array("q", bytes(8 * size)), array("I", bytes(4 * size))
        for mark, place in zip(hashes, places, strict=True):
            if mark:
                at = mark & self._mask
                while self._hashes[at]:
                    at = (at + 1) & self._mask
                self._hashes[at], self._places[at] = mark, place


def surest(ours: Named, found: Iterable[tuple[str, int, Named]], judge: Judge = compare) -> Twin | None:
    """Return the surest twin among earlier rows (`key` shared, row, its names): the first called the same, else the first."""
    best: Twin | None = None
    for key, number, theirs in found:
        level = judge(key, ours, theirs)
        if level and (best is None or (level == Match.SAME and best.level != Match.SAME)):
            best = Twin(level, reason_of(key), None, theirs.name, number)
            if level == Match.SAME:
                break
    return best
