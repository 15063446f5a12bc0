"""The calendar a phone subscribes to. Whoever has its secret address reads what its person sees at that moment."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from genjin.followups.queries.agenda import Item, agenda
from genjin.kit.calendar_file import Entry, write_calendar
from genjin.kit.errors import RuleError
from genjin.notices.actions.feeds import open_feed
from genjin.web.public.frame import public_page


@public_page
def calendar(request: HttpRequest, key: str) -> HttpResponse:
    """Write somebody's open tasks and running clocks: names as they see them now, nobody's numbers."""
    now = timezone.now()
    person = open_feed(key, now=now)
    if person is None or request.method != "GET":
        raise RuleError(_("This address leads nowhere."), "feed_unknown", status=404)
    with override(person.language or settings.LANGUAGE_CODE):
        entries = [_entry(item) for item in agenda(person, now)]
        body = write_calendar(_("Genjin: %(name)s") % {"name": person.name}, entries, now=now)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="genjin.ics"'
    response["X-Robots-Tag"] = "noindex"
    return response


def _entry(item: Item) -> Entry:
    home = settings.ENVIRONMENT.public_url
    host = home.partition("://")[2].partition(":")[0]
    what = item.what or item.label
    summary = f"{item.customer}：{what}" if item.customer else what
    url = home + reverse("customers:detail", args=[item.customer_id]) if item.customer else home
    return Entry(f"{item.uid}@{host}", item.at, summary, item.label, url)
