"""The pages on which facts are verified, confirmed again, and given their months."""

from datetime import timedelta

import pytest
from django.utils import timezone

from genjin.customers.models import Customer
from genjin.quality.actions.facts import NewCheck, Seen, check_facts
from genjin.quality.models import FactCheck, FactTerms, PublicInfo


@pytest.fixture
def row(alice, make_customer):
    return make_customer(
        owner=alice, name="杭州远景机电有限公司", need="更换排产系统", budget="50-80万", contacts=[{"name": "王工", "phone": "13800138000"}]
    )  # fmt: skip


def form_of(page):
    """Return what the form of a page would send as it stands."""
    form = page.context["form"]
    return {field.html_name: field.value() if field.value() is not None else "" for field in form}


def test_alice_verifies_one_fact_and_corrects_another(alice, client, row):
    client.force_login(alice)
    url = f"/customers/{row.pk}/check/?fact=need&fact=budget"
    sent = form_of(client.get(url)) | {"budget__budget_max": "900000", "method": "site", "source": "王工"}
    answer = client.post(url, sent)
    assert answer.headers["Location"] == f"/customers/{row.pk}/?tab=facts"
    assert set(FactCheck.objects.values_list("fact", "is_corrected")) == {("need", False), ("budget", True)}
    row.refresh_from_db()
    assert row.budget_max == 900_000
    page = client.get(f"/customers/{row.pk}/?tab=facts")
    shown = {
        line["key"]: line["mark"]["state"] for group in page.context["fact_groups"] for line in group["rows"]
    }
    assert (shown["need"], shown["budget"]) == ("verified", "verified")


def test_a_new_value_that_cannot_be_read_stands_at_its_field(alice, client, row):
    client.force_login(alice)
    url = f"/customers/{row.pk}/check/?fact=name"
    answer = client.post(url, form_of(client.get(url)) | {"name__name": "", "method": "call"})
    assert answer.status_code == 422
    assert "name__name" in answer.context["form"].errors
    assert not FactCheck.objects.exists()


def test_charlie_finds_nothing_and_erin_may_not(charlie, erin, client, row):
    for user, status in ((charlie, 404), (erin, 403)):
        client.force_login(user)
        assert client.get(f"/customers/{row.pk}/check/").status_code == status
        assert client.post(f"/customers/{row.pk}/public/", {}).status_code == status
    assert client.get(f"/customers/{row.pk}/?tab=facts").status_code == 200


def test_the_owner_sees_whom_to_ask_again(alice, bob, charlie, client, row):
    old = timezone.now() - timedelta(days=120)
    Customer.objects.filter(pk=row.pk).update(created_at=old)
    for user, found in ((alice, 1), (charlie, 0), (bob, 0)):
        client.force_login(user)
        assert len(client.get("/quality/confirm/").context["rows"]) == found
    assert len(client.get("/quality/confirm/?who=").context["rows"]) == 1
    assert len(client.get("/quality/confirm/?who=&only=need").context["rows"]) == 1
    assert len(client.get("/quality/confirm/?who=&only=timing").context["rows"]) == 0
    client.force_login(alice)
    tags = client.get("/quality/confirm/").context["rows"][0]["tags"]
    assert tags[0]["url"] == f"/customers/{row.pk}/check/?fact=need"
    seen = [Seen("need"), Seen("budget"), Seen("contact.phone", row.contacts.get())]
    check_facts(alice, row, NewCheck(seen, "call"), now=timezone.now())
    assert client.get("/quality/confirm/").context["rows"] == []


def test_public_information_is_noted_and_removed(alice, client, row):
    client.force_login(alice)
    sent = {"topic": "news", "text": "完成融资", "said_in": "官网", "dated_on": "2026-01-05", "link": "https://example.com/x"}  # fmt: skip
    assert client.post(f"/customers/{row.pk}/public/", sent).status_code == 302
    assert "完成融资" in client.get(f"/customers/{row.pk}/?tab=facts").content.decode()
    client.post(f"/public/{PublicInfo.objects.get().pk}/remove/")
    assert not PublicInfo.objects.exists()


def test_an_administrator_publishes_months(alice, dora, client):
    client.force_login(dora)
    sent = form_of(client.get("/settings/facts/next/")) | {"need": 2}
    assert client.post("/settings/facts/next/", sent).status_code == 302
    assert client.post("/settings/facts/next/", sent | {"need": 0}).status_code == 422
    assert FactTerms.objects.get().months["need"] == 2
    assert "3 → 2" in client.get("/settings/facts/").context["history"][0]["changes"]
    client.force_login(alice)
    assert client.get("/settings/facts/").status_code == 403


def test_the_customer_page_asks_few_questions(alice, client, row, django_assert_max_num_queries):
    client.force_login(alice)
    for tab in ("follow", "facts"):
        with django_assert_max_num_queries(38):
            client.get(f"/customers/{row.pk}/?tab={tab}")


def test_the_customer_page_says_what_does_not_fit(alice, erin, client, make_customer):
    row = make_customer(
        owner=alice, province="浙江省", city="杭州市", address="南京市某某路1号", contacts=[{"name": "王工", "phone": "010-62345678"}]
    )  # fmt: skip
    client.force_login(alice)
    assert len(client.get(f"/customers/{row.pk}/").context["warnings"]) == 2
    client.force_login(erin)
    assert len(client.get(f"/customers/{row.pk}/").context["warnings"]) == 1
