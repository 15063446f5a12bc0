"""A real pipeline of 8,800 opportunities, where it lies beside the checkout: the totals are exactly those counted outside."""

import json
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from genjin.accounts.actions import NewUser, add_user, issue_token, save_team
from genjin.accounts.models import Team, User
from genjin.customers.models import Customer
from genjin.followups.rules import Period
from genjin.insights.queries.asking import Question, ask
from genjin.insights.queries.catalogue import METRICS
from genjin.intake.actions.commit import commit_batch, request_commit
from genjin.intake.actions.preview import preview_batch
from genjin.intake.actions.upload import start_import
from genjin.intake.models import ImportBatch, ImportProblem
from genjin.selling.actions.following import look_at_everybody
from genjin.selling.models import Opportunity, OpportunityLine, Product
from tests.api.conftest import Caller
from tests.insights.doors import by_api, on_page, rates_in, rates_of, tile_of
from tests.intake.test_shared_cases import CASES

FILE = CASES / "maven_opportunities.xlsx"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.shared,
    pytest.mark.skipif(not FILE.is_file(), reason="the shared cases are not beside this checkout"),
]
WORDS = {"Won": "won", "Lost": "lost", "Engaging": "negotiation", "Prospecting": "qualified"}


@pytest.fixture
def let_sheet_in(dora, pool, now):
    def make(sheet: str) -> ImportBatch:
        file = SimpleUploadedFile(FILE.name, FILE.read_bytes())
        batch = start_import(dora, file, {"sheet": sheet, "pool": pool.pk}, now=now, in_background=False)
        batch = preview_batch(batch.pk)
        assert batch.status == ImportBatch.Status.READY, batch.problem
        request_commit(dora, batch, now=now, in_background=False)
        return commit_batch(batch.pk)

    return make


def staff(now) -> dict[str, tuple[User, str]]:
    """The sheet's own team: agents under their managers; by name, with region."""
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_path(FILE)
    rows = book.get_sheet_by_name("销售团队").to_python()[1:]
    teams = {
        name: save_team(None, Team(name=name), now=now) for name in dict.fromkeys(row[1] for row in rows)
    }
    found = {}
    for number, (name, manager, region) in enumerate(rows):
        user = add_user(
            None, NewUser(username=f"agent{number}", name=name, role="rep", team=teams[manager]), now=now
        )
        found[name] = (user, region)
    return found


def rates(rows) -> dict[str, dict[str, float]]:
    """Return closed deals, won ones and their share by what each row stands for."""
    leads, won = Counter(key for key, _stage in rows), Counter(key for key, stage in rows if stage == "won")
    return {
        key: {"leads": leads[key], "won": won[key], "rate": round(won[key] / leads[key], 6)} for key in leads
    }


def figures_agree(rows: list[Opportunity], agents: dict[str, tuple[User, str]], expected: dict) -> None:
    """Won and lost, the money and the days, by everything the sheet tells."""
    lines = {
        line.opportunity_id: line.product.name for line in OpportunityLine.objects.select_related("product")
    }
    assert len(lines) == len(rows)
    named = {"GTX Pro": "GTXPro"}  # as the count outside writes it
    keys = {
        "close_quarter": lambda row: f"{row.closed_at.year}Q{(row.closed_at.month + 2) // 3}",
        "agent": lambda row: row.owner.name, "manager": lambda row: row.owner.team.name,
        "region": lambda row: agents[row.owner.name][1], "product": lambda row: named.get(lines[row.pk], lines[row.pk]),
    }  # fmt: skip
    closed = [row for row in rows if row.closed_at]
    for row in closed:
        row.closed_at = row.closed_at.astimezone()
    won = [row for row in closed if row.stage == "won"]
    assert sum(row.amount for row in won) == expected["revenue"]
    for name, key in keys.items():
        assert rates([(key(row), row.stage) for row in closed]) == expected[f"win_rate_by_{name}"], name
        money: dict[str, Decimal] = defaultdict(Decimal)
        for row in won:
            money[key(row)] += row.amount
        if f"revenue_by_{name}" in expected:
            assert money == expected[f"revenue_by_{name}"], name
    days = defaultdict(list)
    for row in closed:
        days[row.stage].append((row.closed_at.date() - row.opened_at.astimezone().date()).days)
    cycles = {stage: round(sum(found) / len(found), 3) for stage, found in days.items()}
    assert cycles == expected["avg_cycle_days"]


def catalogue_agrees(dora: User, expected: dict) -> None:
    """The catalogue's figures are the same, by everything it can be cut by."""
    question = Question(dora, Period(date(2000, 1, 1), date(2100, 1, 1)), date(2026, 3, 11))

    def cut(by: str) -> dict[str, dict[str, float]]:
        cells = ask(METRICS["win_rate"], question, by).cells
        return {
            cell.label: {"leads": cell.whole, "won": cell.part, "rate": float(cell.value)} for cell in cells
        }

    assert cut("person") == expected["win_rate_by_agent"]
    assert cut("team") == expected["win_rate_by_manager"]
    quarters = {label.replace(" ", ""): rate for label, rate in cut("quarter").items()}
    assert quarters == expected["win_rate_by_close_quarter"]
    revenue = ask(METRICS["revenue_won"], question, "quarter")
    assert revenue.total.value == expected["revenue"]
    assert {cell.label.replace(" ", ""): cell.value for cell in revenue.cells} == expected[
        "revenue_by_close_quarter"
    ]
    assert float(ask(METRICS["win_rate"], question).total.value) == expected["win_rate"]


def doors_agree(client, dora: User, expected: dict) -> None:
    """Pages and the API tell the same."""
    client.force_login(dora)
    caller = Caller(dora, issue_token(dora, dora, name="figures", days=1, now=timezone.now()))
    quarters = {
        f"{label[:4]} {label[4:]}": rate for label, rate in expected["win_rate_by_close_quarter"].items()
    }
    by = {
        "person": expected["win_rate_by_agent"],
        "team": expected["win_rate_by_manager"],
        "quarter": quarters,
    }
    for split, rates_expected in by.items():
        assert rates_of(on_page(client, "win_rate", split)) == rates_expected
        assert rates_in(by_api(caller, "win_rate", split)) == rates_expected
    money = {
        label.replace("GTXPro", "GTX Pro"): sum_ for label, sum_ in expected["revenue_by_product"].items()
    }
    for split, sums in {"person": expected["revenue_by_agent"], "product": money}.items():
        told = {label: one.exact for label, one in on_page(client, "revenue_won", split).items() if one.exact}
        assert told == sums
        cells = by_api(caller, "revenue_won", split)["cells"]
        assert {cell["label"]: Decimal(cell["value"]) for cell in cells if Decimal(cell["value"])} == sums
    tile = tile_of(client, "revenue_won")
    assert Decimal(tile["exact"].strip("¥").replace(",", "")) == expected["revenue"]
    assert tile_of(client, "win_rate")["value"] == f"{expected['win_rate'] * 100:.1f}%"


def test_the_totals_are_those_counted_outside(client, dora, let_sheet_in, now):
    expected = json.loads((CASES / "expected" / "maven.json").read_text("utf-8"))
    agents = staff(now)
    kinds = [let_sheet_in(sheet).kind for sheet in ("产品", "客户")]
    batch = let_sheet_in("商机")
    assert [*kinds, batch.kind] == ["products", "customers", "opportunities"]
    assert Product.objects.count() == 7
    assert batch.counts["rejected"] == batch.counts["duplicates"] == 0
    rows = list(Opportunity.objects.select_related("owner__team", "customer"))
    assert len(rows) == batch.counts["created"] == expected["opportunities"]
    assert Counter(row.stage for row in rows) == {WORDS[word]: n for word, n in expected["by_stage"].items()}
    blank = ImportProblem.objects.filter(batch=batch, code="customer_blank").count()
    assert blank == expected["open_without_account"]
    homes = Customer.objects.filter(import_batch=batch.pk)
    assert sum(home.opportunities.count() for home in homes) == blank
    figures_agree(rows, agents, expected)
    catalogue_agrees(dora, expected)
    doors_agree(client, dora, expected)
    # A second time nothing comes in, and nothing of it follows a customer elsewhere at night.
    assert look_at_everybody(now) == 0
    again = let_sheet_in("商机")
    assert (again.counts["created"], again.counts["duplicates"]) == (0, 8800)
