"""What each opens first, and what it is compared with."""

import json
import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.utils import timezone

from genjin.followups.models import FollowUp


def tiles(body):
    return re.findall(r'class="tile-label">([^<]+)<', body)


@pytest.mark.parametrize(
    ("who", "first", "chips"), [("alice", "跟进次数", []), ("bob", "新增线索", ["团队", "我的"]), ("dora", "签约额", ["公司", "团队", "我的"])]
)  # fmt: skip
def test_each_role_opens_its_own_board(client, who, first, chips, request):
    client.force_login(request.getfixturevalue(who))
    page = client.get("/insights/")
    body = page.content.decode()
    assert tiles(body)[0] == first
    assert [one["label"] for one in page.context["boards"]] == chips
    assert page.context["stretch"] == ("本周" if who == "alice" else "本月")


def test_a_board_of_others_is_not_opened(client, alice, bob):
    client.force_login(alice)
    assert tiles(client.get("/insights/?board=company").content.decode())[0] == "跟进次数"
    client.force_login(bob)
    assert tiles(client.get("/insights/?board=company").content.decode())[0] == "新增线索"


def test_the_own_board_counts_oneself_alone(client, alice, bob, make_customer):
    row = make_customer(owner=alice)
    now = timezone.now()
    for author in (alice, bob):
        FollowUp.objects.create(
            customer=row, author=author, happened_at=now, recorded_at=now, summary="谈了价格"
        )
    client.force_login(bob)
    own, team = (client.get(f"/insights/?board={board}").context["tiles"] for board in ("own", "team"))
    told = [{tile["key"]: tile["value"] for tile in found}["contacts"] for found in (own, team)]
    assert told == ["1", "2"]


def test_compared_with_the_year_before(client, alice, make_customer):
    row, now = make_customer(owner=alice), timezone.localtime()
    for at in (now, now, now.replace(year=now.year - 1, day=min(now.day, 28))):
        FollowUp.objects.create(
            customer=row, author=alice, happened_at=at, recorded_at=at, summary="谈了价格"
        )
    client.force_login(alice)

    def moved(words):
        found = client.get(f"/insights/work/?stretch=year&{words}").context["tiles"]
        return {tile["key"]: tile["change"]["text"] for tile in found}["contacts"]

    assert (moved("against=year"), moved("against=")) == ("+100%", "+100%")
    assert client.get("/insights/?stretch=month&against=year").context["asked"].kept["against"] == "year"


def test_a_trend_has_no_gaps(client, alice, make_customer):
    row = make_customer(owner=alice)
    for day in (2, 9):
        at = datetime(2026, 3, day, 4, tzinfo=UTC)
        FollowUp.objects.create(
            customer=row, author=alice, happened_at=at, recorded_at=at, summary="谈了价格"
        )
    client.force_login(alice)
    body = client.get("/insights/figures/contacts/?from=2026-03-01&to=2026-03-12").content.decode()
    spec = json.loads(unescape(re.search(r'id="chart-trend" data-chart="([^"]+)"', body)[1]))
    assert [int(value) for value in spec["series"][0]["values"]] == [0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]


@pytest.mark.parametrize(("who", "most"), [("alice", 73), ("bob", 80), ("dora", 70)])
def test_a_board_asks_a_fixed_number_of_queries(client, who, most, request, django_assert_max_num_queries):
    client.force_login(request.getfixturevalue(who))
    client.get("/insights/")
    with django_assert_max_num_queries(most):
        client.get("/insights/")
