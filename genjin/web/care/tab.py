"""The tab "care" of a customer's page: parts below each other, one line each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from genjin.customers.models import Customer
from genjin.web.care.growth import growth_context
from genjin.web.care.parts import surveys_part, tickets_part


@dataclass(frozen=True, slots=True)
class Part:
    """A part: its template (a card) and what fills it; its words stand in the page's context under their own names."""

    template: str
    context: Callable[[HttpRequest, Customer], dict[str, Any]]


PARTS: tuple[Part, ...] = (
    Part("care/part_tickets.html", tickets_part),
    Part("care/part_surveys.html", surveys_part),
    Part("care/growth_tab.html", growth_context),
)


def care_tab(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """Return the context of the tab: the parts' templates in order, and all their words."""
    context: dict[str, Any] = {"parts": [one.template for one in PARTS]}
    for one in PARTS:
        context |= one.context(request, customer)
    return context
