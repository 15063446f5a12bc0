"""How imports and questions about doubles look from outside."""

from typing import Any, Literal

from pydantic import Field, Json

from genjin.api.paging import Cut
from genjin.api.schemas.customers import Given
from genjin.api.wire import Id, In, Moment, Named, Out, Ref
from genjin.customers.queries.find import Candidate
from genjin.customers.rules.identity import Match
from genjin.customers.rules.policy import Consequence
from genjin.intake.models import ImportBatch, ImportProblem
from genjin.intake.rules.kinds import SheetKind
from genjin.intake.rules.modes import Mode

LISTED = 1000
Mapping = dict[str, str]


class ImportFilter(Cut):
    """Which imports."""

    status: ImportBatch.Status | None = None


class ImportForm(In):
    """How a sheet is to be read and where its rows go; everything is guessed or usual when left out."""

    sheet: Named | None = None
    header_row: int | None = Field(None, ge=1, le=1000)
    mapping: Json[Mapping] | None = Field(None, description='JSON object: {"公司": "name"}')
    keep_unknown: Json[list[str]] | None = Field(
        None, description="JSON list of columns to keep as further fields"
    )
    owner: Named | None = Field(None, description="login or name")
    pool: Id | None = None
    assign: bool | None = Field(None, description="give rows without an owner away by the rules")
    kind: SheetKind | None = Field(
        None, description="what the rows are; by default recognised by the columns"
    )
    mode: Mode | None = Field(None, description="create, update, both or fill (only empty fields)")


class ImportOptions(In):
    """Other columns or another destination; the batch is checked anew."""

    sheet: Named | None = None
    header_row: int | None = Field(None, ge=1, le=1000)
    mapping: Mapping | None = None
    keep_unknown: list[str] | None = None
    owner: Given | None = None
    pool: Id | None = None
    assign: bool | None = None
    kind: SheetKind | None = None
    mode: Mode | None = None


class ProblemOut(Out):
    """One thing to say about one row of the file."""

    row: int
    column: str
    code: str
    value: str
    message: str
    level: Literal["rejected", "same", "warning", "similar"]
    match_id: int | None
    match_name: str


class ImportOut(Out):
    """An import as it stands: what was found in the file, what would happen or has happened."""

    id: int
    name: str
    status: ImportBatch.Status
    created_by: Ref
    created_at: Moment
    committed_at: Moment | None
    finished_at: Moment | None
    problem: str = Field(description="why a batch failed")
    sheets: list[dict[str, Any]]
    sheet: str | None
    header_row: int | None
    columns: list[str]
    sample: list[list[str | None]] = Field(description="the first rows")
    notes: list[str]
    mapping: Mapping
    owner: int | None
    pool: int | None
    kind: SheetKind
    mode: Mode
    phase: str = Field(description="reading, checking, writing or undoing while somebody works on it")
    phase_done: int = Field(description="rows done in this phase; thousandths while reading")
    phase_total: int
    changes: dict[str, Any] = Field(
        description="by field: how many customers would change, with examples of [row, old, new]"
    )
    counts: dict[str, int] = Field(description="rows, created, duplicates, rejected, warnings ...")
    report: list[dict[str, Any]] = Field(description="per column: fine, repaired, warned, refused, examples")
    problems: list[ProblemOut] = Field(description="the first 1,000; errors.xlsx has all")
    total: int
    written: int


class Left(Out):
    """A customer of which an undo left something as it is now."""

    id: int
    name: str
    why: str


class Undone(Out):
    """What an undo did."""

    removed: int
    kept: list[Ref] = Field(description="customers somebody has worked on since, as far as you see them")
    kept_count: int
    restored: int = Field(description="updated customers that are as they were")
    left: list[Left] = Field(description="of which something stays as it is now, as far as you see them")
    products: list[Ref] = Field(description="products that stay, as something uses them")
    is_running: bool = Field(
        description="a large batch is taken back by the worker; ask how the import stands"
    )


class DuplicateQuestion(In):
    """What is known of somebody; any of these."""

    name: Named | None = None
    phone: Named | None = None
    uscc: Named | None = None
    email: Named | None = None
    top: int = Field(5, ge=1, le=20)


class MatchOut(Out):
    """A customer we may know already. One out of sight shows that it is taken, and no more."""

    id: int
    name: str
    level: Match
    reason: str
    owner: str
    pool: str
    stage: str | None
    last_contact_at: Moment | None
    is_visible: bool
    consequence: Consequence = Field(description="of adding one beside it: forbid, approve, warn, allow")


class Matches(Out):
    """Whom we already know, surest first."""

    matches: list[MatchOut]


def show_batch(row: ImportBatch, problems: list[ImportProblem]) -> ImportOut:
    """Return a batch with its first problems; `row` comes with created_by."""
    shape, options = row.shape, row.options
    return ImportOut(
        id=row.pk, name=row.name, status=ImportBatch.Status(row.status), created_at=row.created_at,
        created_by=Ref(id=row.created_by.pk, name=str(row.created_by)), committed_at=row.committed_at,
        finished_at=row.finished_at, problem=row.problem, sheets=shape.get("sheets", []), sheet=shape.get("sheet"),
        header_row=shape.get("header_row"), columns=shape.get("columns", []), sample=shape.get("sample", []),
        notes=shape.get("notes", []), mapping=options.get("mapping") or {}, owner=options.get("owner"),
        pool=options.get("pool"), counts=row.counts, report=row.preview.get("columns", []),
        problems=[ProblemOut.model_validate(one, from_attributes=True) for one in problems],
        total=row.total, written=row.written, kind=row.kind, mode=row.mode, phase=row.phase, phase_done=row.phase_done,
        phase_total=row.phase_total, changes=row.preview.get("changes", {}),
    )  # fmt: skip


def show_match(found: Candidate) -> MatchOut:
    """Return a match; of one out of sight neither stage nor last contact."""
    return MatchOut(
        id=found.id, name=found.name, level=found.level, reason=found.reason, owner=found.owner, pool=found.pool, consequence=found.consequence,
        stage=found.stage if found.is_visible else None, is_visible=found.is_visible,
        last_contact_at=found.last_contact_at if found.is_visible else None,
    )  # fmt: skip
