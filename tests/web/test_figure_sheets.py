"""Tables of figures as Excel files hold what their pages show to the same person, and nothing else."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from genjin.accounts.queries import local_day
from genjin.followups.models import FollowUp
from genjin.insights.actions.targets import NewTarget, set_targets
from genjin.insights.queries.catalogue import METRICS
from genjin.insights.rules.stretches import Grain, unit_of


def sheet(client, user, address):
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == 200, address
    assert answer["Content-Type"].endswith("spreadsheetml.sheet") and ".xlsx" in answer["Content-Disposition"]
    return CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()


@pytest.fixture
def spoken(make_customer, alice, bob, charlie):
    """Two contacts of alice's, one of bob's, four of charlie's."""
    now = timezone.now()
    for author, times in ((alice, 2), (bob, 1), (charlie, 4)):
        customer = make_customer(owner=author)
        for at in range(times):
            FollowUp.objects.create(customer=customer, author=author, happened_at=now - timedelta(seconds=at), recorded_at=now, summary="谈了价格", got_response=at == 0)  # fmt: skip


def test_a_figure_by_person_with_its_total_and_what_it_is(client, alice, bob, charlie, spoken):
    note, header, *rows = sheet(client, bob, "/insights/figures/response_rate/sheet/?by=person&stretch=year")
    assert header[1:4] == [str(METRICS["response_rate"].name), "部分", "总数"]
    assert [row[:4] for row in rows] == [
        ["艾丽", 0.5, 1.0, 2.0],
        ["鲍勃", 1.0, 1.0, 1.0],
        ["全部", pytest.approx(2 / 3, abs=1e-5), 2.0, 3.0],
    ]
    assert "鲍勃" in note[0] and str(METRICS["response_rate"].formula) in note[0]
    assert rows[0][4].startswith("样本不足")
    assert sheet(client, charlie, "/insights/figures/contacts/sheet/?by=person&stretch=year")[2:] == [
        ["查理", 4.0, ""],
        ["全部", 4.0, ""],
    ]


@pytest.mark.parametrize(
    "key", ["cash", "collection_rate", "days_to_win", "satisfaction", "contacts", "customers"]
)
def test_every_kind_of_figure_leaves(client, dora, spoken, key):
    for by in ("", "month", "team", "source"):
        assert len(sheet(client, dora, f"/insights/figures/{key}/sheet/?by={by}&stretch=year")) >= 3


def test_a_ranking_names_no_target_of_a_colleague(client, alice, bob, charlie, dora, spoken):
    month = unit_of(Grain.MONTH, local_day(timezone.now())).first
    set_targets(
        dora,
        [NewTarget("contacts", "month", month, Decimal(8), person=who.pk) for who in (alice, bob)],
        now=timezone.now(),
    )
    lines = sheet(client, alice, "/insights/ranking/sheet/?metric=contacts")[2:]
    assert [line[:5] for line in lines] == [["艾丽", 1.0, 2.0, 8.0, 0.25], ["鲍勃", 2.0, 1.0, "", 0.125]]
    assert [line[3] for line in sheet(client, bob, "/insights/ranking/sheet/?metric=contacts")[2:]] == [
        8.0,
        8.0,
    ]
    assert [line[0] for line in sheet(client, charlie, "/insights/ranking/sheet/?metric=contacts")[2:]] == [
        "查理"
    ]


def test_the_grid_and_the_cohorts_leave_within_sight(client, alice, bob, charlie, dora, spoken, teams):
    month = unit_of(Grain.MONTH, local_day(timezone.now())).first
    set_targets(
        dora, [NewTarget("contacts", "month", month, Decimal(8), person=alice.pk)], now=timezone.now()
    )
    lines = {line[0]: line for line in sheet(client, bob, "/insights/targets/sheet/?metric=contacts")[2:]}
    assert set(lines) == {"一组", "艾丽", "鲍勃"}
    assert (lines["艾丽"][month.month], lines["艾丽"][14], lines["一组"][14]) == (8.0, 2.0, 3.0)
    assert [line[0] for line in sheet(client, charlie, "/insights/targets/sheet/?metric=contacts")[2:]] == [
        "查理"
    ]
    cohorts = "/insights/cohorts/sheet/?from=2026-01-01&to=2026-12-31"  # when they came
    assert [row[1] for row in sheet(client, bob, cohorts)[2:]] == [2.0, 2.0]
    assert sheet(client, charlie, cohorts)[2][1] == 1.0


def test_the_sheet_of_targets_speaks_of_the_whole_year_and_of_everybody(
    client, bob, dora, spoken, monkeypatch
):
    monkeypatch.setattr("genjin.web.insights.grid.MOST_ROWS", 1)
    client.force_login(bob)
    year = local_day(timezone.now()).year
    answer = client.get(
        f"/insights/targets/sheet/?metric=contacts&year={year}&cut=quarter&as_of={year}-02-01&page=2"
    )
    assert f"{year}0101-{year}1231" in answer["Content-Disposition"]
    note, header, *lines = (
        CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    )
    assert f"{year}-01-01 – {year}-12-31" in note[0] and f"{year}-02-01" not in note[0]
    assert [str(label) for label in header].count(str(year)) == 1 and len(lines) == 3
    assert (len(header), lines[0][1:6], lines[0][6]) == (9, [""] * 5, 3.0)


def test_a_sheet_is_printed_as_wide_as_a_page(client, bob, spoken):
    client.force_login(bob)
    answer = client.get("/insights/targets/sheet/?metric=contacts")
    with ZipFile(BytesIO(answer.content)) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
    assert 'orientation="landscape"' in page and 'fitToHeight="0"' in page


def test_every_page_names_its_sheet(client, bob, spoken):
    client.force_login(bob)
    for page, link in (
        ("/insights/", "/sheet/"), ("/insights/work/", "/insights/figures/contacts/sheet/"), ("/insights/hours/", "/insights/figures/contacts/sheet/"),
        ("/insights/cohorts/", "/insights/cohorts/sheet/"), ("/insights/ranking/?metric=contacts", "/insights/ranking/sheet/"),
        ("/insights/targets/", "/insights/targets/sheet/"), ("/insights/figures/contacts/", "/insights/figures/contacts/sheet/"),
    ):  # fmt: skip
        assert link in client.get(page).content.decode(), page
    assert client.get("/insights/figures/no_such/sheet/").status_code == 404
