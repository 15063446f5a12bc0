"""What a row behind a figure says in one line: whose customer, when, who, how much, what; for pages, sheets and API alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from genjin.accounts.models import User
from genjin.care.models import ChurnAlert, Renewal, Survey, Ticket
from genjin.contracts.models import Contract, Milestone, Receipt
from genjin.customers.models import Customer, GradeChange, OwnerChange, StageChange
from genjin.customers.queries.sight import said, shown_name
from genjin.followups.models import Deadline, FollowUp, Task
from genjin.proposals.models import Objection
from genjin.selling.models import Opportunity


@dataclass(frozen=True, slots=True)
class Line:
    """One row; `tab` is the part of the customer's page that tells more."""

    pk: int
    kind: str
    customer_id: int
    customer: str
    when: datetime | date | None
    who: str
    what: str = ""
    text: str = ""
    amount: Decimal | None = None
    tab: str = ""
    grade: str = ""
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """How rows of a kind are read and told; `customer` is the attribute path to its customer."""

    related: tuple[str, ...]
    tell: Callable[[Any], dict[str, Any]]
    customer: Callable[[Any], Customer] = lambda row: row.customer
    tab: str = ""


def _name(person: User | None) -> str:
    return person.name if person else ""


def _customer(row: Customer) -> dict[str, Any]:
    return {
        "when": row.created_at,
        "who": _name(row.owner),
        "what": row.get_stage_display(),
        "text": row.industry,
    }


def _change(row: StageChange) -> dict[str, Any]:
    moved = (
        f"{row.get_origin_display()} → {row.get_target_display()}" if row.origin else row.get_target_display()
    )
    return {"when": row.at, "who": _name(row.by), "what": moved, "text": row.reason}


def _grade(row: GradeChange) -> dict[str, Any]:
    moved = f"{row.origin} → {row.target}" if row.origin else row.target
    return {"when": row.at, "who": _name(row.by), "what": moved, "text": row.reason}


def _owner(row: OwnerChange) -> dict[str, Any]:
    return {"when": row.at, "who": _name(row.target), "text": row.reason}


def _followup(row: FollowUp) -> dict[str, Any]:
    return {
        "when": row.happened_at,
        "who": row.author.name,
        "what": row.get_method_display(),
        "text": row.summary,
        "is_late": row.is_late,
    }


def _task(row: Task) -> dict[str, Any]:
    return {
        "when": row.closed_at or row.due_at,
        "who": _name(row.assignee),
        "what": row.objective,
        "text": row.outcome,
    }


def _deadline(row: Deadline) -> dict[str, Any]:
    return {"when": row.due_at, "who": _name(row.responsible), "what": row.get_kind_display()}


def _objection(row: Objection) -> dict[str, Any]:
    return {
        "when": row.noted_at,
        "who": _name(row.noted_by),
        "what": row.get_category_display(),
        "text": row.said,
    }


def _opportunity(row: Opportunity) -> dict[str, Any]:
    return {
        "when": row.closed_at or row.opened_at,
        "who": _name(row.owner),
        "what": row.get_stage_display(),
        "text": row.name,
        "amount": row.amount,
    }


def _contract(row: Contract) -> dict[str, Any]:
    return {
        "when": row.signed_on,
        "who": _name(row.owner),
        "what": row.get_kind_display(),
        "text": str(row),
        "amount": row.amount,
    }


def _receipt(row: Receipt) -> dict[str, Any]:
    return {
        "when": row.received_on,
        "who": _name(row.contract.owner),
        "what": row.get_method_display(),
        "text": str(row.contract),
        "amount": row.amount,
    }


def _milestone(row: Milestone) -> dict[str, Any]:
    open_amount = getattr(row, "open", row.amount)
    return {
        "when": row.due_on,
        "who": _name(row.contract.owner),
        "what": row.name,
        "text": str(row.contract),
        "amount": open_amount,
    }


def _survey(row: Survey) -> dict[str, Any]:
    return {
        "when": row.answered_at,
        "who": _name(row.responsible),
        "what": str(row.rating or ""),
        "text": row.comment,
    }


def _ticket(row: Ticket) -> dict[str, Any]:
    return {"when": row.opened_at, "who": _name(row.owner), "what": row.get_kind_display(), "text": row.title}


def _renewal(row: Renewal) -> dict[str, Any]:
    return {
        "when": row.ends_on,
        "who": _name(row.owner),
        "what": row.get_outcome_display(),
        "text": row.reason,
        "amount": row.amount,
    }


def _alarm(row: ChurnAlert) -> dict[str, Any]:
    return {
        "when": row.raised_at,
        "who": _name(row.responsible),
        "what": row.get_answer_display(),
        "text": row.why,
    }


_OF = ("customer__owner", "customer__pool")
_OF_CONTRACT = ("contract__customer__owner", "contract__customer__pool", "contract__owner")
KINDS: Mapping[str, Kind] = {
    "customer": Kind(("owner", "pool"), _customer, lambda row: row),
    "change": Kind((*_OF, "by"), _change),
    "grade": Kind((*_OF, "by"), _grade),
    "owner": Kind((*_OF, "target"), _owner),
    "followup": Kind((*_OF, "author"), _followup),
    "task": Kind((*_OF, "assignee"), _task),
    "deadline": Kind((*_OF, "responsible"), _deadline),
    "objection": Kind((*_OF, "noted_by"), _objection, tab="proposals"),
    "opportunity": Kind((*_OF, "owner"), _opportunity, tab="deals"),
    "contract": Kind((*_OF, "owner"), _contract, tab="contracts"),
    "receipt": Kind(_OF_CONTRACT, _receipt, lambda row: row.contract.customer, tab="contracts"),
    "milestone": Kind(_OF_CONTRACT, _milestone, lambda row: row.contract.customer, tab="contracts"),
    "survey": Kind((*_OF, "responsible"), _survey, tab="care"),
    "ticket": Kind((*_OF, "owner"), _ticket, tab="care"),
    "renewal": Kind((*_OF, "owner"), _renewal, tab="care"),
    "alarm": Kind((*_OF, "responsible"), _alarm, tab="care"),
}  # fmt: skip


def line_of(user: User, shown: str, row: Any) -> Line:
    """Return a row as one line, as `user` may read it; read it with `KINDS[shown].related`."""
    kind = KINDS[shown]
    customer, told = kind.customer(row), kind.tell(row)
    what, text = (said(user, customer, str(told.pop(name, ""))) for name in ("what", "text"))
    return Line(
        row.pk, shown, customer.pk, shown_name(user, customer), what=what, text=text, tab=kind.tab, grade=customer.grade, **told
    )  # fmt: skip
