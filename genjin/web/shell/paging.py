"""Cutting a page out of a table of any size, so that no page costs more as data grows."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest

MOST_COUNTED = 10_000
PER_PAGE = 50
MORE_KNOWN_SECONDS = 60


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Numbered pages up to the 10,000th row; nothing is counted further than that.

    That there are more is remembered for a minute, so that turning pages does not count 10,000 rows each time.
    """

    def __init__(self, rows: Any, per_page: int) -> None:
        super().__init__(rows, per_page)
        found = _count_up_to(rows.order_by(), MOST_COUNTED + 1)
        self.is_capped = found > MOST_COUNTED
        self.count = min(found, MOST_COUNTED)

    def rows_of(self, number: int) -> list[Any]:
        """Return a page's rows; behind the first page only the keys of what is skipped are read."""
        first = (number - 1) * self.per_page
        asked: Any = self.object_list
        if first:
            keys = list(asked.values_list("pk", flat=True)[first : first + self.per_page])
            return list(asked.filter(pk__in=keys))
        return list(asked[: self.per_page])


def _count_up_to(rows: Any, most: int) -> int:
    try:
        statement = repr(rows.query.sql_with_params())
    except EmptyResultSet:  # a filter that nothing can match
        return 0
    key = f"more-than:{most}:{hashlib.sha256(statement.encode()).hexdigest()}"
    if cache.get(key):
        return most
    found: int = rows[:most].count()
    if found == most:
        cache.set(key, 1, MORE_KNOWN_SECONDS)
    return found


@dataclass(frozen=True, slots=True)
class Paged:
    """One page of rows: numbered, or behind the numbers, with the address of the one that follows."""

    rows: list[Any]
    page: "Page[Any] | None" = None
    is_capped: bool = False
    further_url: str = ""
    first_url: str = ""

    def context(self) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "page_rows": self.rows, "capped": self.is_capped, "further_url": self.further_url, "first_url": self.first_url,
        }  # fmt: skip
        if self.page is not None:
            elided = self.page.paginator.get_elided_page_range(self.page.number, on_each_side=2, on_ends=1)
            shown |= {"page": self.page, "page_range": elided}
        return shown


def paged(
    request: HttpRequest, rows: Any, per_page: int = PER_PAGE, *, order: Sequence[OrderBy] = ()
) -> Paged:
    """Cut the asked page out of `rows`; two queries.

    With `order`, which `rows` are in, pages behind the 10,000th row are reached by `?after=` the last row seen.
    """
    last = _last_seen(request, rows) if order else None
    if last is not None:
        found = rows_after(rows, order, last, per_page + 1)
        further = _address(request, after=found[per_page - 1].pk) if len(found) > per_page else ""
        return Paged(found[:per_page], is_capped=True, further_url=further, first_url=_address(request))
    paginator = CappedPaginator(rows, per_page)
    page = paginator.get_page(request.GET.get("page"))
    shown = paginator.rows_of(page.number)
    is_end_of_numbers = bool(order and shown and paginator.is_capped and not page.has_next())
    further = _address(request, after=shown[-1].pk) if is_end_of_numbers else ""
    return Paged(shown, page, paginator.is_capped, further_url=further)


def _last_seen(request: HttpRequest, rows: Any) -> Any:
    pk = request.GET.get("after", "")
    return rows.model.objects.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 19 else None


def _address(request: HttpRequest, **changes: Any) -> str:
    query = request.GET.copy()
    for name in ("page", "after"):
        query.pop(name, None)
    for name, value in changes.items():
        query[name] = str(value)
    return f"?{query.urlencode()}"


def rows_after(rows: "QuerySet[Any]", order: Sequence[OrderBy], last: Any, count: int) -> list[Any]:
    """Return up to `count` of the ordered `rows` that follow `last`, reading nothing before it.

    `order` is one term (the key itself), or a field and the key in the same direction.
    """
    found: list[Any] = []
    for part in _parts_after(order, last):
        if len(found) < count:
            found += rows.filter(part)[: count - len(found)]
    return found


def _parts_after(order: Sequence[OrderBy], last: Any) -> Iterator[Q]:
    """Yield what follows a row, piece by piece, each a range of the order's index."""
    first = order[0]
    ahead = "lt" if first.descending else "gt"
    beyond = Q(**{f"pk__{ahead}": last.pk})
    if len(order) == 1:
        yield beyond
        return
    name = str(getattr(first.expression, "name"))  # noqa: B009 (an F, which the stubs do not know)
    value = getattr(last, name)
    missing = Q(**{f"{name}__isnull": True})
    if value is None:
        yield missing & beyond
        if first.nulls_first:
            yield ~missing
        return
    yield Q(**{name: value}) & beyond
    yield Q(**{f"{name}__{ahead}": value})
    if first.nulls_last:
        yield missing
