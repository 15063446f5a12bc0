"""What follows when a new customer shares a key with one we know: an administrator's choice per kind of key. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from genjin.customers.rules.identity import SAME_KINDS, Match, Named, asked_keys, compare


class Consequence(TextChoices):
    """What happens to a record that looks like one we know."""

    FORBID = "forbid", pgettext_lazy("doubles", "Forbid")
    APPROVE = "approve", pgettext_lazy("doubles", "Needs approval")
    WARN = "warn", pgettext_lazy("doubles", "Warn")
    ALLOW = "allow", pgettext_lazy("doubles", "Allow")


WEIGHT = (Consequence.FORBID, Consequence.APPROVE, Consequence.WARN, Consequence.ALLOW)
POLICY_KINDS = ("uscc", "full", "mobile", "mail", "core", "alias", "former", "phone", "domain")
DEFAULTS = {kind: Consequence.FORBID if kind in SAME_KINDS else Consequence.WARN for kind in POLICY_KINDS}
_AS_MATCH = {
    Consequence.FORBID: Match.SAME,
    Consequence.APPROVE: Match.SAME,
    Consequence.WARN: Match.SIMILAR,
    Consequence.ALLOW: None,
}


@dataclass(frozen=True, slots=True)
class Policy:
    """The choices in force by kind of key; kinds without one have the default."""

    chosen: Mapping[str, Consequence] = field(default_factory=dict)

    def of(self, kind: str) -> Consequence:
        """Return what was chosen for a kind of key."""
        return self.chosen.get(kind, DEFAULTS.get(kind, Consequence.WARN))

    def consequence(self, key: str, level: Match) -> Consequence:
        """Return what follows from sharing `key` at `level`: two credit codes are two companies, family is family; both only warn."""
        kind = key.partition(":")[0]
        if level == Match.RELATED:
            return Consequence.WARN
        if level == Match.SIMILAR and kind in SAME_KINDS:
            return max(self.of(kind), Consequence.WARN, key=WEIGHT.index)
        return self.of(kind)

    def strongest(self, levels: Mapping[str, Match]) -> Consequence:
        """Return the strongest of what follows from several shared keys."""
        found = [self.consequence(key, level) for key, level in levels.items()]
        return min(found, key=WEIGHT.index, default=Consequence.ALLOW)

    def blocking(self, keys: Iterable[str]) -> list[str]:
        """Return those of a customer's own keys that can meet one it must not, or not without approval, be beside."""
        return [
            key for key in keys
            if any(self.of(meaning.partition(":")[0]) in _BLOCKS for meaning in asked_keys([key]).values())
        ]  # fmt: skip

    def judge(self, key: str, ours: Named, theirs: Named) -> Match | None:
        """Return what a sheet makes of a shared key: `same` stays out, `similar` comes in with a word, None without."""
        level = compare(key, ours, theirs)
        if level is None or level == Match.RELATED:
            return level
        return _AS_MATCH[self.consequence(key, level)]


_BLOCKS = frozenset({Consequence.FORBID, Consequence.APPROVE})
DEFAULT_POLICY = Policy()
