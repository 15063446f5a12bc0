"""A write repeated with the same Idempotency-Key does its work once and is answered the same."""

import hashlib
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Status
from pydantic import BaseModel
from pydantic_core import to_json

from genjin.api.wire import Call
from genjin.events.actions import once, remember_reply
from genjin.kit.errors import wrong_at

READS = frozenset({"GET", "HEAD", "OPTIONS"})
HEADER = "Idempotency-Key"
KEY = re.compile(r"[!-~]{1,128}")

View = Callable[..., Any]


def once_per_key(view: View) -> View:
    """Answer a repeated write from memory. The memory and the work are one transaction; errors leave none."""

    @wraps(view)
    def answer(request: Call, **arguments: Any) -> Any:
        key = request.headers.get(HEADER)
        if key is None or request.method in READS:
            return view(request, **arguments)
        if not KEY.fullmatch(key):
            sentence = _("Idempotency-Key takes 1 to 128 visible ASCII characters.")
            raise wrong_at(HEADER, sentence, "idempotency_key_invalid")
        mark = fingerprint(request)
        with transaction.atomic():
            given = once(request.auth, key, mark)
            if given is None:
                given = _written(view(request, **arguments))
                status, text = given
                remember_reply(request.auth, key, mark, status=status, body=text, now=timezone.now())
        status, text = given
        return HttpResponse(text or "", status=status, content_type="application/json; charset=utf-8")

    return answer


def _written(result: Any) -> tuple[int, str | None]:
    """Return status and JSON text of a view's result: a schema (200), or a Status around one or none.

    The text and not its structure is kept, so that the repeated answer is the same to the last byte.
    """
    status, body = (result.status_code, result.value) if isinstance(result, Status) else (200, result)
    return status, to_json(body.model_dump()).decode() if isinstance(body, BaseModel) else None


def fingerprint(request: Call) -> str:
    """Return the SHA-256 of method, address and body; of a form its fields and files, as its borders vary."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode(errors="replace"))
    if request.content_type != "multipart/form-data":
        digest.update(request.body)
        return digest.hexdigest()
    fields = sorted((name, request.POST.getlist(name)) for name in request.POST)
    digest.update(json.dumps(fields).encode())
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            digest.update(json.dumps([name, file.name, file.size]).encode())
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    return digest.hexdigest()
