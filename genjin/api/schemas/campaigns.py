"""How campaigns look from outside."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from genjin.accounts.models import User
from genjin.api.paging import Cut
from genjin.api.wire import In, Out
from genjin.customers.models import Campaign
from genjin.customers.queries.campaigns import sees_costs


class CampaignFilter(Cut):
    """Which campaigns."""

    is_active: bool | None = None


class CampaignIn(In):
    """A campaign to be planned."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    channel: Annotated[str, Field(max_length=60)] = ""
    starts_on: date | None = None
    ends_on: date | None = None
    cost: Annotated[Decimal, Field(ge=0, lt=10**14, decimal_places=2, description="yuan")] | None = None
    notes: Annotated[str, Field(max_length=4000)] = ""
    is_active: bool = True


class CampaignOut(Out):
    """A campaign; its cost is null to who may not see costs."""

    id: int
    name: str
    channel: str
    starts_on: date | None
    ends_on: date | None
    cost: Decimal | None
    is_active: bool


def show_campaign(user: User, row: Campaign) -> CampaignOut:
    """Return a campaign as `user` may see it."""
    return CampaignOut(
        id=row.pk, name=row.name, channel=row.channel, starts_on=row.starts_on, ends_on=row.ends_on,
        cost=row.cost if sees_costs(user) else None, is_active=row.is_active,
    )  # fmt: skip
