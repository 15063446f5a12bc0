"""The log in words: what each kind of event says, and its particulars as a line of text."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from genjin.accounts.permissions import Role
from genjin.events.models import Event
from genjin.intake.rules.edits import HOWS
from genjin.web.edits.words import label_of

EVENT_WORDS = {
    "login.succeeded": gettext_lazy("Signed in"),
    "login.failed": gettext_lazy("Failed to sign in"),
    "login.password_changed": gettext_lazy("Chose a new password"),
    "user.added": gettext_lazy("Person added"),
    "user.changed": gettext_lazy("Person changed"),
    "user.link_issued": gettext_lazy("One-time link made"),
    "team.saved": gettext_lazy("Team saved"),
    "team.removed": gettext_lazy("Team removed"),
    "token.issued": gettext_lazy("API token made"),
    "token.revoked": gettext_lazy("API token revoked"),
    "customers.exported": gettext_lazy("Customers exported"),
    "list.exported": gettext_lazy("List exported"),
    "export.asked": gettext_lazy("Export asked for"),
    "export.downloaded": gettext_lazy("Export fetched"),
    "export.cancelled": gettext_lazy("Export cancelled"),
    "export.failed": gettext_lazy("Export failed"),
    "export_policy.set": gettext_lazy("Export limits set"),
    "customers.bulk_edited": gettext_lazy("Field changed for many customers"),
    "customers.bulk_edit_cancelled": gettext_lazy("Bulk edit cancelled"),
    "customers.bulk_edit_undone": gettext_lazy("Bulk edit taken back"),
    "contact.revealed": gettext_lazy("Contact data revealed"),
    "import.started": gettext_lazy("Import started"),
    "import.done": gettext_lazy("Import done"),
    "import.cancelled": gettext_lazy("Import cancelled"),
    "import.undone": gettext_lazy("Import taken back"),
    "customer.deleted": gettext_lazy("Customer deleted"),
    "customer.restored": gettext_lazy("Customer taken back"),
    "customer.assigned": gettext_lazy("Customer assigned"),
    "customer.claimed": gettext_lazy("Customer claimed"),
    "customer.released": gettext_lazy("Customer returned to a pool"),
    "campaign.saved": gettext_lazy("Campaign saved"),
    "campaign.removed": gettext_lazy("Campaign removed"),
    "match_policy.changed": gettext_lazy("Rules for doubles changed"),
    "customer.told_apart": gettext_lazy("Two customers kept apart"),
    "duplicates.scan_started": gettext_lazy("Search for doubles started"),
    "duplicates.scan_done": gettext_lazy("Search for doubles done"),
    "duplicates.reopened": gettext_lazy("Pair of doubles put back"),
    "mailbox.saved": gettext_lazy("Mailbox saved"),
    "mailbox.removed": gettext_lazy("Mailbox removed"),
    "robot.saved": gettext_lazy("Robot saved"),
    "robot.removed": gettext_lazy("Robot removed"),
    "robot.stopped": gettext_lazy("Robot out of use"),
    "notices.urgent_set": gettext_lazy("Urgent notices chosen"),
    "delivery.sent_again": gettext_lazy("Message sent again"),
    "feed.made": gettext_lazy("Calendar address made"),
    "feed.revoked": gettext_lazy("Calendar address ended"),
    "questionnaire.saved": gettext_lazy("Questionnaire saved"),
    "questionnaire.removed": gettext_lazy("Questionnaire removed"),
    "form.saved": gettext_lazy("Web form saved"),
    "form.removed": gettext_lazy("Web form removed"),
    "rule_set.published": gettext_lazy("Score rules published"),
    "rule_set.drafted": gettext_lazy("Draft of the score rules saved"),
    "rule_set.discarded": gettext_lazy("Draft of the score rules thrown away"),
    "rule_set.backtested": gettext_lazy("Back-test of a draft looked at"),
    "sample.drawn": gettext_lazy("Sample drawn"),
    "fact_terms.published": gettext_lazy("Months of checked facts published"),
    "custom_field.saved": gettext_lazy("Own field saved"),
    "template.published": gettext_lazy("Collection template published"),
    "template.discarded": gettext_lazy("Draft of a template thrown away"),
    "template.revision_due": gettext_lazy("Collection template due for revision"),
    "choice.saved": gettext_lazy("Word saved"),
    "choice.removed": gettext_lazy("Word removed"),
    "tag.saved": gettext_lazy("Tag saved"),
    "tag.removed": gettext_lazy("Tag removed"),
    "pool.saved": gettext_lazy("Pool saved"),
    "pool.removed": gettext_lazy("Pool removed"),
    "target.set": gettext_lazy("Target set"),
    "ranking_settings.changed": gettext_lazy("Who sees rankings was changed"),
    "calendar.day_saved": gettext_lazy("Calendar day saved"),
    "calendar.day_removed": gettext_lazy("Calendar day removed"),
    "calendar.year_loaded": gettext_lazy("Holidays of a year loaded"),
    "calendar.imported": gettext_lazy("Calendar days imported"),
}


PEOPLE = frozenset({"origin", "target", "user", "person"})
DATA_WORDS = {
    "address": gettext_lazy("Address"),
    "amount": gettext_lazy("Amount"),
    "first": gettext_lazy("First day"),
    "grain": gettext_lazy("Stretch"),
    "is_open_to_reps": gettext_lazy("Everybody sees the ranking of their own team"),
    "metric": gettext_lazy("Figure"),
    "of_team": gettext_lazy("Team"),
    "person": pgettext_lazy("staff", "Person"),
    "created": pgettext_lazy("import", "New"),
    "day": gettext_lazy("Day"),
    "days": gettext_lazy("Days"),
    "duplicates": gettext_lazy("Known already"),
    "is_working": gettext_lazy("Working day"),
    "kept": gettext_lazy("Kept, worked on since"),
    "rejected": gettext_lazy("Left out"),
    "removed": gettext_lazy("Removed"),
    "compared": gettext_lazy("Compared"),
    "crowded": gettext_lazy("Shared by too many"),
    "found": gettext_lazy("Found"),
    "gone": gettext_lazy("No longer alike"),
    "note": gettext_lazy("Note"),
    "updated": pgettext_lazy("import", "Changed"),
    "warnings": gettext_lazy("Remarks"),
    "year": gettext_lazy("Year"),
    "rows": gettext_lazy("Rows"),
    "is_unmasked": gettext_lazy("Contact data in full"),
    "unmasked_rows": gettext_lazy("Rows in full"),
    "problem": gettext_lazy("Problem"),
    "field": gettext_lazy("Field"),
    "how": gettext_lazy("What was done"),
    "email": gettext_lazy("E-mail"),
    "is_active": gettext_lazy("May sign in"),
    "leads": gettext_lazy("Led by"),
    "name": gettext_lazy("Name"),
    "pool": gettext_lazy("Pool"),
    "reason": gettext_lazy("Reason"),
    "role": gettext_lazy("Role"),
    "team": gettext_lazy("Team"),
    "user": pgettext_lazy("staff", "Person"),
    "version": gettext_lazy("Version"),
}


def theme_words() -> dict[str, str]:
    """Return the themes of the log with their words."""
    return {
        "login": _("Sign-ins"),
        "rights": _("Rights"),
        "data": _("Exports, reveals, imports"),
        "owners": _("Owners"),
        "settings": _("Settings"),
    }


def event_words(kind: str) -> str:
    """Return what an event of this kind says."""
    return str(EVENT_WORDS.get(kind, kind))


def is_about_a_person(event: Event) -> bool:
    """Say whether an event's subject is a user."""
    return event.kind.partition(".")[0] in {"user", "login"}


def people_in(events: Iterable[Event]) -> set[int]:
    """Return the ids of the users some events name, to be read in one query."""
    found = set()
    for event in events:
        if is_about_a_person(event) and event.subject_id:
            found.add(event.subject_id)
        found |= {value for name, value in event.data.items() if name in PEOPLE and isinstance(value, int)}
    return found


def event_details(data: Mapping[str, Any], names: Mapping[int, str]) -> str:
    """Return an event's particulars as one line; a change shows both sides, `names` are of users by id."""
    before, after = data.get("before") or {}, data.get("after") or {}
    parts = [
        f"{_label(name)}: {_plain(before.get(name), name)} → {_plain(after[name], name)}" for name in after
    ]
    if "origin" in data and "target" in data:
        parts.append(f"{_plain(names.get(data['origin']))} → {_plain(names.get(data['target']))}")
    for name, value in data.items():
        if name in {"before", "after", "origin", "target"} or value in (None, ""):
            continue
        parts.append(f"{_label(name)}: {_plain(names.get(value, value) if name in PEOPLE else value, name)}")
    return " · ".join(parts)[:500]


def _label(name: str) -> str:
    return str(DATA_WORDS.get(name, name))


def _plain(value: Any, name: str = "") -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "field":
        return label_of(str(value))
    if name == "how":
        return str(HOWS.get(str(value), value))
    if name == "role":
        return str(dict(Role.choices).get(value, value))
    return "—" if value is None or value == "" else str(value)
