"""Metrics of the work done (S2-21, S4-7)."""

from django.utils.translation import gettext_lazy as _

from genjin.insights.queries.facts.work import CONTACT, DONE, LIMIT, OBJECTION, SPOKEN_TO, WORKLOAD
from genjin.insights.queries.metrics import How, Metric
from genjin.insights.rules.figures import Unit

WORK = (
    Metric("contacts", _("Contacts made"), _("Contact records of these days."), "work", Unit.COUNT, CONTACT),
    Metric("customers_contacted", _("Customers contacted"), _("Customers with a contact in these days, each once."), "work", Unit.COUNT, SPOKEN_TO),
    Metric("response_rate", _("Response rate"), _("Contact records the customer responded to ÷ all contact records of these days."), "work", Unit.SHARE, CONTACT, How.SHARE, part="responded", by="method"),
    Metric("records_in_time", _("Records in time"), _("Contact records saved within 24 hours ÷ all contact records of these days."), "work", Unit.SHARE, CONTACT, How.SHARE, part="in_time"),
    Metric("records_late", _("Recorded late"), _("Contact records of these days saved more than 24 hours after the contact."), "work", Unit.COUNT, CONTACT, part="late", is_bad=True),
    Metric("effective_contacts", _("Effective contacts"), _("Contact records that say something ÷ all contact records of these days."), "work", Unit.SHARE, CONTACT, How.SHARE, part="effective"),
    Metric("plans_in_time", _("Plans in time"), _("Follow-up plans filed within 3 working days ÷ all that fell due in these days."), "work", Unit.SHARE, LIMIT, How.SHARE, part="kept_plan", whole="of_plan"),
    Metric("limits_kept", _("Time limits kept"), _("Time limits met in time ÷ all that fell due in these days."), "work", Unit.SHARE, LIMIT, How.SHARE, part="kept", by="rule"),
    Metric("limits_broken", _("Time limits broken"), _("Time limits of these days that were not met in time."), "work", Unit.COUNT, LIMIT, part="broken", by="rule", is_bad=True),
    Metric("tasks_done", _("Tasks done"), _("Tasks done in these days."), "work", Unit.COUNT, DONE),
    Metric("tasks_in_time", _("Tasks done in time"), _("Tasks done by their day ÷ all done in these days."), "work", Unit.SHARE, DONE, How.SHARE, part="in_time"),
    Metric("workload", _("Open tasks"), _("Tasks open at the end of these days."), "work", Unit.COUNT, WORKLOAD),
    Metric("tasks_overdue", _("Overdue tasks"), _("Tasks open at the end of these days whose day was past."), "work", Unit.COUNT, WORKLOAD, part="overdue", is_bad=True),
    Metric("objections", _("Objections"), _("Objections noted in these days."), "work", Unit.COUNT, OBJECTION, by="category"),
    Metric("objections_accepted", _("Answers accepted"), _("Objections of these days whose answer was accepted, in part or whole ÷ those answered."), "work", Unit.SHARE, OBJECTION, How.SHARE, part="accepted", whole="answered", by="category"),
)  # fmt: skip
