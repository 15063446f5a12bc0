"""Metrics of opportunities, contracts and money (S3-24, S4-7)."""

from django.utils.translation import gettext_lazy as _

from genjin.insights.queries.facts.deals import CLOSED, DUE, OPENED, PIPELINE, RECEIVABLE, RECEIVED, SIGNED
from genjin.insights.queries.metrics import How, Metric
from genjin.insights.rules.figures import Unit

DEALS = (
    Metric("opportunities", _("New opportunities"), _("Opportunities opened in these days."), "deals", Unit.COUNT, OPENED),
    Metric("opportunity_amount", _("Amount of new opportunities"), _("Sum of the expected amounts of opportunities opened in these days."), "deals", Unit.YUAN, OPENED, How.SUM, amount="amount"),
    Metric("deals_closed", _("Opportunities closed"), _("Opportunities won or lost in these days."), "deals", Unit.COUNT, CLOSED),
    Metric("deals_won", _("Opportunities won"), _("Opportunities won in these days."), "deals", Unit.COUNT, CLOSED, part="won"),
    Metric("deals_lost", _("Opportunities lost"), _("Opportunities lost in these days."), "deals", Unit.COUNT, CLOSED, part="lost", by="lost_reason", is_bad=True),
    Metric("win_rate", _("Win rate"), _("Opportunities won ÷ opportunities closed in these days."), "deals", Unit.SHARE, CLOSED, How.SHARE, part="won"),
    Metric("revenue_won", _("Amount won"), _("Sum of the amounts of opportunities won in these days."), "deals", Unit.YUAN, CLOSED, How.SUM, part="won", amount="amount", by="quarter"),
    Metric("deal_cycle", _("Days of a won opportunity"), _("Median of the days from opened to won, of opportunities won in these days."), "deals", Unit.DAYS, CLOSED, How.MEDIAN, part="won", number="cycle"),
    Metric("pipeline", _("Open opportunities"), _("Opportunities open at the end of these days."), "deals", Unit.COUNT, PIPELINE, by="forecast"),
    Metric("pipeline_amount", _("Amount of open opportunities"), _("Sum of the amounts of opportunities open at the end of these days that are counted on."), "deals", Unit.YUAN, PIPELINE, How.SUM, part="counted", amount="amount", by="forecast", is_of_now=True),
    Metric("forecast_weighted", _("Weighted forecast"), _("Sum of amount × probability of the opportunities open at the end of these days that are counted on."), "deals", Unit.YUAN, PIPELINE, How.SUM, part="counted", amount="weighted", is_of_now=True),
    Metric("forecast_commit", _("Committed forecast"), _("Sum of the amounts of open opportunities the owner commits to."), "deals", Unit.YUAN, PIPELINE, How.SUM, part="commit", amount="amount", is_of_now=True),
    Metric("forecast_best", _("Best case"), _("Sum of the amounts of open opportunities that are committed to or best case."), "deals", Unit.YUAN, PIPELINE, How.SUM, part="best", amount="amount", is_of_now=True),
    Metric("contracts_signed", _("Contracts signed"), _("Contracts signed in these days that are in force."), "money", Unit.COUNT, SIGNED),
    Metric("amount_signed", _("Amount signed"), _("Sum of the contracts signed in these days that are in force."), "money", Unit.YUAN, SIGNED, How.SUM, amount="amount"),
    Metric("cash", _("Cash collected"), _("Sum of the money received in these days, what was taken back taken off."), "money", Unit.YUAN, RECEIVED, How.SUM, amount="amount", by="month"),
    Metric("collection_rate", _("Collection rate"), _("What is paid of the payments due in these days ÷ the payments due in these days."), "money", Unit.SHARE, DUE, How.SHARE, amount="paid", amount_of="amount"),
    Metric("receivable", _("Due and not paid"), _("What was due and not paid at the end of these days, by days late."), "money", Unit.YUAN, RECEIVABLE, How.SUM, amount="amount", by="age", is_bad=True),
)  # fmt: skip
