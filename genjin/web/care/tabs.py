"""The tabs of caring for customers: one line each, the overview first."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class CareTab:
    """A tab: its word and the name of its address, which is also its key."""

    label: Any
    name: str


TABS = (
    CareTab(pgettext_lazy("care", "Overview"), "care:overview"),
    CareTab(pgettext_lazy("care", "Satisfaction"), "care:surveys"),
    CareTab(pgettext_lazy("care", "Tickets"), "care:tickets"),
    CareTab(pgettext_lazy("care", "Renewals"), "renewals:list"),
    CareTab(pgettext_lazy("care", "Buying again"), "usage:list"),
    CareTab(pgettext_lazy("care", "Churn warning"), "churn:list"),
)


def care_tabs(active: str) -> list[dict[str, Any]]:
    """Return the tabs for `shell/components/tabs.html`; `active` is the name of the page's own address."""
    return [
        {"url": reverse(one.name), "label": one.label, "active": one.name == active}
        for one in TABS
    ]  # fmt: skip
