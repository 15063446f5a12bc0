"""A proposal as the customer reads it by its link: what the sent version says, nothing else of ours."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from genjin.proposals.actions.links import open_link
from genjin.web.proposals.shown import sheet_of
from genjin.web.public.frame import page, public_page


@public_page
def offer(_request: HttpRequest, key: str) -> HttpResponse:
    """Show a sent version to whoever has its link, and count the look."""
    version = open_link(key, now=timezone.now())
    response = page("public/offer.html", {"sheet": sheet_of(version)})
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
