"""What a customer reports by a page of their own. Pure."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from genjin.kit.errors import RuleError
from genjin.kit.text import clean

DAILY_REPORTS = 20  # of one customer; more than that is a machine, or wants the phone
LONGEST = {"title": 200, "details": 2000, "name": 60, "reach": 120}


@dataclass(frozen=True, slots=True)
class Report:
    """What is wrong, in a line and in detail, who says so, and how to reach them."""

    title: str
    details: str = ""
    name: str = ""
    reach: str = ""


def check_report(report: Report) -> Report:
    """Return a report as it is kept. Raises RuleError `report_incomplete` with a sentence for each field."""
    words = {name: clean(getattr(report, name)) for name in LONGEST}
    fields: dict[str, list[str]] = {}
    if not words["title"]:
        fields["title"] = [_("Please say in a line what is wrong.")]
    if not words["name"]:
        fields["name"] = [_("Please say who you are.")]
    for name, most in LONGEST.items():
        if len(words[name]) > most:
            fields[name] = [_("At most %(count)d characters.") % {"count": most}]
    if fields:
        raise RuleError(_("Please correct the marked fields."), "report_incomplete", fields=fields)
    return Report(**words)
