"""Every kind of notice says how it comes, and what must not be missed cannot be turned off."""

from pathlib import Path

from genjin.notices.rules import SENTENCES, HowSoon, NoticeKind, manner_of, mode_of
from genjin.notices.rules.manners import MANNERS

ICONS = Path(__file__).parents[2] / "frontend/icons.txt"


def test_every_kind_has_a_sentence_and_a_manner_with_an_icon_that_is_drawn():
    assert set(MANNERS) == set(SENTENCES) == set(NoticeKind)
    drawn = set(ICONS.read_text().splitlines())
    assert {manner.icon for manner in MANNERS.values()} <= drawn


def test_a_bad_rating_is_loud_and_never_off():
    assert manner_of("bad_rating").is_loud
    assert mode_of("bad_rating", {"bad_rating": "off"}) == HowSoon.DIGEST


def test_a_reminder_is_loud_and_a_hint_waits_for_the_morning():
    assert manner_of("request_reminded").is_loud and manner_of("request_unanswered").is_loud
    assert mode_of("repurchase_proposed", {}) == mode_of("delivery_done", {}) == HowSoon.DIGEST
