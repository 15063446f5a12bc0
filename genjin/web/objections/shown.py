"""How objections are shown."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from genjin.accounts.models import User
from genjin.customers.queries.sight import said, shown_name
from genjin.proposals.actions.rights import sellable
from genjin.proposals.models import Objection
from genjin.web.shell.templatetags.genjin import ago

TONES = {"accepted": "green", "partly": "blue", "internal": "orange", "refused": "red", "": "muted"}


def rows_of(user: User, rows: Iterable[Objection]) -> list[dict[str, Any]]:
    """Return objections as lists and cards show them; at most one query for any number."""
    shown = list(rows)
    mine = sellable(user, [row.customer for row in shown])
    return [
        {
            "pk": row.pk, "category": row.get_category_display(), "said": said(user, row.customer, row.said),
            "answer": said(user, row.customer, row.answer) or (row.entry.body if row.entry else ""),
            "entry": row.entry, "acceptance": row.get_acceptance_display(), "tone": TONES[row.acceptance], "by": row.noted_by.name, "when": ago(row.noted_at),
            "customer": shown_name(user, row.customer), "customer_url": f"{reverse('customers:detail', args=[row.customer_id])}?tab=proposals#objections",
            "opportunity": row.opportunity.name if row.opportunity else "", "answer_url": reverse("objections:answer", args=[row.pk]) if row.customer_id in mine else "",
        }
        for row in shown
    ]  # fmt: skip
