"""Campaigns: what they cost, and whom they brought."""

from typing import Any
from urllib.parse import urlencode

from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.actions.campaigns import FIELDS, remove_campaign, save_campaign
from genjin.customers.models import Campaign
from genjin.customers.queries.campaigns import CampaignFigures, campaign_figures, sees_costs
from genjin.customers.rules import Stage
from genjin.web.campaigns.forms import CampaignForm
from genjin.web.shell.pages import confirm_page, form_page, user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import money


def tabs_of(user: User, now: str) -> list[dict[str, Any]]:
    """Return the tabs of what brings leads; forms and questionnaires are for who manages them."""
    managed = user.may(Right.MANAGE_CAMPAIGNS)
    words = (
        ("campaigns", "campaigns:list", _("Campaigns")),
        ("returns", "campaigns:returns", _("Return")),
        ("forms", "forms:list", _("Web forms")),
        ("questionnaires", "questionnaires:list", _("Questionnaires")),
    )
    return [
        {"url": reverse(url), "label": label, "active": now == key}
        for key, url, label in words
        if managed or key in {"campaigns", "returns"}
    ]


def _link(campaign: Campaign, reached: Stage | None = None) -> str:
    """Return the address of the customer list that shows exactly the counted customers."""
    conditions = [("campaign_id", str(campaign.pk))] + ([("reached", reached.value)] if reached else [])
    query = [("tab", "all"), ("match", "all")]
    for name, value in conditions:
        query += [("f", name), ("op", "eq"), ("v", value), ("v2", "")]
    return f"{reverse('customers:list')}?{urlencode(query)}"


def _row(user: User, found: CampaignFigures) -> dict[str, Any]:
    campaign, today = found.campaign, timezone.localdate()
    period = " – ".join(str(day) if day else "…" for day in (campaign.starts_on, campaign.ends_on))
    is_now = campaign.is_active and campaign.runs_on(today)
    return {
        "name": campaign.name, "channel": campaign.channel, "is_active": campaign.is_active, "is_now": is_now,
        "url": reverse("campaigns:edit", args=[campaign.pk]) if user.may(Right.MANAGE_CAMPAIGNS) else "",
        "period": period if campaign.starts_on or campaign.ends_on else "",
        "cost": money(found.cost), "cost_per_lead": money(found.cost_per_lead),
        "counts": [
            {"count": found.leads, "url": _link(campaign)},
            {"count": found.qualified, "url": _link(campaign, Stage.QUALIFIED)},
            {"count": found.won, "url": _link(campaign, Stage.WON)},
        ],
    }  # fmt: skip


@require_GET
def campaign_list(request: HttpRequest) -> HttpResponse:
    """Show campaigns with leads, what a lead cost, and how far they came; each count opens its customers."""
    user = user_of(request)
    rows = Campaign.objects.all()
    query = request.GET.get("q", "").strip()[:60]
    if query:
        rows = rows.filter(name__icontains=query)
    shown = paged(request, rows)
    labels = [(_("Campaign"), False), (_("Channel"), False), (_("Period"), False), (_("Leads"), True),
              (_("Qualified"), True), (_("Won"), True)]  # fmt: skip
    if sees_costs(user):
        labels += [(_("Cost"), True), (_("Cost per lead"), True)]
    may_manage = user.may(Right.MANAGE_CAMPAIGNS)
    create = {"url": reverse("campaigns:add"), "label": pgettext("deed", "New campaign"), "dialog": True} if may_manage else None  # fmt: skip
    context = shown.context() | {
        "title": _("Campaigns"), "tabs": tabs_of(user, "campaigns"), "query": query, "shows_cost": sees_costs(user),
        "is_part": not user.scope.sees_all, "columns": [{"label": label, "number": is_number} for label, is_number in labels],
        "rows": [_row(user, found) for found in campaign_figures(user, list(shown.rows))], "create": create,
        "empty": {"icon": "target", "title": _("Nothing found") if query else _("No campaigns yet"),
                  "text": _("Fairs, advertisements, seminars: what they cost and which leads they brought."), **(create or {})},
    }  # fmt: skip
    return render(request, "campaigns/campaigns.html", context)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Plan a campaign, or change one."""
    user = user_of(request)
    require(user, Right.MANAGE_CAMPAIGNS)
    campaign = Campaign.objects.get(pk=pk) if pk else Campaign()
    form = CampaignForm(request.POST or None, initial=model_to_dict(campaign, fields=FIELDS))
    return form_page(
        request, form, title=campaign.name if pk else pgettext("deed", "New campaign"), message=_("Saved."),
        save=lambda values: save_campaign(user, campaign, values, now=timezone.now()), done=reverse("campaigns:list"),
        template="campaigns/entry.html", remove_url=reverse("campaigns:remove", args=[pk]) if pk else "",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a campaign nothing came from."""
    user = user_of(request)
    require(user, Right.MANAGE_CAMPAIGNS)
    campaign = Campaign.objects.get(pk=pk)
    return confirm_page(
        request, deed=lambda: remove_campaign(user, campaign, now=timezone.now()), level="danger", title=_("Remove"),
        question=_("Remove “%(name)s”?") % {"name": campaign.name}, submit_label=_("Remove"), done=reverse("campaigns:list"),
        message=_("Removed."),
    )  # fmt: skip
