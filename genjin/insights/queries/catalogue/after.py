"""Metrics of what comes after the sale (S3-17, S3-18, S3-19)."""

from django.utils.translation import gettext_lazy as _

from genjin.insights.queries.facts.after import ALARM, CHURNED, RENEWAL, SURVEY, TICKET
from genjin.insights.queries.metrics import How, Metric
from genjin.insights.rules.figures import Unit

AFTER = (
    Metric("satisfaction", _("Satisfaction"), _("Mean of the ratings of 1 to 5 given in these days."), "after", Unit.POINTS, SURVEY, How.MEAN, amount="rating"),
    Metric("nps", _("Net promoter score"), _("Share of 9 and 10 less share of 0 to 6, of those who named a number in these days, in points."), "after", Unit.POINTS, SURVEY, How.MEAN, part="asked", amount="nps"),
    Metric("bad_ratings", _("Bad ratings"), _("Ratings of 1 and 2 given in these days."), "after", Unit.COUNT, SURVEY, part="bad", is_bad=True),
    Metric("tickets", _("Tickets"), _("Tickets opened in these days."), "after", Unit.COUNT, TICKET, by="kind"),
    Metric("tickets_in_time", _("Tickets solved in time"), _("Tickets of these days solved by their limit ÷ all of these days."), "after", Unit.SHARE, TICKET, How.SHARE, part="in_time", by="kind"),
    Metric("solving_hours", _("Time until solved"), _("Median of the hours until tickets opened in these days were solved."), "after", Unit.HOURS, TICKET, How.MEDIAN, part="solved", number="hours", by="kind"),
    Metric("renewal_rate", _("Renewal rate"), _("Contracts that ended in these days and were renewed ÷ those that were decided."), "after", Unit.SHARE, RENEWAL, How.SHARE, part="kept"),
    Metric("alarms", _("Churn warnings"), _("Churn warnings raised in these days."), "after", Unit.COUNT, ALARM, by="answer"),
    Metric("alarm_precision", _("Precision of churn warnings"), _("Warnings of these days that were not answered as false ÷ all answered."), "after", Unit.SHARE, ALARM, How.SHARE, part="true", whole="answered"),
    Metric("alarm_recall", _("Churn foreseen"), _("Customers that had bought and were lost in these days after a warning ÷ all that had bought and were lost."), "after", Unit.SHARE, CHURNED, How.SHARE, part="foreseen"),
)  # fmt: skip
