"""What all public pages share: no session, no cookie, no script, and frames only where a form allows them."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.csp import CSP, build_policy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from genjin.kit.errors import RuleError

View = Callable[..., HttpResponse]
WORDS_FOR_CLOSED = frozenset({404, 410, 429})


def public_page(view: View) -> View:
    """Open a view to everybody: it looks at nobody's session, so no foreign page can act in anybody's name."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except RuleError as refusal:
            return page("public/note.html", {"sentence": refusal.message}, status=refusal.status)

    shut = never_cache(require_http_methods(["GET", "POST"])(guarded))
    opened: View = login_not_required(csrf_exempt(shut))
    return opened


def page(
    template: str, context: dict[str, Any], *, status: int = 200, sites: Sequence[str] = ()
) -> HttpResponse:
    """Render a public page without the request, so that it is the same for whoever is signed in.

    Only `sites` may show it in a frame; it carries no script.
    """
    response = HttpResponse(render_to_string(template, context | {"is_framed": bool(sites)}), status=status)
    policy: dict[str, Any] = settings.SECURE_CSP | {"script-src": [CSP.NONE], "connect-src": [CSP.NONE]}
    if sites:
        policy |= {"frame-ancestors": list(sites)}
        response.xframe_options_exempt = True
    response["Content-Security-Policy"] = build_policy(policy)
    if status == 429:
        response["Retry-After"] = "600"
    return response
