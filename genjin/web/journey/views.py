"""The line of one record, walked both ways."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from genjin.customers.models import Customer
from genjin.customers.queries.sight import shown_name
from genjin.desk.queries.journey import NodeKind, find_customer, journey_of, lineage_in
from genjin.web.journey.picture import line_of, picture
from genjin.web.shell.pages import user_of
from genjin.web.shell.templatetags.genjin import money


@require_GET
def lineage(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Show where a record came from, back to the first touch, and what came of it, down to cash."""
    user = user_of(request)
    customer, key = find_customer(user, kind, pk), (kind, pk)
    journey = journey_of(user, customer, now=timezone.now(), also=key)
    found = lineage_in(journey, key)
    if found is None:
        raise Customer.DoesNotExist
    context = {
        "title": found.node.title, "kind": NodeKind(kind).label, "customer": customer, "customer_name": shown_name(user, customer),
        "picture": picture(journey, found.keys, key), "line": line_of(journey, found.keys, key),
        "upstream": len(found.upstream), "downstream": len(found.downstream), "collected": money(found.collected),
    }  # fmt: skip
    return render(request, "journey/lineage.html", context)
