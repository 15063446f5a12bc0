"""How somebody found us: the marks of a link (UTM) and the page before, read and said in words. Pure."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from genjin.kit.text import clean

UTM = ("source", "medium", "campaign", "term", "content")
LONGEST_MARK = 100
LONGEST_DETAIL = 120  # of a customer's source in detail
LONGEST_REFERRER = 300


def read_utm(query: Mapping[str, str]) -> dict[str, str]:
    """Return the marks `utm_*` of an address by short name, cut to 100 characters; empty ones are left out."""
    found = {name: clean(query.get(f"utm_{name}", ""))[:LONGEST_MARK] for name in UTM}
    return {name: text for name, text in found.items() if text}


def read_referrer(text: str) -> str:
    """Return the page before without its query, which may name people; "" unless it is a web address."""
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return ""
    return clean(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}")[:LONGEST_REFERRER]


def utm_words(utm: Mapping[str, str]) -> str:
    """Return marks as the source in detail: source / medium / campaign / term / content, at most 120 characters."""
    return " / ".join(clean(utm[name]) for name in UTM if utm.get(name, "").strip())[:LONGEST_DETAIL]
