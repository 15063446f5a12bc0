"""The list of whom to greet, its settings, and the same by API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from genjin.customers.models import Contact
from genjin.followups.models import FollowUp
from genjin.library.models import Greeting, GreetingSettings


@pytest.fixture
def person(alice, make_customer):
    tomorrow = timezone.localdate() + timedelta(days=1)
    people = [{"name": "王经理", "birthday": f"{tomorrow:%m-%d}", "wechat": "wang88"}]
    return make_customer(owner=alice, name="杭州远景机电有限公司", contacts=people).contacts.get()


def test_a_text_is_ready_and_one_click_records_it(
    alice, charlie, client, person, django_assert_max_num_queries
):
    client.force_login(alice)
    with django_assert_max_num_queries(16):
        rows = client.get("/greetings/").context["rows"]
    line = next(row for row in rows if "生日" in row["text"])
    assert line["text"].startswith("王经理，祝您生日快乐")
    assert (
        client.post(
            f"/greetings/{person.pk}/", {"occasion": line["occasion"], "text": line["text"]}
        ).status_code
        == 302
    )
    assert FollowUp.objects.get().contact == person
    left = client.get("/greetings/").context["rows"]
    assert line["occasion"] not in {row["occasion"] for row in left}
    client.force_login(charlie)
    assert (
        client.post(f"/greetings/{person.pk}/", {"occasion": line["occasion"], "text": "x"}).status_code
        == 404
    )


def test_skipping_writes_nothing_on_the_customer(alice, client, person):
    client.force_login(alice)
    occasion = client.get("/greetings/").context["rows"][0]["occasion"]
    client.post(f"/greetings/{person.pk}/", {"occasion": occasion, "skip": "1"})
    assert Greeting.objects.get().followup_id is None
    assert not FollowUp.objects.exists()


def test_an_administrator_chooses_the_festivals(alice, dora, client):
    client.force_login(dora)
    assert "spring" in client.get("/settings/greetings/").content.decode()
    client.post("/settings/greetings/", {"festivals": ["spring", "moon"], "days_ahead": "2"})
    row = GreetingSettings.objects.get()
    assert (row.festivals, row.days_ahead, row.has_birthdays) == (["spring", "moon"], 2, False)
    client.force_login(alice)
    assert client.get("/settings/greetings/").status_code == 403


def test_a_birthday_is_typed_at_the_contact_and_masked_from_strangers(alice, client, person):
    client.force_login(alice)
    url = f"/customers/{person.customer_id}/contacts/{person.pk}/"
    form = {
        "name": "王经理",
        "wechat": "wang88",
        "is_primary": "on",
        "birthday": "农历腊月廿三",
        "version": "1",
    }
    assert client.post(url, form).status_code == 302
    assert Contact.objects.get(pk=person.pk).birth_key == "L1223"
    assert client.post(url, form | {"birthday": "没有"}).status_code == 422
