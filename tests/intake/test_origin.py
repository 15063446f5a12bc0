"""How somebody found us, read from addresses that anybody may write."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genjin.intake.rules.origin import LONGEST_DETAIL, LONGEST_REFERRER, read_referrer, read_utm, utm_words

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_the_marks_of_a_link():
    utm = read_utm(
        {
            "utm_source": " baidu ",
            "utm_medium": "cpc",
            "utm_campaign": "春季展",
            "utm_x": "y",
            "q": "z",
            "utm_term": "",
        }
    )
    assert utm == {"source": "baidu", "medium": "cpc", "campaign": "春季展"}
    assert utm_words(utm) == "baidu / cpc / 春季展"
    assert utm_words({}) == ""


@pytest.mark.parametrize(
    ("text", "kept"),
    [("https://www.example.com/a/b?phone=13812345678#x", "https://www.example.com/a/b"),
     ("https://user:secret@example.com/", "https://example.com/"), ("javascript:alert(1)", ""), ("ftp://example.com/", ""),
     ("", ""), ("https://", ""), ("http://[::1", "")],
)  # fmt: skip
def test_the_page_before_without_what_may_name_people(text, kept):
    assert read_referrer(text) == kept


@UNHURRIED
@given(
    st.dictionaries(
        st.sampled_from(["utm_source", "utm_medium", "utm_campaign", "x"]), st.text(max_size=400)
    ),
    st.text(max_size=800),
)
def test_nothing_anybody_writes_breaks_or_outgrows_its_field(query, text):
    utm = read_utm(query)
    assert all("\0" not in word and len(word) <= 100 for word in utm.values())
    assert len(utm_words(utm)) <= LONGEST_DETAIL
    assert len(read_referrer(text)) <= LONGEST_REFERRER
