"""How a web form is designed, what may be asked on it, and where it may be framed."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genjin.accounts.actions import NewUser, add_user
from genjin.intake.actions.submissions import submit_form
from genjin.intake.actions.webforms import remove_form
from genjin.intake.rules.forms import ASKABLE, AskedField, read_answers, read_sites
from genjin.kit.errors import RuleError
from tests.intake.forms import ASKED, entry, make_form
from tests.refusals import refused

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture
def mia(teams, now):
    return add_user(None, NewUser(username="mia", name="米娅", role="marketing"), now=now)


@pytest.fixture
def form(mia, pool, now):
    return make_form(mia, pool, now)


@pytest.mark.parametrize(
    ("asked", "more"),
    [([], {}), ([AskedField("name", "", True)], {}), ([AskedField("contact.phone", "", True)], {}),
     ([AskedField("name", "", True), AskedField("contact.phone")], {}), ([*ASKED, ASKED[0]], {}),
     ([*ASKED, AskedField("owner")], {}), (ASKED, {"confirm_by_mail": True})],
)  # fmt: skip
def test_a_form_nobody_could_answer_is_refused(mia, pool, asked, more, now):
    with refused("questions_invalid"):
        make_form(mia, pool, now, asked=asked, **more)


@pytest.mark.parametrize(
    "site",
    [
        "*",
        "https://*",
        "https://a.example.com/path",
        "https://a b",
        "'self'",
        "https://a.example.com; script-src *",
        "javascript:x",
    ],
)
def test_only_plain_addresses_may_frame_a_form(mia, pool, site, now):
    with refused("site_invalid"):
        make_form(mia, pool, now, frame_sites=f"https://www.example.com\n{site}")


def test_a_form_is_designed_by_who_may_and_removed_while_it_is_empty(mia, alice, form, pool, now):
    with refused("forbidden", status=403):
        make_form(alice, pool, now)
    with refused("owner_missing"):
        make_form(mia, pool, now, destination="owner")
    submit_form(form, entry(now), now=now)
    with refused("entry_in_use", status=409):
        remove_form(mia, form, now=now)


@UNHURRIED
@given(
    st.dictionaries(
        st.sampled_from([one.key for one in ASKABLE] + ["notes", "owner"]), st.text(max_size=300), max_size=8
    )
)
def test_whatever_is_typed_is_read_or_refused_at_a_field(typed):
    asked = [AskedField(one.key) for one in ASKABLE]
    try:
        answers = read_answers(asked, typed)
    except RuleError as refusal:
        assert refusal.fields.keys() <= {one.key for one in ASKABLE}
    else:
        assert answers.keys() <= {one.key for one in ASKABLE}
        assert all("\0" not in text and text.strip() for text in answers.values())


@UNHURRIED
@given(st.text(max_size=200))
def test_sites_never_carry_more_than_an_origin_into_a_header(text):
    try:
        sites = read_sites(text)
    except RuleError:
        return
    assert all(not set(site) & set(" ;,*'\"\n\r") for site in sites)
