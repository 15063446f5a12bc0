"""A sheet arrives: kept, looked into, its columns recognised."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.accounts.rules import new_secret
from genjin.events.actions import enqueue, record
from genjin.fields.queries import own_fields
from genjin.intake.actions.kept import look_and_keep
from genjin.intake.models import ColumnMapping, ImportBatch
from genjin.intake.rules.columns import header_fingerprint
from genjin.intake.rules.kinds import NAME_OF, REQUIRED, SheetKind, guess_columns, recognise, targets_of
from genjin.kit.errors import RuleError, ValueRefused
from genjin.kit.sheets.reader import OnProgress
from genjin.kit.text import clean

CHANGEABLE = (ImportBatch.Status.CHECKING, ImportBatch.Status.READY, ImportBatch.Status.FAILED)
LARGEST_SHEET = 500 * 1024 * 1024  # a million rows of text
LOOKED_AT_ONCE = 4 * 1024 * 1024  # while the uploader waits


def start_import(
    actor: User,
    file: "File[bytes]",
    options: Mapping[str, Any],
    *,
    now: datetime,
    in_background: bool = True,
    on_progress: OnProgress | None = None,
) -> ImportBatch:
    """Keep an uploaded sheet and look into it. Raises RuleError with the reader's sentence when it refuses.

    `options`: sheet, header_row, mapping, owner (id), pool (id), keep_unknown (columns). The worker checks
    the rows, unless the caller does so itself; into a large file the worker looks, too.
    """
    require(actor, Right.IMPORT)
    if file.size > LARGEST_SHEET:
        raise RuleError(_("The file is larger than 500 MB; split it."), "sheet_too_large", status=413)
    name = clean((file.name or "").replace("\\", "/").rpartition("/")[2])[:200]
    batch = ImportBatch(name=name, created_by=actor, created_at=now, options=dict(options))
    batch.file.save(new_secret(18), file, save=False)
    if not (in_background and file.size > LOOKED_AT_ONCE):
        try:
            look(batch, on_progress)
        except ValueRefused as refusal:
            batch.file.storage.delete(str(batch.file.name))
            raise RuleError(refusal.message, refusal.code, fields={"file": [refusal.message]}) from refusal
    with transaction.atomic():
        batch.save()
        record(actor, "import.started", at=now, subject_id=batch.pk, name=name)
        if in_background:
            enqueue("intake.check", batch_id=batch.pk)
    return batch


def import_sheet(actor: User, batch: ImportBatch, sheet: str, *, now: datetime) -> ImportBatch:
    """Start an import of another sheet of a file that was brought before. Raises RuleError `sheet_unknown`."""
    require(actor, Right.IMPORT)
    row = ImportBatch.objects.visible_to(actor).get(pk=batch.pk)
    if sheet not in {known["name"] for known in row.shape.get("sheets", [])}:
        raise RuleError(_("There is no sheet “%(name)s”.") % {"name": sheet}, "sheet_unknown")
    kept = {name: row.options[name] for name in ("owner", "pool") if name in row.options}
    with row.file.open("rb") as stream:
        return start_import(actor, File(stream, name=row.name), {**kept, "sheet": sheet}, now=now)


def look(batch: ImportBatch, on_progress: OnProgress | None = None) -> None:
    """Read a batch's file for the first time and note what is in it; the caller saves. Raises ValueRefused."""
    found, table = look_and_keep(batch, on_progress)
    batch.shape = {
        "sheets": [
            {"name": sheet.name, "hidden": sheet.is_hidden, "rows": sheet.rows}
            for sheet in found.sheets
            if not sheet.is_chart
        ],
        "sheet": table.sheet,
        "columns": list(table.columns),
        "header_row": table.header_row,
        "rows": table.rows,
        "sample": [list(row) for row in table.sample[:5]],
        "notes": [note.sentence for note in table.notes],
        "odd_rows": [[odd.row, odd.cells] for odd in table.odd_rows],
    }
    batch.counts = {"rows": table.rows}
    if not batch.options.get("kind"):
        batch.options["kind"] = recognise(table.columns)
    if not batch.options.get("mapping"):
        batch.options["mapping"] = remembered_mapping(batch.created_by, table.columns, batch.kind)


def remembered_mapping(user: User, columns: tuple[str, ...], kind: SheetKind) -> dict[str, str]:
    """Return how `user` mapped these headers the last time, else what the headers say."""
    last = ColumnMapping.objects.filter(user=user, fingerprint=header_fingerprint(columns)).first()
    if last is not None:
        keys = {target.key for target in targets_of(kind, own_fields())}
        kept = {column: key for column, key in last.mapping.items() if column in columns and key in keys}
        if NAME_OF[kind] in kept.values():
            return kept
    return guess_columns(kind, columns, own_fields())


@transaction.atomic
def set_options(
    actor: User, batch: ImportBatch, changes: Mapping[str, Any], *, in_background: bool = False
) -> ImportBatch:
    """Change sheet, header row, mapping or destination of a batch not yet running; remembers the mapping.

    The caller checks the rows again, or, with `in_background`, the worker does.
    Raises RuleError `import_running` (409), `mapping_invalid`, `mapping_without_name`.
    """
    require(actor, Right.IMPORT)
    row = ImportBatch.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=batch.pk)
    if row.status not in CHANGEABLE or row.committed_at is not None:
        raise RuleError(
            _("This import is on its way already; take it back to change it."), "import_running", status=409
        )
    another = _choose(row, changes)
    if another and in_background and row.file.size > LOOKED_AT_ONCE:
        row.shape = {}  # the worker looks into it
    elif another:
        try:
            look(row)
        except ValueRefused as refusal:
            raise RuleError(refusal.message, refusal.code) from refusal
    if row.shape:
        check_mapping(row.options["mapping"], row.shape["columns"], row.kind)
        ColumnMapping.objects.update_or_create(
            user=actor,
            fingerprint=header_fingerprint(row.shape["columns"]),
            defaults={"mapping": row.options["mapping"]},
        )
    row.status, row.problem, row.attempt = ImportBatch.Status.CHECKING, "", row.attempt + 1
    row.save()
    if in_background:
        enqueue("intake.check", batch_id=row.pk)
    return row


def _choose(row: ImportBatch, changes: Mapping[str, Any]) -> bool:
    """Put changes into a batch's options; returns whether another table of the file is meant. What hangs on a change goes."""
    is_another = bool({"sheet", "header_row"} & changes.keys())
    row.options = row.options | dict(changes)
    if is_another and "kind" not in changes:
        row.options.pop("kind", None)
    if (is_another or "kind" in changes) and "mapping" not in changes:
        row.options.pop("mapping", None)
        if not is_another and row.shape:
            row.options["mapping"] = guess_columns(row.kind, row.shape["columns"], own_fields())
    return is_another


def check_mapping(
    mapping: Mapping[str, str], columns: list[str], kind: SheetKind = SheetKind.CUSTOMERS
) -> None:
    """Refuse a mapping of unknown columns or fields, of two columns to one field, or without what a row must have."""
    targets = {target.key: target for target in targets_of(kind, own_fields())}
    wrong = [column for column, key in mapping.items() if column not in columns or key not in targets]
    if wrong:
        raise RuleError(
            _("Unknown column or field: %(names)s.") % {"names": ", ".join(wrong)}, "mapping_invalid"
        )
    twice = {targets[key].header for key in mapping.values() if list(mapping.values()).count(key) > 1}
    if twice:
        sentence = _("Two columns go to one field: %(names)s. Choose one of them.")
        raise RuleError(sentence % {"names": ", ".join(sorted(twice))}, "mapping_invalid")
    if NAME_OF[kind] not in mapping.values():
        sentence = _("Say which column holds the customer's name; the sheet has: %(columns)s.")
        if kind == SheetKind.PRODUCTS:
            sentence = _("Say which column holds the product's name; the sheet has: %(columns)s.")
        raise RuleError(sentence % {"columns": ", ".join(columns[:20])}, "mapping_without_name")
    if lacking := [targets[key].header for key in REQUIRED[kind] if key not in mapping.values()]:
        sentence = _("Say which columns hold %(names)s; the sheet has: %(columns)s.")
        words = {"names": "、".join(lacking), "columns": ", ".join(columns[:20])}
        raise RuleError(sentence % words, "mapping_incomplete")
