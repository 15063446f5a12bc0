"""Figures of use: the list, by hand, and from a sheet with a preview."""

import tempfile
from pathlib import Path
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.accounts.queries import local_day
from genjin.care.actions.usage import NewUsage, record_usage
from genjin.care.models import UsageFigure
from genjin.care.queries.usage import metrics
from genjin.care.queries.usage_sheet import MOST_ROWS, SHOWN, Sheet, as_texts, from_texts, read_usage_sheet
from genjin.care.rules.usage import Origin, quarter_of
from genjin.customers.models import Customer
from genjin.customers.queries.sight import shown_name
from genjin.kit.errors import RuleError, not_found, wrong_at
from genjin.web.care.tabs import care_tabs
from genjin.web.care.usage_forms import FiguresForm, SheetForm
from genjin.web.care.views.usage import chips
from genjin.web.customers.views.detail import customer_of
from genjin.web.shell.pages import attempt, form_page, leave, user_of
from genjin.web.shell.paging import paged

LARGEST = 5 * 1024 * 1024
SALT = "genjin.usage.sheet"
KEPT_SECONDS = 3600
EXAMPLE = "杭州示例机电有限公司,,高级功能使用率,2026Q1,85%,,32,2026-03-28"


@require_GET
def figure_list(request: HttpRequest) -> HttpResponse:
    """Show the figures in sight, the newest first."""
    user, metric = user_of(request), request.GET.get("metric", "")[:60]
    rows = UsageFigure.objects.visible_to(user).select_related("customer", "recorded_by")
    shown = paged(request, rows.filter(metric=metric) if metric else rows)
    context = {
        "title": pgettext("menu", "Care"), "tabs": care_tabs("usage:list"), "chips": chips(user, "figures"),
        "metrics": metrics(user), "metric": metric, "may_write": user.may(Right.SERVE),
        "columns": [{"label": label, "number": number} for label, number in (
            (_("Customer"), False), (_("What was measured"), False), (pgettext("usage", "Period"), False), (_("Share"), True),
            (pgettext("usage", "Value"), True), (_("Active users"), True), (_("Last login"), False), (_("From where"), False))],
        "rows": [{"one": one, "name": shown_name(user, one.customer), "url": f"{reverse('customers:detail', args=[one.customer_id])}?tab=care"}
                 for one in shown.rows],
        "empty": {"icon": "chart-bar", "title": _("No figures yet"),
                  "text": _("Write them down on a customer's page under care, upload a sheet, or send them over the API.")},
    }  # fmt: skip
    return render(request, "care/usage_figures.html", shown.context() | context)


@require_http_methods(["GET", "POST"])
def record_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down figures of one customer."""
    user, customer = user_of(request), customer_of(request, pk)
    require(user, Right.SERVE)
    initial = {"period": quarter_of(local_day(timezone.now())).code, "metric": next(iter(metrics(user)), "")}
    form = FiguresForm(request.POST or None, initial=initial)
    return form_page(
        request, form, title=_("Figures of use"), message=_("Recorded."), template="care/usage_form.html", metrics=metrics(user),
        save=lambda _data: record_usage(user, [NewUsage(customer, form.figures())], now=timezone.now()),
        done=reverse("customers:detail", args=[pk]) + "?tab=care",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest) -> HttpResponse:
    """Upload a sheet and look at what would come in; nothing is written yet."""
    user = user_of(request)
    require(user, Right.SERVE)
    form = SheetForm(request.POST or None, request.FILES or None)
    found: list[Sheet] = []
    if form.is_bound and form.is_valid():
        attempt(form, lambda: found.append(_read(user, form.cleaned_data["file"])))
    context = {
        "title": _("Figures from a sheet"), "form": form, "columns": list(SHOWN.values()), "most": MOST_ROWS,
        "template_url": reverse("usage:template"),
    }  # fmt: skip
    if not found:
        return render(request, "care/sheet.html", context, status=422 if form.errors else 200)
    read = found[0]
    context |= {
        "good": [{"row": one.row, "name": shown_name(user, one.customer), "given": one.figures} for one in read.good[:200]],
        "bad": read.bad[:200], "good_count": len(read.good), "bad_count": len(read.bad),
        "token": signing.dumps([user.pk, list(as_texts(read))], salt=SALT, compress=True) if read.good else "",
    }  # fmt: skip
    return render(request, "care/sheet_preview.html", context)


def _read(user: User, file: Any) -> Sheet:
    if file.size > LARGEST:
        sentence = _("The file is larger than 5 MB; split it.")
        raise wrong_at("file", sentence, "sheet_too_large")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet"
        with path.open("wb") as out:
            for chunk in file.chunks():
                out.write(chunk)
        return read_usage_sheet(user, path, local_day(timezone.now()))


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Write the rows that were looked at."""
    user = user_of(request)
    require(user, Right.SERVE)
    try:
        person, rows = signing.loads(request.POST.get("token", ""), salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        person, rows = 0, []
    if person != user.pk:
        raise RuleError(_("This preview is too old; upload the sheet again."), "preview_over", status=409)
    given = from_texts(rows)
    customers = Customer.objects.visible_to(user).in_bulk([pk for pk, _figures in given])
    if any(pk not in customers for pk, _figures in given):
        raise not_found()
    new = [NewUsage(customers[pk], figures) for pk, figures in given]
    record_usage(user, new, origin=Origin.SHEET, now=timezone.now())
    words = ngettext("%(count)d row is in.", "%(count)d rows are in.", len(new))
    return leave(request, reverse("usage:figures"), words % {"count": len(new)})


@require_GET
def template(request: HttpRequest) -> HttpResponse:
    """Hand out a sheet with the headers and one example row."""
    require(user_of(request), Right.SERVE)
    text = "﻿" + ",".join(SHOWN.values()) + "\r\n" + EXAMPLE + "\r\n"
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="usage.csv"'
    return response
