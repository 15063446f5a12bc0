"""What a row of a sheet may change of a customer, or of one of its people, that is there already. Pure.

An empty cell changes nothing. Fields that are one fact (two ends of a range, province, city and district) change together.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from genjin.fields.rules.kinds import is_own_key
from genjin.intake.rules.values import Values

Current = Callable[[str], Any]  # the value a column holds now

TEXTS = (
    "old_registration_no", "industry", "address", "website", "main_business", "source_detail", "need", "pain_points",
    "target_customers", "desired_cooperation", "past_projects", "cooperation_period", "commitments", "negotiation_progress",
    "repurchase_intent", "decision_process", "purchase_timing", "competitors", "need_fit", "intent", "notes", "credit_code", "size",
)  # fmt: skip
OTHERS = (
    "kind", "customer_type", "employee_count", "satisfaction_score", "source_id", "campaign_id", "first_contact_at", "purchase_by",
    "is_authority_clear",
)  # fmt: skip
RANGES = (("revenue_min", "revenue_max"), ("budget_min", "budget_max"), ("founded_on", "founded_precision"))
PLACE = ("province", "city", "district")
NAMING = frozenset({"full", "uscc"})  # kinds of keys that say what a customer is called
PERSON = ("name", "job_title", "phone", "phone2", "wechat", "email")


def wanted(values: Values, now: Current, *, fill: bool, may_rename: bool) -> Values:
    """Return the values by column that a row gives a customer; with `fill` only where the customer has none.

    `may_rename`: the customer was found by its name or code, not by somebody's number.
    """
    found: Values = {"name": values["name"]} if may_rename and not fill else {}
    for name in (*TEXTS, *OTHERS):
        if (value := values.get(name)) not in (None, "", False) and not (fill and now(name)):
            found[name] = value
    for pair in RANGES:
        if values.get(pair[0]) is None and values.get(pair[1]) in (None, "day", "month", "year"):
            continue
        if not (fill and any(now(name) not in (None, "day", "month", "year") for name in pair)):
            found |= {name: values.get(name) for name in pair}
    found |= _place(values, now, fill=fill)
    if extra := values.get("extra"):
        had = dict(now("extra") or {})
        found["extra"] = {**extra, **had} if fill else {**had, **extra}
    if own := {name: value for name, value in values.items() if is_own_key(name)}:
        had = dict(now("custom") or {})
        found["custom"] = {**own, **had} if fill else {**had, **own}
    return found


def _place(values: Values, now: Current, *, fill: bool) -> Values:
    given = {name: values[name] for name in PLACE if values.get(name)}
    had = {name: now(name) for name in PLACE}
    if fill:
        fits = all(had[name] in {"", given[name]} for name in given)
        return {name: value for name, value in given.items() if not had[name]} if fits else {}
    above = [name for name in given if had[name] and had[name] != given[name]]
    if above:  # another place: what lay below the old one does not lie below the new one
        below = PLACE[PLACE.index(above[0]) + 1 :]
        return dict.fromkeys(below, "") | given
    return given


def find_person[P](
    values: Mapping[str, str], people: Sequence[P], known: Callable[[P, str], str]
) -> P | None:
    """Return which of a customer's people a row means: by number or mail, else by name; None when it is a new one."""
    numbers = {values[name] for name in ("phone", "phone2") if values.get(name)}
    for person in people:
        if numbers & {known(person, "phone"), known(person, "phone2")} - {""}:
            return person
        if values.get("email") and values["email"].lower() == known(person, "email").lower():
            return person
    named = [person for person in people if values.get("name") and known(person, "name") == values["name"]]
    return named[0] if len(named) == 1 else None


def person_of(values: Values) -> dict[str, str]:
    """Return what a row says of a person, by field; empty ones are left out."""
    return {name: text for name in PERSON if (text := values.get(f"contact.{name}"))}


def wanted_of_person(given: Mapping[str, str], now: Callable[[str], str], *, fill: bool) -> dict[str, str]:
    """Return what changes of a person; with `fill` only where nothing stands yet."""
    return {name: text for name, text in given.items() if now(name) != text and not (fill and now(name))}
