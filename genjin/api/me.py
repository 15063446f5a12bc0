"""Whose token this is."""

from ninja import Router

from genjin.api.schemas.accounts import Me, show_me
from genjin.api.wire import Call

router = Router(tags=["me"])


@router.get("/me", response=Me, summary="Read who I am and what I may do")
def me(request: Call) -> Me:
    return show_me(request.auth)
