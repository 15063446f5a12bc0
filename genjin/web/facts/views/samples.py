"""Spot checks: draw a sample, look at its customers one by one, pass or return them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.queries.sight import shown_name
from genjin.followups.queries.conditions import Condition, in_words, read_conditions
from genjin.followups.rules import TaskStatus
from genjin.quality.actions.samples import NewSample, draw_sample, pass_item, return_item
from genjin.quality.models import SpotCheck, SpotCheckItem
from genjin.quality.queries.samples import Looked, draw_again, looked_at
from genjin.quality.rules.samples import Result
from genjin.web.facts.forms import CommentForm, SampleForm
from genjin.web.facts.frame import people_led, tabs
from genjin.web.facts.views.figures import month_of, span_of
from genjin.web.facts.words import mark_of
from genjin.web.shell.pages import form_page, leave, user_of
from genjin.web.shell.paging import paged
from genjin.web.shell.templatetags.genjin import ago

TONES = {Result.WAITING: "muted", Result.PASSED: "green", Result.RETURNED: "orange"}
ITEMS_A_PAGE = 20


@require_GET
def samples(request: HttpRequest) -> HttpResponse:
    """Show the samples drawn, newest first."""
    user = user_of(request)
    require(user, Right.REVIEW_QUALITY)
    rows = SpotCheck.objects.visible_to(user).select_related("drawn_by").prefetch_related("items")
    shown = paged(request, rows)
    heads = (_("Sample"), _("Drawn by"), _("Out of"), _("Judged"), _("Passed"), _("Returned"))
    draw = {"url": reverse("facts:draw"), "label": _("Draw a sample")}
    context = shown.context() | {
        "title": _("Data quality"), "tabs": tabs(user, "samples"), "rows": [{"sample": row, "tally": _summary(row)} for row in shown.rows],
        "columns": [{"label": label, "number": at > 1} for at, label in enumerate(heads)], "create": draw | {"dialog": True},
        "empty": draw | {"icon": "checklist", "title": _("No sample drawn yet"),
                         "text": _("The server chooses; nobody can know beforehand who will be looked at.")},
    }  # fmt: skip
    return render(request, "facts/samples.html", context)


def _summary(sample: SpotCheck) -> dict[str, Any]:
    results = [item.result for item in sample.items.all()]
    return {
        "count": len(results),
        "judged": len(results) - results.count(Result.WAITING),
        "passed": results.count(Result.PASSED),
        "returned": results.count(Result.RETURNED),
    }


@require_http_methods(["GET", "POST"])
def sample_draw(request: HttpRequest) -> HttpResponse:
    """Say how many customers and out of which; the server draws."""
    user = user_of(request)
    require(user, Right.REVIEW_QUALITY)
    form = SampleForm(request.POST or None, user=user)
    drawn: list[SpotCheck] = []

    def save(data: dict[str, Any]) -> None:
        new = NewSample(data["size"], conditions_of(data))
        drawn.append(draw_sample(user, new, now=timezone.now()))

    return form_page(
        request, form, save=save, title=_("Draw a sample"), submit_label=pgettext("deed", "Draw"), message=_("Drawn."),
        done=lambda: reverse("facts:sample", args=[drawn[0].pk]),
    )  # fmt: skip


def conditions_of(data: dict[str, Any]) -> list[Condition]:
    """Return the form's choices in the language of conditions."""
    rows = [
        ("owner_id", "eq", str(data["person"].pk) if data["person"] else "", ""),
        ("grade", "eq", data["level"], ""),
        ("created_at", "between", str(data["since"] or ""), str(data["until"] or "")),
    ]
    return read_conditions(rows)


def _sample(request: HttpRequest, pk: int) -> SpotCheck:
    user = user_of(request)
    require(user, Right.REVIEW_QUALITY)
    return SpotCheck.objects.visible_to(user).select_related("drawn_by").get(pk=pk)


@require_GET
def sample(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a sample: how it was drawn, and each customer with what is missing, doubtful or not verified."""
    user, row = user_of(request), _sample(request, pk)
    shown = paged(request, row.items.select_related("owner", "task", "decided_by"), ITEMS_A_PAGE)
    words = in_words(read_conditions(row.conditions), user)
    context = shown.context() | {
        "title": _("Sample %(number)d") % {"number": row.pk}, "sample": row, "summary": _summary(row), "words": words,
        "again": draw_again(row), "drawn": ago(row.drawn_at), "items": _items(user, shown.rows),
    }  # fmt: skip
    return render(request, "facts/sample.html", context)


@require_GET
def judged(request: HttpRequest) -> HttpResponse:
    """List what was judged in a month about one person's customers: the rows behind a pass rate."""
    user = user_of(request)
    require(user, Right.REVIEW_QUALITY)
    month, text = month_of(request.GET.get("month", "")), request.GET.get("who", "")
    since, until = span_of(month)
    rows = SpotCheckItem.objects.visible_to(user).filter(decided_at__gte=since, decided_at__lt=until)
    who = int(text) if text.isdecimal() and len(text) < 19 else 0
    if who:
        rows = rows.filter(owner_id=who)
    shown = paged(
        request,
        rows.select_related("owner", "task", "decided_by").order_by("-decided_at", "-pk"),
        ITEMS_A_PAGE,
    )
    context = shown.context() | {
        "title": _("Spot checks judged in %(month)s") % {"month": f"{month:%Y-%m}"}, "items": _items(user, shown.rows),
        "person": dict(people_led(user)).get(who, ""),
    }  # fmt: skip
    return render(request, "facts/sample.html", context)


def _items(user: User, rows: list[SpotCheckItem]) -> list[dict[str, Any]]:
    return [_item(user, looked) for looked in looked_at(user, rows, timezone.now())]


def _item(user: User, looked: Looked) -> dict[str, Any]:
    item, row, task = looked.item, looked.customer, looked.item.task
    return {
        "id": item.pk, "owner": item.owner.name, "result": item.get_result_display(), "tone": TONES[Result(item.result)],
        "is_waiting": item.result == Result.WAITING and row is not None, "comment": item.comment,
        "decided": ago(item.decided_at), "by": item.decided_by.name if item.decided_by else "",
        "name": shown_name(user, row) if row else "", "grade": row.grade if row else "",
        "url": f"{reverse('customers:detail', args=[row.pk])}?tab=facts" if row else "",
        "missing": looked.missing, "warnings": [found.reason for found in looked.warnings],
        "unsure": [{"label": line.fact.label, "value": line.text, "mark": mark_of(line)} for line in looked.unsure],
        "answer": _answer(task) if task and row else None,
    }  # fmt: skip


def _answer(task: Any) -> dict[str, str]:
    """Return how the owner's task stands, with its outcome when it is done."""
    if task.status == TaskStatus.OPEN:
        day = timezone.localtime(task.due_at).strftime("%Y-%m-%d")
        return {"tone": "orange", "text": _("Task open, due %(day)s") % {"day": day}}
    tone = "green" if task.status == TaskStatus.DONE else "muted"
    return {"tone": tone, "text": f"{task.get_status_display()}: {task.outcome}"}


def _item_of(request: HttpRequest, pk: int) -> SpotCheckItem:
    return SpotCheckItem.objects.visible_to(user_of(request)).get(pk=pk)


@require_POST
def item_pass(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a customer of the sample is in order."""
    require(user_of(request), Right.REVIEW_QUALITY)
    item = pass_item(user_of(request), _item_of(request, pk), now=timezone.now())
    return leave(request, _back(item), _("Passed."))


@require_http_methods(["GET", "POST"])
def item_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Return a customer of the sample to its owner with a comment."""
    user = user_of(request)
    require(user, Right.REVIEW_QUALITY)
    item = _item_of(request, pk)
    return form_page(
        request, CommentForm(request.POST or None), title=_("Return to the owner"), submit_label=pgettext("deed", "Return"),
        save=lambda data: return_item(user, item, comment=data["comment"], now=timezone.now()),
        done=_back(item), message=_("Returned; the owner has a task now."),
    )  # fmt: skip


def _back(item: SpotCheckItem) -> str:
    """Return the place of an item in its sample; `done` makes it an address of its own, so that it is loaded anew."""
    page = (item.position - 1) // ITEMS_A_PAGE + 1
    url = reverse("facts:sample", args=[item.spot_check_id])
    return f"{url}?page={page}&done={item.pk}#item-{item.pk}"
