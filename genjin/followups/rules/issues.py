"""What a record leaves open until somebody settles it: new needs, risks, questions (S0-20, S0-23)."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from genjin.kit.errors import RuleError

ISSUES = ("questions", "new_needs", "risks")


@dataclass(frozen=True, slots=True)
class Issue:
    """Something a record left open: which of its fields, and the words."""

    followup_id: int
    name: str
    text: str
    at: datetime


def check_issue(name: str, text: str) -> None:
    """Refuse to settle what nobody wrote. Raises RuleError `issue_unknown`."""
    if name not in ISSUES or not text:
        raise RuleError(_("There is no such open point."), "issue_unknown", status=404)
