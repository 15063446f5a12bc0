"""Which rows of a sheet are known already: in the file itself, or in the database. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from genjin.customers.rules.identity import Match, Named, asked_keys, compare, reason_of

MOST_COMPARED = 20  # rows that share one key


@dataclass(frozen=True, slots=True)
class Known:
    """A customer in the database that has one of the keys asked for."""

    id: int
    name: str
    credit_code: str


@dataclass(frozen=True, slots=True)
class Twin:
    """Why a row is a double: the level, in words, and whom it matches (`id` None: an earlier row, `row`)."""

    level: Match
    reason: str
    id: int | None
    name: str
    row: int | None = None


def repeated_keys(keys: Sequence[Sequence[str]]) -> set[str]:
    """Return the keys that more than one row carries."""
    seen = Counter(key for row in keys for key in row)
    return {key for key, count in seen.items() if count > 1}


def twins_in_database(keys: Sequence[str], ours: Named, known: Mapping[str, Sequence[Known]]) -> list[Twin]:
    """Return whom a row matches among known customers, surest first, each once."""
    found: dict[int, Twin] = {}
    for stored, key in asked_keys(keys).items():
        for customer in known.get(stored, ()):
            level = compare(key, ours, Named(customer.name, customer.credit_code))
            if level and (
                customer.id not in found or (level == Match.SAME and found[customer.id].level != Match.SAME)
            ):
                found[customer.id] = Twin(level, reason_of(key), customer.id, customer.name)
    return sorted(found.values(), key=lambda twin: (twin.level != Match.SAME, twin.id))


class EarlierRows:
    """The rows accepted so far, by those keys that occur more than once; asked and told in file order."""

    def __init__(self, repeated: set[str]) -> None:
        self._repeated = repeated
        self._rows: dict[str, list[tuple[int, Named]]] = {}

    def twin_of(self, keys: Sequence[str], ours: Named) -> Twin | None:
        """Return the surest earlier twin of a row with these keys, or None."""
        best: Twin | None = None
        for key in keys:
            for number, theirs in self._rows.get(key, ()):
                level = compare(key, ours, theirs)
                if level and (best is None or (level == Match.SAME and best.level != Match.SAME)):
                    best = Twin(level, reason_of(key), None, theirs.name, number)
        return best

    def add(self, keys: Sequence[str], row: int, ours: Named) -> None:
        for key in keys:
            if key in self._repeated and len(rows := self._rows.setdefault(key, [])) < MOST_COMPARED:
                rows.append((row, ours))
