"""What every page request passes: language, shut doors, and refusals turned into answers once."""

from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin

from genjin.kit.errors import RuleError, ValueRefused
from genjin.web.shell.pages import leave

API = "/api/"


class ShutDoors(LoginRequiredMiddleware):
    """Every page asks for a login unless its view says otherwise; the API has its own bearer door."""

    def process_view(self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any) -> Any:
        if request.path.startswith(API):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


class Language(MiddlewareMixin):
    """The person's own language, else the company's; nothing is guessed from the browser."""

    def process_view(self, request: HttpRequest, *_rest: Any) -> None:
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated and user.language:
            translation.activate(user.language)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:  # noqa: ARG002
        translation.deactivate()
        return response


class FirstPassword(MiddlewareMixin):
    """Who was given a password chooses an own one before anything else."""

    ALLOWED = frozenset({"account_change_password", "account_logout", "account_reauthenticate"})

    def process_view(self, request: HttpRequest, *_rest: Any) -> HttpResponse | None:
        user = getattr(request, "user", None)
        if user is None or not user.is_authenticated or not user.must_change_password:
            return None
        match = request.resolver_match
        if match is not None and match.url_name in self.ALLOWED:
            return None
        return leave(request, reverse("account_change_password"))


class Refusals(MiddlewareMixin):
    """A broken rule becomes its status with its sentence; a row out of sight becomes the same 404 as none."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, ObjectDoesNotExist):
            raise Http404 from error
        if isinstance(error, ValueRefused):
            error = RuleError(error.message, error.code)
        if isinstance(error, RuleError):
            return refusal(request, error)
        return None


def refusal(request: HttpRequest, error: RuleError) -> HttpResponse:
    """Answer a refusal: a toast for a fragment request, a calm page otherwise."""
    template = "shell/error.html#toast" if request.headers.get("HX-Request") else "shell/error.html"
    context = {"status": error.status, "sentence": error.message, "code": error.code}
    response = render(request, template, context, status=error.status)
    if error.status == 429:
        response["Retry-After"] = "3600"
    return response
