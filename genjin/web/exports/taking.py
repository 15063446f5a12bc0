"""An export asked for on a page: the file at once when it is small, else the page where it is made or waits for a lead."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.intake.actions.export import (
    NewExport,
    ask_export,
    count_of,
    hand_out,
    is_small,
    policy,
    run_export,
    start_export,
)
from genjin.intake.models import Export
from genjin.intake.queries.outgoing import OUTGOING
from genjin.kit.errors import not_found
from genjin.kit.sheets.writer import XLSX
from genjin.web.shell.forms import Form
from genjin.web.shell.pages import attempt, is_fragment, user_of

TYPES = {
    "xlsx": XLSX,
    "csv": "text/csv; charset=utf-8",
}


class TakeForm(Form):
    reason = forms.CharField(
        label=gettext_lazy("What for"), max_length=300, help_text=gettext_lazy("Kept in the log with who, when and how many.")
    )  # fmt: skip
    format = forms.ChoiceField(label=gettext_lazy("Format"), choices=Export.Format.choices, required=False)
    is_unmasked = forms.BooleanField(
        label=gettext_lazy("Contact data in full"), required=False,
        help_text=gettext_lazy("Only of customers whose people you see, and it stands in the log. Otherwise names and numbers are masked."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponseBase:
    """Ask what for and how, then hand out the list that was shown: `?what=` names it, `?query=` is its address."""
    user = user_of(request)
    require(user, Right.EXPORT)
    what, query = request.GET.get("what", ""), request.GET.get("query", "")[:4000]
    if what not in OUTGOING:
        raise not_found()
    form = TakeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        new = NewExport(
            data["reason"], what=what, query=query, format=data["format"] or "xlsx", is_unmasked=data["is_unmasked"]
        )  # fmt: skip
        answers: list[HttpResponseBase] = []
        if attempt(form, lambda: answers.append(taken(user, new))):
            return answers[0]
    outgoing, count = OUTGOING[what], count_of(user, Export(what=what, query=query), now=timezone.now())
    rows = ngettext("%(count)d row", "%(count)d rows", count) % {"count": count}
    return ask_page(
        request, form, title=f"{_('Export')} · {outgoing.words} · {rows}",
        sheets=[str(other.words) for other, _link in outgoing.beneath()],
    )  # fmt: skip


def ask_page(request: HttpRequest, form: TakeForm, *, title: str, sheets: Sequence[str] = ()) -> HttpResponse:
    """Ask what for and how, as a dialog or a page; `sheets` names what a workbook holds besides."""
    context: dict[str, Any] = {
        "form": form, "title": title, "limit": policy().most_rows, "sheets": sheets, "action": request.get_full_path(),
    }  # fmt: skip
    status = 422 if form.is_bound and form.errors else 200
    name = "exports/begin.html#dialog" if is_fragment(request) else "exports/begin.html"
    return render(request, name, context, status=status)


def taken(user: User, new: NewExport) -> HttpResponseBase:
    """Ask for an export; answer with the sheet, or lead to its page. Raises what `ask_export` raises."""
    row = ask_export(user, new, now=timezone.now())
    if not is_small(row):
        start_export(user, row)
        return redirect("exports:export", pk=row.pk)
    row = run_export(row.pk, now=timezone.now())
    if row.status != Export.Status.DONE:
        return redirect("exports:export", pk=row.pk)
    return file_of(hand_out(user, row, now=timezone.now()))


def file_of(row: Export) -> FileResponse:
    """Return an export's file as a download."""
    response = FileResponse(
        row.file.open("rb"), as_attachment=True, filename=row.file_name, content_type=TYPES[row.format]
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
