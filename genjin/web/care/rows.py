"""How rows of care look in lists and on the customer's page."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from genjin.accounts.models import User
from genjin.accounts.queries import local_day
from genjin.care.models import Repurchase
from genjin.care.rules.usage import OPEN_STATES
from genjin.customers.queries.sight import shown_name, worded
from genjin.web.shell.templatetags.genjin import ago, money

REPURCHASE_WORDS = ("why", "plan", "budget_when", "next_step", "answer")
TONES = {"proposed": "orange", "planned": "blue", "confirmed": "green", "dismissed": "muted"}


def proposal_row(one: Repurchase, user: User) -> dict[str, Any]:
    """Return a proposal as lists show it."""
    one = worded(user, one.customer, one, *REPURCHASE_WORDS)
    today = local_day(timezone.now())
    return {
        "url": reverse("usage:proposal", args=[one.pk]), "name": shown_name(user, one.customer), "why": one.why,
        "product": one.product.name if one.product else "", "intent": one.get_intent_display() if one.intent else "",
        "budget": money(one.budget), "when": one.budget_when, "next_step": one.next_step, "next_on": one.next_on,
        "is_late": one.state in OPEN_STATES and one.next_on is not None and one.next_on < today,
        "state": one.get_state_display(), "tone": TONES[one.state], "owner": one.owner.name if one.owner else "", "opened": ago(one.opened_at),
    }  # fmt: skip
