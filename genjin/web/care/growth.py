"""What of renewal, use, buying again and churn stands on a customer's page, under care."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.accounts.permissions import Right
from genjin.accounts.queries import local_day
from genjin.care.models import ChurnAlert, Renewal, Repurchase, UsageFigure
from genjin.care.queries.churn import readings, weights_in_force
from genjin.care.queries.usage import referrals
from genjin.care.rules.churn import NOT_KNOWN, Part
from genjin.care.rules.renewals import Outcome, days_left, tone
from genjin.customers.models import Customer
from genjin.customers.queries.sight import shown_name
from genjin.customers.rules import Stage
from genjin.followups.actions.tasks import may_hand_in
from genjin.web.care.rows import proposal_row
from genjin.web.care.views.churn import row_of as alert_row
from genjin.web.care.views.churn import sign_line
from genjin.web.care.views.renewals import TONES
from genjin.web.shell.pages import user_of
from genjin.web.shell.templatetags.genjin import money


def growth_context(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """Return the context of the cards of renewal, use and churn."""
    user, now = user_of(request), timezone.now()
    settings = weights_in_force()
    bought = customer.stage in {Stage.WON, Stage.REPEAT}
    reading = readings([customer], now, settings)[0].reading if bought else None
    alert = (
        ChurnAlert.objects.open()
        .filter(customer=customer)
        .select_related("customer", "responsible", "win_back")
        .first()
    )
    renewals = Renewal.objects.filter(customer=customer).select_related("contract").order_by("-ends_on")[:10]
    proposals = Repurchase.objects.filter(customer=customer).select_related("customer", "product", "owner")[
        :10
    ]
    referred = referrals(user, customer)[:20]
    return {
        "growth_may": may_hand_in(user, customer, Right.SERVE), "growth_may_refer": user.may(Right.CHANGE_CUSTOMER),
        "growth_renewals": [_renewal(one) for one in renewals],
        "growth_figures": UsageFigure.objects.filter(customer=customer)[:12],
        "growth_proposals": [proposal_row(one, user) for one in proposals],
        "growth_alert": alert_row(alert, user, settings) if alert else None,
        "growth_signs": [sign_line(sign.as_json()) for sign in reading.signs] if reading else [],
        "growth_score": reading.score if reading else None,
        "growth_unknown": [NOT_KNOWN[Part(part)] for part in reading.unknown] if reading else [],
        "growth_referred": [
            {"url": reverse("customers:detail", args=[row.pk]), "name": shown_name(user, row), "stage": row.stage, "label": row.get_stage_display()}
            for row in referred
        ],
    }  # fmt: skip


def _renewal(one: Renewal) -> dict[str, Any]:
    left = days_left(one.ends_on, local_day(timezone.now()))
    is_open = one.outcome == Outcome.OPEN
    return {
        "url": reverse("renewals:renewal", args=[one.pk]), "contract": str(one.contract), "amount": money(one.contract.amount),
        "ends_on": one.ends_on, "tone": tone(left) if is_open else "", "outcome_tone": TONES[one.outcome], "outcome": one.get_outcome_display(),
        "left": (_("%(days)d days left") % {"days": left} if left >= 0 else _("the contract is over")) if is_open else "",
    }  # fmt: skip
