"""Customers as a sheet: the one list whose columns a company adds to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

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
from genjin.followups.queries.lists import rows_of
from genjin.intake.queries.outgoing.shape import Heading, Kind, Lines, Reader
from genjin.intake.rules.outgoing import HEADERS, PERSONAL, check_columns
from genjin.kit.sheets.writer import Value


@dataclass(frozen=True, slots=True)
class Line:
    """One customer with what stands beside it; `unmasked` says whether its people are shown in full."""

    customer: Customer
    person: ShownContact | None
    tags: str
    unmasked: bool


@dataclass(slots=True)
class CustomerLines:
    """Writes customers as lines of texts, as its reader may see them; counts those with contact data in full."""

    reader: Reader
    columns: Sequence[str]
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

    def of(self, ids: Sequence[int]) -> list[list[Value]]:
        """Return the lines of customers, in the order of `ids`; those gone or out of sight since are left out."""
        actor = self.reader.actor
        rows = Customer.objects.visible_to(actor).in_bulk(ids)
        people = self._people(list(rows)) if self._needs("contact.") else {}
        tags = self._tags(list(rows)) if "tags" in self.columns else {}
        cells = [CELLS.get(key) or _own(key) for key in self.columns]
        lines: list[list[Value]] = []
        for pk in ids:
            if (customer := rows.get(pk)) is None:
                continue
            unmasked = self.reader.wants_unmasked and sees_person(actor, customer)
            contact = people.get(pk)
            person = show_contact(contact, unmasked=unmasked) if contact else None
            line = Line(veiled(actor, customer), person, "、".join(tags.get(pk, ())), unmasked)
            self.unmasked_rows += unmasked and self._shows_person(line)
            lines.append([*(cell(self, line) for cell in cells), self.reader.mark])
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


Cell = Callable[[CustomerLines, Line], str]


def _own(key: str) -> Cell:
    def cell(lines: CustomerLines, line: Line) -> str:
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
    def cell(_lines: CustomerLines, line: Line) -> str:
        at = getattr(line.customer, name)
        return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""

    return cell


def _range(name: str) -> Cell:
    def cell(_lines: CustomerLines, line: Line) -> str:
        low, high = getattr(line.customer, f"{name}_min"), getattr(line.customer, f"{name}_max")
        if low is None or low == high:
            return "" if high is None else str(high)
        return f"{low}-{high}" if high is not None else f"{low}以上"

    return cell


def _founded(_lines: CustomerLines, line: Line) -> str:
    day = line.customer.founded_on
    shapes = {"year": "%Y", "month": "%Y-%m"}
    return day.strftime(shapes.get(line.customer.founded_precision, "%Y-%m-%d")) if day else ""


def _idle(lines: CustomerLines, line: Line) -> str:
    row = line.customer
    if row.stage == Stage.LOST:
        return ""
    since = timezone.localtime(row.last_contact_at or row.created_at).date()
    return str((timezone.localtime(lines.reader.now).date() - since).days)


def _extra(_lines: CustomerLines, line: Line) -> str:
    return (
        "; ".join(f"{label}: {value}" for label, value in line.customer.extra.items())
        if line.unmasked
        else ""
    )


def _purchase(_lines: CustomerLines, line: Line) -> str:
    row = line.customer
    return row.purchase_timing or (row.purchase_by.isoformat() if row.purchase_by else "")


def _source(lines: CustomerLines, line: Line) -> str:
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


def own_labels(*, active: bool = False) -> dict[str, str]:
    """Return the labels of own fields by key; with `active` only of those in use."""
    return {field.key: field.label for field in own_fields(active=active)}


@dataclass(frozen=True, slots=True)
class _Customers:
    """The list of customers; its columns are the import's and the company's own fields."""

    key: str
    words: Any
    whole: str = "tab=all"

    def seen(self, actor: User) -> CustomerQuerySet:
        rows: CustomerQuerySet = Customer.objects.visible_to(actor)
        return rows

    def asked(self, actor: User, query: QueryDict, now: datetime) -> CustomerQuerySet:
        del now
        return rows_of(actor, query).order_by("-pk")

    def chosen(self, keys: Sequence[str]) -> list[str]:
        return check_columns(keys, own_labels())

    def headings(self, keys: Sequence[str]) -> list[Heading]:
        labels = {**own_labels(), **HEADERS}
        return [
            Heading(labels[key], Kind.LONG if key == "name" else Kind.TEXT) for key in keys if key in labels
        ]

    def lines(self, reader: Reader, keys: Sequence[str]) -> Lines:
        return CustomerLines(reader, keys)

    def beneath(self) -> tuple[()]:
        return ()


CUSTOMERS = _Customers("customers", _("Customers"))
