"""How what happens from need to cash reads in the timeline: title, icon and tone by kind; the event's `name` and `note` say the rest."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from genjin.selling.models import Need
from genjin.selling.rules import Attitude, ChainRole, OpportunityStage

DEAL_KINDS: dict[str, tuple[Any, str, str]] = {
    "contract.drafted": (gettext_lazy("Contract drafted"), "file-certificate", "blue"),
    "contract.changed": (gettext_lazy("Contract changed"), "pencil", "grey"),
    "contract.handed_in": (gettext_lazy("Contract handed in"), "send", "blue"),
    "contract.withdrawn": (gettext_lazy("Contract taken back"), "arrow-back-up", "grey"),
    "contract.approved": (gettext_lazy("Contract approved"), "circle-check", "green"),
    "contract.rejected": (gettext_lazy("Contract sent back"), "arrow-back-up", "red"),
    "contract.signed": (gettext_lazy("Contract signed"), "signature", "green"),
    "contract.amendment_handed_in": (gettext_lazy("Amendment handed in"), "file-diff", "blue"),
    "contract.amendment_dropped": (gettext_lazy("Amendment dropped"), "arrow-back-up", "grey"),
    "contract.amended": (gettext_lazy("Contract amended"), "file-diff", "orange"),
    "contract.voided": (gettext_lazy("Contract void"), "ban", "red"),
    "contract.fulfilled": (gettext_lazy("Contract fulfilled"), "trophy", "green"),
    "milestone.due": (gettext_lazy("Payment falls due"), "calendar-due", "orange"),
    "milestone.waits": (gettext_lazy("Payment waits again"), "hourglass", "orange"),
    "milestone.moved": (gettext_lazy("Payment expected on another day"), "calendar-event", "orange"),
    "receipt.recorded": (gettext_lazy("Money came in"), "cash", "green"),
    "receipt.reversed": (gettext_lazy("Receipt reversed"), "arrow-back-up", "red"),
    "invoice.requested": (gettext_lazy("Invoice asked for"), "receipt", "blue"),
    "invoice.issued": (gettext_lazy("Invoice issued"), "receipt", "green"),
    "invoice.voided": (gettext_lazy("Invoice void"), "ban", "grey"),
    "profile.saved": (gettext_lazy("Billing profile saved"), "building", "grey"),
    "collection.held": (gettext_lazy("Solve the complaint before collecting"), "alert-triangle", "red"),
    "collection.released": (gettext_lazy("Collecting as usual again"), "circle-check", "green"),
    "delivery.planned": (gettext_lazy("Delivery project opened"), "truck-delivery", "blue"),
    "delivery.changed": (gettext_lazy("Delivery project changed"), "pencil", "grey"),
    "delivery.started": (gettext_lazy("Delivery began"), "truck-delivery", "blue"),
    "delivery.kicked_off": (gettext_lazy("Kick-off meeting"), "users", "blue"),
    "delivery.joined": (gettext_lazy("Joined the delivery team"), "user-plus", "grey"),
    "delivery.left": (gettext_lazy("Left the delivery team"), "user-minus", "grey"),
    "delivery.step_planned": (gettext_lazy("Step of the delivery planned"), "list-check", "grey"),
    "delivery.step_changed": (gettext_lazy("Step of the delivery changed"), "list-check", "grey"),
    "delivery.step_done": (gettext_lazy("Step of the delivery done"), "circle-check", "green"),
    "delivery.step_reopened": (gettext_lazy("Step of the delivery is open again"), "arrow-back-up", "orange"),
    "delivery.step_removed": (gettext_lazy("Step of the delivery removed"), "trash", "grey"),
    "delivery.risk_raised": (gettext_lazy("Risk of the delivery"), "alert-triangle", "orange"),
    "delivery.risk_closed": (gettext_lazy("Risk of the delivery settled"), "circle-check", "green"),
    "delivery.slipped": (gettext_lazy("End of the delivery moved"), "calendar-event", "orange"),
    "delivery.delivered": (gettext_lazy("Delivered"), "truck-delivery", "green"),
    "delivery.accepted": (gettext_lazy("Accepted by the customer"), "shield-check", "green"),
    "delivery.reopened": (gettext_lazy("Delivery reopened"), "arrow-back-up", "red"),
    "delivery.stopped": (gettext_lazy("Delivery called off"), "ban", "red"),
    "delivery.resumed": (gettext_lazy("Delivery resumed"), "truck-delivery", "blue"),
    "opportunity.opened": (gettext_lazy("Opportunity opened"), "target-arrow", "blue"),
    "opportunity.moved": (gettext_lazy("Opportunity moved"), "target-arrow", "blue"),
    "opportunity.changed": (gettext_lazy("Opportunity changed"), "target-arrow", "grey"),
    "need.recorded": (gettext_lazy("Need recorded"), "bulb", "orange"),
    "need.changed": (gettext_lazy("Need changed"), "bulb", "orange"),
    "chain.placed": (gettext_lazy("Part in the decision"), "users", "blue"),
    "chain.removed": (gettext_lazy("Out of the decision chain"), "user-minus", "grey"),
    "chain.verified": (gettext_lazy("Decision chain verified"), "shield-check", "green"),
    "rival.noted": (gettext_lazy("Competitor noted"), "target", "orange"),
    "rival.changed": (gettext_lazy("Competitor changed"), "target", "grey"),
    "rival.removed": (gettext_lazy("Competitor removed"), "target", "grey"),
    "account_plan.made": (gettext_lazy("Account plan made"), "clipboard-text", "blue"),
    "customer.stage_lifted": (gettext_lazy("Stage follows merged opportunities"), "flag", "blue"),
    "survey.opened": (gettext_lazy("Satisfaction visit planned"), "star", "grey"),
    "survey.sent": (gettext_lazy("Questionnaire on satisfaction sent"), "link", "grey"),
    "survey.link_revoked": (gettext_lazy("Questionnaire on satisfaction taken back"), "ban", "grey"),
    "survey.answered": (gettext_lazy("Rated by the customer"), "star", "green"),
    "survey.called_off": (gettext_lazy("Satisfaction visit called off"), "ban", "grey"),
    "ticket.reported": (gettext_lazy("Problem reported by the customer"), "headset", "orange"),
    "ticket.opened": (gettext_lazy("Ticket opened"), "headset", "orange"),
    "ticket.declined": (gettext_lazy("Report not accepted"), "ban", "grey"),
    "ticket.answered": (gettext_lazy("Ticket answered"), "message-circle", "blue"),
    "ticket.solved": (gettext_lazy("Ticket solved"), "circle-check", "green"),
    "ticket.confirmed": (gettext_lazy("Solution confirmed by the customer"), "circle-check", "green"),
    "ticket.reopened": (gettext_lazy("Ticket open again"), "arrow-back-up", "red"),
    "ticket.merged": (gettext_lazy("Ticket merged"), "git-merge", "grey"),
    "ticket.handed_on": (gettext_lazy("Ticket handed on"), "user-share", "grey"),
    "ticket.changed": (gettext_lazy("Ticket changed"), "pencil", "grey"),
    "ticket.noted": (gettext_lazy("Note on a ticket"), "note", "grey"),
    "report_link.made": (gettext_lazy("Page for reporting problems made"), "link", "grey"),
    "report_link.revoked": (gettext_lazy("Page for reporting problems taken back"), "ban", "grey"),
    "offer.begun": (gettext_lazy("Proposal begun"), "file-text", "grey"),
    "offer.handed_in": (gettext_lazy("Proposal handed in"), "shield-check", "grey"),
    "offer.approved": (gettext_lazy("Discount granted"), "circle-check", "green"),
    "offer.returned": (gettext_lazy("Discount returned"), "arrow-back-up", "orange"),
    "offer.taken_back": (gettext_lazy("Proposal taken back to draft"), "arrow-back-up", "muted"),
    "offer.sent": (gettext_lazy("Proposal sent"), "send", "blue"),
    "offer.opened": (gettext_lazy("Customer opened the proposal"), "eye", "blue"),
    "offer.answered": (gettext_lazy("Customer answered the proposal"), "message-circle", "green"),
    "offer.changed": (gettext_lazy("Proposal changed"), "pencil", "grey"),
    "offer.shared": (gettext_lazy("Link to the proposal made"), "link", "blue"),
    "offer.unshared": (gettext_lazy("Link to the proposal taken back"), "ban", "grey"),
    "offer.authors_set": (gettext_lazy("Who writes the proposal"), "users", "grey"),
    "request.signed": (gettext_lazy("Request agreed to at one step"), "check", "grey"),
    "request.signer_added": (gettext_lazy("One more is asked"), "user-plus", "grey"),
    "request.handed_on": (gettext_lazy("Request handed on"), "user-share", "grey"),
    "request.voided": (gettext_lazy("Request void"), "ban", "red"),
    "objection.noted": (gettext_lazy("Objection"), "question-mark", "orange"),
    "objection.answered": (gettext_lazy("Objection answered"), "message-circle", "green"),
    "share.made": (gettext_lazy("Link for a third party"), "external-link", "orange"),
    "share.allowed": (gettext_lazy("Link for a third party allowed"), "circle-check", "green"),
    "share.opened": (gettext_lazy("Third party opened the link"), "eye", "blue"),
    "share.revoked": (gettext_lazy("Link for a third party taken back"), "ban", "grey"),
    "renewal.opened": (gettext_lazy("Renewal opened"), "repeat", "orange"),
    "renewal.moved": (gettext_lazy("End of the contract moved"), "calendar-event", "grey"),
    "renewal.planned": (gettext_lazy("Renewal planned"), "calendar-plus", "blue"),
    "renewal.decided": (gettext_lazy("Renewal decided"), "repeat", "green"),
    "usage.recorded": (gettext_lazy("Figures of use recorded"), "chart-bar", "grey"),
    "usage.review_opened": (gettext_lazy("Quarterly review opened"), "calendar-event", "blue"),
    "repurchase.proposed": (gettext_lazy("May buy again"), "bulb", "blue"),
    "repurchase.planned": (gettext_lazy("Plan to buy again"), "calendar-plus", "blue"),
    "repurchase.confirmed": (gettext_lazy("Customer wants to buy again"), "thumb-up", "green"),
    "repurchase.dismissed": (gettext_lazy("Buying again put aside"), "thumb-down", "grey"),
    "churn.raised": (gettext_lazy("Churn warning"), "alert-triangle", "red"),
    "churn.answered": (gettext_lazy("Churn warning answered"), "shield-check", "blue"),
    "churn.planned": (gettext_lazy("Win-back plan changed"), "pencil", "blue"),
    "churn.closed": (gettext_lazy("Win-back came to its end"), "flag", "green"),
}


def _opportunity(data: dict[str, Any]) -> str:
    """Return name, stages and reason of an opportunity; of a change, old and new."""
    words: Mapping[str, Any] = dict(OpportunityStage.choices)
    stages = " → ".join(str(words[data[end]]) for end in ("origin", "target") if data.get(end) in words)
    changes = [
        f"{OPPORTUNITY_FIELDS.get(name, name)}: {_shown(old)} → {_shown(new)}" for name, (old, new) in data.get("changes", {}).items()
    ]  # fmt: skip
    return " · ".join(part for part in (data.get("name", ""), stages, data.get("note", ""), *changes) if part)


def _need(data: dict[str, Any]) -> str:
    """Return what is needed, whether it came late, and of a change old and new."""
    changes = [
        f"{_need_label(name)}: {_shown(old)} → {_shown(new)}" for name, (old, new) in data.get("changes", {}).items()
    ]  # fmt: skip
    late = str(gettext_lazy("recorded late")) if data.get("is_late") else ""
    return " · ".join(part for part in (data.get("name", ""), late, *changes) if part)


def _need_label(name: str) -> str:
    return str(Need._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _chain(data: dict[str, Any]) -> str:
    """Return part and attitude of a person, whose name the trail does not keep."""
    roles, attitudes = dict(ChainRole.choices), dict(Attitude.choices)
    words = (roles.get(data.get("role", "")), attitudes.get(data.get("attitude", "")))
    return " · ".join(str(word) for word in words if word)


def _shown(value: Any) -> str:
    return "—" if value in (None, "") else str(value)[:80]


OPPORTUNITY_FIELDS: Mapping[str, Any] = {
    "name": gettext_lazy("Name"), "amount": gettext_lazy("Expected amount"), "expected_close": gettext_lazy("Expected close"),
    "owner": gettext_lazy("Owner"), "probability": gettext_lazy("Probability"), "forecast": gettext_lazy("Forecast"), "notes": gettext_lazy("Notes"),
    "lines": gettext_lazy("Products wanted"),
}  # fmt: skip
DEAL_TEXTS: Mapping[
    str, Callable[[dict[str, Any]], str]
] = {  # by the first word of the kind, where name and note do not say it all
    "opportunity": _opportunity,
    "need": _need,
    "chain": _chain,
}
