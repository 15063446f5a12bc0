"""The tabs over everything one has to do."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _


def work_tabs(active: str) -> list[dict[str, Any]]:
    """Return the tabs of tasks and promises; `active` names the one that is shown."""
    tasks = reverse("followups:tasks")
    words = {
        "mine": (_("Mine"), f"{tasks}?tab=mine"),
        "team": (_("Team"), f"{tasks}?tab=team"),
        "asked": (_("Asked by me"), f"{tasks}?tab=asked"),
        "later": (_("Planned by me"), f"{tasks}?tab=later"),
        "closed": (_("Closed"), f"{tasks}?tab=closed"),
        "promises": (_("Promises"), reverse("followups:promises")),
        "greetings": (_("To greet"), reverse("followups:greetings")),
    }
    return [{"url": url, "label": word, "active": key == active} for key, (word, url) in words.items()]
