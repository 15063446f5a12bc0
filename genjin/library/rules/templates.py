"""Record templates: what a record of a contact should tell, per grade, stage and method; the most specific one holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from genjin.kit.errors import RuleError
from genjin.kit.text import clean

MOST_PROMPTS, HEAVIEST, LONGEST_LABEL = 12, 10, 20
# What a prompt may be answered by besides a heading in the text: the fields a record has anyway.
ANSWER_FIELDS = ("feedback", "new_needs", "risks", "questions", "contact", "next_step")


@dataclass(frozen=True, slots=True)
class Prompt:
    """One thing a record should tell: its heading, what to ask, its weight, and the record's field that answers it, if any."""

    label: str
    weight: int = 1
    hint: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which records a template is for; "" stands for all."""

    grade: str = ""
    stage: str = ""
    method: str = ""

    def fits(self, grade: str, stage: str, method: str) -> bool:
        """Say whether a record of this grade, stage and method is meant."""
        pairs = ((self.grade, grade), (self.stage, stage), (self.method, method))
        return all(own in {"", asked} for own, asked in pairs)

    @property
    def precision(self) -> tuple[int, bool, bool, bool]:
        """How specific it is: more named parts first; among equals the stage, then the method, then the grade decides."""
        named = bool(self.stage), bool(self.method), bool(self.grade)
        return sum(named), *named


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a template as it was published."""

    pk: int
    scope: Scope
    number: int
    prompts: tuple[Prompt, ...] = ()


def best(current: Iterable[Version], grade: str, stage: str, method: str) -> Version | None:
    """Return the version that holds for a record: the most specific scope that fits; None when none asks for anything.

    `current` is the newest version of each scope; one without prompts was put out of use and lets the next best in.
    """
    fitting = [one for one in current if one.prompts and one.scope.fits(grade, stage, method)]
    return max(fitting, key=lambda one: one.scope.precision, default=None)


def read_prompts(kept: Sequence[Mapping[str, Any]]) -> tuple[Prompt, ...]:
    """Return prompts as they are kept with a version."""
    return tuple(Prompt(**one) for one in kept)


def kept_prompts(prompts: Iterable[Prompt]) -> list[dict[str, Any]]:
    """Return prompts as JSON; `read_prompts` reads them again."""
    return [asdict(prompt) for prompt in prompts]


def check_prompts(prompts: Sequence[Prompt]) -> tuple[Prompt, ...]:
    """Return prompts with their texts in order; none puts the template out of use.

    Raises RuleError `prompts_too_many`, `prompt_untitled`, `prompt_twice`, `weight_invalid`, `prompt_field_unknown`.
    """
    tidy = tuple(
        Prompt(clean(p.label)[:LONGEST_LABEL], p.weight, clean(p.hint)[:120], p.field) for p in prompts
    )
    if len(tidy) > MOST_PROMPTS:
        raise RuleError(_("At most %(count)d prompts.") % {"count": MOST_PROMPTS}, "prompts_too_many")
    if any(not prompt.label or set(prompt.label) & set("【】\n") for prompt in tidy):
        raise RuleError(_("Give each prompt a heading without the signs 【 and 】."), "prompt_untitled")
    if len({prompt.label for prompt in tidy}) != len(tidy):
        raise RuleError(_("A heading stands in the template twice."), "prompt_twice")
    if any(not 0 <= prompt.weight <= HEAVIEST for prompt in tidy):
        raise RuleError(_("A weight is a whole number from 0 to 10."), "weight_invalid")
    if any(prompt.field and prompt.field not in ANSWER_FIELDS for prompt in tidy):
        raise RuleError(_("Choose one of the record's fields."), "prompt_field_unknown")
    return tidy


def heading(label: str) -> str:
    """Return how a prompt stands in the text of a record."""
    return f"【{label}】"


def answers(prompts: Sequence[Prompt], text: str) -> tuple[str, dict[str, str]]:
    """Cut a text at the headings of these prompts: what stands before the first one, and what follows each.

    Headings the prompts do not have stay part of the text, so that a record reads right under the version it was
    written with and under no other.
    """
    places = sorted((text.find(heading(p.label)), p.label) for p in prompts if heading(p.label) in text)
    ends = [*(place for place, _label in places[1:]), len(text)][: len(places)]
    found = {
        label: text[place + len(heading(label)) : end].strip()
        for (place, label), end in zip(places, ends, strict=True)
    }
    return text[: places[0][0] if places else len(text)].strip(), found
