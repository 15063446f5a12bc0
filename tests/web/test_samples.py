"""Drawing a sample, judging it, and the month's figures with the lists behind them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from genjin.followups.models import Task
from genjin.quality.actions.contradictions import look_for_contradictions
from genjin.quality.actions.facts import NewCheck, Seen, check_facts
from genjin.quality.models import SpotCheck, SpotCheckItem


@pytest.fixture
def hers(alice, make_customer):
    address = {"province": "浙江省", "city": "杭州市", "address": "南京市某某路1号"}
    return [make_customer(owner=alice, need="更换排产系统", **address), make_customer(owner=alice)]


def test_bob_draws_passes_one_and_returns_one(alice, bob, client, hers):
    client.force_login(bob)
    assert client.get("/quality/").headers["Location"] == "/quality/figures/"
    answer = client.post("/quality/samples/draw/", {"size": "5", "person": alice.pk, "level": ""})
    sample = SpotCheck.objects.get()
    assert answer.headers["Location"] == f"/quality/samples/{sample.pk}/"
    page = client.get(f"/quality/samples/{sample.pk}/")
    shown = {item["name"]: item for item in page.context["items"]}
    first = shown[hers[0].name]
    assert len(first["warnings"]) == 1
    assert first["missing"]
    assert [line["mark"]["state"] for line in first["unsure"]] == ["unverified"] * 3
    one, two = SpotCheckItem.objects.order_by("customer_id")
    assert client.post(f"/quality/items/{two.pk}/pass/").status_code == 302
    assert client.post(f"/quality/items/{one.pk}/return/", {"comment": ""}).status_code == 422
    assert client.post(f"/quality/items/{one.pk}/return/", {"comment": "地址对不上"}).status_code == 302
    assert "地址对不上" in Task.objects.get(assignee=alice).objective
    assert client.post(f"/quality/items/{two.pk}/return/", {"comment": "晚了"}).status_code == 422
    month = f"{timezone.localdate():%Y-%m}"
    rates = client.get("/quality/figures/").context["rates"]
    assert [(rate["judged"], rate["percent"]) for rate in rates] == [(2, 50)]
    assert len(client.get(rates[0]["url"]).context["items"]) == 2
    assert client.get(f"/quality/samples/judged/?who={bob.pk}&month={month}").context["items"] == []
    assert client.get("/quality/samples/").context["rows"][0]["tally"]["returned"] == 1


def test_every_figure_leads_to_its_rows(alice, bob, charlie, client, hers):
    check_facts(alice, hers[0], NewCheck([Seen("need")], "call"), now=timezone.now() - timedelta(days=100))
    look_for_contradictions(timezone.now())
    client.force_login(bob)
    page = client.get("/quality/figures/")
    assert (page.context["customers"], page.context["contradicting"]) == (2, 1)
    assert len(client.get(page.context["contradicting_url"]).context["rows"]) == 1
    for row in [
        *page.context["contradictions"],
        *(cell for fact in page.context["facts"] for cell in fact["cells"]),
    ]:
        assert len(client.get(row["url"]).context["rows"]) == row["count"]
    client.force_login(charlie)
    assert client.get("/quality/").headers["Location"] == "/quality/confirm/"
    assert client.get("/quality/contradictions/?who=").context["rows"] == []
    assert client.get("/quality/facts/?fact=need").context["rows"] == []
    assert client.get("/quality/facts/?fact=luck").status_code == 422


def test_a_rep_neither_draws_nor_looks(alice, bob, client, hers):
    client.force_login(alice)
    for address in (
        "/quality/figures/",
        "/quality/samples/",
        "/quality/samples/draw/",
        "/quality/samples/judged/",
    ):
        assert client.get(address).status_code == 403
    assert client.post("/quality/samples/draw/", {"size": "5"}).status_code == 403
    assert not SpotCheck.objects.exists()
