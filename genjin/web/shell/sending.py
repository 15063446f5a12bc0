"""Handing out files people kept: nothing in them can run in our pages."""

from django.db.models.fields.files import FieldFile
from django.http import FileResponse

from genjin.kit.files import FILE_KINDS


def send_file(kept: FieldFile, name: str) -> FileResponse:
    """Hand out a kept file under its name: pictures and PDF in the page, all else as download."""
    kind = FILE_KINDS[name.rpartition(".")[2].lower()]
    response = FileResponse(kept.open("rb"), as_attachment=not kind.is_inline, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = (
        "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"
    )
    response["Cache-Control"] = "private, max-age=60"
    return response
