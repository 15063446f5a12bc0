"""Checking a batch: every cell read, every row compared with the file and the database. Writes no customer."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from django.db import connection, transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, may
from genjin.accounts.queries import people_by_text
from genjin.customers.models import Campaign, Choice, Pool
from genjin.customers.rules import Kind
from genjin.customers.rules.identity import Match, Named, Reachable, identity_keys
from genjin.followups.queries.calendar import company_zone
from genjin.intake.actions.upload import check_mapping, opened
from genjin.intake.models import ImportBatch, ImportProblem
from genjin.intake.rules.known import (
    MOST_COMPARED,
    EarlierRows,
    Known,
    Twin,
    repeated_keys,
    twins_in_database,
)
from genjin.intake.rules.rows import Finding, ReadRows, date_orders, read_rows
from genjin.intake.rules.values import Values
from genjin.kit.errors import RuleError
from genjin.kit.masking import mask_name

LISTED_PROBLEMS = 200_000


@dataclass(slots=True)
class Checked:
    """A batch read and compared: the rows to write with their keys, and what the preview shows."""

    rows: ReadRows
    keys: list[list[str]]
    accepted: list[int]  # positions in `rows`
    incomplete: set[int]
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a row without an owner of its own goes, and whom the importer may name."""

    owner: User | None
    pool: Pool | None


def placement_of(batch: ImportBatch) -> Placement:
    """Return the destination chosen for a batch: an owner, else a pool. Raises RuleError `pool_missing`."""
    actor = batch.created_by
    if owner_id := batch.options.get("owner"):
        owner = User.objects.active().filter(pk=owner_id).first()
        if owner is None or (
            owner.pk != actor.pk and not (may(actor, Right.ASSIGN) and actor.scope.covers(owner.pk))
        ):
            raise RuleError(_("Choose yourself or somebody of your own teams as owner."), "owner_not_led")
        return Placement(owner, None)
    pools = Pool.objects.visible_to(actor)
    pool = pools.filter(pk=batch.options["pool"]).first() if batch.options.get("pool") else pools.first()
    if pool is None:
        raise RuleError(
            _("There is no pool for you; choose an owner, or ask an administrator."), "pool_missing"
        )
    return Placement(None, pool)


def check_batch(batch: ImportBatch) -> Checked:
    """Read and compare a whole batch; equal input and database give equal answers."""
    mapping = batch.options["mapping"]
    check_mapping(mapping, batch.shape["columns"])
    with opened(batch) as frame:
        rows = _read(batch, frame, mapping)
    _name_people(batch, rows)
    _name_sources(rows)
    _name_campaigns(batch, rows)
    keys = [_keys_of(values) for values in rows.values]
    known = known_customers({key for row in keys for key in row}, batch.pk)
    return _compare(rows, keys, known)


def _read(batch: ImportBatch, frame: pl.DataFrame, mapping: Mapping[str, str]) -> ReadRows:
    names = batch.shape["columns"]
    columns = {column: frame[column].to_list() for column in names}
    orders = date_orders(columns, mapping) | batch.options.get("orders", {})
    rows = read_rows(
        columns,
        frame["__row__"].to_list(),
        mapping,
        orders=orders,
        zone=company_zone(),
        keep_unknown=[column for column in batch.options.get("keep_unknown", []) if column in columns],
    )
    for number, cells in batch.shape.get("odd_rows", ()):  # absent from batches of older versions
        message = _("This row has %(cells)d cells; the table has %(columns)d.")
        words = {"cells": cells, "columns": len(names)}
        rows.findings.append(Finding(number, "", "row_ragged", "", message % words, "warning"))
    return rows


def _name_people(batch: ImportBatch, rows: ReadRows) -> None:
    """Turn owner and author names into ids; a name nobody or several answer to is a warning."""
    actor = batch.created_by
    people = people_by_text(
        [text for values in rows.values for text in (values.get("owner"), values.get("created_by")) if text]
    )
    columns = {key: column for column, key in batch.options["mapping"].items()}
    for at, values in enumerate(rows.values):
        if author := values.pop("created_by", None):
            values["created_by_id"] = people.get(author)
        text = values.pop("owner", None)
        if not text:
            continue
        owner = people.get(text)
        allowed = owner is not None and (
            owner == actor.pk or (may(actor, Right.ASSIGN) and actor.scope.covers(owner))
        )
        if allowed:
            values["owner_id"] = owner
            continue
        code = "owner_unknown" if owner is None else "owner_not_led"
        sentence = (
            _("No single active person is called %(name)s.")
            if owner is None
            else _("%(name)s is not in your teams.")
        )
        rows.findings.append(
            Finding(rows.numbers[at], columns["owner"], code, text, sentence % {"name": text}, "warning")
        )


def _name_sources(rows: ReadRows) -> None:
    """Turn known source names into ids; other words stay as the source in detail."""
    sources = dict(Choice.objects.of(Choice.Kind.SOURCE).values_list("name", "pk"))
    for values in rows.values:
        if text := values.pop("source", None):
            values["source_id"] = sources.get(text)
            values["source_detail"] = text


def _name_campaigns(batch: ImportBatch, rows: ReadRows) -> None:
    """Turn campaign names into ids; a name that is none stays with the further fields, with a warning."""
    campaigns = dict(Campaign.objects.values_list("name", "pk"))
    column = next((column for column, key in batch.options["mapping"].items() if key == "campaign"), "")
    for at, values in enumerate(rows.values):
        text = values.pop("campaign", None)
        if not text:
            continue
        if text in campaigns:
            values["campaign_id"] = campaigns[text]
            continue
        values.setdefault("extra", {})[column[:60]] = text
        message = _("There is no campaign called %(name)s.") % {"name": text}
        rows.findings.append(Finding(rows.numbers[at], column, "campaign_unknown", text, message, "warning"))


def people_of(values: Values) -> list[Reachable]:
    """Return the person a row names, if any."""
    phones = (values.get("contact.phone", ""), values.get("contact.phone2", ""))
    return [Reachable(values.get("contact.name", ""), phones, values.get("contact.email", ""))]


def _keys_of(values: Values) -> list[str]:
    if "name" not in values:
        return []
    return identity_keys(
        values["name"], values.get("kind", "org"), values.get("credit_code", ""), people_of(values)
    )


def known_customers(keys: set[str], batch_id: int) -> dict[str, list[Known]]:
    """Return live customers by shared key, not counting rows of this very batch; one query over a temp table.

    The name of a customer who is a person is masked: the importer may have nothing but the number.
    """
    found: dict[str, list[Known]] = defaultdict(list)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE asked (key text) ON COMMIT DROP")
        with cursor.copy("COPY asked (key) FROM STDIN (FORMAT csv)") as copy:
            copy.write(
                pl.DataFrame({"key": list(keys)}, schema={"key": pl.String}).write_csv(include_header=False)
            )
        cursor.execute("ANALYZE asked")
        cursor.execute(
            "SELECT k.key, c.id, c.name, c.credit_code, c.kind FROM asked a JOIN customers_identitykey k ON k.key = a.key"
            " JOIN customers_customer c ON c.id = k.customer_id"
            " WHERE c.deleted_at IS NULL AND c.import_batch IS DISTINCT FROM %s",
            [batch_id],
        )
        for key, pk, name, code, kind in cursor.fetchall():
            if len(found[key]) < MOST_COMPARED:
                found[key].append(Known(pk, mask_name(name) if kind == Kind.PERSON else name, code))
        cursor.execute("DROP TABLE asked")  # an outer transaction may ask again
    return found


def _compare(rows: ReadRows, keys: list[list[str]], known: Mapping[str, Sequence[Known]]) -> Checked:
    repeated = repeated_keys(keys)
    telling = repeated | known.keys()
    earlier = EarlierRows(repeated)
    accepted: list[int] = []
    incomplete: set[int] = set()
    counts = {
        "rows": len(rows.numbers),
        "created": 0,
        "updated": 0,
        "duplicates": 0,
        "rejected": 0,
        "warnings": 0,
    }
    refused = {finding.row for finding in rows.findings if finding.level == "rejected"}
    missing = _("Source, contact or a way to reach them is missing; it should be there within 24 hours.")
    for at, values in enumerate(rows.values):
        number = rows.numbers[at]
        if "name" not in values:
            counts["rejected"] += 1
            if number not in refused:
                rows.findings.append(
                    Finding(number, "", "name_missing", "", _("The customer's name is missing."), "rejected")
                )
            continue
        if not telling.isdisjoint(keys[at]):
            ours = Named(values["name"], values.get("credit_code", ""))
            twins = _twins(keys[at], ours, earlier=earlier, known=known)
            rows.findings.extend(_twin_finding(number, values["name"], twin) for twin in twins)
            if any(twin.level == Match.SAME for twin in twins):
                counts["duplicates"] += 1
                continue
            earlier.add(keys[at], number, ours)
        accepted.append(at)
        if not _is_complete(values):
            incomplete.add(at)
            rows.findings.append(Finding(number, "", "incomplete", "", missing, "warning"))
    counts["created"] = len(accepted)
    counts["warnings"] = sum(finding.level in {"warning", "similar"} for finding in rows.findings)
    rows.findings.sort(key=lambda finding: finding.row)
    return Checked(rows, keys, accepted, incomplete, counts)


def _twins(
    keys: Sequence[str], ours: Named, *, earlier: EarlierRows, known: Mapping[str, Sequence[Known]]
) -> list[Twin]:
    twins = twins_in_database(keys, ours, known)[:3] if known else []
    in_file = earlier.twin_of(keys, ours)
    return [*twins, in_file] if in_file else twins


def _twin_finding(number: int, name: str, twin: Twin) -> Finding:
    if twin.level == Match.RELATED:
        message = _("Belongs to another company, %(reason)s: %(name)s.")
        words = {"reason": twin.reason, "name": twin.name}
        return Finding(number, "", "branch_of", name, message % words, "warning", twin.id, twin.name)
    if twin.id is None:
        code = "duplicate_in_file"
        sentence = _("Row %(row)d of this file has %(reason)s: %(name)s.")
    else:
        code = f"duplicate_{twin.level.value}"
        sentence = _("Known already by %(reason)s: %(name)s.")
    message = sentence % {"row": twin.row or 0, "reason": twin.reason, "name": twin.name}
    return Finding(number, "", code, name, message, twin.level.value, twin.id, twin.name)


def _is_complete(values: Values) -> bool:
    """Whether a row has source, named contact and a way to reach it (S2-8)."""
    reach = values.get("contact.phone") or values.get("contact.wechat") or values.get("contact.email")
    return bool(values.get("source_detail") and values.get("contact.name") and reach)


@transaction.atomic
def keep_findings(batch: ImportBatch, checked: Checked) -> None:
    """Store what the preview and the error file show of a check, in place of an earlier one."""
    ImportProblem.objects.filter(batch=batch).delete()
    with (
        connection.cursor() as cursor,
        cursor.copy(
            'COPY intake_importproblem (batch_id, row, "column", code, value, message, level, match_id, match_name) FROM STDIN'
        ) as copy,
    ):
        for found in checked.rows.findings[:LISTED_PROBLEMS]:
            copy.write_row(
                (batch.pk, found.row, found.column[:120], found.code, found.value.replace("\0", ""), found.message,
                 found.level, found.match_id, found.match_name[:200])
            )  # fmt: skip
    batch.counts = checked.counts
    batch.preview = {
        "columns": [
            {
                "column": report.column, "target": report.target, "fine": report.fine, "repaired": report.repaired,
                "warned": report.warned, "refused": report.refused, "empty": report.empty,
                "examples": report.examples, "note": report.note,
            }
            for report in checked.rows.reports
        ]
    }  # fmt: skip
    batch.total = len(checked.accepted)


def preview_batch(batch_id: int) -> ImportBatch:
    """Check a batch and keep what was found for the preview page."""
    batch = ImportBatch.objects.select_related("created_by").get(pk=batch_id)
    if batch.status != ImportBatch.Status.CHECKING:
        return batch
    try:
        placement_of(batch)
        checked = check_batch(batch)
    except RuleError as refusal:
        batch.status, batch.problem = ImportBatch.Status.FAILED, refusal.message
    else:
        keep_findings(batch, checked)
        batch.status = ImportBatch.Status.READY
    batch.save()
    return batch
