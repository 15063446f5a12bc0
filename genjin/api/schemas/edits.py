"""How changes of one field of many customers look from outside."""

from typing import Any, Literal

from pydantic import Field

from genjin.api.wire import Id, In, Moment, Named, Out, Ref
from genjin.intake.actions.edits import Preview
from genjin.intake.models import BulkEdit


class EditIn(In):
    """A field, what is done to it, and to whom."""

    field: Named = Field(description="a field's name, an own field's key, or `tags`")
    how: Literal["set", "append", "add", "remove", "clear"] = "set"
    value: str = Field("", max_length=8000)
    ids: list[Id] | None = Field(None, max_length=10_000)
    query: str = Field(
        "",
        max_length=4000,
        description="a list's address behind the question mark, instead of `ids`; at most 10,000 customers",
    )


class RefusedOut(Out):
    """A customer that stays as it is, and why."""

    customer: int
    code: str
    message: str


class ExampleOut(Out):
    """One of the changes, by column."""

    customer: Ref
    before: dict[str, Any]
    after: dict[str, Any]


class PreviewOut(Out):
    """What an edit would do."""

    total: int
    changes: int
    same: int
    refused: int
    examples: list[ExampleOut]
    refusals: list[RefusedOut] = Field(description="the first of them")


class EditOut(Out):
    """An edit as it stands."""

    id: int
    status: BulkEdit.Status
    by: Ref
    field: str
    how: str
    value: str
    total: int
    done: int
    changed: int
    same: int
    refused: int
    refusals: list[RefusedOut] = Field(description="the first of them")
    restored: int
    left: int
    problem: str
    created_at: Moment
    finished_at: Moment | None
    undone_at: Moment | None


def show_edit(row: BulkEdit) -> EditOut:
    """Return an edit; `row` comes with by."""
    refusals = [
        RefusedOut(customer=one["customer_id"], code=one["code"], message=one["message"])
        for one in row.refusals
    ]
    return EditOut(
        id=row.pk, status=BulkEdit.Status(row.status), by=Ref(id=row.by.pk, name=str(row.by)), field=row.field, how=row.how,
        value=row.value, total=row.total, done=row.done, changed=row.changed, same=row.same, refused=row.refused,
        refusals=refusals, restored=row.restored, left=row.left, problem=row.problem, created_at=row.created_at,
        finished_at=row.finished_at, undone_at=row.undone_at,
    )  # fmt: skip


def show_preview(found: Preview) -> PreviewOut:
    """Return what an edit would do."""
    return PreviewOut(
        total=found.total, changes=found.changes, same=found.same, refused=found.refused,
        examples=[ExampleOut(customer=Ref(id=pk, name=name), before=old, after=new) for pk, name, old, new in found.examples],
        refusals=[RefusedOut(customer=one.customer_id, code=one.code, message=one.message) for one in found.refusals],
    )  # fmt: skip
