"""Which records of one group of equal keys are compared, so that no group costs more than it can tell. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product

from genjin.customers.rules.identity import SAME_KINDS, Match, Named, compare

MOST_COMPARED = 20  # each with each: 190 pairs
MOST_BRANCHES = 1000
STRENGTH = (Match.SAME, Match.SIMILAR, Match.RELATED)


@dataclass(frozen=True, slots=True)
class Group:
    """The live customers that share `key`; `partners` are those that meet it under another kind."""

    key: str
    ids: Sequence[int]
    partners: Sequence[int] = ()

    @property
    def kind(self) -> str:
        return self.key.partition(":")[0]


@dataclass(slots=True)
class Found:
    """What a pair was found by: the surest level and the kinds of the keys."""

    level: Match
    kinds: set[str] = field(default_factory=set)


def pairs_of(group: Group) -> Iterator[tuple[int, int]]:
    """Yield the pairs of a group to compare, the smaller id first; nothing of a crowd that says too little.

    A crowd under a key that makes two records one (a name, a mobile) is compared with its oldest alone.
    """
    if is_crowded(group):
        ids = sorted(group.ids)
        yield from ((ids[0], other) for other in ids[1:]) if group.kind in SAME_KINDS else ()
        return
    if group.kind != "head":  # branches of one parent are sisters
        yield from combinations(sorted(group.ids), 2)
    for one, other in product(sorted(set(group.ids)), sorted(set(group.partners))):
        if one != other:
            yield min(one, other), max(one, other)


def is_crowded(group: Group) -> bool:
    """Whether so many share a key (a front desk's number) that sharing it says nothing."""
    if group.kind == "head":
        return len(group.ids) > MOST_BRANCHES or len(group.partners) > MOST_COMPARED
    return len(group.ids) > MOST_COMPARED or len(group.partners) > MOST_COMPARED


def found_in(group: Group, named: dict[int, Named], found: dict[tuple[int, int], Found]) -> int:
    """Add to `found` what a group says of its pairs; returns how many were compared."""
    compared = 0
    for pair in pairs_of(group):
        one, other = (named.get(pk) for pk in pair)
        if one is None or other is None:
            continue
        compared += 1
        level = compare(group.key, one, other)
        if level is None:
            continue
        known = found.setdefault(pair, Found(level))
        known.level = min(known.level, level, key=STRENGTH.index)
        known.kinds.add(group.kind)
    return compared
