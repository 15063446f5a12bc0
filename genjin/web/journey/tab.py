"""The tab 全程 on a customer's page."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from genjin.customers.models import Customer
from genjin.desk.queries.journey import Journey, journey_of
from genjin.web.journey.picture import line_of, picture
from genjin.web.shell.pages import user_of
from genjin.web.shell.templatetags.genjin import money


def tab_context(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """Return the whole line of a customer: picture, list, and what it came to."""
    journey = journey_of(user_of(request), customer, now=timezone.now())
    return {"picture": picture(journey), "line": line_of(journey), "sums": sums_of(journey)}


def sums_of(journey: Journey) -> dict[str, Any]:
    """Return what a line comes to: how long, signed, collected, left."""
    days = (timezone.localdate() - timezone.localtime(journey.nodes[0].at).date()).days
    return {
        "days": max(days, 0), "signed": money(journey.signed), "collected": money(journey.collected), "left": money(journey.signed - journey.collected),
        "stops": len(journey.nodes),
    }  # fmt: skip
