"""Calendar files as RFC 5545 wants them."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from genjin.kit.calendar_file import Entry, write_calendar

NOW = datetime(2026, 3, 11, 2, 30, tzinfo=UTC)


def unfolded(body: bytes) -> list[str]:
    return body.replace(b"\r\n ", b"").decode().split("\r\n")


def read(text: str) -> str:
    """Undo the escaping, as a calendar program does."""
    found, signs = "", iter(text)
    for sign in signs:
        if sign == "\\":
            following = next(signs)
            found += "\n" if following == "n" else following
        else:
            found += sign
    return found


def test_a_whole_calendar():
    entry = Entry(
        "task-7@crm.example.com",
        NOW + timedelta(days=1),
        "远景机电：寄样品, 今天;",
        "跟进\n第二行",
        "https://crm.example.com/customers/7/",
    )
    lines = unfolded(write_calendar("跟进", [entry], now=NOW))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert "UID:task-7@crm.example.com" in lines
    assert "DTSTAMP:20260311T023000Z" in lines
    assert "DTSTART:20260312T023000Z" in lines
    assert "SUMMARY:远景机电：寄样品\\, 今天\\;" in lines
    assert "DESCRIPTION:跟进\\n第二行" in lines


def test_moments_are_in_utc():
    shanghai = timezone(timedelta(hours=8))
    entry = Entry("1", datetime(2024, 2, 29, 9, tzinfo=shanghai), "x")
    assert "DTSTART:20240229T010000Z" in unfolded(write_calendar("x", [entry], now=NOW))


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_text_breaks_a_line_or_makes_a_property_of_its_own(summary, text):
    body = write_calendar("x", [Entry("1", NOW, summary, text)], now=NOW)
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    assert b"\n" not in body.replace(b"\r\n", b"")
    lines = unfolded(body)
    assert len(lines) == 17 + bool(text)
    shown = next(line for line in lines if line.startswith("SUMMARY:")).partition(":")[2]
    kept = "".join(sign for sign in "\n".join(summary.splitlines()) if sign.isprintable() or sign == "\n")
    assert read(shown) == kept
