"""Rankings: who sees which places, and what opens."""

import json
import re
from decimal import Decimal
from html import unescape

import pytest
from django.utils import timezone

from genjin.accounts.actions import NewUser, add_user
from genjin.accounts.models import User
from genjin.accounts.queries import local_day
from genjin.customers.actions.collaborators import NewCollaborator, add_collaborator
from genjin.events.models import Event
from genjin.followups.models import FollowUp
from genjin.insights.actions.targets import NewTarget, set_targets
from genjin.insights.models import RankingSettings
from genjin.insights.queries.asking import Question, records
from genjin.insights.queries.catalogue import METRICS
from genjin.insights.rules.stretches import Grain, unit_of


@pytest.fixture
def mate(teams, now):
    """A second rep of team A."""
    add_user(None, NewUser(username="amy", name="艾米", role="rep", team=teams["A"]), now=now)
    return User.objects.get(username="amy")


def spoken(customer, author, times=1):
    now = timezone.now()
    for _one in range(times):
        FollowUp.objects.create(
            customer=customer, author=author, happened_at=now, recorded_at=now, summary="谈了价格和交期"
        )


@pytest.fixture
def worked(make_customer, alice, mate, charlie):
    """amy spoke three times, alice once, charlie five times."""
    spoken(make_customer(owner=mate, name="绍兴上虞风机有限公司"), mate, 3)
    spoken(make_customer(owner=alice), alice)
    spoken(make_customer(owner=charlie), charlie, 5)


def places(client, user, query="metric=contacts"):
    client.force_login(user)
    page = client.get(f"/insights/ranking/?{query}").content.decode()
    body = page.split("<tbody>")[1].split("</tbody>")[0] if "<tbody>" in page else ""
    found = []
    for row in body.split("</tr>")[:-1]:
        cells = [
            re.sub(r"<[^>]+>", "", cell).strip()
            for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
        ]
        url = re.search(r'data-href="([^"]+)"', row)
        found.append((cells[0], cells[1], cells[2], unescape(url[1]) if url else ""))
    return found


def test_a_rep_sees_totals_of_the_own_team_and_opens_the_own_line_only(
    client, alice, mate, bob, charlie, worked
):
    found = places(client, alice)
    assert [line[:3] for line in found] == [("1", "艾米", "3"), ("2", "艾丽", "1"), ("3", "鲍勃", "0")]
    assert [bool(line[3]) for line in found] == [False, True, False]
    assert client.get(found[1][3]).content.decode().count("<tr data-href=") == 1
    page = client.get("/insights/ranking/?metric=contacts").content.decode()
    spec = json.loads(unescape(re.search(r'id="chart-ranking" data-chart="([^"]+)"', page)[1]))
    assert [bool(url) for url in spec["series"][0]["urls"]] == [False, True, False]
    assert (
        "绍兴上虞风机有限公司"
        not in client.get(f"/insights/figures/contacts/records/?who={mate.pk}").content.decode()
    )
    assert [line[:3] for line in places(client, charlie)] == [("1", "查理", "5")]


def test_strangers_and_other_teams_stay_unseen(client, alice, mate, bob, charlie, teams, worked):
    for query in (
        "metric=contacts",
        f"metric=contacts&team={teams['B'].pk}",
        f"metric=contacts&who={charlie.pk}",
        "metric=contacts&kind=teams",
        f"metric=contacts&team={teams['top'].pk}",
    ):
        for user in (alice, bob):
            assert "查理" not in [line[1] for line in places(client, user, query)]


def test_a_lead_opens_every_line_and_sums_equal_lists(client, bob, alice, mate, charlie, worked):
    found = places(client, bob)
    assert [line[:3] for line in found] == [("1", "艾米", "3"), ("2", "艾丽", "1"), ("3", "鲍勃", "0")]
    for _rank, _name, value, url in found:
        assert client.get(url).content.decode().count("<tr data-href=") == int(value)


def test_teams_are_ranked_with_those_below(client, dora, alice, mate, charlie, teams, worked):
    found = places(client, dora, "metric=contacts&kind=teams")
    assert [line[:3] for line in found] == [("1", "销售部", "9"), ("2", "二组", "5"), ("3", "一组", "4")]
    for _rank, _name, value, url in found:
        assert client.get(url).content.decode().count("<tr data-href=") == int(value)
    assert [line[1] for line in places(client, dora, f"metric=contacts&team={teams['B'].pk}")] == ["查理"]


def test_attainment_ranks_otherwise_and_targets_of_colleagues_stay_theirs(
    client, alice, mate, bob, dora, worked
):
    month = unit_of(Grain.MONTH, local_day(timezone.now())).first
    set_targets(
        dora,
        [
            NewTarget("contacts", "month", month, Decimal(amount), person=who.pk)
            for who, amount in ((alice, 2), (mate, 77))
        ],
        now=timezone.now(),
    )
    assert [line[1] for line in places(client, alice, "metric=contacts&sort=attainment")] == [
        "艾丽",
        "艾米",
        "鲍勃",
    ]
    page = client.get("/insights/ranking/?metric=contacts").content.decode()
    assert "50.0%" in page and "3.9%" in page
    assert ">77<" not in page and ">2<" in page


def test_shares_of_a_few_have_no_place(client, bob, alice, mate, worked):
    found = places(client, bob, "metric=response_rate")
    assert {line[0] for line in found} == {"—"}


def test_what_a_colleague_did_elsewhere_counts_with_the_sight_of_the_team(
    client, alice, mate, bob, charlie, dora, make_customer, worked
):
    far = make_customer(owner=charlie)
    spoken(far, mate, 2)
    assert places(client, alice)[0][:3] == ("1", "艾米", "3")  # out of the team's sight
    add_collaborator(dora, far, NewCollaborator(mate), now=timezone.now())
    assert places(client, alice)[0][:3] == ("1", "艾米", "5")
    lent = Question(
        alice,
        unit_of(Grain.MONTH, local_day(timezone.now())),
        local_day(timezone.now()),
        [mate.pk],
        lent=frozenset({mate.pk}),
    )
    with pytest.raises(ValueError):
        records(METRICS["contacts"], lent)


def test_it_can_be_switched_off(client, alice, bob, dora, worked):
    client.force_login(alice)
    assert client.post("/settings/rankings/", {}).status_code == 403
    assert not Event.objects.filter(kind="ranking_settings.changed").exists()
    client.force_login(dora)
    assert client.get("/settings/rankings/").status_code == 200
    assert client.post("/settings/rankings/", {}).status_code == 302
    assert not RankingSettings.objects.get().is_open_to_reps
    client.force_login(alice)
    assert client.get("/insights/ranking/").status_code == 404
    assert "/insights/ranking/" not in client.get("/insights/").content.decode()
    assert len(places(client, bob)) == 3


def test_who_does_not_sell_has_none(client, fiona, lena, erin, worked):
    for user in (fiona, lena):
        client.force_login(user)
        assert client.get("/insights/ranking/").status_code == 404
    assert len(places(client, erin)) == 3


def test_the_cards_tell_the_first_places(client, alice, bob, mate, worked):
    client.force_login(alice)
    for address in ("/insights/", "/insights/targets/now/"):
        page = client.get(address).content.decode()
        assert "/insights/ranking/" in page and "艾米" in page


def test_a_strange_address_is_no_error(client, bob, worked):
    client.force_login(bob)
    for query in (
        "metric=no&kind=x&sort=y",
        "team=99999999",
        "metric=cash&from=2026-02-30",
        "metric=win_rate&as_of=2026-01-01&stretch=last_year",
    ):
        assert client.get(f"/insights/ranking/?{query}").status_code == 200
