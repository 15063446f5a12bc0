"""A year of the calendar through the page: looked at first, wrong lines named, then written."""

from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile

from genjin.accounts.models import CalendarDay
from genjin.accounts.queries import work_calendar

FILE = "date,kind,name\n2027-10-01,off,国庆节\n2027-02-20,work,调休\n2027-02-31,off,没有这天\n"


def look(client, text):
    return client.post("/settings/calendar/import/", {"file": SimpleUploadedFile("2027.csv", text.encode())})


def test_a_year_is_looked_at_and_brought_in(client, dora):
    client.force_login(dora)
    assert not work_calendar().knows(2027)
    page = look(client, FILE)
    assert page.status_code == 200
    assert "2027-02-31" in page.text and "国庆节" in page.text
    assert not CalendarDay.objects.filter(day__year=2027).exists()
    assert client.post("/settings/calendar/import/", {"text": page.context["text"]}).status_code == 302
    known = work_calendar()
    assert (
        known.knows(2027) and known.is_working(date(2027, 2, 20)) and not known.is_working(date(2027, 10, 1))
    )
    assert CalendarDay.objects.get(day=date(2027, 10, 1)).name == "国庆节"
    assert client.get("/settings/calendar/?year=2027").status_code == 200


def test_nothing_readable_writes_nothing(client, dora):
    client.force_login(dora)
    before = CalendarDay.objects.count()
    assert look(client, "hello").status_code == 200
    assert client.post("/settings/calendar/import/", {"text": "hello"}).status_code == 422
    assert client.post("/settings/calendar/import/", {}).status_code == 422
    assert CalendarDay.objects.count() == before


def test_only_administrators_bring_years_in(client, bob):
    client.force_login(bob)
    assert look(client, FILE).status_code == 403
    assert client.post("/settings/calendar/import/", {"text": FILE}).status_code == 403
    assert not CalendarDay.objects.filter(day__year=2027).exists()
