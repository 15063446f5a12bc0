"""How the state of a fact, and what contradicts itself, is shown."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.accounts.models import User
from genjin.customers.models import Contact, Customer
from genjin.quality.models import FactCheck, PublicInfo
from genjin.quality.queries.facts import CONTACTS, FactLine, dynamic_facts, fact_lines
from genjin.quality.rules.facts import BY_KEY, FactState
from genjin.quality.rules.public import Topic

TONES = {
    FactState.VERIFIED: ("green", "circle-check"),
    FactState.UNVERIFIED: ("muted", "circle"),
    FactState.CHANGED: ("orange", "pencil"),
    FactState.STALE: ("orange", "clock-exclamation"),
}
CONTRADICTION_WORDS = {
    "founded_in_future": gettext_lazy("Founded in the future"),
    "region_against_address": gettext_lazy("Region against address"),
    "code_against_region": gettext_lazy("Credit code against region"),
    "phone_against_region": gettext_lazy("Area code against region"),
    "mobile_as_landline": gettext_lazy("Mobile number as landline"),
    "size_against_employees": gettext_lazy("Size against employees"),
    "revenue_too_high": gettext_lazy("Revenue too high for the size"),
    "revenue_too_low": gettext_lazy("Revenue too low for the size"),
    "budget_over_revenue": gettext_lazy("Budget above revenue"),
    "industry_against_business": gettext_lazy("Industry against main business"),
}


def fact_words() -> dict[str, str]:
    """Return what the dynamic facts are called; people's as one."""
    return {key: _("Contacts") if key == CONTACTS else str(BY_KEY[key].label) for key in dynamic_facts()}


def mark_of(line: FactLine) -> dict[str, str] | None:
    """Return tag and words for how a fact stands; None while there is nothing to check."""
    if line.state is None:
        return None
    tone, icon = TONES[line.state]
    parts = [str(line.state.label), *(checked_words(line.last) if line.last else ())]
    return {
        "state": line.state,
        "tone": tone,
        "icon": icon,
        "text": str(line.state.label),
        "title": " · ".join(parts),
    }


def checked_words(check: FactCheck) -> list[str]:
    """Return when, by whom and how a fact was checked."""
    day = timezone.localtime(check.checked_at).strftime("%Y-%m-%d")
    return [part for part in (day, check.checked_by.name, check.get_method_display(), check.source) if part]


def marks(lines: Iterable[FactLine]) -> dict[str, dict[str, str]]:
    """Return the marks of the customer's own facts by key, for the key card."""
    found = {line.fact.key: mark_of(line) for line in lines if line.contact is None}
    return {key: mark for key, mark in found.items() if mark}


def tab_context(user: User, customer: Customer, contacts: Sequence[Contact]) -> dict[str, Any]:
    """Return what the tab of facts shows: every fact with its state, and what is known publicly."""
    lines = [line for line in fact_lines(user, customer, contacts, timezone.now()) if line.state is not None]
    about = {"": [line for line in lines if line.contact is None]}
    for contact in contacts:
        if own := [line for line in lines if line.contact == contact]:
            about[contact.name or own[0].text] = own
    infos = PublicInfo.objects.filter(customer=customer).select_related("noted_by")[:100]
    return {
        "fact_groups": [{"title": title, "rows": [_row(line) for line in rows]} for title, rows in about.items()],
        "topics": [
            {"label": label, "rows": rows}
            for topic, label in Topic.choices
            if (rows := [info for info in infos if info.topic == topic])
        ],
    }  # fmt: skip


def _row(line: FactLine) -> dict[str, Any]:
    return {
        "key": line.key,
        "label": line.fact.label,
        "value": line.text,
        "mark": mark_of(line),
        "months": line.months,
        "checked": " · ".join(checked_words(line.last)) if line.last else "",
        "note": line.last.note if line.last else "",
        "history": [
            {"words": " · ".join(checked_words(check)), "seen": check.seen, "note": check.note} for check in line.history
        ],
    }  # fmt: skip
