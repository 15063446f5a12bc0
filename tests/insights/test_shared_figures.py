"""Real leads of two companies, where they lie beside the checkout: rates and counts are those counted outside."""

import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from genjin.accounts.actions import issue_token
from genjin.followups.rules import Period
from genjin.insights.queries.asking import Answer, Question, ask, records
from genjin.insights.queries.catalogue import METRICS
from genjin.insights.rules.figures import FEW
from genjin.intake.actions.commit import commit_batch, request_commit
from genjin.intake.actions.preview import preview_batch
from genjin.intake.actions.upload import start_import
from genjin.intake.models import ImportBatch
from tests.api.conftest import Caller
from tests.insights.doors import by_api, on_page, rates_in, rates_of
from tests.intake.test_shared_cases import CASES

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.shared,
    pytest.mark.skipif(not CASES.is_dir(), reason="the shared cases are not beside this checkout"),
]
NAMED = {"(空)": "未填写"}  # as the figures call what has no value
EVER = Period(date(2000, 1, 1), date(2100, 1, 1))


@pytest.fixture
def let_in(dora, pool, now):
    def make(name: str) -> dict:
        path = CASES / name
        file = SimpleUploadedFile(path.name, path.read_bytes())
        batch = preview_batch(start_import(dora, file, {"pool": pool.pk}, now=now, in_background=False).pk)
        assert batch.status == ImportBatch.Status.READY, batch.problem
        request_commit(dora, batch, now=now, in_background=False)
        commit_batch(batch.pk)
        return json.loads(
            (CASES / "expected" / f"{path.stem.split('_leads')[0]}.json").read_text(encoding="utf-8")
        )

    return make


def rates(found: Answer) -> dict[str, dict]:
    return {
        (cell.label.casefold() if cell.key else "(空)"): {
            "leads": cell.whole,
            "won": cell.part,
            "rate": float(cell.value),
        }
        for cell in found.cells
    }


def asked(dora, key: str, by: str = "") -> Answer:
    return ask(METRICS[key], Question(dora, EVER, date(2026, 3, 11)), by)


@pytest.fixture
def doors(client, dora):
    """Return a function that says whether page and API tell a figure as it is expected, by a split."""
    client.force_login(dora)
    caller = Caller(dora, issue_token(dora, dora, name="figures", days=1, now=timezone.now()))

    def agree(key: str, by: str, expected: dict[str, dict]) -> None:
        told = {label.casefold(): rate for label, rate in rates_of(on_page(client, key, by)).items()}
        some = {label: rate for label, rate in expected.items() if rate["leads"] >= FEW}
        assert {label: told.get(NAMED.get(label, label)) for label in some} == some
        given = {label.casefold(): rate for label, rate in rates_in(by_api(caller, key, by)).items()}
        assert {NAMED.get(label, label): rate for label, rate in expected.items()} == given
        for one in on_page(client, key, by).values():
            if one.part and one.part < 200:
                assert f"<b>{one.value}</b>" in client.get(one.url).content.decode()

    return agree


def test_an_online_school(let_in, dora, doors):
    expected = let_in("x_education.xlsx")
    found = asked(dora, "lead_conversion", "source")
    assert (found.total.whole, found.total.part) == (expected["rows"], expected["won"])
    assert rates(found) == expected["by_source_case_folded"]
    records_agree(dora, "lead_conversion", "source", found)
    doors("lead_conversion", "source", expected["by_source_case_folded"])


def test_leads_of_a_market_place(let_in, dora, doors):
    expected = let_in("olist_leads.xlsx")
    found = asked(dora, "lead_conversion", "source")
    assert (found.total.whole, found.total.part) == (expected["leads"], expected["won"])
    assert rates(found) == expected["by_source"]
    assert rates(asked(dora, "first_contact_conversion", "month")) == expected["by_first_contact_month"]
    doors("lead_conversion", "source", expected["by_source"])
    doors("first_contact_conversion", "month", expected["by_first_contact_month"])
    won = {cell.label: cell.value for cell in asked(dora, "won", "month").cells}
    assert won == expected["won_by_close_month"]
    cycle, all_won = asked(dora, "days_to_win").total, asked(dora, "won").total
    assert cycle.value == expected["cycle_days"]["median"]
    assert all_won.part - cycle.part == expected["cycle_days"]["negative"]


def records_agree(user, key, by, found):
    """Each cell opens as many rows as it counts."""
    for cell in found.cells:
        narrow = Question(user, EVER, date(2026, 3, 11), where={by: cell.key})
        assert records(METRICS[key], narrow).count() == cell.part
