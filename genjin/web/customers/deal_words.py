"""How what happens from need to cash reads in the timeline: title, icon and tone by kind; the event's `name` and `note` say the rest."""

from typing import Any

DEAL_KINDS: dict[str, tuple[Any, str, str]] = {}
