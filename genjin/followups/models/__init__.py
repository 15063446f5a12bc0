"""The tables of this floor, one module per thing."""

from genjin.followups.models.clocks import Deadline, DeadlineQuerySet
from genjin.followups.models.comments import Comment, CommentQuerySet
from genjin.followups.models.evidence import (
    Evidence,
    EvidenceQuerySet,
    GateException,
    GateExceptionQuerySet,
)
from genjin.followups.models.grades import FollowUpPlan, FollowUpPlanQuerySet, GradePolicy
from genjin.followups.models.records import (
    Attachment,
    AttachmentQuerySet,
    FollowUp,
    FollowUpQuerySet,
    upload_name,
)
from genjin.followups.models.reports import WorkReport, WorkReportQuerySet
from genjin.followups.models.shares import Share, ShareQuerySet
from genjin.followups.models.tasks import Task, TaskQuerySet

__all__ = [
    "Attachment",
    "AttachmentQuerySet",
    "Comment",
    "CommentQuerySet",
    "Deadline",
    "DeadlineQuerySet",
    "Evidence",
    "EvidenceQuerySet",
    "FollowUp",
    "FollowUpPlan",
    "FollowUpPlanQuerySet",
    "FollowUpQuerySet",
    "GateException",
    "GateExceptionQuerySet",
    "GradePolicy",
    "Share",
    "ShareQuerySet",
    "Task",
    "TaskQuerySet",
    "WorkReport",
    "WorkReportQuerySet",
    "upload_name",
]
