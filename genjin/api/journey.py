"""A customer's whole line, and the line of one record both ways."""

from django.utils import timezone
from ninja import Router

from genjin.api.customers import seen
from genjin.api.schemas.journey import JourneyOut, LineageOut, show_journey, show_lineage
from genjin.api.wire import Call, Id
from genjin.desk.queries.journey import journey_of, lineage

router = Router(tags=["journey"])


@router.get("/customers/{customer_id}/journey", response=JourneyOut, summary="Read a customer's whole line")
def read_journey(request: Call, customer_id: Id) -> JourneyOut:
    row = seen(request, customer_id)
    return show_journey(journey_of(request.auth, row, now=timezone.now()))


@router.get("/journey/{kind}/{record_id}", response=LineageOut, summary="Walk a record's line both ways")
def read_lineage(request: Call, kind: str, record_id: Id) -> LineageOut:
    return show_lineage(lineage(request.auth, kind, record_id, now=timezone.now()))
