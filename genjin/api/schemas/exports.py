"""How exports look from outside."""

from typing import Literal

from pydantic import Field

from genjin.api.paging import Cut
from genjin.api.wire import Id, In, Moment, Named, Out, Ref, Words
from genjin.intake.models import Export

What = Literal[
    "customers", "opportunities", "proposals", "contracts", "milestones", "receipts", "invoices", "deliveries", "tickets", "renewals"
]  # fmt: skip


class ExportFilter(Cut):
    """Which exports."""

    status: Export.Status | None = None
    what: What | None = None


class ExportIn(In):
    """What is to go out, and what for."""

    reason: Words = Field(min_length=1, description="kept in the log with who, when and how many")
    what: What = Field("customers", description="which list")
    query: str = Field(
        "",
        max_length=4000,
        description="a list's address behind the question mark, such as `tab=mine&q=远景`",
    )
    view: Named | None = Field(
        None, description="a saved list of customers of yours, by name or number, instead of `query`"
    )
    ids: list[Id] | None = Field(
        None, max_length=10_000, description="these rows of the list, instead of `query`"
    )
    columns: list[Named] = Field(
        default=[], max_length=100, description="keys in order; the usual ones when none is given"
    )
    format: Literal["xlsx", "csv"] = "xlsx"
    is_unmasked: bool = Field(False, description="contact data in full where you see the person; logged")


class ExportOut(Out):
    """An export as it stands."""

    id: int
    status: Export.Status
    by: Ref
    what: str
    reason: str
    query: str
    columns: list[str]
    format: str
    is_unmasked: bool
    request: int | None = Field(
        description="the question to your lead, when there are more rows than you may take alone"
    )
    answer: str | None = Field(description="what became of that question: open, granted, declined, withdrawn")
    total: int
    rows: int
    unmasked_rows: int
    size: int
    sha256: str
    problem: str
    created_at: Moment
    started_at: Moment | None
    finished_at: Moment | None
    expires_at: Moment | None
    downloads: int


def show_export(row: Export) -> ExportOut:
    """Return an export; `row` comes with by and request."""
    return ExportOut(
        id=row.pk, status=Export.Status(row.status), by=Ref(id=row.by.pk, name=str(row.by)), what=row.what, reason=row.reason, query=row.query,
        columns=row.columns, format=row.format, is_unmasked=row.is_unmasked, request=row.request_id,
        answer=row.request.status if row.request else None, total=row.total, rows=row.rows, unmasked_rows=row.unmasked_rows,
        size=row.size, sha256=row.sha256, problem=row.problem, created_at=row.created_at, started_at=row.started_at,
        finished_at=row.finished_at, expires_at=row.expires_at, downloads=row.downloads,
    )  # fmt: skip
