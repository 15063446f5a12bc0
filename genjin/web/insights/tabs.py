"""The pages of figures, as tabs that keep days and people."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from genjin.insights.queries.catalogue import GROUPS
from genjin.insights.queries.rankings import sees_ranking
from genjin.web.insights.asked import Asked


def tabs(asked: Asked, here: str) -> list[dict[str, Any]]:
    """Return the overview, the groups of figures, the two maps, targets and rankings."""
    named = [
        ("overview", pgettext("metrics", "Overview"), "overview", ()),
        *((key, label, "group", (key,)) for key, label in GROUPS.items()),
        ("cohorts", _("Cohorts"), "cohorts", ()), ("hours", _("Hours of the week"), "hours", ()),
        ("targets", _("Targets"), "targets", ()),
        *([("ranking", _("Ranking"), "ranking", ())] if sees_ranking(asked.question.user) else []),
    ]  # fmt: skip
    return [
        {"label": label, "active": key == here, "url": asked.address(f"insights:{name}", *args)}
        for key, label, name, args in named
    ]
