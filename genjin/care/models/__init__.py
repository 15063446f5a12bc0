"""The tables of care."""

from genjin.care.models.churn import (
    ChurnAlert,
    ChurnAlertQuerySet,
    ChurnWeights,
    WinBack,
    WinBackQuerySet,
)
from genjin.care.models.renewals import Renewal, RenewalQuerySet
from genjin.care.models.surveys import Survey, SurveySettings
from genjin.care.models.tickets import ReportLink, Ticket, TicketNote, TicketPolicy
from genjin.care.models.usage import (
    Repurchase,
    RepurchaseQuerySet,
    UsageFigure,
    UsageFigureQuerySet,
    UsageRule,
)

__all__ = [
    "ChurnAlert",
    "ChurnAlertQuerySet",
    "ChurnWeights",
    "Renewal",
    "RenewalQuerySet",
    "ReportLink",
    "Repurchase",
    "RepurchaseQuerySet",
    "Survey",
    "SurveySettings",
    "Ticket",
    "TicketNote",
    "TicketPolicy",
    "UsageFigure",
    "UsageFigureQuerySet",
    "UsageRule",
    "WinBack",
    "WinBackQuerySet",
]
