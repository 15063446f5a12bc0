"""What a version says, in texts and lists, and how two versions differ. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

TEXTS = ("title", "modules", "duration", "terms", "valid_until", "discount")
COMPARED = ("quantity", "unit", "price", "discount", "tax_rate", "amount")
Content = Mapping[str, Any]  # texts, lists and mappings of texts only


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line of one version beside that of the other; None where it is missing."""

    name: str
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """How one version differs from another: texts as (name, old, new), lines, files, and both amounts."""

    texts: tuple[tuple[str, Any, Any], ...]
    lines: tuple[LineChange, ...]
    files: tuple[tuple[str, str], ...]  # "added" or "removed", and the file's name
    old_amount: str
    new_amount: str

    @property
    def is_empty(self) -> bool:
        return not (self.texts or self.lines or self.files)


def difference(old: Content, new: Content) -> Difference:
    """Return how `new` differs from `old`; a line is the same one when product and name are, in order of appearance."""
    texts = tuple((name, old[name], new[name]) for name in TEXTS if old[name] != new[name])
    files = [("removed", one["name"]) for one in old["files"] if one not in new["files"]]
    files += [("added", one["name"]) for one in new["files"] if one not in old["files"]]
    return Difference(
        texts, tuple(_lines(old["lines"], new["lines"])), tuple(files), old["amount"], new["amount"]
    )


def _lines(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> list[LineChange]:
    before, after = _keyed(old), _keyed(new)
    found = [LineChange(str(line["name"]), line, None) for key, line in before.items() if key not in after]
    for key, line in after.items():
        if key not in before:
            found.append(LineChange(str(line["name"]), None, line))
            continue
        changed = tuple(name for name in COMPARED if before[key][name] != line[name])
        if changed:
            found.append(LineChange(str(line["name"]), before[key], line, changed))
    return found


def _keyed(lines: Sequence[Mapping[str, Any]]) -> dict[tuple[Any, ...], Mapping[str, Any]]:
    seen: Counter[tuple[Any, ...]] = Counter()
    found = {}
    for line in lines:
        key = (line["product"], line["name"])
        seen[key] += 1
        found[*key, seen[key]] = line
    return found
