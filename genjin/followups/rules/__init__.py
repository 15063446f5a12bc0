"""The laws of following up. Pure."""

from genjin.followups.rules.cadence import (
    BASE_INFO_WITHIN,
    OPENS_AT,
    first_mornings,
    plan_due,
    propose_next_contact,
    replanned,
    too_often_hint,
)
from genjin.followups.rules.grades import FIRST_POLICY, GradeRules, GradeTerms
from genjin.followups.rules.periods import (
    Period,
    PeriodKind,
    period_after,
    period_before,
    period_of,
    same_stretch,
)
from genjin.followups.rules.records import (
    EFFECTIVE_LETTERS,
    RECORD_WITHIN,
    check_due,
    check_moment,
    check_summary,
    is_effective,
    is_late,
)
from genjin.followups.rules.words import (
    DeadlineKind,
    Method,
    Mood,
    TaskKind,
    TaskStatus,
)
from genjin.kit.files import FILE_KINDS, LARGEST_FILE, FileKind, check_file

__all__ = [
    "BASE_INFO_WITHIN",
    "EFFECTIVE_LETTERS",
    "FILE_KINDS",
    "FIRST_POLICY",
    "LARGEST_FILE",
    "OPENS_AT",
    "RECORD_WITHIN",
    "DeadlineKind",
    "FileKind",
    "GradeRules",
    "GradeTerms",
    "Method",
    "Mood",
    "Period",
    "PeriodKind",
    "TaskKind",
    "TaskStatus",
    "check_due",
    "check_file",
    "check_moment",
    "check_summary",
    "first_mornings",
    "is_effective",
    "is_late",
    "period_after",
    "period_before",
    "period_of",
    "plan_due",
    "propose_next_contact",
    "replanned",
    "same_stretch",
    "too_often_hint",
]
