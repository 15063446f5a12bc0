"""How what happens from need to cash reads in the timeline: title, icon and tone by kind; the event's `name` and `note` say the rest."""

from typing import Any

from django.utils.translation import gettext_lazy

DEAL_KINDS: dict[str, tuple[Any, str, str]] = {
    "delivery.planned": (gettext_lazy("Delivery project opened"), "truck-delivery", "blue"),
    "delivery.changed": (gettext_lazy("Delivery project changed"), "pencil", "grey"),
    "delivery.started": (gettext_lazy("Delivery began"), "truck-delivery", "blue"),
    "delivery.kicked_off": (gettext_lazy("Kick-off meeting"), "users", "blue"),
    "delivery.joined": (gettext_lazy("Joined the delivery team"), "user-plus", "grey"),
    "delivery.left": (gettext_lazy("Left the delivery team"), "user-minus", "grey"),
    "delivery.step_planned": (gettext_lazy("Step of the delivery planned"), "list-check", "grey"),
    "delivery.step_changed": (gettext_lazy("Step of the delivery changed"), "list-check", "grey"),
    "delivery.step_done": (gettext_lazy("Step of the delivery done"), "circle-check", "green"),
    "delivery.step_reopened": (gettext_lazy("Step of the delivery is open again"), "arrow-back-up", "orange"),
    "delivery.step_removed": (gettext_lazy("Step of the delivery removed"), "trash", "grey"),
    "delivery.risk_raised": (gettext_lazy("Risk of the delivery"), "alert-triangle", "orange"),
    "delivery.risk_closed": (gettext_lazy("Risk of the delivery settled"), "circle-check", "green"),
    "delivery.slipped": (gettext_lazy("End of the delivery moved"), "calendar-event", "orange"),
    "delivery.delivered": (gettext_lazy("Delivered"), "truck-delivery", "green"),
    "delivery.accepted": (gettext_lazy("Accepted by the customer"), "shield-check", "green"),
    "delivery.reopened": (gettext_lazy("Delivery reopened"), "arrow-back-up", "red"),
    "delivery.stopped": (gettext_lazy("Delivery called off"), "ban", "red"),
    "delivery.resumed": (gettext_lazy("Delivery resumed"), "truck-delivery", "blue"),
    "share.made": (gettext_lazy("Link for a third party"), "external-link", "orange"),
    "share.allowed": (gettext_lazy("Link for a third party allowed"), "circle-check", "green"),
    "share.opened": (gettext_lazy("Third party opened the link"), "eye", "blue"),
    "share.revoked": (gettext_lazy("Link for a third party taken back"), "ban", "grey"),
}
