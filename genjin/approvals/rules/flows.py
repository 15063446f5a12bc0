"""Who has to agree: ordered steps, each with its signers and the amounts it is for. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.permissions import Role
from genjin.kit.errors import RuleError

MOST_STEPS, MOST_SIGNERS, HIGHEST = 10, 4, 3


class Needs(TextChoices):
    """Whether all signers of a step have to agree (会签), or one of them (或签)."""

    ALL = "all", pgettext_lazy("signers", "All of them")
    ANY = "any", pgettext_lazy("signers", "One of them")


class By(TextChoices):
    """How a signer is named."""

    PERSON = "user", pgettext_lazy("signer", "Person")
    ROLE = "role", pgettext_lazy("signer", "Role")
    SUPERIOR = "superior", pgettext_lazy("signer", "Superior")


# What a flow can be set for, in the order of the settings page. Proposals of another owner are answered where they arise.
KINDS = ("discount", "contract", "gate", "export", "share", "discard", "extension", "duplicate", "absence")


@dataclass(frozen=True, slots=True)
class SignerRule:
    """A person by id, a role by its word, or the asker's superior: 1 the nearest lead, 2 the lead's lead."""

    by: By
    value: str

    def __str__(self) -> str:
        return f"{self.by.value}:{self.value}"


@dataclass(frozen=True, slots=True)
class StepRule:
    """One step: who signs, all or one of them, and from which amount (incl.) up to which (excl.), in yuan, it is asked."""

    signers: tuple[SignerRule, ...]
    needs: Needs = Needs.ANY
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None

    def is_for(self, amount: Decimal | None) -> bool:
        """Say whether the step is asked for an amount; one nobody knows could be any, so every step is asked."""
        if amount is None:
            return True
        return (self.amount_from is None or amount >= self.amount_from) and (
            self.amount_to is None or amount < self.amount_to
        )

    @property
    def is_led(self) -> bool:
        """Whether whoever leads the asker may answer it: it names the nearest lead alone."""
        return self.needs == Needs.ANY and self.signers == (LEAD,)


LEAD = SignerRule(By.SUPERIOR, "1")
LED = StepRule((LEAD,))
# Where nobody has set a flow: contracts go to legal, then to the superior, large ones to a manager, too.
USUAL: Mapping[str, tuple[StepRule, ...]] = {
    "discount": (LED,),
    "contract": (
        StepRule((SignerRule(By.ROLE, Role.LEGAL),)),
        LED,
        StepRule((SignerRule(By.ROLE, Role.MANAGER),), amount_from=Decimal(500_000)),
    ),
}


def steps_for(steps: Sequence[StepRule], amount: Decimal | None) -> tuple[StepRule, ...]:
    """Return the steps of a flow an amount has to pass; who leads the asker decides where there is none."""
    return tuple(step for step in steps if step.is_for(amount)) or (LED,)


def check_steps(steps: Sequence[StepRule], people: frozenset[int]) -> None:
    """Refuse steps that make no sense; `people` are the ids of those who may be named.

    Raises RuleError `too_many_steps`, `step_without_signers`, `signer_unknown`, `band_reversed`.
    """
    if len(steps) > MOST_STEPS:
        raise RuleError(_("At most %(count)d steps.") % {"count": MOST_STEPS}, "too_many_steps")
    for number, step in enumerate(steps, 1):
        if not step.signers or len(step.signers) > MOST_SIGNERS:
            sentence = _("Step %(number)d: choose who signs, at most %(count)d.")
            raise RuleError(sentence % {"number": number, "count": MOST_SIGNERS}, "step_without_signers")
        if not all(_is_known(one, people) for one in step.signers):
            sentence = _("Step %(number)d names somebody who is not here.")
            raise RuleError(sentence % {"number": number}, "signer_unknown")
        low, high = step.amount_from, step.amount_to
        if (low is not None and low < 0) or (high is not None and high <= (low or 0)):
            sentence = _("Step %(number)d: the upper amount lies above the lower one, and none below zero.")
            raise RuleError(sentence % {"number": number}, "band_reversed")


def _is_known(one: SignerRule, people: frozenset[int]) -> bool:
    if one.by == By.ROLE:
        return one.value in Role.values
    if one.by == By.SUPERIOR:
        return one.value in {str(level) for level in range(1, HIGHEST + 1)}
    return one.value.isdecimal() and int(one.value) in people


def read_signer(text: str) -> SignerRule:
    """Return a signer written as `role:legal`, `user:12` or `superior:1`. Raises RuleError `signer_unknown`."""
    by, _colon, value = text.partition(":")
    if by not in By.values or not value:
        raise RuleError(_("This is nobody who could sign."), "signer_unknown")
    return SignerRule(By(by), value)


def write_steps(steps: Sequence[StepRule]) -> list[dict[str, Any]]:
    """Return steps as JSON keeps them."""
    return [
        {"signers": [str(one) for one in step.signers], "needs": step.needs.value,
         "from": _text(step.amount_from), "to": _text(step.amount_to)}
        for step in steps
    ]  # fmt: skip


def read_steps(kept: Sequence[Mapping[str, Any]]) -> tuple[StepRule, ...]:
    """Return steps kept as JSON."""
    return tuple(
        StepRule(
            tuple(read_signer(text) for text in one["signers"]), Needs(one["needs"]),
            None if one["from"] is None else Decimal(one["from"]), None if one["to"] is None else Decimal(one["to"]),
        )
        for one in kept
    )  # fmt: skip


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)
