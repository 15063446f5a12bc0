"""The two paper forms of a customer: a page to print, and a Word file."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from genjin.customers.models import Customer
from genjin.customers.queries.sight import shown_name
from genjin.customers.rules.paper import FORMS, PaperForm, lines, widths
from genjin.followups.queries.paper import paper_values
from genjin.kit.word import fill_word
from genjin.web.customers.views.detail import customer_of
from genjin.web.shell.pages import user_of

FOLDER = Path(__file__).resolve().parents[1] / "paper"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _form(key: str) -> PaperForm:
    if key not in FORMS:
        raise Customer.DoesNotExist
    return FORMS[key]


@require_GET
def paper(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Show a form filled in, laid out to print on one A4 page (S1-19, S2-23)."""
    customer, asked = customer_of(request, pk), _form(form)
    values = paper_values(user_of(request), customer, asked)
    context = {
        "form": asked, "blocks": [_block(asked, block, values) for block in asked.blocks], "customer": customer,
        "name": shown_name(user_of(request), customer), "span": asked.per_line * 2,
        "forms": [{"label": one.title, "url": reverse("customers:paper", args=[pk, one.key]), "active": one is asked} for one in FORMS.values()],
    }  # fmt: skip
    return render(request, "customers/paper.html", context)


def _block(form: PaperForm, block: Any, values: dict[str, Any]) -> dict[str, Any]:
    shown = []
    for line in lines(block, form.per_line):
        cells = [{"label": cell.label, "value": values[cell.key], "span": 1} for cell in line]
        cells[-1]["span"] = (form.per_line - len(line)) * 2 + 1
        shown.append(cells)
    return {
        "title": block.title,
        "lines": shown,
        "columns": list(zip(block.columns, widths(block.columns), strict=True)),
        "rows": values.get(block.rows, ()),
    }


@require_GET
def word(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Hand out a form filled in as a Word file."""
    customer, asked = customer_of(request, pk), _form(form)
    path = FOLDER / f"{asked.key}.docx"
    if not path.exists():
        raise Http404
    content = fill_word(path, paper_values(user_of(request), customer, asked))
    response = HttpResponse(content, content_type=WORD)
    response["Content-Disposition"] = f"attachment; filename=form.docx; filename*=UTF-8''{quote(asked.title)}.docx"  # fmt: skip
    return response
