"""Writing rows of a batch: columns into COPY, a chunk a transaction. The single form is customers.add_customer."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl
from django.db import connection
from django.db.models import Model
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, may
from genjin.accounts.queries import local_day
from genjin.customers.actions.own import searched_texts
from genjin.customers.models import Alias, Contact, Customer, IdentityKey, SearchDocument
from genjin.customers.rules import Facts, RuleSet, Stage
from genjin.customers.rules.score import label_of, propose_grade, score
from genjin.customers.rules.search import sort_key, tokens
from genjin.fields.queries import own_fields, templates_in_force
from genjin.fields.rules import Definition
from genjin.fields.rules.kinds import SEARCHED
from genjin.followups.actions.deadlines import start_base_info, start_first_contact
from genjin.intake.actions.check import Checked, Placement
from genjin.intake.actions.slices import aliases_of, has_aliases, people_of
from genjin.intake.actions.tags import tag_ids
from genjin.intake.models import ImportRow
from genjin.intake.rules.collected import Templates, collected_columns
from genjin.intake.rules.values import Values
from genjin.kit.company_name import shown_company_name
from genjin.kit.tokens import as_tsvector


@dataclass(frozen=True, slots=True)
class Run:
    """What is the same for every row of a batch."""

    batch_id: int
    actor: User
    placement: Placement
    rules: RuleSet
    now: datetime
    templates: Templates = field(default_factory=templates_in_force)
    own: Sequence[Definition] = field(default_factory=own_fields)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows ready to be written: ids, and what each table is given as the text COPY reads."""

    ids: list[int]
    customers: bytes
    contacts: bytes
    aliases: bytes
    keys: bytes
    search: bytes
    rows: bytes
    tags: list[tuple[int, str]]
    handed: list[int]  # to somebody else than the importer, whose clock of the first contact starts
    incomplete: list[int]


def new_ids(count: int) -> list[int]:
    """Reserve the ids of `count` customers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('customers_customer', 'id')) FROM generate_series(1, %s)",
            [count],
        )
        return [row[0] for row in cursor.fetchall()]


def prepare_chunk(run: Run, checked: Checked, ids: list[int]) -> Chunk:
    """Rate the accepted rows of a slice and lay out all that is to be written of them; asks no database.

    Same rules, same rows as adding customers one by one.
    """
    part, positions = checked.slice, checked.accepted
    values = [part.rows.values[at] for at in positions]
    customers = _customers(run, values)
    owners = zip(ids, customers["owner_id"], strict=True)
    return Chunk(
        ids=ids,
        customers=_as_csv({"id": ids} | customers),
        contacts=_as_csv(_contacts(run, ids, values)),
        aliases=_as_csv(_aliases(run, ids, values)),
        keys=_keys(ids, [part.keys[at] for at in positions]),
        search=_search(run, ids, values),
        rows=_rows(run, ids, [part.rows.numbers[at] for at in positions]),
        tags=[(pk, text) for pk, row in zip(ids, values, strict=True) for text in row.get("tags", ())],
        handed=[pk for pk, owner in owners if owner not in (None, run.actor.pk)],
        incomplete=[pk for pk, at in zip(ids, positions, strict=True) if at in checked.incomplete],
    )


def write_chunk(run: Run, chunk: Chunk) -> None:
    """Write customers with contacts, keys, search tokens, history and clocks, inside the caller's transaction."""
    if not chunk.ids:
        return
    _copy(Customer, chunk.customers)
    _copy(Contact, chunk.contacts)
    if chunk.aliases.count(b"\n") > 1:
        _copy(Alias, chunk.aliases)
    _copy(IdentityKey, chunk.keys)
    _copy(SearchDocument, chunk.search)
    _copy(ImportRow, chunk.rows)
    _write_history(run, chunk.ids)
    _write_tags(chunk.tags)
    start_first_contact(chunk.handed, run.now)
    start_base_info(chunk.incomplete, run.now)


_TEXTS = (
    "credit_code", "old_registration_no", "industry", "size", "province", "city", "district", "address", "website",
    "main_business", "source_detail", "need", "pain_points", "decision_process", "purchase_timing", "competitors",
    "need_fit", "intent", "notes", "target_customers", "desired_cooperation", "past_projects", "cooperation_period",
    "commitments", "negotiation_progress", "repurchase_intent",
)  # fmt: skip
_MAYBE = (
    "employee_count", "revenue_min", "revenue_max", "founded_on", "source_id", "campaign_id", "first_contact_at", "last_contact_at",
    "budget_min", "budget_max", "purchase_by", "satisfaction_score",
)  # fmt: skip


def _customers(run: Run, values: Sequence[Values]) -> dict[str, list[Any]]:
    used: set[str] = set().union(*values)
    none: dict[str, list[Any]] = {"": [""] * len(values), "null": [None] * len(values)}
    columns: dict[str, list[Any]] = {
        name: [row.get(name, "") for row in values] if name in used else none[""] for name in _TEXTS
    }
    columns |= {name: [row.get(name) for row in values] if name in used else none["null"] for name in _MAYBE}
    columns["name"] = [row["name"] for row in values]
    columns["kind"] = [str(row.get("kind", "org")) for row in values]
    columns["customer_type"] = [str(row.get("customer_type", "new")) for row in values]
    columns["founded_precision"] = [row.get("founded_precision", "day") for row in values]
    columns["is_authority_clear"] = [row.get("is_authority_clear", False) for row in values]
    columns["extra"] = [
        json.dumps(row["extra"], ensure_ascii=False) if "extra" in row else "{}" for row in values
    ]
    columns["sort_key"] = [sort_key(row["name"]) for row in values]
    columns["created_at"] = [row.get("created_at") or run.now for row in values]
    columns["created_by_id"] = [row.get("created_by_id") or run.actor.pk for row in values]
    columns |= collected_columns(values, run.templates)
    columns |= _stood(run, values)
    return (
        columns | _placed(run, values, columns["stage"]) | _rated(run, values) | _constants(run, len(values))
    )


def _stood(run: Run, values: Sequence[Values]) -> dict[str, list[Any]]:
    """Return where customers stand: as the sheet tells where the importer may grant exceptions, else they are leads."""
    told = may(run.actor, Right.APPROVE)
    stages = [str(row.get("stage", Stage.LEAD)) if told else str(Stage.LEAD) for row in values]
    since = [row.get("stage_at") or row.get("created_at") or run.now for row in values]
    entered = [
        run.now if stage == Stage.LEAD else min(at, run.now) for stage, at in zip(stages, since, strict=True)
    ]
    return {"stage": stages, "stage_entered_at": entered}


def _placed(run: Run, values: Sequence[Values], stages: Sequence[str]) -> dict[str, list[Any]]:
    default_owner = run.placement.owner.pk if run.placement.owner else None
    pool = run.placement.pool.pk if run.placement.pool else None
    owners = [row.get("owner_id") or default_owner for row in values]
    since = [run.now if owner else None for owner in owners]
    return {
        "owner_id": owners,
        "pool_id": [None if owner else pool for owner in owners],
        "owned_since": since,
        "no_next_step_since": [
            None if stage == Stage.LOST else at for stage, at in zip(stages, since, strict=True)
        ],
    }


def _rated(run: Run, values: Sequence[Values]) -> dict[str, list[Any]]:
    today = local_day(run.now)
    facts = [
        Facts(
            industry=row.get("industry", ""),
            has_budget=row.get("budget_min") is not None or row.get("budget_max") is not None,
            is_authority_clear=row.get("is_authority_clear", False),
            need=row.get("need", ""),
            purchase_by=row.get("purchase_by"),
        )
        for row in values
    ]
    points = [score(fact, run.rules, today) for fact in facts]
    proposals = [propose_grade(fact, today) for fact in facts]
    given = [row.get("grade") for row in values]
    return {
        "score": points,
        "label": [label_of(point, run.rules).value for point in points],
        "grade": [str(own or grade) for own, (grade, _reason) in zip(given, proposals, strict=True)],
        "grade_reason": [
            "" if own else reason for own, (_grade, reason) in zip(given, proposals, strict=True)
        ],
        "is_grade_confirmed": [bool(own) for own in given],
    }


def _constants(run: Run, count: int) -> dict[str, list[Any]]:
    same: dict[str, Any] = {
        "news": "", "industry_rank": "", "needs_many_approvals": False,
        "score_version": run.rules.version, "scored_on": local_day(run.now), "updated_at": run.now, "updated_by_id": run.actor.pk, "version": 1,
        "import_batch": run.batch_id,
    }  # fmt: skip
    return {name: [value] * count for name, value in same.items()}


def _contacts(run: Run, ids: Sequence[int], values: Sequence[Values]) -> dict[str, list[Any]]:
    fields = ("name", "job_title", "phone", "phone2", "wechat", "email")
    rows = [
        (pk, *(row.get(f"contact.{name}", "") for name in fields))
        for pk, row in zip(ids, values, strict=True)
        if any(row.get(f"contact.{name}") for name in fields)
    ]
    columns: dict[str, list[Any]] = {"customer_id": [row[0] for row in rows]}
    columns |= {name: [row[at] for row in rows] for at, name in enumerate(fields, start=1)}
    same: dict[str, Any] = {
        "is_primary": True, "is_decider": False, "preference": "", "do_not_disturb": False, "consent_basis": "",
        "notes": "", "created_at": run.now, "updated_at": run.now, "version": 1,
    }  # fmt: skip
    return columns | {name: [value] * len(rows) for name, value in same.items()}


def _aliases(run: Run, ids: Sequence[int], values: Sequence[Values]) -> dict[str, list[Any]]:
    rows = [
        (pk, kind, shown_company_name(name))
        for pk, row in zip(ids, values, strict=True) if has_aliases(row) for kind, name in aliases_of(row)
    ]  # fmt: skip
    same: dict[str, Any] = {"created_at": run.now, "created_by_id": run.actor.pk}
    columns = {name: [row[at] for row in rows] for at, name in enumerate(("customer_id", "kind", "name"))}
    return columns | {name: [value] * len(rows) for name, value in same.items()}


def _plain(column: list[Any]) -> list[Any]:
    """Make a column of one plain type: dates, moments and amounts as text, as COPY reads them."""
    first = next((value for value in column if value is not None), None)
    if first is None or isinstance(first, str | int | bool):
        return column
    return [None if value is None else str(value) for value in column]


def _as_csv(columns: Mapping[str, list[Any]]) -> bytes:
    """Lay out columns as COPY reads them, header first; empty texts stay empty, missing values become NULL."""
    frame = pl.DataFrame(
        {name: pl.Series(name, _plain(column), strict=False) for name, column in columns.items()}
    )
    return frame.write_csv().encode()


def _copy(model: type[Model], rows: bytes) -> None:
    """COPY rows with their header into a model's table."""
    names = rows[: rows.index(b"\n")].decode().split(",")
    given = [model._meta.get_field(name) for name in names]
    texts = ", ".join(f'"{name}"' for name, field in zip(names, given, strict=True) if not field.null)
    columns = ", ".join(f'"{name}"' for name in names)
    sql = f"COPY {model._meta.db_table} ({columns}) FROM STDIN (FORMAT csv, HEADER, FORCE_NOT_NULL ({texts}))"
    with connection.cursor() as cursor, cursor.copy(sql) as copy:
        copy.write(rows)


def _keys(ids: Sequence[int], keys: Sequence[Sequence[str]]) -> bytes:
    return _as_csv(
        {
            "customer_id": [pk for pk, row in zip(ids, keys, strict=True) for _key in row],
            "key": [key for row in keys for key in row],
        }
    )


def _search(run: Run, ids: Sequence[int], values: Sequence[Values]) -> bytes:
    searched = [field for field in run.own if field.kind in SEARCHED]
    return _as_csv(
        {
            "customer_id": list(ids),
            "tokens": [
                as_tsvector(
                    tokens(
                        row["name"],
                        row.get("credit_code", ""),
                        people_of(row),
                        searched_texts(row, searched),
                        aliases=[name for _kind, name in aliases_of(row)] if has_aliases(row) else (),
                    )
                )
                for row in values
            ],
        }
    )


def _rows(run: Run, ids: Sequence[int], numbers: Sequence[int]) -> bytes:
    return _as_csv(
        {
            "batch_id": [run.batch_id] * len(ids),
            "kind": [ImportRow.Kind.CUSTOMER.value] * len(ids),
            "object_id": list(ids),
            "row": list(numbers),
        }
    )


_HISTORY = (
    (
        "INSERT INTO customers_stagechange (customer_id, at, by_id, origin, target, reason)"
        " SELECT id, LEAST(created_at, stage_entered_at), %(actor)s, '', 'lead', '' FROM customers_customer WHERE id = ANY(%(ids)s)"
    ),
    (
        "INSERT INTO customers_stagechange (customer_id, at, by_id, origin, target, reason)"
        " SELECT id, stage_entered_at, %(actor)s, 'lead', stage, %(why)s FROM customers_customer WHERE id = ANY(%(ids)s) AND stage <> 'lead'"
    ),
    (
        "INSERT INTO customers_gradechange (customer_id, at, by_id, origin, target, reason, is_proposal)"
        " SELECT id, %(now)s, CASE WHEN is_grade_confirmed THEN %(actor)s END, '', grade, grade_reason,"
        " NOT is_grade_confirmed FROM customers_customer WHERE id = ANY(%(ids)s)"
    ),
    (
        "INSERT INTO customers_ownerchange (customer_id, at, by_id, target_id, pool_id, how, reason)"
        " SELECT id, %(now)s, %(actor)s, owner_id, pool_id, 'imported', '' FROM customers_customer WHERE id = ANY(%(ids)s)"
    ),
)


def _write_history(run: Run, ids: Sequence[int]) -> None:
    words: Any = {
        "ids": list(ids),
        "actor": run.actor.pk,
        "now": run.now,
        "why": _("Taken over from a sheet"),
    }
    with connection.cursor() as cursor:
        for statement in _HISTORY:
            cursor.execute(statement, words)


def _write_tags(tags: Sequence[tuple[int, str]]) -> None:
    if not tags:
        return
    known = tag_ids({text for _pk, text in tags})
    through = Customer.tags.through
    rows = [through(customer_id=pk, tag_id=known[text]) for pk, text in tags]
    through.objects.bulk_create(rows, ignore_conflicts=True, batch_size=5000)
