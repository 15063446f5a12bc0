"""Refusals that are worded once."""

from genjin.kit.errors import not_found, version_conflict, wrong_at


def test_one_field_says_the_whole_sentence():
    error = wrong_at("amount", "Too much.", "amount_too_large", details={"left": "5"})
    assert (error.message, error.code, error.status) == ("Too much.", "amount_too_large", 422)
    assert (error.fields, error.details) == ({"amount": ["Too much."]}, {"left": "5"})


def test_what_is_out_of_sight_reads_like_what_is_not_there():
    assert (not_found().code, not_found().status, not_found().fields) == ("not_found", 404, {})


def test_a_conflict_tells_the_version_of_today():
    error = version_conflict(7)
    assert (error.code, error.status, error.details) == ("version_conflict", 409, {"version": 7})
