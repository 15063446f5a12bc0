"""What the two paper forms say of a customer, as somebody may see it."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from genjin.accounts.models import User
from genjin.customers.models import Customer, StageChange
from genjin.customers.queries.find import contacts_of
from genjin.customers.queries.sight import (
    ShownContact,
    sees_person,
    show_contact,
    shown_custom,
    shown_name,
    shown_notes,
)
from genjin.customers.rules import CustomerType, Size, Stage
from genjin.customers.rules.paper import Block, PaperForm, boxes, clipped
from genjin.fields.queries import names_in, own_fields
from genjin.fields.rules import FieldKind
from genjin.fields.rules.kinds import shown_value
from genjin.followups.models import FollowUp, Task
from genjin.kit.money import show_money

_BUDGETS = (("50万以下", None, 500_000), ("50-100万", 500_000, 1_000_000), ("100万以上", 1_000_000, None))
_SIZES = ((Size.SMALL, "50人以下"), (Size.MIDDLE, "50-200人"), (Size.LARGE, "200人以上"))
_TYPES = ((CustomerType.NEW, "新客户"), (CustomerType.EXISTING, "老客户"), (CustomerType.KEY, "重点客户"))


def paper_values(user: User, customer: Customer, form: PaperForm) -> dict[str, Any]:
    """Return the values of a form by key, cut to what fits on its page; tables are lists of lists. About nine queries."""
    unmasked = sees_person(user, customer)
    people = [show_contact(contact, unmasked=unmasked) for contact in contacts_of(customer)]
    followups = list(FollowUp.objects.filter(customer=customer).select_related("author").prefetch_related("next_actions__assignee")[:5])  # fmt: skip
    values = _base(user, customer) | _need(customer) | _person(people) | _course(customer, followups)
    values |= _own(user, customer)
    texts = {
        cell.key: clipped(values.get(cell.key, ""), form.longest if cell.wide else form.short)
        for block in form.blocks
        for cell in block.cells
    }
    tables = {"contacts": _contacts(people), "followups": _followups(followups), "stages": _stages(customer)}
    return texts | {block.rows: _padded(block, tables[block.rows]) for block in form.blocks if block.rows}


def _padded(block: Block, rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return at most so many rows as the form has, and blank ones to write by hand."""
    found = [list(row) for row in rows[: block.most]]
    return found + [[""] * len(block.columns)] * max(block.blank - len(found), 0)


def _day(moment: datetime | None) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d") if moment else ""


def _range(low: Decimal | None, high: Decimal | None) -> str:
    ends = [show_money(end) for end in (low, high) if end is not None]
    if low is None and high is not None:
        return f"{ends[0]}以下"
    if low is not None and high is None:
        return f"{ends[0]}以上"
    return "-".join(dict.fromkeys(ends))


def _base(user: User, row: Customer) -> dict[str, str]:
    founded = row.founded_on.isoformat()[: {"year": 4, "month": 7}.get(row.founded_precision, 10)] if row.founded_on else ""  # fmt: skip
    template = row.template
    return {
        "name": shown_name(user, row), "code": row.code, "industry": row.industry, "founded": f"{founded}年" if len(founded) == 4 else founded,
        "type": boxes([(word, row.customer_type == kind) for kind, word in _TYPES]),
        "size": boxes([(word, row.size == size) for size, word in _SIZES]),
        "size_words": f"{row.employee_count}人" if row.employee_count else dict(_SIZES).get(Size(row.size), "") if row.size else "",
        "revenue": _range(row.revenue_min, row.revenue_max), "region": "".join(dict.fromkeys((row.province, row.city, row.district))),
        "source": row.source.name if row.source else row.source_detail, "grade": row.grade, "stage": str(Stage(row.stage).label),
        "score": str(row.score), "stage_at": _day(row.stage_entered_at), "owner": row.owner.name if row.owner else "",
        "recorded_by": row.created_by.name if row.created_by else "", "updated_at": _day(row.updated_at),
        "version": f"第 {template.version} 版" if template else "", "notes": shown_notes(user, row),
    }  # fmt: skip


def _need(row: Customer) -> dict[str, str]:
    low, high = row.budget_min, row.budget_max
    top = high if high is not None else low
    marks = [(word, top is not None and (least or 0) <= top and (most is None or top <= most)) for word, least, most in _BUDGETS]  # fmt: skip
    words = _range(low, high)
    history = [row.past_projects, row.cooperation_period, f"满意度 {row.satisfaction_score}" if row.satisfaction_score else ""]  # fmt: skip
    return {
        "main_business": row.main_business, "target_customers": row.target_customers, "need": row.need, "pain_points": row.pain_points,
        "desired_cooperation": row.desired_cooperation, "budget": f"{boxes(_only_first(marks))}   {words}".strip(), "budget_words": words,
        "decision_chain": row.decision_process, "history": ";".join(part for part in history if part), "commitments": row.commitments,
        "negotiation": row.negotiation_progress, "satisfaction": str(row.satisfaction_score or ""),
        "repurchase": str(row.get_repurchase_intent_display()) if row.repurchase_intent else "",
    }  # fmt: skip


def _only_first(marks: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """Tick one box: an amount on the border belongs to the lower band it ends."""
    first = next((at for at, (_word, is_on) in enumerate(marks) if is_on), -1)
    return [(word, at == first) for at, (word, _is_on) in enumerate(marks)]


def _person(people: Sequence[ShownContact]) -> dict[str, str]:
    if not people:
        return {}
    main = people[0]
    phone = "、".join(number for number in (main.phone, main.phone2) if number)
    return {"contact": main.name, "job_title": main.job_title, "phone": phone, "email": main.email}


def _course(row: Customer, followups: Sequence[FollowUp]) -> dict[str, str]:
    task = Task.objects.open().filter(customer=row).select_related("assignee").first()
    plan = f"{_day(task.due_at)} {task.objective}({task.assignee.name})" if task else ""
    told = [
        f"{_day(one.happened_at)} {one.get_method_display()}:{clipped(one.summary, 30)}"
        for one in followups[:3]
    ]
    return {"records": "\n".join(told), "next_plan": plan}


def _own(user: User, row: Customer) -> dict[str, str]:
    """Return own values by key, and those no form has a place for as one text."""
    fields = [field for field in own_fields(active=False) if field.kind != FieldKind.FILE]
    custom = shown_custom(user, row, fields)
    names = names_in(fields, [custom])
    values = {field.key: shown_value(field, custom.get(field.key), names) for field in fields}
    rest = [f"{field.label}:{values[field.key]}" for field in fields if int(field.key[1:]) > 15 and values[field.key]]  # fmt: skip
    return values | {"more": ";".join(rest)}


def _contacts(people: Sequence[ShownContact]) -> list[list[str]]:
    return [
        [
            clipped(one.name, 8),
            clipped(one.job_title, 12),
            one.phone,
            clipped(one.email, 28),
            clipped(one.notes, 16),
        ]
        for one in people
    ]


def _followups(followups: Sequence[FollowUp]) -> list[list[str]]:
    rows = []
    for number, one in enumerate(followups, start=1):
        task = next(iter(one.next_actions.all()), None)
        following = (
            [
                clipped(task.objective, 12),
                task.assignee.name,
                _day(task.due_at),
                str(task.get_status_display()),
            ]
            if task
            else [""] * 4
        )
        rows.append(
            [str(number), _day(one.happened_at), one.author.name, str(one.get_method_display()), clipped(one.summary, 28),
             clipped(one.feedback, 14), *following]
        )  # fmt: skip
    return rows


def _stages(row: Customer) -> list[list[str]]:
    moves = StageChange.objects.filter(customer=row).exclude(origin="")[:3]
    return [
        [
            str(Stage(move.origin).label),
            str(Stage(move.target).label),
            clipped(move.reason, 36),
            _day(move.at),
        ]
        for move in moves
    ]
