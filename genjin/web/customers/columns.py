"""The columns of the customer list: what each shows, how it sorts, which stand there at first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import F
from django.db.models.expressions import OrderBy
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.customers.queries.own_conditions import SORTED
from genjin.customers.queries.sight import sees_person, shown_name
from genjin.customers.rules import Grade, Stage
from genjin.customers.rules.regrade import reason_words
from genjin.fields.rules import Definition, FieldKind
from genjin.fields.rules.kinds import MAY_NAME_PEOPLE, is_own_key, shown_value
from genjin.followups.rules import FIRST_POLICY
from genjin.routing.rules.recycling import days_left
from genjin.web.gates.words import debt_tag
from genjin.web.shell.templatetags.genjin import ago, days_since, due, due_class, exact, money


@dataclass(frozen=True, slots=True)
class Cell:
    """A prepared cell: text, the class of its inner tag, a title on hover."""

    text: Any
    tag: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `order` names the indexed field it sorts by."""

    key: str
    label: Any
    cell: Callable[[Customer, User], Cell]
    order: str = ""
    is_number: bool = False


def _moment(name: str) -> Callable[[Customer, User], Cell]:
    return lambda row, _user: Cell(ago(getattr(row, name)), title=exact(getattr(row, name)))


def _text(name: str) -> Callable[[Customer, User], Cell]:
    return lambda row, _user: Cell(getattr(row, name))


def _person(name: str) -> Callable[[Customer, User], Cell]:
    return lambda row, _user: Cell(getattr(row, name).name if getattr(row, f"{name}_id") else "")


def _idle(row: Customer, _user: User) -> Cell:
    """Colour the days by the grade's longest gap; `max_gap_days` is set by the page that shows this column."""
    if row.stage == Stage.LOST:
        return Cell("")
    days = days_since(row.last_contact_at or row.created_at)
    limit = getattr(row, "max_gap_days", FIRST_POLICY.of(row.grade).max_gap_days)
    tone = (
        "is-red"
        if days is not None and days > limit
        else "is-orange"
        if days is not None and days > limit * 2 // 3
        else ""
    )
    return Cell(days, tone)


def _next(row: Customer, _user: User) -> Cell:
    if row.next_action_at is not None:
        tone = {"is-overdue": "is-red", "is-today": "is-orange"}.get(due_class(row.next_action_at), "")
        return Cell(due(row.next_action_at), tone, exact(row.next_action_at))
    if row.no_next_step_since is not None:
        return Cell(_("no next step"), "is-red", exact(row.no_next_step_since))
    return Cell("")


def _days_left(row: Customer, _user: User) -> Cell:
    """Show how long the owner keeps it; `leaves_at` is set by the page that shows this column."""
    leaves_at: datetime | None = getattr(row, "leaves_at", None)
    if leaves_at is None:
        return Cell(_("locked") if row.is_locked else "")
    left = days_left(leaves_at, timezone.now())
    return Cell(left, "is-red" if left <= 3 else "is-orange" if left <= 7 else "", exact(leaves_at))


def _proposal(row: Customer, _user: User) -> Cell:
    if not row.grade_proposal:
        return Cell("")
    is_grade = row.grade_proposal in Grade.values
    tag = f"grade grade-{row.grade_proposal}" if is_grade else "tag tag-muted"
    return Cell(row.get_grade_proposal_display(), tag, reason_words(row.grade_proposal_reason))


def _gate_debt(row: Customer, _user: User) -> Cell:
    debt = debt_tag(row)
    return Cell(debt["text"], f"tag tag-{debt['tone']}", debt["title"]) if debt else Cell("")


def _budget(row: Customer, _user: User) -> Cell:
    if row.budget_min is None and row.budget_max is None:
        return Cell("")
    if row.budget_min == row.budget_max:
        return Cell(money(row.budget_min))
    return Cell(f"{money(row.budget_min)}–{money(row.budget_max)}")


COLUMNS: tuple[Column, ...] = (
    Column("name", _("Customer"), lambda row, user: Cell(shown_name(user, row)), "sort_key"),
    Column("grade", _("Grade"), lambda row, _user: Cell(row.grade, f"grade grade-{row.grade}")),
    Column("stage", _("Stage"), lambda row, _user: Cell(row.get_stage_display(), f"tag stage-{row.stage}")),
    Column(
        "owner",
        _("Owner"),
        lambda row, _user: Cell(row.owner.name if row.owner else (row.pool.name if row.pool else "")),
    ),
    Column("last_contact", _("Last follow-up"), _moment("last_contact_at"), "last_contact_at"),
    Column("idle", _("Days idle"), _idle, is_number=True),
    Column("next_action", _("Next follow-up"), _next, "next_action_at"),
    Column("grade_proposal", _("Grade proposal"), _proposal),
    Column(
        "grade_proposal_reason", _("Why"), lambda row, _user: Cell(reason_words(row.grade_proposal_reason))
    ),
    Column("days_left", _("Days left"), _days_left, is_number=True),
    Column("gate_debt", _("Owed evidence"), _gate_debt),
    Column("score", _("Score"), lambda row, _user: Cell(row.score), "score", is_number=True),
    Column("label", _("Label"), lambda row, _user: Cell(row.get_label_display())),
    Column("industry", _("Industry"), _text("industry")),
    Column(
        "source", _("Source"), lambda row, _user: Cell(row.source.name if row.source else row.source_detail)
    ),
    Column("campaign", _("Campaign"), _person("campaign")),
    Column("city", _("City"), lambda row, _user: Cell(row.city or row.province)),
    Column("budget", _("Budget"), _budget, is_number=True),
    Column("customer_type", _("Type"), lambda row, _user: Cell(row.get_customer_type_display())),
    Column(
        "completeness",
        _("Completeness"),
        lambda row, _user: Cell(f"{row.completeness}%"),
        "completeness",
        is_number=True,
    ),
    Column("code", _("Number"), lambda row, _user: Cell(row.code)),
    Column("created", _("Created"), _moment("created_at"), "id"),
    Column("created_by", _("Entered by"), _person("created_by")),
)
BY_KEY = {column.key: column for column in COLUMNS}
OWN_ORDER = "own_sort"
LONGEST_CELL = 60
AT_FIRST = (
    "name",
    "grade",
    "stage",
    "owner",
    "last_contact",
    "idle",
    "next_action",
    "score",
    "source",
    "city",
    "created",
)
JOINED = ("owner", "pool", "source", "campaign", "created_by")
# What the cells look at; a customer has twice as much to read, a user a good deal more.
READ = (
    "name", "kind", "customer_type", "grade", "stage", "label", "score", "industry", "city", "province", "source_detail",
    "budget_min", "budget_max", "last_contact_at", "next_action_at", "no_next_step_since", "created_at", "is_locked", "completeness",
    "grade_proposal", "grade_proposal_reason", "gate_debt_until",
    *JOINED, *(f"{name}__name" for name in JOINED),
)  # fmt: skip
NULLS = {
    "last_contact_at": "last",
    "next_action_at": "first",
}  # as their indexes are built, for descending order


def own_columns(fields: Sequence[Definition]) -> list[Column]:
    """Return the own fields as columns; what a reader may not see of a customer stays empty."""
    return [
        Column(
            field.key, field.label, partial(_own, field), OWN_ORDER if field.kind in SORTED else "",
            is_number=field.kind in {FieldKind.NUMBER, FieldKind.MONEY},
        )
        for field in fields if field.kind != FieldKind.FILE
    ]  # fmt: skip


def _own(field: Definition, row: Customer, user: User) -> Cell:
    value = row.custom.get(field.key)
    if value is None or (field.kind in MAY_NAME_PEOPLE and not sees_person(user, row)):
        return Cell("")
    names: dict[int, str] = getattr(row, "names", {})
    text = shown_value(field, value, names)
    return Cell(text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…", title=text[:500] if len(text) > LONGEST_CELL else "")  # fmt: skip


def read_of(columns: Sequence[Column]) -> tuple[str, ...]:
    """Return what the rows of a list read: own values only where a column shows them."""
    return (*READ, "custom") if any(is_own_key(column.key) for column in columns) else READ


def chosen(keys: Sequence[str], own: Sequence[Column] = ()) -> list[Column]:
    """Return the columns of `keys` that exist, the name always first; the usual ones when none is left."""
    known = BY_KEY | {column.key: column for column in own}
    columns = [known[key] for key in keys if key in known and key != "name"]
    return [BY_KEY["name"], *(columns or [BY_KEY[key] for key in AT_FIRST[1:]])]


def with_proposals(columns: Sequence[Column]) -> list[Column]:
    """Return the columns with those of the proposed grade behind the grade, where the list is about them."""
    asked = [BY_KEY[key] for key in ("grade_proposal", "grade_proposal_reason")]
    rest = [column for column in columns if column not in asked]
    at = next((place for place, column in enumerate(rest) if column.key == "grade"), 0) + 1
    return [*rest[:at], *asked, *rest[at:]]


def cell_openings(columns: Sequence[Column]) -> list[str]:
    """Return how the cells of each column open, up to what differs from row to row; made once a page."""
    return [
        format_html(
            '<td{} data-label="{}"', mark_safe(' class="number"') if column.is_number else "", column.label
        )
        for column in columns
    ]


def cells_html(columns: Sequence[Column], openings: Sequence[str], row: Customer, user: User) -> SafeString:
    """Return the cells of one row as HTML.

    Written here and not in the template: fifty rows of ten cells cost a template more than all queries together.
    """
    parts = []
    for column, opening in zip(columns, openings, strict=True):
        cell = column.cell(row, user)
        title = f' title="{escape(cell.title)}"' if cell.title else ""
        text = escape(cell.text)
        shown = f'<span class="{escape(cell.tag)}">{text}</span>' if cell.tag else text
        parts.append(f"{opening}{title}>{shown}</td>")
    return SafeString("".join(parts))


def ordering(text: str, own: Sequence[Column] = ()) -> tuple[list[OrderBy], str]:
    """Return the order of a list for `?sort=`, with the column key it is by.

    Built-in ones are each served by one index; an own field is sorted by what is annotated as `own_sort`.
    """
    key = text.lstrip("-")
    if any(column.key == key and column.order for column in own):
        descending = text.startswith("-")
        return [OrderBy(F(OWN_ORDER), descending=descending, nulls_last=True), OrderBy(F("id"), descending=descending)], key  # fmt: skip
    field = BY_KEY[key].order if key in BY_KEY else ""
    if not field or field == "id":
        return [OrderBy(F("id"), descending=not (field and not text.startswith("-")))], key if field else ""
    descending = text.startswith("-")
    first = (NULLS.get(field) == "first") == descending if field in NULLS else False
    nulls = {"nulls_first": True} if first else {"nulls_last": True}
    nulls = nulls if field in NULLS else {}
    return [OrderBy(F(field), descending=descending, **nulls), OrderBy(F("id"), descending=descending)], key


def sort_links(request_query: Any, columns: Sequence[Column], sort: str) -> list[dict[str, Any]]:
    """Return the head of the table with the link of each sortable column."""
    shown = []
    for column in columns:
        is_now = sort.lstrip("-") == column.key
        query = request_query.copy()
        query.pop("page", None)
        query["sort"] = column.key if is_now and sort.startswith("-") else f"-{column.key}"
        state = ("descending" if sort.startswith("-") else "ascending") if is_now else ""
        shown.append(
            {
                "key": column.key,
                "label": column.label,
                "number": column.is_number,
                "sort": state,
                "sort_url": f"?{query.urlencode()}" if column.order else "",
            }
        )
    return shown
