"""The import wizard: upload, look, let in, take back."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.models import Contact, Customer
from genjin.intake.actions.commit import cancel_import, request_commit
from genjin.intake.actions.restore import left_as_they_are
from genjin.intake.actions.sheets import write_errors, write_template
from genjin.intake.actions.undo import undo_import
from genjin.intake.actions.upload import set_options, start_import
from genjin.intake.models import ImportBatch
from genjin.intake.rules.columns import TARGETS
from genjin.intake.rules.modes import Mode
from genjin.web.intake.forms import PlacementForm, UploadForm
from genjin.web.shell.pages import attempt, confirm_page, list_page, user_of
from genjin.web.shell.templatetags.genjin import ago

AT_WORK = {ImportBatch.Status.CHECKING, ImportBatch.Status.RUNNING, ImportBatch.Status.UNDOING}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def steps() -> list[str]:
    """Return the steps of the wizard in the reader's language."""
    return [_("Upload"), _("Check"), _("Result")]


@require_GET
def batch_list(request: HttpRequest) -> HttpResponse:
    """Show imports, newest first."""
    user = user_of(request)
    require(user, Right.IMPORT)
    rows = ImportBatch.objects.visible_to(user).select_related("created_by")
    columns = [{"key": key, "label": label, "number": key in {"created", "left"}} for key, label in
               (("file", _("File")), ("status", _("Status")), ("created", pgettext("import", "New")), ("left", _("Left out")), ("who", _("Who")), ("when", _("When")))]  # fmt: skip
    create = {"url": reverse("intake:upload"), "label": _("Import a sheet")}
    empty = {
        "icon": "upload",
        "title": _("No imports yet"),
        "text": _("Bring your sheet of leads as it is; columns are recognised."),
        **create,
    }
    return list_page(
        request, "intake/batches.html", rows, title=_("Import"), columns=columns, create=create, empty=empty
    )


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a sheet and look into it."""
    user = user_of(request)
    require(user, Right.IMPORT)
    form = UploadForm(request.POST or None, request.FILES or None)
    made: list[ImportBatch] = []
    if request.method == "POST" and form.is_valid():
        options = {"owner": user.pk} if not user.may(Right.ASSIGN) else {}
        if attempt(
            form,
            lambda: made.append(start_import(user, form.cleaned_data["file"], options, now=timezone.now())),
        ):
            return redirect("intake:batch", pk=made[0].pk)
    context = {
        "title": _("Import a sheet"), "form": form, "steps": steps(), "template_url": reverse("intake:template"),
        "limits": _("Excel (.xlsx .xlsm .xls .xlsb .ods) or CSV, up to a million rows (500 MB). Title rows and odd columns are fine."),
    }  # fmt: skip
    return render(request, "intake/upload.html", context, status=422 if form.errors else 200)


def _batch(request: HttpRequest, pk: int) -> ImportBatch:
    require(user_of(request), Right.IMPORT)
    return ImportBatch.objects.visible_to(user_of(request)).get(pk=pk)


@require_http_methods(["GET", "POST"])
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a batch as it stands: being checked, ready for a look, coming in, or done."""
    row = _batch(request, pk)
    if request.method == "POST":
        return _submit(request, row)
    if row.status == ImportBatch.Status.READY:
        return render(
            request,
            "intake/preview.html",
            _preview(row, PlacementForm(user=user_of(request), batch=row)),
        )
    if row.status in AT_WORK:
        return render(request, "intake/progress.html", _progress(row))
    if row.status == ImportBatch.Status.FAILED and row.committed_at is None and row.shape:
        context = _preview(row, PlacementForm(user=user_of(request), batch=row)) | {"notice": row.problem}
        return render(request, "intake/preview.html", context)
    return render(request, "intake/result.html", _result(user_of(request), row))


@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a batch is; when it is over, lead on to its page."""
    row = _batch(request, pk)
    if row.status in AT_WORK:
        return render(request, "shell/components/progress.html", _progress(row))
    response = HttpResponse(status=204)
    response["HX-Redirect"] = reverse("intake:batch", args=[pk])
    return response


def _submit(request: HttpRequest, row: ImportBatch) -> HttpResponse:
    """Check again with other columns or destination, or let the batch in."""
    user, form = user_of(request), PlacementForm(request.POST, user=user_of(request), batch=row)
    mapping = {
        c: k
        for c, k in zip(row.shape["columns"], request.POST.getlist("target"), strict=False)
        if k and k != "+"
    }
    kept = [c for c, k in zip(row.shape["columns"], request.POST.getlist("target"), strict=False) if k == "+"]

    def save() -> None:
        changes = form.changes() | {"mapping": mapping, "keep_unknown": kept}
        changed = any((row.options.get(name) or None) != (value or None) for name, value in changes.items())
        if changed or "commit" not in request.POST:
            set_options(user, row, changes, in_background=True)
        else:
            request_commit(user, row, now=timezone.now())

    if form.is_valid() and attempt(form, save):
        return redirect("intake:batch", pk=row.pk)
    return render(request, "intake/preview.html", _preview(row, form), status=422)


def _preview(row: ImportBatch, form: PlacementForm) -> dict[str, Any]:
    counts = row.counts
    url = reverse("intake:batch", args=[row.pk])
    tiles = [
        {"label": _("Rows"), "value": counts.get("rows", 0), "icon": "list"},
        {"label": _("New customers"), "value": counts.get("created", 0), "tone": "green", "icon": "user-plus"},
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


def _submit_label(row: ImportBatch) -> str:
    created, updated = row.counts.get("created", 0), row.counts.get("updated", 0)
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
            *((t.key, t.header) for t in TARGETS),
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


def _progress(row: ImportBatch) -> dict[str, Any]:
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


def _result(user: User, row: ImportBatch) -> dict[str, Any]:
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
        "left": _left(user, row) if is_undone else [],
        "may_undo": row.committed_at is not None and not is_undone,
    }  # fmt: skip


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a batch."""
    row = cancel_import(user_of(request), _batch(request, pk), now=timezone.now())
    response = HttpResponse(status=204)
    response["HX-Redirect"] = reverse("intake:batch", args=[row.pk])
    return response


@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a batch back."""
    row = _batch(request, pk)
    return confirm_page(
        request, deed=lambda: undo_import(user_of(request), row, now=timezone.now(), in_background=True), level="danger", title=_("Take the import back"),
        question=_("Take %(name)s back?") % {"name": row.name}, submit_label=_("Take back"), message=_("The import was taken back."),
        consequence=_("Its customers are removed; those somebody has worked on since are kept and listed."),
        done=reverse("intake:batch", args=[pk]),
    )  # fmt: skip


def _sheet(write: Callable[[Path], None], name: str) -> HttpResponse:
    with TemporaryDirectory(prefix="genjin-sheet-") as folder:
        path = Path(folder, "sheet.xlsx")
        write(path)
        response = HttpResponse(path.read_bytes(), content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename={name}"
    return response


@require_GET
def errors(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the rows with problems, the reason beside each."""
    row = _batch(request, pk)
    return _sheet(lambda path: write_errors(row, path), f"import-{pk}-rows.xlsx")


@require_GET
def template(request: HttpRequest) -> HttpResponse:
    """Hand out the template."""
    require(user_of(request), Right.IMPORT)
    return _sheet(write_template, "genjin-template.xlsx")
