"""Web forms as strangers reach them, sentence by sentence of what is promised; and as marketing designs them."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from genjin.accounts.actions import NewUser, add_user
from genjin.customers.models import Customer
from genjin.intake.actions.mails import confirm_key
from genjin.intake.actions.submissions import take_in
from genjin.intake.actions.webforms import save_form
from genjin.intake.models import Submission, WebForm
from genjin.intake.rules.forms import AskedField
from genjin.web.public.views import SALT
from tests.intake.forms import ASKED, TYPED, make_form


@pytest.fixture
def mia(teams, now):
    return add_user(None, NewUser(username="mia", name="米娅", role="marketing"), now=now)


@pytest.fixture
def form(mia, pool, now):
    return make_form(mia, pool, now, frame_sites="https://www.example.com\nhttps://shop.example.com:8443")


@pytest.fixture
def visitor():
    """Somebody without a login who takes a minute to type; returns send(form, typed) -> answer."""
    client = Client(enforce_csrf_checks=True)

    def send(form, typed=TYPED, *, path="", query="", seconds=60, browser="Mozilla", **more):
        address = f"/f/{form.public_id}/{path}"
        page = client.get(
            address + query,
            headers={"Referer": "https://www.example.com/price?who=me", "User-Agent": browser},
        )
        token = re.search(r'name="token" value="([^"]+)"', page.content.decode())[1]
        sent = {"token": aged(token, seconds), "consent": "on", **typed, **more}
        return client.post(address, sent, headers={"User-Agent": browser})

    return send


def aged(token, seconds):
    """Return the same token as if the page had been opened earlier."""
    from django.core import signing

    seen = signing.loads(token, salt=SALT)
    return signing.dumps(seen | {"at": seen["at"] - seconds * 1000}, salt=SALT, compress=True)


def same(answer):
    return answer.status_code, re.sub(r'value="[^"]{40,}"', "", answer.content.decode())


def test_a_stranger_fills_in_a_form_without_login_cookie_or_script(visitor, form):
    answer = visitor(form, query="?utm_source=baidu&utm_campaign=x")
    assert (answer.status_code, answer.cookies.keys()) == (200, set())
    row = Submission.objects.get()
    assert (row.values["need"], row.utm, row.referrer) == (
        "更换排产系统",
        {"source": "baidu", "campaign": "x"},
        "https://www.example.com/price",
    )
    assert row.address_hash != row.visitor_hash
    assert "127.0.0.1" not in str(Submission.objects.values())
    page = Client().get(f"/f/{form.public_id}/")
    assert page.cookies.keys() == set()
    assert "<script" not in page.content.decode()
    assert "script-src 'none'" in page["Content-Security-Policy"]
    assert "no-store" in page["Cache-Control"]


def test_the_same_page_whether_or_not_the_phone_is_known(visitor, form, alice, make_customer):
    fresh = visitor(form, TYPED, browser="one")
    take_in(Submission.objects.latest("pk").pk, now=timezone.now())
    known = visitor(form, TYPED, browser="two")
    spam = visitor(form, TYPED, browser="three", homepage="https://spam.example.com")
    assert same(fresh) == same(known) == same(spam)
    assert Customer.objects.count() == 1


def test_the_page_knows_nobody_and_asks_the_database_as_much_for_one_as_for_the_other(
    visitor, form, alice, make_customer, django_assert_num_queries
):
    counts = []
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for number, phone in enumerate(("13812345678", "13900000001")):
        if not number:
            make_customer(owner=alice, name="杭州远景机电有限公司", contacts=[{"name": "王", "phone": phone}])
        with CaptureQueriesContext(
            connection,
        ) as asked:
            visitor(form, TYPED | {"contact.phone": phone}, browser=str(number))
        assert not any("customers_customer" in query["sql"] for query in asked)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_only_the_forms_own_fields_are_taken(visitor, form):
    visitor(form, TYPED | {"owner": "1", "grade": "A", "notes": "x", "status": "attached", "industry": "y"})
    assert Submission.objects.get().values == TYPED


def test_ids_have_128_bit_and_none_leads_on(form, client):
    assert len(form.public_id) == 22
    assert WebForm(pool=form.pool).public_id != form.public_id
    assert client.get(f"/f/{'x' * 22}/").status_code == 404
    assert client.get(f"/f/{form.pk}/").status_code == 404


def test_consent_is_a_box_of_its_own_with_its_text(visitor, form, client):
    page = client.get(f"/f/{form.public_id}/").content.decode()
    assert form.consent_text in page
    assert 'type="checkbox" name="consent"' in page
    refused = visitor(form, TYPED, consent="")
    assert (refused.status_code, Submission.objects.count()) == (422, 0)
    assert TYPED["need"] in refused.content.decode(), "what was typed is not lost"


def test_honeypot_haste_and_limits(visitor, form, mia):
    assert visitor(form, homepage="x").status_code == 200
    assert visitor(form, seconds=0).status_code == 200
    assert set(Submission.objects.values_list("status", "why")) == {("spam", "decoy"), ("spam", "hasty")}
    for number in range(5):
        visitor(form, browser="busy", typed=TYPED | {"name": f"第{number}机电有限公司"})
    held = visitor(form, browser="busy")
    assert (held.status_code, Submission.objects.filter(status="new").count()) == (422, 5)
    save_form(mia, form, {"daily_limit": 5}, ASKED, now=timezone.now())
    full = Client().get(f"/f/{form.public_id}/")
    assert (full.status_code, full["Retry-After"]) == (429, "600")


@pytest.mark.parametrize("odd", ["a\0b", "\u202e", "x" * 100_000, "'; DROP TABLE x; --"])
def test_no_text_breaks_the_page(visitor, form, odd):
    for more in ({}, {"homepage": odd}, {"token": odd}, {"consent": odd}):
        typed = TYPED | {"need": odd.encode("utf-8", "surrogatepass").decode("utf-8", "replace")}
        answer = visitor(form, typed, query="?utm_source=%00%ff", browser=str(more)[:50], **more)
        assert answer.status_code in {200, 422}
    assert "\0" not in str(list(Submission.objects.values()))


def test_a_token_is_of_its_form_and_of_its_day(visitor, form, mia, pool, client):
    other = make_form(mia, pool, timezone.now())
    page = client.get(f"/f/{other.public_id}/").content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    for wrong in (token, "nonsense", ""):
        assert visitor(form, token=wrong).status_code == 422
    assert not Submission.objects.exists()


def test_a_form_is_framed_only_where_it_says(form, mia, pool, client):
    whole = client.get(f"/f/{form.public_id}/")
    assert (whole["X-Frame-Options"], "frame-ancestors 'none'" in whole["Content-Security-Policy"]) == (
        "DENY",
        True,
    )
    framed = client.get(f"/f/{form.public_id}/embed/")
    assert framed.status_code == 200
    assert "X-Frame-Options" not in framed.headers
    assert (
        "frame-ancestors https://www.example.com https://shop.example.com:8443;"
        in framed["Content-Security-Policy"]
    )
    shut = make_form(mia, pool, timezone.now())
    assert client.get(f"/f/{shut.public_id}/embed/").status_code == 404
    login = client.get("/accounts/login/")
    assert (login["X-Frame-Options"], "frame-ancestors 'none'" in login["Content-Security-Policy"]) == (
        "DENY",
        True,
    )


def test_it_can_be_sent_from_within_a_frame_of_another_site(visitor, form):
    assert visitor(form, path="embed/").status_code == 200
    assert Submission.objects.count() == 1


def test_a_closed_form_reads_like_one_that_never_was(form, mia, client):
    missing = same(client.get(f"/f/{'y' * 22}/"))
    save_form(mia, form, {"is_open": False}, ASKED, now=timezone.now())
    assert same(client.get(f"/f/{form.public_id}/")) == missing


def test_what_visitors_type_is_text_everywhere(visitor, mia, pool, alice, dora, client):
    evil = "<script>alert(1)</script>"
    form = make_form(mia, pool, timezone.now(), destination="owner", owner=alice)
    assert evil not in visitor(form, TYPED | {"need": evil, "budget": "x"}).content.decode()
    visitor(form, TYPED | {"need": evil})
    client.force_login(dora)
    take_in(Submission.objects.get().pk, now=timezone.now())
    for address in (f"/forms/{form.pk}/", f"/customers/{Customer.objects.get().pk}/"):
        page = client.get(address).content.decode()
        assert evil not in page
        assert "&lt;script&gt;" in page


def test_a_link_of_a_mail_is_a_click_and_works_once(mia, pool, visitor, client):
    asked = [*ASKED[:3], AskedField("contact.email", "", True)]
    form = make_form(mia, pool, timezone.now(), asked=asked, confirm_by_mail=True)
    visitor(form, TYPED | {"contact.email": "wang@example.com"})
    row = Submission.objects.get()
    Submission.objects.update(mailed_at=timezone.now())
    address = f"/c/{confirm_key(row.pk)}/"
    assert client.get(address).status_code == client.get(address).status_code == 200
    row.refresh_from_db()
    assert row.status == "new", "a mail program that looks at links confirms nothing"
    assert client.post(address).status_code == 200
    assert client.post(address).status_code == 404
    Submission.objects.update(status="new", mailed_at=timezone.now() - timedelta(hours=2))
    assert client.post(address).status_code == 404


def test_marketing_designs_a_form(client, mia, pool, alice):
    client.force_login(mia)
    assert client.get("/forms/new/").status_code == 200
    sent = {"name": "展会扫码", "title": "留下联系方式", "consent_text": "同意", "destination": "owner", "owner": alice.pk, "pool": pool.pk,
            "daily_limit": "50", "is_open": "on", "key": ["contact.name", "contact.phone", "need"], "ask": ["contact.phone", "contact.name"],
            "must": ["contact.phone", "contact.name"], "label-contact.name": "怎么称呼您"}  # fmt: skip
    assert client.post("/forms/new/", sent | {"must": []}).status_code == 422
    assert client.post("/forms/new/", sent).status_code == 302
    form = WebForm.objects.get()
    assert [(row["key"], row["label"]) for row in form.fields] == [
        ("contact.name", "怎么称呼您"),
        ("contact.phone", ""),
    ]
    page = client.get(f"/forms/{form.pk}/").content.decode()
    assert form.public_id in page
    assert "iframe" not in page
    assert client.get(f"/forms/{form.pk}/qr.svg").content.startswith(b"<?xml")
    assert client.get(f"/forms/{form.pk}/qr.png").content.startswith(b"\x89PNG")
    client.post(f"/forms/{form.pk}/edit/", sent | {"frame_sites": "https://www.example.com"})
    assert "&lt;iframe src=" in client.get(f"/forms/{form.pk}/").content.decode()


def test_marketing_sees_what_nobody_owns_and_no_more(client, mia, alice, form, visitor, make_customer):
    make_customer(owner=alice, name="杭州远景机电有限公司")
    visitor(form, browser="1")
    take_in(Submission.objects.get().pk, now=timezone.now())
    visitor(form, browser="2", homepage="x", typed=TYPED | {"need": "垃圾"})
    client.force_login(mia)
    page = client.get(f"/forms/{form.pk}/").content.decode()
    assert "垃圾" in page
    assert "更换排产系统" not in page
    client.force_login(alice)
    assert client.get(f"/forms/{form.pk}/").status_code == 403
    assert "更换排产系统" in client.get(f"/customers/{Customer.objects.get().pk}/").content.decode()
