"""The short sentences of a review, worked out from its frozen figures alone. Pure.

A sentence is kept as its code and the numbers it speaks of, so that it reads in the language of whoever opens it and never
says anything else than the day it was made.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from genjin.insights.rules.figures import FEW

Cell = Mapping[str, Any]
Figures = Mapping[str, Any]
Names = Callable[[str, str], str]  # the name of a figure ("", key) or of a cell (figure, key)

MOVED = 3  # the largest moves are told, no more
MOVED_SHARE, MOVED_PART = (
    Decimal("0.05"),
    Decimal("0.10"),
)  # five points of a share, a tenth of a count or sum
# What a team looks at first; money and counts by a tenth, shares by five points.
HEADLINES = (
    "leads", "contacts", "won", "amount_signed", "cash", "opportunity_amount", "response_rate", "records_in_time", "plans_in_time", "limits_kept", "win_rate",
    "completeness",
)  # fmt: skip
ON_THE_WAY = ("lead", "prospect", "qualified", "negotiation")  # a stage beyond is no place to be stuck in


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence: which one, and its words; numbers as text, as JSON keeps them."""

    code: str
    words: Mapping[str, Any] = field(default_factory=dict)

    def kept(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {"code": self.code, "words": dict(self.words)}


def sentences(figures: Figures) -> list[Said]:
    """Return what is to be said of a review's figures, in the order it is read out."""
    rules = (_moved, _jammed, _broken, _objected, _worked, _lost, _known)
    return [said for rule in rules for said in rule(figures)]


def number(cell: Cell | None) -> Decimal | None:
    """Return the value of a cell that says something; None of none, and of too few records."""
    if not cell or cell["value"] is None or cell["few"]:
        return None
    return Decimal(cell["value"])


def _cells(figures: Figures, key: str) -> Sequence[Cell]:
    return figures[key]["cells"] if key in figures else ()


def _moved(figures: Figures) -> list[Said]:
    """What moved most against the stretch before."""
    found: list[tuple[Decimal, Said]] = []
    for key in (key for key in HEADLINES if key in figures):
        one: Mapping[str, Any] = figures[key]
        now, then = number(one["now"]), number(one["before"])
        if now is None or then is None:
            continue
        weight = _weight(one["unit"], now, then, one)
        if weight is not None:
            said = Said("rose" if now > then else "fell", {"figure": key, "unit": one["unit"], "now": str(now), "before": str(then)})  # fmt: skip
            found.append((weight, said))
    found.sort(key=lambda pair: -pair[0])
    return [said for _weight_, said in found[:MOVED]] or [Said("steady", {"few": FEW})]


def _weight(unit: str, now: Decimal, then: Decimal, one: Mapping[str, Any]) -> Decimal | None:
    """Return how far a figure moved for its kind, 1 being worth a word; None where it did not, or there is too little."""
    if unit == "share":
        moved = abs(now - then) / MOVED_SHARE
    elif unit == "points":
        moved = abs(now - then) / (MOVED_SHARE * 100)
    elif not then or max(one["now"]["part"], one["before"]["part"]) < FEW:
        return None
    else:
        moved = abs(now - then) / abs(then) / MOVED_PART
    return moved if moved >= 1 else None


def _jammed(figures: Figures) -> list[Said]:
    """Where it jams: the stage out of which fewest got on, of those that enough entered (S3-24)."""
    told = [cell for cell in _cells(figures, "stage_conversion") if cell["key"] in ON_THE_WAY and cell["whole"] >= FEW and cell["value"] is not None]  # fmt: skip
    if not told:
        return [Said("jam_unknown", {"few": FEW})] if "stage_conversion" in figures else []
    worst = min(told, key=lambda cell: (Decimal(cell["value"]), ON_THE_WAY.index(cell["key"])))
    return [Said("jam", {"cell": ["stage_conversion", worst["key"]], "part": worst["part"], "whole": worst["whole"], "now": worst["value"]})]  # fmt: skip


def _broken(figures: Figures) -> list[Said]:
    """Which time limit is broken most."""
    told = [cell for cell in _cells(figures, "limits_broken") if cell["part"] > 0]
    if not told:
        return [Said("none_broken")] if "limits_broken" in figures else []
    worst = max(told, key=lambda cell: (cell["part"], cell["key"]))
    whole = figures["limits_broken"]["now"]["part"]
    return [Said("broken", {"cell": ["limits_broken", worst["key"]], "part": worst["part"], "whole": whole})]


def _objected(figures: Figures) -> list[Said]:
    """What was objected most often, and how answers were taken."""
    told = sorted((cell for cell in _cells(figures, "objections") if cell["part"]), key=lambda cell: (-cell["part"], cell["key"]))  # fmt: skip
    if not told:
        return []
    most = told[0]
    words = {"cell": ["objections", most["key"]], "part": most["part"], "whole": figures["objections"]["now"]["part"]}  # fmt: skip
    taken = next(
        (cell for cell in _cells(figures, "objections_accepted") if cell["key"] == most["key"]), None
    )
    share = number(taken)
    if share is None:
        return [Said("objected", words)]
    return [Said("objected_taken", {**words, "now": str(share)})]


def _worked(figures: Figures) -> list[Said]:
    """Which way of contact is answered most; of fewer than ten contacts nothing is claimed."""
    cells = _cells(figures, "response_rate")
    told = [cell for cell in cells if cell["whole"] >= FEW and cell["value"] is not None]
    if not told:
        return [Said("method_unknown", {"few": FEW})] if cells else []
    best = max(told, key=lambda cell: (Decimal(cell["value"]), cell["whole"], cell["key"]))
    return [Said("method", {"cell": ["response_rate", best["key"]], "part": best["part"], "whole": best["whole"], "now": best["value"]})]  # fmt: skip


def _lost(figures: Figures) -> list[Said]:
    """Why customers were lost."""
    told = [cell for cell in _cells(figures, "lost") if cell["part"]]
    if not told:
        return []
    most = max(told, key=lambda cell: (cell["part"], cell["key"]))
    return [Said("lost", {"cell": ["lost", most["key"]], "part": most["part"], "whole": figures["lost"]["now"]["part"]})]  # fmt: skip


def _known(figures: Figures) -> list[Said]:
    """How complete what is known is."""
    one = figures.get("completeness")
    now = number(one["now"]) if one else None
    return [] if now is None else [Said("known", {"now": str(now)})]


def told(said: Mapping[str, Any], names: Names) -> str:
    """Return a kept sentence in the language of the moment; "" for one of an older version."""
    words = {"few": FEW, **said["words"]}
    if "figure" in words:
        words["name"] = names("", words["figure"])
    if "cell" in words:
        words["name"] = names(*words["cell"])
    unit = words.get("unit", "points" if said["code"] == "known" else "share")
    for key in ("now", "before"):
        if key in words:
            words[key] = amount(unit, Decimal(words[key]))
    try:
        return _sentence(said["code"]) % words
    except (KeyError, TypeError):
        return ""


def amount(unit: str, value: Decimal) -> str:
    """Return a number as a sentence says it, with its unit."""
    if unit == "share":
        return f"{value * 100:.1f}%"
    plain = f"{value:,.0f}" if unit == "yuan" or value == int(value) else f"{value:,.1f}"
    match unit:
        case "yuan":
            return f"¥{plain}"
        case "days":
            return _("%(count)s days") % {"count": plain}
        case "hours":
            return _("%(count)s h") % {"count": plain}
    return plain


def _sentence(code: str) -> str:
    return {
        "rose": _("%(name)s rose from %(before)s to %(now)s."),
        "fell": _("%(name)s fell from %(before)s to %(now)s."),
        "steady": _("None of the main figures that speak of at least %(few)s records moved much."),
        "jam": _("It jams at “%(name)s”: %(part)s of %(whole)s got further (%(now)s)."),
        "jam_unknown": _("No stage was entered by %(few)s customers, so where it jams cannot be said."),
        "broken": _("Broken most: %(name)s, %(part)s of %(whole)s."),
        "none_broken": _("Every time limit was kept."),
        "objected": _("Objected to most: %(name)s, %(part)s of %(whole)s."),
        "objected_taken": _("Objected to most: %(name)s, %(part)s of %(whole)s; %(now)s of the answers were accepted."),
        "method": _("Answered most: %(name)s, %(part)s of %(whole)s contacts (%(now)s)."),
        "method_unknown": _("Too few contacts of each method (fewer than %(few)s) to say which works."),
        "lost": _("Lost most often for: %(name)s, %(part)s of %(whole)s."),
        "known": _("Of what is asked for, %(now)s percent is known on average."),
    }.get(code, "")  # fmt: skip
