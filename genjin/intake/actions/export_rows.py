"""The lines of an export, chunk by chunk, so that a million rows take no more memory than two thousand."""

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from genjin.accounts.models import User
from genjin.customers.models import Campaign, Choice, Contact, Customer, CustomerQuerySet, Pool
from genjin.customers.queries.sight import (
    ShownContact,
    address_of,
    name_of,
    sees_person,
    show_contact,
    veiled,
)
from genjin.customers.rules import Stage
from genjin.fields.queries import own_fields
from genjin.fields.rules import Definition
from genjin.fields.rules.kinds import MAY_NAME_PEOPLE, written_value
from genjin.intake.rules.outgoing import PERSONAL

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Line:
    """One customer with what stands beside it; `unmasked` says whether its people are shown in full."""

    customer: Customer
    person: ShownContact | None
    tags: str
    unmasked: bool


@dataclass(slots=True)
class Lines:
    """Writes customers as lines of texts, as `actor` may see them; counts those with contact data in full."""

    actor: User
    columns: Sequence[str]
    wants_unmasked: bool
    now: datetime
    mark: str
    unmasked_rows: int = 0
    names: dict[str, dict[int, str]] = field(default_factory=dict)
    words: dict[str, dict[Any, str]] = field(default_factory=dict)
    own: dict[str, Definition] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names = {
            "owner": dict(User.objects.values_list("pk", "name")),
            "source": dict(Choice.objects.values_list("pk", "name")),
            "campaign": dict(Campaign.objects.values_list("pk", "name")),
            "pool": dict(Pool.objects.values_list("pk", "name")),
        }
        self.own = {one.key: one for one in own_fields(active=False)}
        choices = (
            "kind",
            "customer_type",
            "size",
            "stage",
            "label",
            "need_fit",
            "intent",
            "repurchase_intent",
        )
        self.words = {
            name: {value: str(word) for value, word in Customer._meta.get_field(name).flatchoices}  # type: ignore[union-attr]
            for name in choices
        }

    def of(self, ids: Sequence[int]) -> list[list[str]]:
        """Return the lines of customers, in the order of `ids`; those gone or out of sight since are left out."""
        rows = Customer.objects.visible_to(self.actor).in_bulk(ids)
        people = self._people(list(rows)) if self._needs("contact.") else {}
        tags = self._tags(list(rows)) if "tags" in self.columns else {}
        cells = [CELLS.get(key) or _own(key) for key in self.columns]
        lines = []
        for pk in ids:
            if (customer := rows.get(pk)) is None:
                continue
            unmasked = self.wants_unmasked and sees_person(self.actor, customer)
            contact = people.get(pk)
            person = show_contact(contact, unmasked=unmasked) if contact else None
            line = Line(veiled(self.actor, customer), person, "、".join(tags.get(pk, ())), unmasked)
            self.unmasked_rows += unmasked and self._shows_person(line)
            lines.append([*(cell(self, line) for cell in cells), self.mark])
        return lines

    def _needs(self, start: str) -> bool:
        return any(key.startswith(start) for key in self.columns)

    def _shows_person(self, line: Line) -> bool:
        is_named = line.person is not None and not PERSONAL.isdisjoint(self.columns)
        return is_named or line.customer.kind == "person"

    def _people(self, ids: Sequence[int]) -> dict[int, Contact]:
        main = Contact.objects.filter(customer__in=ids).select_related("role")
        return {
            c.customer_id: c
            for c in main.order_by("customer_id", "-is_primary", "id").distinct("customer_id")
        }

    def _tags(self, ids: Sequence[int]) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        through = Customer.tags.through.objects.filter(customer__in=ids).select_related("tag")
        for line in through.order_by("tag__namespace", "tag__name"):
            found.setdefault(line.customer_id, []).append(str(line.tag))
        return found


Cell = Callable[[Lines, Line], str]


def _own(key: str) -> Cell:
    def cell(lines: Lines, line: Line) -> str:
        field = lines.own[key]
        if not line.unmasked and field.kind in MAY_NAME_PEOPLE:
            return ""
        return written_value(field, line.customer.custom.get(key), lines.names["owner"])

    return cell


def _text(name: str) -> Cell:
    return lambda _lines, line: str(getattr(line.customer, name) or "")


def _word(name: str) -> Cell:
    return lambda lines, line: lines.words[name].get(getattr(line.customer, name), "")


def _other(name: str) -> Cell:
    return lambda lines, line: lines.names[name].get(getattr(line.customer, f"{name}_id"), "")


def _person(name: str) -> Cell:
    return lambda _lines, line: getattr(line.person, name) if line.person else ""


def _moment(name: str) -> Cell:
    def cell(_lines: Lines, line: Line) -> str:
        at = getattr(line.customer, name)
        return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""

    return cell


def _range(name: str) -> Cell:
    def cell(_lines: Lines, line: Line) -> str:
        low, high = getattr(line.customer, f"{name}_min"), getattr(line.customer, f"{name}_max")
        if low is None or low == high:
            return "" if high is None else str(high)
        return f"{low}-{high}" if high is not None else f"{low}以上"

    return cell


def _founded(_lines: Lines, line: Line) -> str:
    day = line.customer.founded_on
    shapes = {"year": "%Y", "month": "%Y-%m"}
    return day.strftime(shapes.get(line.customer.founded_precision, "%Y-%m-%d")) if day else ""


def _idle(lines: Lines, line: Line) -> str:
    row = line.customer
    if row.stage == Stage.LOST:
        return ""
    since = timezone.localtime(row.last_contact_at or row.created_at).date()
    return str((timezone.localtime(lines.now).date() - since).days)


def _extra(_lines: Lines, line: Line) -> str:
    return (
        "; ".join(f"{label}: {value}" for label, value in line.customer.extra.items())
        if line.unmasked
        else ""
    )


def _purchase(_lines: Lines, line: Line) -> str:
    row = line.customer
    return row.purchase_timing or (row.purchase_by.isoformat() if row.purchase_by else "")


def _source(lines: Lines, line: Line) -> str:
    return lines.names["source"].get(line.customer.source_id or 0, "") or line.customer.source_detail


CELLS: Mapping[str, Cell] = {
    **{
        name: _text(name)
        for name in (
            "credit_code", "industry", "province", "city", "district", "main_business", "website", "need", "pain_points",
            "competitors", "grade", "code", "score", "employee_count", "old_registration_no", "industry_rank",
            "target_customers", "news", "source_detail", "desired_cooperation", "decision_process", "past_projects",
            "cooperation_period", "satisfaction_score", "commitments", "negotiation_progress",
        )
    },
    **{name: _word(name) for name in ("kind", "customer_type", "size", "stage", "label", "need_fit", "intent", "repurchase_intent")},
    **{name: _moment(name) for name in ("first_contact_at", "last_contact_at", "created_at", "next_action_at", "updated_at")},
    **{
        f"contact.{name}": _person(name)
        for name in ("name", "job_title", "role", "phone", "phone2", "wechat", "email")
    },
    "name": lambda _lines, line: name_of(line.customer, unmasked=line.unmasked),
    "address": lambda _lines, line: address_of(line.customer, unmasked=line.unmasked),
    "notes": lambda _lines, line: line.customer.notes if line.unmasked else "",
    "extra": _extra,
    "authority": lambda _lines, line: "是" if line.customer.is_authority_clear else "",
    "created_by": lambda lines, line: lines.names["owner"].get(line.customer.created_by_id or 0, ""),
    "owner": _other("owner"),
    "pool": _other("pool"),
    "campaign": _other("campaign"),
    "completeness": lambda _lines, line: f"{line.customer.completeness}%",
    "source": _source,
    "purchase": _purchase,
    "founded_on": _founded,
    "budget": _range("budget"),
    "revenue": _range("revenue"),
    "idle": _idle,
    "tags": lambda _lines, line: line.tags,
}  # fmt: skip


def ids_of(rows: CustomerQuerySet) -> "array[int]":
    """Return the ids of customers, newest first: eight bytes each, so that a million fit into 8 MB."""
    return array("q", rows.order_by("-pk").values_list("pk", flat=True).iterator(chunk_size=20_000))


def chunks_of(ids: "array[int]") -> Iterator[Sequence[int]]:
    """Yield ids by the chunk that is read at once."""
    for start in range(0, len(ids), CHUNK):
        yield list(ids[start : start + CHUNK])
