"""Which rows ended well, which did not, and which are still open."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import polars as pl
from django.utils.translation import gettext as _

from genjin.insights.rules.chances.words import GONE, NO, STAYED, YES, folded, opposites
from genjin.kit.errors import RuleError

SHOWN = 6
MOST_OPEN = 60  # words that mean neither; more are no outcomes but names, amounts or texts


@dataclass(frozen=True)
class Outcome:
    """The target by row: 1, 0, or null for rows not closed; and the words as they were read, commonest first."""

    name: str
    values: pl.Series
    positive: tuple[str, ...]
    negative: tuple[str, ...]
    open: tuple[tuple[str, int], ...]

    @property
    def closed(self) -> int:
        return self.values.len() - self.values.null_count()

    @property
    def positives(self) -> int:
        return int(self.values.sum() or 0)

    def read_again(self, column: pl.Series) -> pl.Series:
        """Read the outcomes of other rows by the same words; null where there is none of them."""
        codes = dict.fromkeys(map(folded, self.negative), 0) | dict.fromkeys(map(folded, self.positive), 1)
        words = column.cast(pl.String).fill_null("")
        known = {word: codes.get(folded(word)) for word in words.unique().to_list()}
        return words.replace_strict(known, return_dtype=pl.Int8)


def read_outcome(
    column: pl.Series, *, positive: Collection[str] = (), negative: Collection[str] = ()
) -> Outcome:
    """Read a column of outcomes; `positive` and `negative` are words to read so, whatever else they mean.

    With both given, all other words are open. Raises RuleError: target_empty, target_unclear, target_one_class.
    """
    counts = Counter({str(word or ""): count for word, count in column.value_counts().iter_rows()})
    words: Counter[str] = Counter()
    for word, count in counts.items():
        words[folded(word)] += count
    del words[""]
    if not words:
        raise RuleError(
            _("Column %(name)s holds no outcome. Name the column that says how each row ended: --target COLUMN.")
            % {"name": column.name}, "target_empty",
        )  # fmt: skip
    yes, no = _sides(words, {folded(one) for one in positive}, {folded(one) for one in negative})
    _check(column.name, words, yes, no)
    codes = {word: 1 if folded(word) in yes else 0 for word in counts if folded(word) in yes | no}
    values = column.replace_strict(codes, default=None, return_dtype=pl.Int8)
    shown = _spellings(counts)
    return Outcome(
        column.name,
        values.alias("outcome"),
        tuple(shown[word] for word in _by_count(words, yes)),
        tuple(shown[word] for word in _by_count(words, no)),
        tuple((shown[word], words[word]) for word in _by_count(words, set(words) - yes - no)),
    )


def _sides(words: Counter[str], positive: set[str], negative: set[str]) -> tuple[set[str], set[str]]:
    if positive and negative:
        return positive & set(words), negative & set(words)
    yes, no = set(words) & YES, set(words) & NO
    if yes and not yes <= {"是", "有", "yes", "y", "true", "1"}:
        no |= set(words) & GONE  # won or gone
    else:
        yes |= set(words) & GONE
    no |= set(words) & STAYED
    if not yes | no:
        yes, no = opposites(words)
    yes, no = (yes | positive) - negative, (no | negative) - positive
    yes, no = yes & set(words), no & set(words)
    # Of two words, the one that is not named or known is the other side.
    if len(words) == 2 and len(yes | no) == 1:
        other = set(words) - yes - no
        yes, no = (yes, other) if yes else (other, no)
    if positive and yes and not no:
        no = set(words) - yes
    return yes, no


def _check(name: str, words: Counter[str], yes: set[str], no: set[str]) -> None:
    shown = "、".join(word for word, _count in words.most_common(SHOWN))
    details = {"name": name, "words": shown}
    if not yes | no or len(set(words) - yes - no) > MOST_OPEN:
        raise RuleError(
            _("It is not clear which words of %(name)s mean yes and which no (%(words)s). Say it: --positive WORD --negative WORD.")
            % details, "target_unclear",
        )  # fmt: skip
    if not yes or not no:
        raise RuleError(
            _("Column %(name)s knows one outcome only (%(words)s). Add closed rows of the other kind, or say which words mean it: --positive WORD --negative WORD.")
            % details, "target_one_class",
        )  # fmt: skip


def _by_count(words: Counter[str], side: Iterable[str]) -> list[str]:
    return sorted(side, key=lambda word: (-words[word], word))


def _spellings(counts: Counter[str]) -> dict[str, str]:
    """Return the commonest spelling of each folded word."""
    found: dict[str, str] = {}
    for word in sorted(counts, key=lambda one: (-counts[one], one)):
        found.setdefault(folded(word), word.strip())
    return found
