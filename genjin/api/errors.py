"""The one place where a refusal becomes an answer: `{"code", "message", "fields", "details"}` with its status."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.core.exceptions import (
    ObjectDoesNotExist,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import DataError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic_core import to_json

from genjin.api.wire import Out
from genjin.kit.errors import RuleError, ValueRefused, not_found

LATER = 3600  # seconds until a daily or held limit is worth another try
AT_FAULT = frozenset({"body", "query", "path", "form", "file", "header"})


class Problem(Out):
    """Why a request was refused. `code` never changes; `fields` holds sentences by field."""

    code: str
    message: str
    fields: dict[str, list[str]] = {}
    details: dict[str, Any] = {}


def refuse(error: RuleError) -> HttpResponse:
    """Return the answer to a refusal; what is out of sight reads exactly like what does not exist."""
    if error.status == 404:
        error = not_found()
    body = {"code": error.code, "message": error.message, "fields": error.fields, "details": error.details}
    response = HttpResponse(
        to_json(body, fallback=str), status=error.status, content_type="application/json; charset=utf-8"
    )
    if error.status in {429, 503}:
        response["Retry-After"] = str(error.details.get("retry_after", LATER))
    if error.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="genjin"'
    return response


def translate(error: Exception) -> RuleError | None:
    """Return an exception as the refusal it means; None when it is a fault of ours."""
    if isinstance(error, RuleError):
        return error
    if isinstance(error, ValueRefused):
        return RuleError(error.message, error.code)
    if isinstance(error, ValidationError):
        return RuleError(_("Please correct the marked fields."), "fields_invalid", fields=_fields(error))
    for kinds, make in _MEANINGS:
        if isinstance(error, kinds):
            return make()
    return None


def _unreadable() -> RuleError:
    return RuleError(_("The request cannot be read; send JSON in UTF-8."), "request_unreadable", status=400)


_MEANINGS: tuple[tuple[tuple[type[Exception], ...], Callable[[], RuleError]], ...] = (
    ((Http404, ObjectDoesNotExist), lambda: RuleError("", "not_found", status=404)),
    (
        (AuthenticationError,),
        lambda: RuleError(
            _("Send a valid token: Authorization: Bearer TOKEN."), "token_invalid", status=401
        ),
    ),
    (
        (RequestDataTooBig,),
        lambda: RuleError(_("The request is too large; send less at once."), "request_too_large", status=413),
    ),
    (
        (HttpError, MultiPartParserError, TooManyFieldsSent, TooManyFilesSent, UnreadablePostError,
         SuspiciousOperation, UnicodeError),
        _unreadable,
    ),
    (
        (DataError,),
        lambda: RuleError(_("A value is too long, or holds characters that cannot be stored."), "value_invalid"),
    ),
    (
        (OperationalError,),
        lambda: RuleError(
            _("The database is busy; nothing was saved. Try again."), "try_again", status=503,
            details={"retry_after": 2},
        ),
    ),
)  # fmt: skip


def _fields(error: ValidationError) -> dict[str, list[str]]:
    """Return sentences by dotted field name, without the names of our own parameters."""
    fields: dict[str, list[str]] = {}
    for one in error.errors:
        place = [str(part) for part in one["loc"]]
        names = place[2:] if place[:1] == ["body"] and len(place) > 2 else place[1:]
        fields.setdefault(".".join(names) or place[0], []).append(_sentence(one))
    return fields


def _sentence(error: Mapping[str, Any]) -> str:
    kind = error["type"]
    if kind == "value_error":
        return str(error.get("ctx", {}).get("error", error["msg"]))
    known = {
        "missing": _("This must be given."),
        "extra_forbidden": _("There is no such field."),
        "enum": _("Choose one of: %(words)s."),
        "literal_error": _("Choose one of: %(words)s."),
        "string_too_long": _("At most %(max_length)s characters."),
        "greater_than_equal": _("At least %(ge)s."),
        "less_than_equal": _("At most %(le)s."),
        "greater_than": _("More than %(gt)s."),
        "less_than": _("Less than %(lt)s."),
        "decimal_max_places": _("At most %(decimal_places)s places after the point."),
        "decimal_parsing": _("Write a number."),
        "int_parsing": _("Write a whole number."),
        "date_from_datetime_parsing": _("Write a day as 2026-03-05."),
        "timezone_aware": _("Write a moment with its time zone."),
    }
    words: dict[str, Any] = {**error.get("ctx", {})}
    return known[kind] % {"words": words.get("expected", ""), **words} if kind in known else str(error["msg"])


def install(api: NinjaAPI) -> None:
    """Let every exception of a view become its answer; faults of ours stay faults and reach the log."""

    def answer(_request: HttpRequest, error: Any) -> HttpResponse:
        refusal = translate(error)
        if refusal is None:
            raise error
        return refuse(refusal)

    api.add_exception_handler(Exception, answer)
    for kind in (Http404, HttpError, ValidationError):
        api.add_exception_handler(kind, answer)


def in_shape(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Give the answers the library writes by itself, unknown address and wrong method, the same shape."""

    @wraps(view)
    def shaped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except Http404 as error:
            return refuse(translate(error) or _unreadable())
        if response.status_code != 405:
            return response
        refused = refuse(
            RuleError(_("This address does not take this method."), "method_not_allowed", status=405)
        )
        refused["Allow"] = response["Allow"]
        return refused

    return shaped


@in_shape
def unknown(_request: HttpRequest, **_path: Any) -> HttpResponseBase:
    """Answer an address the API does not have."""
    raise Http404
