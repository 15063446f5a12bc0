"""What the import wizard's pages show of a batch."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.customers.models import Contact, Customer
from genjin.fields.queries import own_fields
from genjin.intake.actions.restore import left_as_they_are
from genjin.intake.actions.undo_records import kept_products
from genjin.intake.models import ImportBatch
from genjin.intake.rules.kinds import SheetKind, targets_of
from genjin.intake.rules.modes import Mode
from genjin.web.intake.forms import PlacementForm
from genjin.web.shell.templatetags.genjin import ago


def steps() -> list[str]:
    """Return the steps of the wizard in the reader's language."""
    return [_("Upload"), _("Check"), _("Result")]


def preview(row: ImportBatch, form: PlacementForm) -> dict[str, Any]:
    """Return what the preview page shows."""
    counts = row.counts
    url = reverse("intake:batch", args=[row.pk])
    tiles = [
        {"label": _("Rows"), "value": counts.get("rows", 0), "icon": "list"},
        {"label": _new_label(row.kind), "value": counts.get("created", 0), "tone": "green", "icon": "user-plus"},
        *([{"label": _("Updated"), "value": counts.get("updated", 0), "tone": "green", "icon": "edit",
            "note": _("%(count)d as they are") % {"count": counts.get("unchanged", 0)}}] if row.mode != Mode.CREATE else []),
        {"label": _("Known already"), "value": counts.get("duplicates", 0), "icon": "users", "note": _("will not come in twice")},
        {"label": _("Left out"), "value": counts.get("rejected", 0), "tone": "red" if counts.get("rejected") else "", "icon": "ban"},
        {"label": _("Remarks"), "value": counts.get("warnings", 0), "tone": "orange" if counts.get("warnings") else "", "icon": "alert-triangle"},
    ]  # fmt: skip
    return {
        "title": _("Check before it comes in"), "file_name": f"{row.name} · {row.shape.get('sheet', '')}", "steps": steps(), "tiles": tiles,
        "columns": _columns(row), "matches": _matches(row), "form": form, "action": url, "cancel_url": reverse("intake:list"),
        "error_url": reverse("intake:errors", args=[row.pk]) if counts.get("warnings") or counts.get("rejected") or counts.get("duplicates") else "",
        "submit_label": _submit_label(row), "changes": changes_of(row),
        "notice": " ".join(row.shape.get("notes", [])[:3]),
    }  # fmt: skip


def _new_label(kind: SheetKind) -> str:
    labels = {
        SheetKind.CUSTOMERS: _("New customers"), SheetKind.CONTACTS: _("New people"),
        SheetKind.FOLLOWUPS: _("New records"), SheetKind.TASKS: _("New tasks"), SheetKind.PRODUCTS: _("New products"),
        SheetKind.OPPORTUNITIES: _("New opportunities"),
    }  # fmt: skip
    return labels[kind]


def _submit_label(row: ImportBatch) -> str:
    created, updated = row.counts.get("created", 0), row.counts.get("updated", 0)
    if row.kind != SheetKind.CUSTOMERS:
        return _("Import %(count)d rows") % {"count": created + updated}
    if row.mode == Mode.CREATE:
        return _("Import %(count)d customers") % {"count": created}
    return _("Add %(created)d and update %(updated)d customers") % {"created": created, "updated": updated}


def changes_of(row: ImportBatch) -> list[dict[str, Any]]:
    """Return what an import would change of customers we have: by field, how many, and examples."""
    fields = {
        field.attname.removesuffix("_id"): field.verbose_name for field in Customer._meta.concrete_fields
    }
    people = {f"contact.{field.attname}": field.verbose_name for field in Contact._meta.concrete_fields}
    return [
        {"label": fields.get(name) or people.get(name) or name, **found}
        for name, found in row.preview.get("changes", {}).items()
    ]


def _columns(row: ImportBatch) -> list[dict[str, Any]]:
    reports = {report["column"]: report for report in row.preview.get("columns", [])}
    mapping, kept = row.options.get("mapping", {}), row.options.get("keep_unknown", [])
    shown = []
    for at, column in enumerate(row.shape["columns"]):
        now = mapping.get(column) or ("+" if column in kept else "")
        report = reports.get(column, {})
        choices = [
            ("", _("— leave out —")),
            ("+", _("keep as a further field")),
            *((target.key, target.header) for target in targets_of(row.kind, own_fields())),
        ]
        shown.append(
            {
                "name": column,
                "targets": [
                    {"value": value, "label": label, "chosen": value == now} for value, label in choices
                ],
                **{kind: report.get(kind, 0) for kind in ("fine", "repaired", "warned", "refused")},
                "examples": _examples(report) or _sample(row, at),
            }
        )
    return shown


def _examples(report: dict[str, Any]) -> list[dict[str, str]]:
    shown = []
    for kind in ("refused", "warned", "repaired"):
        for old, new in report.get("examples", {}).get(kind, [])[:2]:
            after, message = (new, "") if kind == "repaired" else ("", new)
            shown.append({"kind": kind, "before": old, "after": after, "message": message})
    if report.get("note"):
        shown.append({"kind": "warned", "before": "", "after": "", "message": report["note"]})
    return shown


def _sample(row: ImportBatch, at: int) -> list[dict[str, str]]:
    texts = [line[at] for line in row.shape.get("sample", []) if at < len(line) and line[at]]
    return [{"kind": "fine", "before": " · ".join(str(text)[:30] for text in texts[:2])}] if texts else []


def _matches(row: ImportBatch) -> list[dict[str, Any]]:
    found = row.problems.filter(level__in=["same", "similar"])[:20]
    return [
        {"row": p.row, "name": p.value, "known": p.match_name, "reason": p.message, "level": p.level}
        for p in found
    ]


def progress(row: ImportBatch) -> dict[str, Any]:
    """Return how far a batch is."""
    phase = row.phase or row.status
    titles = {
        "reading": _("Reading %(name)s"), "writing": _("Importing %(name)s"), "running": _("Importing %(name)s"),
        "undoing": _("Taking %(name)s back"),
    }  # fmt: skip
    is_reading = phase == ImportBatch.Phase.READING
    job = {
        "title": titles.get(phase, _("Checking %(name)s")) % {"name": row.name},
        "done": row.phase_done // 10 if is_reading else row.phase_done,
        "total": 100 if is_reading else row.phase_total or row.counts.get("rows", 0), "state": "running",
        "unit": "%" if is_reading else "", "url": reverse("intake:progress", args=[row.pk]),
        "cancel_url": "" if row.status == ImportBatch.Status.UNDOING else reverse("intake:cancel", args=[row.pk]),
        "left": _time_left(row),
    }  # fmt: skip
    return {"title": _("Import"), "steps": steps(), "job": job, "file_name": row.name}


def _time_left(row: ImportBatch) -> str:
    if not row.phase_done or row.committed_at is None or row.phase != ImportBatch.Phase.WRITING:
        return ""
    spent = (timezone.now() - row.committed_at).total_seconds()
    seconds = spent * (row.phase_total - row.phase_done) / row.phase_done
    return _("about %(count)d s left") % {"count": seconds}


def _left(user: User, row: ImportBatch) -> list[dict[str, Any]]:
    """Return the customers of which an undo left something as it is, as far as `user` sees them."""
    left = left_as_they_are(row.pk)
    rows = Customer.objects.visible_to(user).in_bulk([pk for pk, _name, _why in left])
    return [{"customer": rows[pk], "why": why} for pk, _name, why in left if pk in rows]


def result(user: User, row: ImportBatch) -> dict[str, Any]:
    """Return what came of a batch, as `user` may see it."""
    counts = row.counts
    is_undone = row.status == ImportBatch.Status.UNDONE
    words = [
        (_("Came in"), 0 if is_undone else row.written, "green"),
        *([(_("Updated"), 0 if is_undone else counts.get("updated", 0), "green")] if row.mode != Mode.CREATE else []),
        (_("Known already"), counts.get("duplicates", 0), ""),
        (_("Left out"), counts.get("rejected", 0), "red" if counts.get("rejected") else ""),
        (_("Remarks"), counts.get("warnings", 0), "orange" if counts.get("warnings") else ""),
    ]  # fmt: skip
    if is_undone:
        words += [
            (_("Taken back"), counts.get("removed", 0), ""),
            (_("Kept, worked on since"), counts.get("kept", 0), "orange"),
        ]
        if row.mode != Mode.CREATE:
            words.append((_("Old values restored"), counts.get("restored", 0), ""))
    waiting = Customer.objects.without_next_step().filter(import_batch=row.pk).count()
    return {
        "title": _("Import"), "batch": row, "file_name": row.name, "steps": steps(), "when": ago(row.finished_at), "is_undone": is_undone,
        "waiting": waiting, "waiting_url": f"{reverse('customers:list')}?tab=idle&f=import_batch&op=eq&v={row.pk}&v2=",
        "tiles": [{"label": label, "value": value, "tone": tone} for label, value, tone in words],
        "problems": row.problems.all()[:50], "customers_url": f"{reverse('customers:list')}?tab=all&f=import_batch&op=eq&v={row.pk}&v2=",
        "left": _left(user, row) if is_undone else [], "kept_products": kept_products(row.pk) if is_undone else [],
        "more_sheets": [
            sheet["name"] for sheet in row.shape.get("sheets", []) if sheet["rows"] and sheet["name"] != row.shape.get("sheet")
        ],
        "may_undo": row.committed_at is not None and not is_undone,
    }  # fmt: skip
