"""How what happens from need to cash reads in the timeline: title, icon and tone by kind; the event's `name` and `note` say the rest."""

from typing import Any

from django.utils.translation import gettext_lazy

DEAL_KINDS: dict[str, tuple[Any, str, str]] = {
    "share.made": (gettext_lazy("Link for a third party"), "external-link", "orange"),
    "share.allowed": (gettext_lazy("Link for a third party allowed"), "circle-check", "green"),
    "share.opened": (gettext_lazy("Third party opened the link"), "eye", "blue"),
    "share.revoked": (gettext_lazy("Link for a third party taken back"), "ban", "grey"),
}
