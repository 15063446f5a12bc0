"""QR codes of public addresses as answers."""

from django.http import HttpResponse

from genjin.kit.qr import qr_png, qr_svg


def qr_answer(address: str, kind: str, name: str) -> HttpResponse:
    """Return `address` as a QR code: svg to print at any size, or png."""
    is_svg = kind == "svg"
    response = HttpResponse(
        qr_svg(address) if is_svg else qr_png(address),
        content_type="image/svg+xml" if is_svg else "image/png",
    )
    response["Content-Disposition"] = f'inline; filename="{name}.{kind}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
