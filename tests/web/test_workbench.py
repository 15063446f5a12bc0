"""The workbench: every figure opens exactly its rows; reports are written and answered."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from genjin.accounts.actions import NewUser, add_user
from genjin.accounts.models import User
from genjin.followups.actions.contact import NewFollowUp, record_contact
from genjin.followups.actions.reports import ReportTexts, hand_in_report
from genjin.followups.actions.tasks import NewTask, add_task
from genjin.followups.models import WorkReport
from genjin.insights.queries.own import REPORTED, own_figures


@pytest.fixture
def customer(make_customer, alice):
    return make_customer(owner=alice, name="杭州远景机电有限公司")


@pytest.fixture
def spoken(alice, customer):
    """Alice spoke to her customer just now, and has one task that is overdue, one for tomorrow."""
    now = timezone.now()
    add_task(alice, customer, NewTask("发样本", now - timedelta(days=1)), now=now - timedelta(days=1))
    new = NewFollowUp(
        "phone",
        "客户确认了预算，希望下周看演示",
        now,
        next_actions=[NewTask("报价", now + timedelta(days=1))],
    )
    return record_contact(alice, customer, new, now=now)


@pytest.fixture
def service(dora, now):
    add_user(dora, NewUser(username="sam", name="萨姆", role="service", password="a-long-enough-1"), now=now)
    return User.objects.get(username="sam")


def page(client, user, url="/"):
    client.force_login(user)
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def test_every_figure_of_the_brief_opens_as_many_rows(client, alice, spoken):
    home = page(client, alice)
    brief = re.findall(r'<a href="(/insights/figures/[^"]+)">(\d+)</a>', home)
    assert len(brief) == 9  # three of them are sums of money, of which there is none
    for url, value in brief:
        shown = page(client, alice, url.replace("&amp;", "&"))
        assert shown.count("<tr data-href=") == int(value), url


def test_every_tile_opens_as_many_rows(client, alice, spoken, make_customer):
    make_customer(owner=alice)  # new, without a next step
    home = page(client, alice)
    tiles = re.findall(r'<a href="([^"]+)" class="tile">.*?tile-value[^>]*>(\d+)<', home, re.DOTALL)
    assert len(tiles) == 7 and sum(int(value) for _url, value in tiles) > 3
    for url, value in tiles:
        shown = page(client, alice, url.replace("&amp;", "&"))
        assert shown.count("<tr") - ("<thead" in shown) == int(value), url


def test_every_figure_of_the_team_opens_as_many_rows(client, bob, alice, spoken):
    home = page(client, bob)
    lines = re.findall(r'<td class="number"[^>]*><a href="([^"]+)"[^>]*>(\d+)</a>', home)
    assert len(lines) >= 3
    for url, value in lines:
        assert page(client, bob, url.replace("&amp;", "&")).count("<tr") - (value != "0") == int(value), url


def test_nobody_opens_the_work_of_a_stranger(client, charlie, alice, spoken):
    client.force_login(charlie)
    for key in REPORTED.values():
        shown = page(client, charlie, f"/insights/figures/{key}/records/?stretch=week&who={alice.pk}")
        assert "<tr data-href=" not in shown, key
    assert "确认了预算" not in page(client, charlie, "/insights/figures/contacts/records/")


def test_who_helps_sees_tasks_and_no_customers_of_their_own(client, service, spoken):
    home = page(client, service)
    assert "tab=idle" not in home and "tab=mine" in home


def test_the_funnel_counts_what_its_links_show(client, bob, alice, spoken):
    shown = page(client, bob, "/team/")
    assert shown.count('<td class="number"><a') == 1
    for url, value in re.findall(r'<td class="number"><a href="([^"]+)">(\d+)</a>', shown):
        assert page(client, bob, url.replace("&amp;", "&")).count("<tr data-href=") == int(value)


def test_a_report_is_prefilled_handed_in_read_and_answered(client, alice, bob, charlie, spoken):
    assert "客户确认了预算" in page(client, alice, "/reports/new/?kind=day")
    assert client.get("/reports/new/", headers={"HX-Request": "true"}).status_code == 200
    answer = client.post("/reports/new/?kind=day", {"done": "见了客户", "plan": "报价", "support": ""})
    report = WorkReport.objects.get()
    assert answer.status_code == 302 and report.figures["contacts"] == 1
    assert "见了客户" in page(client, bob, f"/reports/{report.pk}/") and "见了客户" not in page(
        client, bob, "/reports/"
    )
    assert client.post(f"/reports/{report.pk}/comment/", {"comment": "继续"}).status_code == 302
    assert "继续" in page(client, alice, f"/reports/{report.pk}/")
    client.force_login(charlie)
    assert client.get(f"/reports/{report.pk}/").status_code == 404


def test_the_lead_sees_who_has_not_handed_in(client, bob, alice):
    assert alice.name in page(client, bob, "/reports/?tab=team")
    for kind in ("day", "week", "month"):
        hand_in_report(
            alice, kind, timezone.localdate(), ReportTexts(done="一"), count=own_figures, now=timezone.now()
        )
    shown = page(client, bob, "/reports/?tab=team")
    assert (
        shown.count("<tr data-href=") == 3
        and "drop-item" not in shown.split('id="list"')[1].split("<table")[0]
    )


def test_the_workbench_asks_a_fixed_number_of_queries(
    client, alice, bob, dora, spoken, django_assert_max_num_queries
):
    for who, most in ((alice, 54), (bob, 66), (dora, 65)):  # one of them near a holiday only: whom to greet
        page(client, who)
        with django_assert_max_num_queries(most):
            assert client.get("/").status_code == 200
