"""Money that came in against what is left: how it is spread over milestones, and what is refused. Pure."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from genjin.contracts.rules.milestones import plain
from genjin.kit.errors import RuleError, wrong_at

NOTHING = Decimal(0)


def spread(amount: Decimal, open_parts: Sequence[tuple[int, Decimal]]) -> dict[int, Decimal]:
    """Return which milestone takes how much of a receipt, in the order given, each filled before the next.

    What all of them together cannot take is left over: `check_parts` refuses it.
    """
    found: dict[int, Decimal] = {}
    for pk, left in open_parts:
        part = min(left, amount)
        if part > 0:
            found[pk] = part
            amount -= part
    return found


def check_parts(
    amount: Decimal,
    rest: Decimal,
    parts: Mapping[int, Decimal],
    open_parts: Mapping[int, tuple[str, Decimal]],
) -> None:
    """Refuse money beyond what is left of the contract or of a milestone, and parts that are not the receipt.

    `open_parts` are name and rest by milestone. Raises RuleError `amount_missing`, `receipt_above_rest`,
    `milestone_unknown`, `milestone_overpaid`, `receipt_parts`; the sentence names the rest.
    """
    if amount <= 0:
        raise _refused("amount", _("Write the amount that came in."), "amount_missing")
    if amount > rest:
        sentence = _(
            "Only %(rest)s yuan of this contract are still to come; %(amount)s are %(over)s too much."
        )
        words = {"rest": plain(rest), "amount": plain(amount), "over": plain(amount - rest)}
        raise _refused("amount", sentence % words, "receipt_above_rest", {"rest": str(rest)})
    for pk, part in parts.items():
        if pk not in open_parts or part <= 0:
            raise _refused(
                "parts", _("Choose milestones of this contract, each with an amount."), "milestone_unknown"
            )
        name, left = open_parts[pk]
        if part > left:
            sentence = _("Only %(rest)s yuan of “%(name)s” are still to come.")
            words = {"rest": plain(left), "name": name}
            raise _refused("parts", sentence % words, "milestone_overpaid", {"rest": str(left)})
    if (total := sum(parts.values(), NOTHING)) != amount:
        sentence = _("The parts come to %(total)s yuan, the receipt to %(amount)s.")
        words = {"total": plain(total), "amount": plain(amount)}
        raise _refused("parts", sentence % words, "receipt_parts")


def _refused(field: str, sentence: str, code: str, details: dict[str, str] | None = None) -> RuleError:
    return wrong_at(field, sentence, code, details=details)
