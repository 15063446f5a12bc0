"""Other names, parents and branches on the customer's pages, in the form and in the API."""

import pytest
from django.utils import timezone

from genjin.accounts.actions import issue_token
from genjin.customers.models import Alias, Customer


@pytest.fixture
def family(alice, make_customer):
    return (
        make_customer(owner=alice, name="杭州听潮机电有限公司"),
        make_customer(owner=alice, name="杭州听潮机电有限公司北京分公司"),
    )


def test_a_proposal_is_taken_up_on_the_page(alice, client, family):
    parent, branch = family
    client.force_login(alice)
    page = client.get(f"/customers/{branch.pk}/?tab=info")
    proposal = page.context["kin"][0]
    assert (proposal["name"], proposal["is_parent"]) == (parent.name, True)
    client.post(proposal["set_url"], {"parent": proposal["parent"]})
    assert Customer.objects.get(pk=branch.pk).parent == parent
    page = client.get(f"/customers/{parent.pk}/?tab=info")
    assert [one["name"] for one in page.context["branches"]] == [branch.name]
    assert page.context["kin"] == []
    assert parent.name in client.get(f"/customers/{branch.pk}/").content.decode()
    client.post(f"/customers/{branch.pk}/parent/", {"parent": ""})
    assert Customer.objects.get(pk=branch.pk).parent is None


def test_a_name_is_added_and_taken_away(alice, charlie, client, family):
    row = family[0]
    client.force_login(alice)
    client.post(f"/customers/{row.pk}/names/", {"name": "潮机", "kind": "short"})
    alias = Alias.objects.get(customer=row)
    assert "潮机" in client.get(f"/customers/{row.pk}/?tab=info").content.decode()
    assert client.post(f"/customers/{row.pk}/names/", {"name": "潮机", "kind": "short"}).status_code == 422
    client.force_login(charlie)
    assert client.post(f"/customers/{row.pk}/names/{alias.pk}/remove/").status_code == 404
    client.force_login(alice)
    client.post(f"/customers/{row.pk}/names/{alias.pk}/remove/")
    assert not Alias.objects.exists()


def test_the_form_takes_a_parent_by_its_whole_name(alice, client, family):
    client.force_login(alice)
    new = {
        "name": "杭州听潮机电有限公司广州分公司",
        "contact_name": "李四",
        "phone": "13800138000",
        "place": "mine",
    }
    answer = client.post("/new/", new | {"parent": "听潮"})
    assert answer.status_code == 422, (answer.status_code, answer.headers, answer.content[:300])
    assert answer.context["form"].errors.keys() == {"parent"}
    client.post("/new/", new | {"parent": family[0].name})
    assert Customer.objects.get(name=new["name"]).parent == family[0]
    assert b"data-fill" in client.get("/customers/known/", {"name": "杭州听潮机电有限公司武汉分公司"}).content


def test_the_api_reads_and_writes_them(alice, charlie, client, family):
    headers = {"Authorization": f"Bearer {token_of(alice)}"}
    parent, branch = family
    body = {"name": "听潮机电广州办事处", "parent": parent.pk, "aliases": [{"name": "潮机广办"}]}
    made = client.post("/api/v1/customers", body, "application/json", headers=headers).json()
    assert (made["parent"]["id"], made["parent_id"]) == (parent.pk, parent.pk)
    assert [one["name"] for one in made["aliases"]] == ["潮机广办"]
    seen = client.get(f"/api/v1/customers/{parent.pk}", headers=headers).json()
    assert [one["id"] for one in seen["branches"]] == [made["id"]]
    url = f"/api/v1/customers/{branch.pk}/aliases"
    added = client.post(url, {"name": "北分", "kind": "short"}, "application/json", headers=headers)
    assert added.status_code == 201
    assert [one["name"] for one in client.get(url, headers=headers).json()] == ["北分"]
    theirs = {"Authorization": f"Bearer {token_of(charlie)}"}
    assert client.delete(f"/api/v1/aliases/{added.json()['id']}", headers=theirs).status_code == 404
    assert client.delete(f"/api/v1/aliases/{added.json()['id']}", headers=headers).status_code == 204


def token_of(user):
    return issue_token(user, user, name="x", days=9, now=timezone.now())
