"""Three kinds of page and what they share: a list, a form, a question before a deed."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.kit.errors import RuleError
from genjin.web.shell.paging import paged


def user_of(request: HttpRequest) -> User:
    """Return who is signed in; the middleware lets nobody else in."""
    assert isinstance(request.user, User)  # noqa: S101 (narrows the type; LoginRequired stands before)
    return request.user


def user_with(request: HttpRequest, right: Right) -> User:
    """Return who is signed in, when their role has the right. Raises RuleError `forbidden` (403)."""
    user = user_of(request)
    require(user, right)
    return user


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks, so that a dialog or a part of the page is wanted."""
    return request.headers.get("HX-Request") == "true"


def leave(request: HttpRequest, url: str, message: str = "") -> HttpResponse:
    """Go on to `url` after a deed, with a toast; for htmx by its own redirect."""
    if message:
        messages.success(request, message)
    if is_fragment(request):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = url
        return response
    return redirect(url)


def back(request: HttpRequest, fallback: str) -> str:
    """Return where the person came from on this site, else `fallback`."""
    url = (
        request.POST.get("next")
        or request.headers.get("HX-Current-URL")
        or request.headers.get("Referer")
        or ""
    )
    allowed = url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()})
    return url if url and allowed and urlsplit(url).path != request.path else fallback


def attempt(form: forms.Form, deed: Callable[[], Any]) -> bool:
    """Do a deed; when a rule says no, its sentences stand at the form's fields and nothing was written."""
    try:
        deed()
    except RuleError as refusal:
        if refusal.status in {403, 404}:
            raise
        shown = {name: sentences for name, sentences in refusal.fields.items() if name in form.fields}
        for name, sentences in shown.items():
            form.add_error(name, sentences)
        if not shown:
            form.add_error(None, refusal.message)
        return False
    return True


def form_page(
    request: HttpRequest,
    form: forms.Form,
    *,
    save: Callable[[dict[str, Any]], Any],
    done: str | Callable[[], str],
    **words: Any,
) -> HttpResponse:
    """Show a form as a page or a dialog; on POST run `save(cleaned)` and go to `done`.

    `words`: title, submit_label, message (words, or what says them after saving), cancel_url, template (default
    shell/form.html).
    """
    if request.method == "POST" and form.is_valid() and attempt(form, lambda: save(form.cleaned_data)):
        url = done() if callable(done) else done
        said = words.get("message", "")
        return leave(request, url, str(said() if callable(said) else said))
    template = words.pop("template", "shell/form.html")
    if is_fragment(request):
        template += "#dialog"
    refused = 409 if getattr(form, "is_conflict", False) else 422
    status = refused if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, "cancel_url": back(request, "/"), **words}, status=status)


def confirm_page(request: HttpRequest, *, deed: Callable[[], Any], done: str, **words: Any) -> HttpResponse:
    """Ask before a deed; `words`: title, question, consequence, submit_label, level, message."""
    if request.method == "POST":
        deed()
        return leave(request, done, str(words.get("message", "")))
    template = "shell/confirm.html#dialog" if is_fragment(request) else "shell/confirm.html"
    return render(request, template, {"cancel_url": done, **words})


def list_page(request: HttpRequest, template: str, rows: Any, **context: Any) -> HttpResponse:
    """Show a plain table of rows: the part `#list` for htmx, else the whole page."""
    shown = paged(request, rows)
    return render(request, template, shown.context() | context)
