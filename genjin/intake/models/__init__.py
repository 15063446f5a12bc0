"""The tables of this floor, one module per way in."""

from genjin.intake.models.drafts import Draft, DraftFile, Mailbox
from genjin.intake.models.edits import BulkEdit
from genjin.intake.models.exports import Export, ExportPolicy
from genjin.intake.models.forms import Submission, WebForm
from genjin.intake.models.questionnaires import ProposedChange, Questionnaire, QuestionnaireLink
from genjin.intake.models.sheets import ColumnMapping, ImportBatch, ImportChange, ImportProblem, ImportRow

__all__ = [
    "BulkEdit",
    "ColumnMapping",
    "Draft",
    "DraftFile",
    "Export",
    "ExportPolicy",
    "ImportBatch",
    "ImportChange",
    "ImportProblem",
    "ImportRow",
    "Mailbox",
    "ProposedChange",
    "Questionnaire",
    "QuestionnaireLink",
    "Submission",
    "WebForm",
]
