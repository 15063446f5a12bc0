"""How a record reads under the version of the template it was written with, and how good it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from genjin.followups.models import FollowUp
from genjin.followups.queries.timeline import TimelineItem
from genjin.followups.rules.quality import GOOD, band, in_words
from genjin.library.models import Entry
from genjin.library.queries.entries import used_in
from genjin.library.queries.templates import versions_by_id
from genjin.library.rules.templates import Version, answers

TONES = {"good": "green", "fair": "line", "poor": "muted"}


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the records of a page: pieces of the library in them, and the versions they were written with."""

    used: Mapping[int, Sequence[Entry]]
    versions: Mapping[int, Version]

    @classmethod
    def of(cls, items: Sequence[TimelineItem]) -> "Beside":
        rows = [item.followup for item in items if item.followup]
        return cls(
            used_in([row.pk for row in rows]),
            versions_by_id({row.template_id for row in rows if row.template_id}),
        )


def told(followup: FollowUp, beside: Beside) -> tuple[str, list[tuple[str, str]]]:
    """Return the words of a record, and what it says under each heading of its own version."""
    version = beside.versions.get(followup.template_id or 0)
    lead, found = answers(version.prompts, followup.summary) if version else (followup.summary, {})
    return lead, [(label, text) for label, text in found.items() if text]


def from_library(followup: FollowUp, beside: Beside) -> str:
    """Return the titles of what was put in from the library."""
    return "、".join(entry.title for entry in beside.used.get(followup.pk, ()))


def quality_tag(followup: FollowUp) -> list[dict[str, Any]]:
    """Return the mark of a judged record."""
    if followup.quality is None:
        return []
    return [
        {
            "tone": TONES[band(followup.quality)],
            "text": _("quality %(percent)d") % {"percent": followup.quality},
        }
    ]


def quality_line(followup: FollowUp) -> str:
    """Return what would have made a record better; "" for a good one."""
    if followup.quality is None or followup.quality >= GOOD:
        return ""
    return "；".join(in_words(followup.quality_notes))
