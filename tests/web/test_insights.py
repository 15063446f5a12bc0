"""Figures as pages: tiles, charts, tables, and the rows behind each."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from genjin.fields.queries import current_template
from genjin.followups.models import FollowUp
from genjin.insights.queries.catalogue import METRICS
from tests.fields.seed import seed_templates


@pytest.fixture
def spoken(make_customer, alice, charlie):
    """Two contacts of alice's today, one of charlie's."""
    now = timezone.now()
    mine, theirs = make_customer(owner=alice), make_customer(owner=charlie, name="绍兴上虞风机有限公司")
    for row, author in ((mine, alice), (mine, alice), (theirs, charlie)):
        FollowUp.objects.create(
            customer=row, author=author, happened_at=now, recorded_at=now, summary="谈了价格和交期"
        )
    return mine


@pytest.mark.parametrize(
    "group", ["", "leads/", "funnel/", "work/", "quality/", "deals/", "money/", "after/"]
)
def test_every_group_has_its_page(client, bob, spoken, group):
    client.force_login(bob)
    page = client.get(f"/insights/{group}")
    assert page.status_code == 200
    assert 'class="tile"' in page.content.decode()


def test_of_fields_only_those_somebody_is_asked_for_have_a_tile(client, bob, charlie, spoken):
    seed_templates()
    client.force_login(bob)
    tiles = re.findall(r'href="/insights/figures/missing_(\w+)/', client.get("/insights/quality/").content.decode())  # fmt: skip
    asked_for = {item.key.replace(".", "_") for item in current_template(spoken.customer_type).outline.items}
    assert {"contact_phone", "budget"} <= set(tiles) <= asked_for
    assert "missing_contact_phone" not in client.get("/insights/quality/?from=2020-01-01&to=2020-01-31").content.decode()  # fmt: skip


def test_a_chart_opens_its_rows_and_a_stranger_has_none(client, alice, charlie, bob, spoken):
    client.force_login(bob)
    body = client.get("/insights/figures/contacts/?stretch=month").content.decode()
    spec = json.loads(unescape(re.search(r'id="chart-by" data-chart="([^"]+)"', body)[1]))
    assert (spec["labels"], spec["series"][0]["values"]) == (["艾丽"], [2.0])
    rows = client.get(spec["series"][0]["urls"][0]).content.decode()
    assert rows.count(spoken.name) == 2
    assert "绍兴上虞风机有限公司" not in rows
    others = client.get(f"/insights/figures/contacts/records/?by=person&key={charlie.pk}").content.decode()
    assert "绍兴上虞风机有限公司" not in others
    client.force_login(charlie)
    assert spoken.name not in client.get("/insights/figures/contacts/records/").content.decode()


def test_own_days_and_a_past_day(client, alice, spoken):
    client.force_login(alice)
    today, yesterday = timezone.localdate(), timezone.localdate() - timedelta(days=1)
    days = f"from={today - timedelta(days=3)}&to={today}"
    assert client.get(f"/insights/figures/contacts/records/?{days}").content.decode().count(spoken.name) == 2
    assert (
        spoken.name
        not in client.get(f"/insights/figures/contacts/records/?{days}&as_of={yesterday}").content.decode()
    )
    assert (
        client.get("/insights/figures/contacts/?from=nonsense&to=2026-02-30&who=x&team=9&as_of=z").status_code
        == 200
    )


def test_what_is_unknown_is_missing(client, alice):
    client.force_login(alice)
    assert client.get("/insights/figures/nothing/").status_code == 404
    assert client.get("/insights/nothing/").status_code == 404
    for value in ("%00", "9" * 40, "x", "-1"):
        for by in ("person", "source", "month", "team"):
            assert client.get(f"/insights/figures/contacts/records/?by={by}&key={value}").status_code in {
                200,
                400,
            }


@pytest.mark.parametrize("key", sorted(METRICS))
def test_every_figure_has_a_page_with_its_formula(client, dora, key):
    client.force_login(dora)
    page = client.get(f"/insights/figures/{key}/?stretch=year")
    assert page.status_code == 200
    assert client.get(f"/insights/figures/{key}/records/?stretch=year").status_code == 200
