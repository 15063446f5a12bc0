"""Cohorts and hours of the week as pages: each cell opens its records, and nobody else's."""

import json
import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.utils import timezone

from genjin.accounts.queries import company_zone
from genjin.customers.models import Customer, StageChange
from genjin.followups.models import FollowUp


@pytest.fixture
def year(make_customer, alice, charlie):
    """Eleven customers of alice's contacted at once, one of charlie's."""
    now = timezone.now()
    rows = [make_customer(owner=alice) for _ in range(11)]
    theirs = make_customer(owner=charlie, name="绍兴上虞风机有限公司")
    Customer.objects.update(created_at=now)
    for row, author in [*((row, alice) for row in rows), (theirs, charlie)]:
        FollowUp.objects.create(customer=row, author=author, happened_at=now, recorded_at=now, summary="谈了价格", got_response=True)  # fmt: skip
    return rows


def links(body, part):
    return [unescape(found) for found in re.findall(r'href="([^"]+)"', body) if part in unescape(found)]


def test_a_cell_of_a_cohort_opens_its_customers(client, bob, charlie, year):
    client.force_login(bob)
    body = client.get("/insights/cohorts/?step=contacted&stretch=year").content.decode()
    assert "100%" in body
    [cell] = [link for link in links(body, "/cohorts/records/") if "after=0" in link]
    rows = client.get(cell).content.decode()
    assert rows.count('<tr data-href="/customers/') == len(year)
    assert "绍兴上虞风机有限公司" not in rows
    client.force_login(charlie)
    assert year[0].name not in client.get(cell).content.decode()


def test_few_customers_do_not_pale_the_others_and_the_line_of_all_opens(client, bob, year):
    """One of January's came and was won: 100 % of too few; of February's eleven one was."""
    zone = company_zone()
    Customer.objects.filter(pk=year[0].pk).update(created_at=datetime(2026, 1, 5, tzinfo=zone))
    Customer.objects.filter(pk__in=[row.pk for row in year[1:]]).update(
        created_at=datetime(2026, 2, 5, tzinfo=zone)
    )
    for row in year[:2]:
        StageChange.objects.create(
            customer=row, origin="lead", target="won", at=datetime(2026, 2, 6, tzinfo=zone)
        )
    client.force_login(bob)
    page = client.get("/insights/cohorts/?step=won&from=2026-01-01&to=2026-02-28")
    february, january = page.context["rows"]
    assert (january["ever"]["value"], january["ever"]["shade"]) == ("100%", 0)
    assert (february["ever"]["value"], february["ever"]["shade"]) == ("10%", 4)
    assert page.context["all"]["ever"]["shade"] == 9  # 2 of 11
    line = page.context["all"]["cells"][1]
    assert client.get(line["url"]).content.decode().count('<tr data-href="/customers/') == line["count"] == 2


@pytest.mark.parametrize("step", ["contacted", "qualified", "quoted", "won"])
def test_cohorts_by_week_and_month(client, alice, year, step, django_assert_max_num_queries):
    client.force_login(alice)
    with django_assert_max_num_queries(14):
        for_month = client.get(f"/insights/cohorts/?step={step}&grain=month")
    assert for_month.status_code == 200
    assert client.get(f"/insights/cohorts/?step={step}&grain=week&stretch=month").status_code == 200


@pytest.mark.parametrize("words", ["came=x", "after=x", "after=13", "after=-1", "came=2026-13-01"])
def test_a_cell_that_is_none_is_missing(client, alice, words):
    client.force_login(alice)
    assert client.get(f"/insights/cohorts/records/?{words}").status_code == 404


def test_an_hour_opens_its_records(client, alice, year):
    moment = datetime(2026, 3, 11, 14, 30, tzinfo=company_zone())  # a Wednesday
    FollowUp.objects.filter(author=alice).update(happened_at=moment, recorded_at=moment)
    FollowUp.objects.create(customer=year[0], author=alice, happened_at=moment + timedelta(hours=2), recorded_at=moment, summary="又谈")  # fmt: skip
    client.force_login(alice)
    body = client.get("/insights/hours/?measure=response_rate&from=2026-01-01&to=2026-12-31").content.decode()
    spec = json.loads(unescape(re.search(r'id="chart-hours" data-chart="([^"]+)"', body)[1]))
    found = {(cell["x"] + 8, cell["y"]): cell for cell in spec["cells"]}
    assert (found[14, 2]["value"], found[16, 2]["value"]) == (1.0, None)
    assert "样本不足" in found[16, 2]["note"]
    assert client.get(found[14, 2]["url"]).content.decode().count("谈了价格") == len(year)
    assert client.get(found[16, 2]["url"]).content.decode().count("又谈") == 1


def test_hours_of_nothing(client, charlie):
    client.force_login(charlie)
    assert client.get("/insights/hours/").status_code == 200
