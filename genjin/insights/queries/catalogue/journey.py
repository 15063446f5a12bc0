"""Metrics of leads and of the funnel (S2-21, S3-1, S3-24, S4-7)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.insights.queries.facts.journey import (
    ENTRY,
    FIRST_CONTACT,
    GIVEN,
    GRADED,
    LEAD,
    MOVE,
    OF_B,
    RIPE,
    STANDING,
    WON,
)
from genjin.insights.queries.metrics import How, Metric
from genjin.insights.rules.figures import Unit

JOURNEY = (
    Metric("leads", _("New leads"), _("Customers entered in these days."), "leads", Unit.COUNT, LEAD, by="source"),
    Metric("lead_conversion", _("Conversion of leads"), _("Customers entered in these days that were won since ÷ all entered in these days."), "leads", Unit.SHARE, LEAD, How.SHARE, part="won", by="source"),
    Metric("lead_qualification", _("Leads that became qualified"), _("Customers entered in these days that became qualified since, or further ÷ all entered in these days."), "leads", Unit.SHARE, LEAD, How.SHARE, part="qualified", by="source"),
    Metric("leads_invalid", _("Invalid leads"), _("Customers entered in these days that were lost before they became qualified ÷ all entered in these days."), "leads", Unit.SHARE, LEAD, How.SHARE, part="invalid", by="source", is_bad=True),
    Metric("first_contacts", _("Leads by first contact"), _("Customers first in touch in these days, whenever they were entered."), "leads", Unit.COUNT, FIRST_CONTACT, by="month"),
    Metric("first_contact_conversion", _("Conversion by first contact"), _("Customers first in touch in these days that were won since ÷ all first in touch in these days."), "leads", Unit.SHARE, FIRST_CONTACT, How.SHARE, part="won", by="month"),
    Metric("customers_given", _("New customers"), _("Customers given to somebody in these days, each time counted."), "leads", Unit.COUNT, GIVEN),
    Metric("response_hours", _("Time to the first contact"), _("Median of the hours from being given to somebody until their first effective contact."), "leads", Unit.HOURS, GIVEN, How.MEDIAN, part="touched", number="hours"),
    Metric("response_in_time", _("First contact within 24 hours"), _("Customers given to somebody in these days with an effective contact within 24 hours ÷ all given in these days."), "leads", Unit.SHARE, GIVEN, How.SHARE, part="in_time"),
    Metric("customers", _("Customers by stage"), _("Customers as they stood at the end of these days (snapshot)."), "funnel", Unit.COUNT, STANDING, by="stage"),
    Metric("entries", _("Entries into stages"), _("Customers that entered a stage for the first time in these days (cohort)."), "funnel", Unit.COUNT, ENTRY, by="entered"),
    Metric("stage_conversion", _("Conversion by stage"), _("Customers that entered a stage in these days and got further since ÷ all that entered it in these days (cohort)."), "funnel", Unit.SHARE, ENTRY, How.SHARE, part="advanced", by="entered"),
    Metric("days_in_stage", _("Days in a stage"), _("Median of the days that customers which entered a stage in these days stayed in it, of those that left it."), "funnel", Unit.DAYS, ENTRY, How.MEDIAN, part="left", number="days", by="entered"),
    Metric("moved_forward", _("Moved forward"), _("Moves into a later stage in these days."), "funnel", Unit.COUNT, MOVE, part="forward"),
    Metric("won", pgettext_lazy("figure", "Won"), _("Customers that bought for the first time in these days."), "funnel", Unit.COUNT, WON),
    Metric("days_to_win", _("Days until won"), _("Median of the days from the first contact until won, of customers won in these days; days below nothing are wrong dates and left out."), "funnel", Unit.DAYS, WON, How.MEDIAN, part="timed", number="cycle"),
    Metric("lost", pgettext_lazy("figure", "Lost"), _("Moves to lost in these days."), "funnel", Unit.COUNT, MOVE, part="lost", by="lost_reason", is_bad=True),
    Metric("grade_a_conversion", _("Conversion of grade A"), _("Customers that were A and qualified on any day of these days and were won within them ÷ all such customers."), "funnel", Unit.SHARE, RIPE, How.SHARE, part="won"),
    Metric("grade_b_rise", _("B that became A"), _("Customers that rose from B to A in these days ÷ those that were B when they began or became B in them."), "funnel", Unit.SHARE, OF_B, How.SHARE, part="rose"),
    Metric("regraded", _("Changes of grade"), _("Changes of grade in these days, without proposals."), "funnel", Unit.COUNT, GRADED, by="target"),
    Metric("completeness", _("Completeness of information"), _("Mean of how much of what is asked for is known of each open customer, in percent."), "work", Unit.POINTS, STANDING, How.MEAN, part="open", amount="completeness", is_of_now=True),
)  # fmt: skip
