"""What sources and campaigns brought, from leads to collected cash."""

from ninja import Query, Router

from genjin.api.paging import refuse_unknown
from genjin.api.schemas.returns import ReturnsAsked, ReturnsOut, show_brought
from genjin.api.wire import Call
from genjin.desk.queries.returns import returns, total

router = Router(tags=["campaigns"])


@router.get("/returns", response=ReturnsOut, summary="See what sources or campaigns brought and cost")
def read_returns(request: Call, asked: Query[ReturnsAsked]) -> ReturnsOut:
    refuse_unknown(request, ReturnsAsked)
    rows = returns(request.auth, asked.by)
    items = [show_brought(request.auth, one) for one in rows]
    return ReturnsOut(by=asked.by, items=items, total=show_brought(request.auth, total(rows)))
