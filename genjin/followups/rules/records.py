"""What counts as a contact, and what a record asks. Pure."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from genjin.kit.errors import wrong_at
from genjin.kit.text import fold

RECORD_WITHIN = timedelta(hours=24)  # S2-14
EFFECTIVE_LETTERS = 10
# What a record may change about its customer: need, budget, timing, decision chain, competitors (S2-15).
CHANGED_IN_RECORD = (
    "need", "pain_points", "budget", "budget_min", "budget_max", "purchase_timing", "purchase_by", "decision_process",
    "is_authority_clear", "competitors",
)  # fmt: skip


def is_effective(summary: str, earlier: set[str], *, has_file: bool) -> bool:
    """Whether a contact counts: ten letters or a file, and not a copy of an earlier text (model.md)."""
    text = fold(summary)
    if text in earlier:
        return False
    return has_file or len(text) >= EFFECTIVE_LETTERS


def is_late(happened_at: datetime, recorded_at: datetime) -> bool:
    """Whether a record was written more than 24 hours after the contact (S2-14)."""
    return recorded_at - happened_at > RECORD_WITHIN


def check_changes(names: Collection[str]) -> None:
    """Refuse to change by a record what is none of its business. Raises RuleError `change_unknown`."""
    if unknown := sorted(set(names) - set(CHANGED_IN_RECORD)):
        words = {"names": ", ".join(unknown), "known": ", ".join(CHANGED_IN_RECORD)}
        sentence = _("A record does not change %(names)s; it may change: %(known)s.") % words
        raise wrong_at("changes", sentence, "change_unknown")


def check_moment(happened_at: datetime, now: datetime) -> None:
    """Refuse a contact in the future. Raises RuleError `happened_in_future`."""
    if happened_at > now + timedelta(minutes=5):
        sentence = _("A contact cannot lie in the future; plan it as a next action.")
        raise wrong_at("happened_at", sentence, "happened_in_future")


def check_summary(summary: str) -> None:
    """Refuse an empty record. Raises RuleError `summary_missing`."""
    if not fold(summary):
        sentence = _("Write what was said.")
        raise wrong_at("summary", sentence, "summary_missing")


def check_due(due_at: datetime, now: datetime) -> None:
    """Refuse a next step that is over already. Raises RuleError `due_in_past`."""
    if due_at < now - timedelta(days=1):
        sentence = _("Choose a day from today on.")
        raise wrong_at("due_at", sentence, "due_in_past")
