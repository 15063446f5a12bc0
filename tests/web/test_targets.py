"""The grid of targets, the card of the workbench, and what each opens."""

import re
from decimal import Decimal
from html import unescape

import pytest
from django.utils import timezone

from genjin.accounts.queries import local_day
from genjin.events.models import Event
from genjin.followups.models import FollowUp
from genjin.insights.actions.targets import NewTarget, set_targets
from genjin.insights.models import Target
from genjin.insights.rules.stretches import Grain, unit_of


@pytest.fixture
def month():
    return unit_of(Grain.MONTH, local_day(timezone.now())).first


def cell(whose, month):
    return f"t.{whose}.month.{month}"


def grid(client, user, query="?metric=contacts", **posted):
    client.force_login(user)
    address = f"/insights/targets/{query}"
    return client.post(address, posted) if posted else client.get(address)


def test_a_lead_fills_the_grid_and_sees_what_stands(client, alice, bob, charlie, month):
    name = cell(f"person:{alice.pk}", month)
    assert grid(client, bob, **{name: "1,200", "seen": "{}"}).status_code == 302
    assert [(row.person_id, row.amount) for row in Target.objects.all()] == [(alice.pk, 1200)]
    page = grid(client, bob).content.decode()
    assert f'name="{name}" value="1,200"' in page
    assert "查理" not in page
    assert f'name="{cell(f"person:{bob.pk}", month)}"' not in page  # the own one is set above
    assert "鲍勃" in page
    own = grid(client, alice).content.decode()
    assert "1,200" in own and "<input" not in own.split("data-grid")[1].split("</table>")[0]
    assert "1,200" not in grid(client, charlie).content.decode()


def test_the_month_that_runs_is_marked_for_the_script_that_shows_it(client, bob, month):
    body = grid(client, bob).content.decode()
    assert re.findall(r'aria-current="date">([^<]+)<', body) == [f"{month:%Y-%m}"]
    assert 'aria-current="date"' not in grid(client, bob, f"?metric=contacts&year={month.year - 1}").content.decode()  # fmt: skip


def test_what_nobody_touched_is_not_written_and_two_writers_meet(client, alice, dora, bob, month):
    name = cell(f"person:{alice.pk}", month)
    grid(client, dora, **{name: "10"})
    assert grid(client, bob, **{name: "10", "seen": f'{{"{name}": "10.00"}}'}).status_code == 302
    assert Event.objects.filter(kind="target.set").count() == 1
    late = grid(client, bob, **{name: "30", "seen": "{}"})
    assert late.status_code == 422
    assert "is-invalid" in late.content.decode() and Target.objects.get().amount == 10


@pytest.mark.parametrize("text", ["viel", "-3", "1.5", "1.005"])
def test_what_is_no_target_stays_in_the_form(client, dora, alice, month, text):
    answer = grid(client, dora, **{cell(f"person:{alice.pk}", month): text})
    assert answer.status_code == 422
    assert f'value="{text}"' in answer.content.decode() and not Target.objects.exists()


def test_who_may_not_is_refused_and_nothing_changes(client, alice, bob, charlie, erin, month):
    for user, whose in ((alice, alice), (erin, alice), (bob, charlie), (bob, bob)):
        assert grid(client, user, **{cell(f"person:{whose.pk}", month): "5"}).status_code == 403
    assert grid(client, bob, **{cell("company", month): "5"}).status_code == 403
    assert not Target.objects.exists()


def test_strange_addresses_and_fields_are_no_error(client, dora):
    for query in ("?metric=x&year=abc&cut=y&team=z", "?year=99999", "?team=999999", "?year=2198&cut=quarter"):
        assert grid(client, dora, query).status_code == 200
    posted = {"t.person:1.month.2026-02-30": "5", "seen": "[1]"}
    assert grid(client, dora, **posted).status_code == 422


def test_the_workbench_tells_gap_days_and_opens_the_records(
    client, alice, bob, charlie, dora, make_customer, teams, month
):
    customer, now = make_customer(owner=alice), timezone.now()
    for _one in range(3):
        FollowUp.objects.create(
            customer=customer, author=alice, happened_at=now, recorded_at=now, summary="谈了价格"
        )
    lines = [
        NewTarget("contacts", "month", month, Decimal(4), person=alice.pk),
        NewTarget("contacts", "month", month, Decimal(10), team=teams["A"].pk),
    ]
    set_targets(dora, lines, now=now)
    client.force_login(alice)
    assert "/insights/targets/now/" in client.get("/").content.decode()
    card = client.get("/insights/targets/now/").content.decode()
    assert "75%" in card and "75.0%" in card
    assert "30.0%" not in card
    address = unescape(re.search(r'<dd><a href="([^"]+)">3</a>', card)[1])
    assert client.get(address).content.decode().count("<tr data-href=") == 3
    client.force_login(bob)
    assert "30.0%" in client.get("/insights/targets/now/").content.decode()
    assert "30.0%" in client.get("/insights/").content.decode()
    assert "75.0%" in client.get(f"/insights/?who={alice.pk}").content.decode()
    client.force_login(charlie)
    assert "75.0%" not in client.get("/insights/targets/now/").content.decode()
    assert "75.0%" not in client.get(f"/insights/?who={alice.pk}").content.decode()


def test_every_figure_of_the_grid_opens_its_records(client, alice, bob, make_customer, teams):
    now = timezone.now()
    FollowUp.objects.create(
        customer=make_customer(owner=alice),
        author=alice,
        happened_at=now,
        recorded_at=now,
        summary="谈了价格",
    )
    page = grid(client, bob, f"?metric=contacts&year={local_day(timezone.now()).year}").content.decode()
    links = re.findall(r'<td class="number"><a href="([^"]+)">(\d+)</a>', page)
    assert sorted(value for _url, value in links) == ["0", "1", "1"]  # bob, alice, their team
    for url, value in links:
        assert client.get(unescape(url)).content.decode().count("<tr data-href=") == int(value)


def test_everybody_is_reached_by_pages_and_saving_stays_on_the_page(client, dora, alice, month, monkeypatch):
    first = grid(client, dora).content.decode()
    names = re.findall(r'<th scope="row" class="pinned">([^<]+)<', first)
    monkeypatch.setattr("genjin.web.insights.grid.MOST_ROWS", 2)
    told = []
    for page in range(1, -(-len(names) // 2) + 1):
        told += re.findall(r'<th scope="row" class="pinned">([^<]+)<', grid(client, dora, f"?metric=contacts&page={page}").content.decode())  # fmt: skip
    assert told == names
    saved = grid(
        client, dora, "?metric=contacts&page=2", **{cell(f"person:{alice.pk}", month): "5", "seen": "{}"}
    )
    assert saved.status_code == 302 and "page=2" in saved["Location"]


def test_the_grid_asks_a_fixed_number_of_queries(client, bob, dora, django_assert_max_num_queries):
    for who, most in ((bob, 18), (dora, 11)):
        grid(client, who)
        with django_assert_max_num_queries(most):
            assert client.get("/insights/targets/?metric=contacts").status_code == 200


def test_the_ring_tells_of_which_target_it_is(client, alice, dora, month):
    lines = [
        NewTarget("cash", "month", month, Decimal(0), person=alice.pk),
        NewTarget("contacts", "month", month, Decimal(4), person=alice.pk),
    ]
    set_targets(dora, lines, now=timezone.now())
    client.force_login(alice)
    card = client.get("/insights/targets/now/").content.decode()
    assert re.findall(r'class="ring[^>]*aria-label="([^"]+)"', card) == ["跟进次数 0%"]
