"""Campaigns: which there are, and what they brought among the customers the caller sees."""

from django.utils import timezone
from ninja import Query, Router, Status

from genjin.api.paging import Order, Page, page
from genjin.api.schemas.campaigns import CampaignFilter, CampaignIn, CampaignOut, show_campaign
from genjin.api.wire import Call
from genjin.customers.actions.campaigns import save_campaign
from genjin.customers.models import Campaign

router = Router(tags=["campaigns"])


@router.get("/campaigns", response=Page[CampaignOut], summary="List campaigns")
def list_campaigns(request: Call, asked: Query[CampaignFilter]) -> Page[CampaignOut]:
    rows = Campaign.objects.all()
    if asked.is_active is not None:
        rows = rows.filter(is_active=asked.is_active)
    user = request.auth
    return page(
        request, rows, asked, order=Order("id", descending=True), show=lambda row: show_campaign(user, row)
    )


@router.post("/campaigns", response={201: CampaignOut}, summary="Plan a campaign")
def add_campaign(request: Call, body: CampaignIn) -> Status[CampaignOut]:
    row = save_campaign(request.auth, Campaign(), body.model_dump(), now=timezone.now())
    return Status(201, show_campaign(request.auth, row))
