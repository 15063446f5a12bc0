"""Payment milestones: how an amount is shared out, when each part is due, how late it is (S3-15). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from genjin.contracts.rules.words import Trigger
from genjin.kit.errors import RuleError, wrong_at
from genjin.kit.money import CENT, to_cents
from genjin.kit.working_days import WorkCalendar

FINEST_PERCENT = Decimal("0.001")
WHOLE = Decimal(100)
LONGEST_OFFSET = 3650
MOST_MILESTONES = 60


@dataclass(frozen=True, slots=True)
class Share:
    """A planned milestone: a percentage of the contract or an amount, and what makes it due.

    `pk` names the milestone it was before, where a plan is changed; `fixed_on` is the day of a fixed date.
    """

    name: str
    trigger: str
    percent: Decimal | None = None
    amount: Decimal | None = None
    offset_days: int = 0
    to_working_day: bool = False
    fixed_on: date | None = None
    expected_on: date | None = None
    pk: int | None = None


PRESETS: dict[str, tuple[Share, ...]] = {
    "30_70": (
        Share("首付款", Trigger.SIGNING, Decimal(30), offset_days=3),
        Share("尾款", Trigger.ACCEPTANCE, Decimal(70)),
    ),
    "30_60_10": (
        Share("首付款", Trigger.SIGNING, Decimal(30), offset_days=3),
        Share("验收款", Trigger.ACCEPTANCE, Decimal(60), offset_days=7),
        Share("质保金", Trigger.WARRANTY, Decimal(10)),
    ),
    "30_30_30_10": (
        Share("首付款", Trigger.SIGNING, Decimal(30), offset_days=3),
        Share("到货款", Trigger.ARRIVAL, Decimal(30), offset_days=7),
        Share("验收款", Trigger.ACCEPTANCE, Decimal(30), offset_days=7),
        Share("质保金", Trigger.WARRANTY, Decimal(10)),
    ),
    "100": (Share("全款", Trigger.SIGNING, Decimal(100), offset_days=7),),
}
PRESET_WORDS = {
    "30_70": gettext_lazy("30 % 3 days after signing, 70 % after acceptance"),
    "30_60_10": gettext_lazy("30 % signing, 60 % acceptance, 10 % warranty"),
    "30_30_30_10": gettext_lazy("30 % signing, 30 % arrival, 30 % acceptance, 10 % warranty"),
    "100": gettext_lazy("100 % 7 days after signing"),
}


def amounts_of(total: Decimal, shares: Sequence[Share]) -> list[Decimal]:
    """Return what each share comes to; together they are `total` to the cent, the last takes up the rounding.

    Raises RuleError `milestones_missing`, `milestones_mixed`, `milestones_sum`, `milestone_invalid`.
    """
    check_shares(total, shares)
    if shares[0].percent is None:
        return [share.amount or Decimal(0) for share in shares]
    return parts_of(total, [share.percent or Decimal(0) for share in shares])


def parts_of(total: Decimal, percents: Sequence[Decimal]) -> list[Decimal]:
    """Split an amount by percentages that add up to 100: half a cent rounds up, never below nothing, the last is the rest."""
    left, found = total, []
    for percent in percents[:-1]:
        part = min(to_cents(total * percent / WHOLE), left)
        found.append(part)
        left -= part
    return [*found, left]


def check_shares(total: Decimal, shares: Sequence[Share]) -> None:
    """Refuse a plan that does not add up, saying how much is missing or too much. Raises as `amounts_of` does."""
    if not shares:
        raise _refused(_("Say when which part is paid: at least one milestone."), "milestones_missing")
    if len(shares) > MOST_MILESTONES:
        sentence = _("At most %(count)d milestones make a plan.") % {"count": MOST_MILESTONES}
        raise _refused(sentence, "milestone_invalid")
    for share in shares:
        _check_share(share)
    if len({share.percent is None for share in shares}) > 1:
        sentence = _("Write all milestones in percent or all as amounts, not both.")
        raise _refused(sentence, "milestones_mixed")
    if shares[0].percent is not None:
        _check_sum(sum((share.percent or Decimal(0) for share in shares), Decimal(0)), WHOLE, "%")
    else:
        _check_sum(sum((share.amount or Decimal(0) for share in shares), Decimal(0)), total, _("yuan"))


def _check_share(share: Share) -> None:
    what = {"name": share.name or "—"}
    if not share.name.strip():
        raise _refused(
            _("Each milestone has a name, such as down payment or final payment."), "milestone_invalid"
        )
    if share.trigger not in Trigger.values:
        raise _refused(_("%(name)s: choose what makes it due.") % what, "milestone_invalid")
    if share.percent is None and share.amount is None:
        raise _refused(_("%(name)s: write its share in percent or its amount.") % what, "milestone_invalid")
    value = share.percent if share.percent is not None else share.amount
    if value is None or value <= 0:
        raise _refused(_("%(name)s: the share must be more than nothing.") % what, "milestone_invalid")
    if value != value.quantize(CENT if share.percent is None else FINEST_PERCENT):
        sentence = _("%(name)s: an amount has two places after the point, a percentage three.") % what
        raise _refused(sentence, "milestone_invalid")
    if not 0 <= share.offset_days <= LONGEST_OFFSET:
        raise _refused(_("%(name)s: at most ten years after the trigger.") % what, "milestone_invalid")
    if (share.trigger == Trigger.DATE) != (share.fixed_on is not None):
        sentence = _("%(name)s: write the day for a fixed date, and only there.") % what
        raise _refused(sentence, "milestone_invalid")


def _check_sum(found: Decimal, wanted: Decimal, unit: str) -> None:
    if found == wanted:
        return
    off = plain(abs(wanted - found))
    said = (
        _("The milestones come to %(found)s %(unit)s, not %(wanted)s: %(off)s %(unit)s are missing.")
        if found < wanted
        else _("The milestones come to %(found)s %(unit)s, not %(wanted)s: %(off)s %(unit)s too much.")
    )
    words = {"found": plain(found), "wanted": plain(wanted), "off": off, "unit": unit}
    raise _refused(said % words, "milestones_sum", details={"found": str(found), "wanted": str(wanted)})


def plain(value: Decimal) -> str:
    """Return a figure for a sentence: thousands parted, no needless zeros after the point."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def due_day(on: date, offset_days: int, *, to_working_day: bool, calendar: WorkCalendar) -> date:
    """Return the day a milestone is due whose trigger came `on` a day; calendar days, moved to a working day if agreed."""
    try:
        day = on + timedelta(days=offset_days)
        while to_working_day and not calendar.is_working(day):
            day += timedelta(days=1)
    except OverflowError:
        return date.max
    return day


class Age(TextChoices):
    """How long money is overdue (requirements.md, formulas)."""

    CURRENT = "current", pgettext_lazy("ageing", "Not yet overdue")
    D30 = "d30", pgettext_lazy("ageing", "1–30 days")
    D60 = "d60", pgettext_lazy("ageing", "31–60 days")
    D90 = "d90", pgettext_lazy("ageing", "61–90 days")
    OVER = "over", pgettext_lazy("ageing", "Over 90 days")


def age_of(due_on: date | None, today: date) -> Age:
    """Return the band of something due; on its very day it is still in time."""
    days = days_late(due_on, today)
    if days <= 0:
        return Age.CURRENT
    return Age.D30 if days <= 30 else Age.D60 if days <= 60 else Age.D90 if days <= 90 else Age.OVER


def days_late(due_on: date | None, today: date) -> int:
    """Return by how many days something is overdue; 0 in time, or when nothing made it due yet."""
    return max((today - due_on).days, 0) if due_on else 0


def _refused(sentence: str, code: str, details: dict[str, str] | None = None) -> RuleError:
    return wrong_at("milestones", sentence, code, details=details)
