"""Changing a signed contract: what stood and what shall stand as plain values, and what money already holds fast. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from genjin.contracts.rules.milestones import Share, amounts_of, plain
from genjin.contracts.rules.terms import Terms, figures
from genjin.contracts.rules.words import Trigger
from genjin.kit.errors import RuleError, wrong_at
from genjin.kit.money import CENT

# What an amendment may change; parties, lines and people stay with the contract.
CHANGED = (
    "title", "amount", "net_amount", "product", "starts_on", "ends_on", "payment_terms", "liability_terms", "scope_terms",
    "other_terms",
)  # fmt: skip
_MONEY = {"amount", "net_amount", "percent"}
_DAYS = {"starts_on", "ends_on", "fixed_on", "expected_on"}


def snapshot(terms: Terms, amounts: Sequence[Decimal]) -> dict[str, Any]:
    """Return a contract's terms and plan as they are kept: plain values, amounts and days as texts."""
    shares = [
        {**{name: _plain(value) for name, value in asdict(share).items()}, "comes_to": str(amount)}
        for share, amount in zip(terms.shares, amounts, strict=True)
    ]
    return {name: _plain(getattr(terms, name)) for name in CHANGED} | {"milestones": shares}


def read_snapshot(kept: Mapping[str, Any], present: Terms) -> Terms:
    """Return the terms a snapshot says, everything else as at `present`."""
    names = {field.name for field in fields(Share)}
    shares = tuple(
        Share(**{name: _read(name, value) for name, value in one.items() if name in names})
        for one in kept["milestones"]
    )
    return replace(present, **{name: _read(name, kept[name]) for name in CHANGED}, shares=shares)


def with_forecast(terms: Terms, before: Mapping[str, Any], present: Terms) -> Terms:
    """Return terms whose milestones are expected as at `present`, but for those the amendment itself moved from `before`."""
    asked = {one["pk"]: one["expected_on"] for one in before["milestones"]}
    newer = {share.pk: share.expected_on for share in present.shares}
    shares = tuple(
        replace(share, expected_on=newer[share.pk])
        if share.pk in newer and _plain(share.expected_on) == asked.get(share.pk)
        else share
        for share in terms.shares
    )
    return replace(terms, shares=shares)


def _plain(value: Any) -> Any:
    return (
        value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, Decimal) else value
    )


def _read(name: str, value: Any) -> Any:
    if value is None:
        return None
    return Decimal(value) if name in _MONEY else date.fromisoformat(value) if name in _DAYS else value


def check_change(
    before: Terms, after: Terms, paid: Mapping[int, Decimal], touched: frozenset[int]
) -> list[Decimal]:
    """Return what each new milestone comes to; paid ones stay, with at least what was paid.

    `paid` is by milestone, `touched` are those with any receipt, also one that was reversed. Raises RuleError
    `amendment_empty`, `milestone_paid`, and what a contract's terms raise.
    """
    amount, net = figures(after)
    amounts = amounts_of(amount, after.shares)
    if replace(after, amount=amount, net_amount=net) == before:
        raise RuleError(_("Nothing would change."), "amendment_empty")
    kept = {share.pk: (share, part) for share, part in zip(after.shares, amounts, strict=True) if share.pk}
    for share in before.shares:
        if share.pk is None or share.pk not in touched:
            continue
        found = kept.get(share.pk)
        if found is None:
            raise _held(_("“%(name)s” has receipts and stays in the plan.") % {"name": share.name})
        if found[1] < paid[share.pk]:
            sentence = _("%(paid)s yuan of “%(name)s” are paid; it cannot be less.")
            raise _held(sentence % {"paid": plain(paid[share.pk]), "name": share.name})
        if found[0].trigger != share.trigger and paid[share.pk] > 0:
            raise _held(_("“%(name)s” is paid in part; what makes it due stays.") % {"name": share.name})
    return amounts


def ended(
    before: Terms, paid: Mapping[int, Decimal], touched: frozenset[int], *, settled: Decimal, ends_on: date
) -> Terms:
    """Return the terms of a contract that ends early for `settled` yuan: what is paid stays, the rest is one final payment.

    Raises RuleError `settled_below_paid`, `settled_nothing`, `settled_above`.
    """
    total = sum(paid.values(), Decimal(0))
    if settled <= 0:
        raise wrong_at(
            "amount", _("Nothing was paid and nothing is owed: void the contract instead."), "settled_nothing"
        )
    if settled < total:
        sentence = _("%(paid)s yuan are paid already; reverse receipts first, or settle at least that.")
        raise wrong_at("amount", sentence % {"paid": plain(total)}, "settled_below_paid")
    if before.amount is not None and settled > before.amount:
        raise wrong_at("amount", _("A termination settles at most the contract's amount."), "settled_above")
    kept = [
        replace(share, percent=None, amount=paid[share.pk])
        for share in before.shares
        if share.pk is not None and paid.get(share.pk, Decimal(0)) > 0
    ]
    stuck = [share for share in before.shares if share.pk in touched and not paid.get(share.pk or 0)]
    left = settled - total
    if stuck and left <= 0:
        name = {"name": stuck[0].name}
        raise _held(_("“%(name)s” has a reversed receipt and cannot go; settle an amount for it.") % name)
    for at, share in enumerate(stuck):
        part = left if at == len(stuck) - 1 else CENT
        kept.append(replace(share, percent=None, amount=part))
        left -= part
    if left > 0:
        kept.append(Share(_("Final settlement"), Trigger.DATE, amount=left, fixed_on=ends_on))
    starts_on = min(before.starts_on, ends_on) if before.starts_on else None
    return replace(
        before, amount=settled, net_amount=None, starts_on=starts_on, ends_on=ends_on, shares=tuple(kept)
    )


def _held(sentence: str) -> RuleError:
    return wrong_at("milestones", sentence, "milestone_paid", status=409)
