"""A review to take along: as a Word file and as an Excel file, each noted in the log."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from genjin.accounts.permissions import Right
from genjin.accounts.queries import local_day
from genjin.insights.actions.reviews import note_export
from genjin.insights.models import Review
from genjin.insights.queries.reviews.reading import Reading
from genjin.kit.sheets.writer import XLSX
from genjin.web.shell.pages import user_with

KINDS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": XLSX,
}


@require_GET
def word(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out a review as a Word file."""
    from genjin.insights.queries.reviews.word import word_of  # its library is large and rarely needed

    return _handed_out(request, pk, word_of, "docx")


@require_GET
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out a review as an Excel file."""
    from genjin.insights.queries.reviews.sheet import sheet_of

    return _handed_out(request, pk, sheet_of, "xlsx")


def _handed_out(request: HttpRequest, pk: int, make: Callable[[Reading, datetime], bytes], ending: str) -> HttpResponse:  # fmt: skip
    user, now = user_with(request, Right.EXPORT), timezone.now()
    row = Review.objects.visible_to(user).select_related("team").get(pk=pk)
    content = make(Reading(user, row, local_day(now)), now)
    note_export(user, row, ending, now=now)
    response = HttpResponse(content, content_type=KINDS[ending])
    response["Content-Disposition"] = f"attachment; filename=review.{ending}; filename*=UTF-8''{quote(f'{row}.{ending}')}"  # fmt: skip
    response["Cache-Control"] = "private, no-store"
    return response
