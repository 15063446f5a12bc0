"""The pages on which two records become one, and two again."""

import pytest

from genjin.customers.models import Customer


@pytest.fixture
def pair(alice, make_customer):
    return (
        make_customer(owner=alice, name="杭州远景机电有限公司", industry="制造业"),
        make_customer(owner=alice, name="远景机电（杭州）", industry="机械", need="更换排产系统"),
    )


def test_a_lead_finds_the_other_record_chooses_merges_and_takes_it_back(bob, client, pair):
    kept, other = pair
    client.force_login(bob)
    page = client.get(f"/customers/{kept.pk}/merge/")
    assert [row.pk for row in page.context["found"]] == [other.pk]
    page = client.get(f"/customers/{kept.pk}/merge/?with={other.pk}")
    assert [row["name"] for row in page.context["rows"]] == ["name", "industry"]
    answer = client.post(f"/customers/{kept.pk}/merge/", {"with": other.pk, "take-industry": other.pk})
    assert answer.headers["Location"] == f"/customers/{kept.pk}/"
    row = Customer.objects.get(pk=kept.pk)
    assert (row.name, row.industry, row.need) == (kept.name, "机械", "更换排产系统")
    assert client.get(f"/customers/{other.pk}/").status_code == 404
    client.post(f"/customers/{kept.pk}/unmerge/")
    assert Customer.objects.get(pk=kept.pk).industry == "制造业"
    assert client.get(f"/customers/{other.pk}/").status_code == 200


def test_without_another_record_nothing_is_merged(bob, client, pair):
    client.force_login(bob)
    assert client.post(f"/customers/{pair[0].pk}/merge/", {"with": pair[0].pk}).status_code == 422
    assert client.post(f"/customers/{pair[0].pk}/merge/").status_code == 422
    assert client.post(f"/customers/{pair[0].pk}/unmerge/").status_code == 409
    assert Customer.objects.live().count() == 2


def test_a_rep_does_not_merge(alice, client, pair):
    client.force_login(alice)
    assert client.get(f"/customers/{pair[0].pk}/merge/").status_code == 403
