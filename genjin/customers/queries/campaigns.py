"""What campaigns brought: counted over the rows one may see, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.models import Campaign, Customer, StageChange
from genjin.customers.rules import Stage
from genjin.customers.rules.campaigns import cost_per_lead


@dataclass(frozen=True, slots=True)
class CampaignFigures:
    """A campaign with its counts; costs are None to who may not see them."""

    campaign: Campaign
    leads: int
    qualified: int
    won: int
    cost: Decimal | None
    cost_per_lead: Decimal | None


def sees_costs(user: User) -> bool:
    """Whether what campaigns cost is this person's business."""
    return user.may(Right.MANAGE_CAMPAIGNS) or user.scope.sees_all


def campaign_figures(user: User, campaigns: Sequence[Campaign]) -> list[CampaignFigures]:
    """Return leads, ever qualified and ever won of campaigns among the customers `user` sees; two queries (S4-7).

    The cost of a lead is said only to who sees every lead: the cost is the whole company's.
    """
    counts = {row["campaign"]: row for row in _counted(user, campaigns)}
    shows_cost, sees_all = sees_costs(user), user.scope.sees_all
    figures = []
    for campaign in campaigns:
        row = counts.get(campaign.pk, {"leads": 0, "qualified": 0, "won": 0})
        each = cost_per_lead(campaign.cost, row["leads"]) if sees_all else None
        cost = campaign.cost if shows_cost else None
        figures.append(CampaignFigures(campaign, row["leads"], row["qualified"], row["won"], cost, each))
    return figures


def _counted(user: User, campaigns: Sequence[Campaign]) -> list[Any]:
    def reached(stage: Stage) -> Exists:
        return Exists(StageChange.objects.filter(customer=OuterRef("pk"), target=stage).order_by())

    rows = Customer.objects.visible_to(user).filter(campaign__in=[campaign.pk for campaign in campaigns])
    return list(
        rows.order_by().values("campaign").annotate(
            leads=Count("pk"), qualified=Count("pk", filter=reached(Stage.QUALIFIED)), won=Count("pk", filter=reached(Stage.WON)),
        )
    )  # fmt: skip
