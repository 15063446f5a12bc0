"""Web forms as visitors see them, and the link of a mail. Nothing here reads a customer."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext as _

from genjin.fields.queries import own_fields
from genjin.intake.actions.mails import read_confirm_key
from genjin.intake.actions.submissions import Entry, confirm_submission, is_full, submit_form
from genjin.intake.models import WebForm
from genjin.intake.rules.forms import PAGE_LIFE, read_fields_asked, read_sites
from genjin.intake.rules.origin import read_referrer, read_utm
from genjin.kit.errors import RuleError
from genjin.web.public.forms import VisitorForm
from genjin.web.public.frame import page, public_page
from genjin.web.shell.account import address_of
from genjin.web.shell.pages import attempt

SALT = "public.form"
DECOY = "homepage"


def _token(form: WebForm, request: HttpRequest) -> str:
    """Return a signed note of when this page was opened and how the visitor came; it is sent back with the answers."""
    seen = {
        "form": form.pk, "at": int(timezone.now().timestamp() * 1000), "nonce": get_random_string(24),
        "utm": read_utm(request.GET), "from": read_referrer(request.headers.get("Referer", "")),
    }  # fmt: skip
    return signing.dumps(seen, salt=SALT, compress=True)


def _read_token(form: WebForm, text: str) -> dict[str, Any]:
    try:
        seen = signing.loads(text, salt=SALT, max_age=PAGE_LIFE)
    except (signing.BadSignature, ValueError):
        seen = None
    if not isinstance(seen, dict) or seen.get("form") != form.pk:
        raise RuleError(_("This page was open for too long; please send it once more."), "page_old")
    return seen


def _hash(*parts: str) -> str:
    return salted_hmac("public.visitor", "\n".join(parts), algorithm="sha256").hexdigest()


def _entry(request: HttpRequest, form: WebForm, given: VisitorForm) -> Entry:
    seen = _read_token(form, given.data.get("token", ""))
    address, agent = address_of(request), request.headers.get("User-Agent", "")[:400]
    return Entry(
        typed={name: _said(given, name) for name in given.fields}, nonce=str(seen["nonce"]),
        opened_at=datetime.fromtimestamp(seen["at"] / 1000, UTC), decoy=str(given.data.get(DECOY, "")),
        has_consented=bool(given.data.get("consent")), utm=seen["utm"], referrer=seen["from"],
        address_hash=_hash(address), visitor_hash=_hash(address, agent), user_agent=agent,
    )  # fmt: skip


def _said(given: VisitorForm, name: str) -> str:
    """Return what was typed or ticked under a name, several words as people write them."""
    said = given.data.getlist(name) if hasattr(given.data, "getlist") else [given.data.get(name, "")]
    return "、".join(str(word) for word in said[:50])


@public_page
def web_form(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a form to whoever has its address, and take what they send."""
    form = WebForm.objects.filter(public_id=public_id).first()
    return _answer(request, form, [])


@public_page
def framed_form(request: HttpRequest, public_id: str) -> HttpResponse:
    """The same inside another site's page, where the form names that site."""
    form = WebForm.objects.filter(public_id=public_id).first()
    sites = read_sites(form.frame_sites) if form else []
    return _answer(request, form if sites else None, sites)


def _answer(request: HttpRequest, form: WebForm | None, sites: list[str]) -> HttpResponse:
    if form is None or not form.is_open:
        raise RuleError(_("This form does not exist, or is closed."), "form_closed", status=404)
    given = VisitorForm(
        request.POST if request.method == "POST" else None,
        asked=read_fields_asked(form.fields, own_fields()), consent=form.consent_text,
    )  # fmt: skip
    if request.method == "POST":
        sent = attempt(given, lambda: submit_form(form, _entry(request, form, given), now=timezone.now()))
        if sent:
            return page("public/thanks.html", {"form": form}, sites=sites)
    elif is_full(form, timezone.now()):
        raise RuleError(
            _("This form takes no more entries today; please try again tomorrow."), "form_full", status=429
        )
    context = {
        "form": form, "given": given, "token": _token(form, request), "decoy": DECOY,
        "action": request.path, "language": settings.LANGUAGE_CODE,
    }  # fmt: skip
    status = 422 if given.is_bound else 200
    return page("public/form.html", context, status=status, sites=sites)


@public_page
def confirm(request: HttpRequest, key: str) -> HttpResponse:
    """Let a visitor confirm by a click, which a mail program that merely looks at links does not do."""
    pk = read_confirm_key(key)
    if pk is None:
        raise RuleError(_("This link was used already, or is over."), "link_used", status=404)
    if request.method == "POST":
        row = confirm_submission(pk, now=timezone.now())
        return page("public/thanks.html", {"form": row.form})
    return page("public/confirm.html", {"action": request.path})
