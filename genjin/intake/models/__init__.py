"""The tables of this floor, one module per way in."""

from genjin.intake.models.edits import BulkEdit
from genjin.intake.models.exports import Export, ExportPolicy
from genjin.intake.models.forms import Submission, WebForm
from genjin.intake.models.questionnaires import ProposedChange, Questionnaire, QuestionnaireLink
from genjin.intake.models.sheets import ColumnMapping, ImportBatch, ImportChange, ImportProblem, ImportRow

__all__ = [
    "BulkEdit",
    "ColumnMapping",
    "Export",
    "ExportPolicy",
    "ImportBatch",
    "ImportChange",
    "ImportProblem",
    "ImportRow",
    "ProposedChange",
    "Questionnaire",
    "QuestionnaireLink",
    "Submission",
    "WebForm",
]
