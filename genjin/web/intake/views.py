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

from genjin.accounts.permissions import Right, require
from genjin.intake.actions.commit import cancel_import, request_commit
from genjin.intake.actions.sheets import write_errors, write_template
from genjin.intake.actions.undo import undo_import
from genjin.intake.actions.upload import import_sheet, set_options, start_import
from genjin.intake.models import ImportBatch
from genjin.intake.rules.kinds import SheetKind
from genjin.kit.sheets.writer import XLSX
from genjin.web.drafts.views import intake_tabs
from genjin.web.intake import shown
from genjin.web.intake.forms import PlacementForm, UploadForm
from genjin.web.shell.pages import attempt, confirm_page, list_page, user_of

AT_WORK = {ImportBatch.Status.CHECKING, ImportBatch.Status.RUNNING, ImportBatch.Status.UNDOING}


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
        request, "intake/batches.html", rows, title=_("Import"), columns=columns, create=create, empty=empty,
        tabs=intake_tabs(user, "sheets"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a sheet and look into it."""
    user = user_of(request)
    require(user, Right.IMPORT)
    form = UploadForm(request.POST or None, request.FILES or None)
    made: list[ImportBatch] = []
    if request.method == "POST" and form.is_valid():
        options: dict[str, Any] = {"owner": user.pk} if not user.may(Right.ASSIGN) else {}
        if form.cleaned_data["kind"]:
            options["kind"] = form.cleaned_data["kind"]
        if attempt(
            form,
            lambda: made.append(start_import(user, form.cleaned_data["file"], options, now=timezone.now())),
        ):
            return redirect("intake:batch", pk=made[0].pk)
    context = {
        "title": _("Import a sheet"), "form": form, "steps": shown.steps(),
        "templates": [(kind.label, f"{reverse('intake:template')}?kind={kind}") for kind in SheetKind],
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
            shown.preview(row, PlacementForm(user=user_of(request), batch=row)),
        )
    if row.status in AT_WORK:
        return render(request, "intake/progress.html", shown.progress(row))
    if row.status == ImportBatch.Status.FAILED and row.committed_at is None and row.shape:
        context = shown.preview(row, PlacementForm(user=user_of(request), batch=row)) | {
            "notice": row.problem
        }
        return render(request, "intake/preview.html", context)
    return render(request, "intake/result.html", shown.result(user_of(request), row))


@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a batch is; when it is over, lead on to its page."""
    row = _batch(request, pk)
    if row.status in AT_WORK:
        return render(request, "shell/components/progress.html", shown.progress(row))
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
        changes = form.changes()
        if not {"kind", "sheet"} & changes.keys():  # the columns shown belong to the table as it was
            changes |= {"mapping": mapping, "keep_unknown": kept}
        changed = any((row.options.get(name) or None) != (value or None) for name, value in changes.items())
        if changed or "commit" not in request.POST:
            set_options(user, row, changes, in_background=True)
        else:
            request_commit(user, row, now=timezone.now())

    if form.is_valid() and attempt(form, save):
        return redirect("intake:batch", pk=row.pk)
    return render(request, "intake/preview.html", shown.preview(row, form), status=422)


@require_POST
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring in another sheet of the same file."""
    row = import_sheet(
        user_of(request), _batch(request, pk), request.POST.get("sheet", ""), now=timezone.now()
    )
    return redirect("intake:batch", pk=row.pk)


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
    asked = request.GET.get("kind", "")
    kind = SheetKind(asked) if asked in SheetKind.values else SheetKind.CUSTOMERS
    return _sheet(lambda path: write_template(path, kind), f"genjin-{kind}.xlsx")
