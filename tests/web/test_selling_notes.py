"""Needs, the decision chain, competitors and account plans as pages."""

import pytest

from genjin.customers.models import Contact, Customer
from genjin.selling.models import AccountPlan, ChainMember, Competitor, Need, Opportunity

FORM = {"HX-Request": "true"}


@pytest.fixture
def customer(make_customer, alice):
    people = [
        {"name": "王总", "phone": "13800001111", "job_title": "总经理"},
        {"name": "李经理", "phone": "13800002222"},
    ]
    return make_customer(owner=alice, name="杭州远景机电有限公司", contacts=people)


def test_a_need_is_written_changed_and_shown_old_and_new(client, alice, charlie, customer):
    client.force_login(alice)
    url = f"/customers/{customer.pk}/need-records/"
    assert client.get(url, headers=FORM).status_code == 200
    assert client.post(url, {"title": "", "wishes": "快"}, headers=FORM).status_code == 422
    said = {"title": "替换进销存", "pains": "库存不准\n报表慢", "budget_min": "50000", "budget_max": "80000"}
    assert client.post(url, said, headers=FORM).status_code == 204
    row = Need.objects.get()
    changed = said | {"budget_max": "150000", "version": row.version, "ticked": ["budget"]}
    assert client.post(f"/needs/{row.pk}/edit/", changed, headers=FORM).status_code == 204
    page = client.get(f"/needs/{row.pk}/").content.decode()
    assert "80000.00" in page
    assert "150000" in page
    customer.refresh_from_db()
    assert customer.budget_max == 150_000
    timeline = client.get(f"/customers/{customer.pk}/").content.decode()
    assert "80000.00 → 150000" in timeline
    client.force_login(charlie)
    for address in (url, f"/needs/{row.pk}/", f"/needs/{row.pk}/edit/"):
        assert client.get(address).status_code == 404


def test_a_new_need_of_who_has_bought_opens_the_repeat_purchase(client, alice, customer):
    Customer.objects.filter(pk=customer.pk).update(stage="won")
    client.force_login(alice)
    url = f"/customers/{customer.pk}/need-records/"
    assert 'name="is_new"' in client.get(url, headers=FORM).content.decode()
    client.post(url, {"title": "二期加两条线", "is_new": "on", "budget_max": "300000"}, headers=FORM)
    customer.refresh_from_db()
    assert customer.stage == "repeat"
    assert Opportunity.objects.get(stage="qualified").name == "二期加两条线"


def test_the_chain_is_a_picture_with_a_table_masked_for_who_only_helps(client, alice, erin, customer):
    boss, manager = Contact.objects.filter(customer=customer).order_by("pk")
    client.force_login(alice)
    url = f"/customers/{customer.pk}/chain/"
    known = {"attitude": "for", "influence": "3", "reports_to": "", "notes": ""}
    assert client.post(url, known | {"contact": boss.pk, "role": "decider"}, headers=FORM).status_code == 204
    top = ChainMember.objects.get()
    below = known | {"contact": manager.pk, "role": "user", "reports_to": top.pk}
    assert client.post(url, below, headers=FORM).status_code == 204
    circle = known | {"role": "decider", "reports_to": ChainMember.objects.get(contact=manager).pk}
    assert client.post(f"{url}{top.pk}/", circle, headers=FORM).status_code == 422
    page = client.get(f"/customers/{customer.pk}/?tab=deals")
    text = page.content.decode()
    assert text.count("chain-line") == 1
    assert 'role="img"' in text
    assert "王总" in text
    assert len(page.context["drawn"]["boxes"]) == 2
    assert client.post(f"{url}verify/").status_code == 302
    client.force_login(erin)
    text = client.get(f"/customers/{customer.pk}/?tab=deals").content.decode()
    assert "王总" not in text.split('id="chain"')[1]
    assert client.post(url, below, headers=FORM).status_code == 403


def test_competitors_and_the_plan_of_a_key_account(client, alice, charlie, customer):
    client.force_login(alice)
    url = f"/customers/{customer.pk}/competitors/"
    assert (
        client.post(
            url, {"name": "某云", "strengths": "品牌", "answer": "本地团队"}, headers=FORM
        ).status_code
        == 204
    )
    row = Competitor.objects.get()
    assert (
        client.post(f"{url}{row.pk}/", {"name": "某云", "answer": "两小时到场"}, headers=FORM).status_code
        == 204
    )
    page = client.get(f"/customers/{customer.pk}/?tab=deals").content.decode()
    assert "两小时到场" in page
    assert 'id="account-plan"' not in page
    plan = {
        "position": "省内前三",
        "goals": "两个事业部",
        "review_on": "2099-06-01",
        "act1": "拜访",
        "on1": "2099-05-01",
    }
    assert client.post(f"/customers/{customer.pk}/account-plan/", plan, headers=FORM).status_code == 422
    Customer.objects.filter(pk=customer.pk).update(customer_type="key")
    assert (
        client.post(f"/customers/{customer.pk}/account-plan/", plan | {"on1": ""}, headers=FORM).status_code
        == 422
    )
    assert client.post(f"/customers/{customer.pk}/account-plan/", plan, headers=FORM).status_code == 204
    assert AccountPlan.objects.get().position == "省内前三"
    assert "拜访" in client.get(f"/customers/{customer.pk}/?tab=deals").content.decode()
    assert client.post(f"{url}{row.pk}/remove/").status_code == 302
    assert not Competitor.objects.exists()
    client.force_login(charlie)
    assert client.post(url, {"name": "我的"}).status_code == 404
