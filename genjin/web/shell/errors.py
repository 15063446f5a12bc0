"""The pages for what went wrong, in our look."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def _page(request: HttpRequest, status: int) -> HttpResponse:
    template = "shell/error.html#toast" if request.headers.get("HX-Request") else "shell/error.html"
    return render(request, template, {"status": status}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 (Django's signature)
    """Answer 400."""
    return _page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 (Django's signature)
    """Answer 403."""
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 (Django's signature)
    """Answer 404, the same for what is missing and what is out of sight."""
    return _page(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer 500; the cause is in the log."""
    return _page(request, 500)
